/** A source tree of the kernel: its version, its files, and what they define. */
import type { Dirent } from 'node:fs';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from '../trace/complaint.ts';
import type { Definition } from './c-source.ts';
import { definitionsOf } from './c-source.ts';

/** Folders at the top of a tree whose C files are no part of the kernel. */
const NOT_KERNEL = new Set(['Documentation', 'LICENSES', 'samples', 'scripts', 'tools']);

const HINT = 'youngcheck drift KERNEL_TREE: the folder that has the Makefile of the kernel';

/** The text of a file, or a complaint about what the system says of it. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Complaint(`${file} cannot be read: ${message.split(',')[0]}`, undefined, {
      hint: HINT,
    });
  }
}

export interface Version {
  /** Such as 6.12. */
  readonly release: string;
  /** Such as 6.12.117. */
  readonly full: string;
}

/** The version that the Makefile of a kernel has. */
function readVersion(file: string): Version {
  const text = readText(file);
  const numbers = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map((name) => {
    const line = new RegExp(`^${name}[ \t]*=[ \t]*(.*)$`, 'm').exec(text);
    const value = line?.[1].trim() ?? '';
    if (line !== null && /^\d+$/.test(value)) return value;
    const number = line === null ? 1 : text.slice(0, line.index).split('\n').length;
    const place = { file, line: number, column: 1, source: text.split('\n')[number - 1] };
    const what = line === null ? `no line says ${name} =` : `${name} is no number`;
    throw new Complaint(`not the Makefile of a kernel: ${what}`, place, { hint: HINT });
  });
  const [version, patchlevel, sublevel] = numbers;
  return {
    release: `${version}.${patchlevel}`,
    full: sublevel === '0' ? `${version}.${patchlevel}` : numbers.join('.'),
  };
}

export class Tree {
  readonly version: Version;
  readonly root: string;
  private readonly read = new Map<string, readonly Definition[]>();

  /** Complains if the folder is no source tree of the kernel. */
  constructor(root: string) {
    this.root = root;
    const isThere = existsSync(root);
    if (!isThere || !statSync(root).isDirectory()) {
      const what = isThere ? 'a file, not a folder' : 'no such folder';
      throw new Complaint(`${root}: ${what}`, undefined, { hint: HINT });
    }
    for (const part of ['Makefile', 'mm', 'include/linux']) {
      if (existsSync(join(root, part))) continue;
      throw new Complaint(`${root} is no source tree of the kernel: it has no ${part}`, undefined, {
        hint: HINT,
      });
    }
    this.version = readVersion(join(root, 'Makefile'));
  }

  /** The text of a file; undefined if it is not there. */
  text(file: string): string | undefined {
    const path = join(this.root, file);
    return existsSync(path) ? readText(path) : undefined;
  }

  /** What a file defines. It is kept, as a file is asked for by each of its citations. */
  definitions(file: string): readonly Definition[] {
    let found = this.read.get(file);
    if (found === undefined) this.read.set(file, (found = definitionsOf(this.text(file) ?? '')));
    return found;
  }

  /** The C files of the kernel, in the order of their paths. */
  files(): string[] {
    const found: string[] = [];
    const enter = (folder: string): void => {
      const entries: Dirent[] = readdirSync(join(this.root, folder), { withFileTypes: true });
      for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && !(NOT_KERNEL.has(path) || entry.name.startsWith('.'))) {
          enter(path);
        } else if (entry.isFile() && /\.[ch]$/.test(path)) found.push(path);
      }
    };
    enter('');
    return found;
  }
}
