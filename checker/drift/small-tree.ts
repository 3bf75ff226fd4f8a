/** Small source trees for tests: they have all that a release of the model cites, and no more. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileIn } from '../../model/citation.ts';
import type { Citation } from '../../model/citation.ts';
import { LINUX } from '../../model/citations.ts';
import { NOTIFIER_CALLBACKS } from '../../model/implementers.ts';
import { isIn } from '../../model/releases.ts';

const functionText = (name: string, calls: readonly string[]): string =>
  name === name.toUpperCase()
    ? `#define ${name} 1\n`
    : `int ${name}(int a)\n{\n${calls.map((call) => `\t${call}(a);\n`).join('')}}\n`;

const opsText = (struct: string, name: string, members: readonly string[]): string =>
  `static const struct ${struct} ${name} = {\n${members.map((m) => `\t.${m} = f,\n`).join('')}};\n`;

const made: string[] = [];

/** Removes the trees that were made. */
export function removeTrees(): void {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
}

export class SmallTree {
  readonly root = mkdtempSync(join(tmpdir(), 'small-tree-'));

  constructor(release: string) {
    made.push(this.root);
    const [version, patchlevel] = release.split('.');
    this.write('Makefile', `VERSION = ${version}\nPATCHLEVEL = ${patchlevel}\nSUBLEVEL = 7\n`);
    for (const [file, text] of filesOf(release)) this.write(file, text);
  }

  write(file: string, text: string): this {
    mkdirSync(dirname(join(this.root, file)), { recursive: true });
    writeFileSync(join(this.root, file), text);
    return this;
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  /** Replaces a text of a file; it has to be there. */
  edit(file: string, from: string | RegExp, to: string): this {
    const before = this.read(file);
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} does not have ${String(from)}`);
    return this.write(file, after);
  }
}

/** The files of a release: each symbol is a function that calls what it is said to call. */
function filesOf(release: string): Map<string, string> {
  const files = new Map<string, string>();
  const add = (file: string, text: string) => files.set(file, (files.get(file) ?? '') + text);
  const cited = Object.values<Citation>(LINUX).filter(({ releases }) => isIn(release, releases));
  const called = new Map<string, string[]>();
  for (const { callers, symbol } of cited) {
    for (const { name, releases } of callers) {
      if (isIn(release, releases)) called.set(name, [...(called.get(name) ?? []), symbol]);
    }
  }
  for (const citation of cited) {
    const { symbol } = citation;
    add(fileIn(citation, release), functionText(symbol, called.get(symbol) ?? []));
    called.set(symbol, called.get(symbol) ?? []);
  }
  const symbols = new Set(cited.map(({ symbol }) => symbol));
  for (const [name, calls] of called) {
    if (!symbols.has(name)) add('mm/callers.c', functionText(name, calls));
  }
  const callbacks = NOTIFIER_CALLBACKS.filter(({ releases }) => isIn(release, releases));
  for (const { struct, member, by } of callbacks) {
    const files = Object.keys(by).filter((file) => isIn(release, by[file]));
    for (const file of files) add(file, opsText(struct, `${member}_ops`, [member]));
  }
  for (const struct of new Set(callbacks.map((callback) => callback.struct))) {
    const members = callbacks.filter((callback) => callback.struct === struct);
    const lines = members.map(({ member }) => `\tint (*${member})(int a);\n`);
    add('include/linux/mmu_notifier.h', `struct ${struct} {\n${lines.join('')}};\n`);
  }
  return files;
}
