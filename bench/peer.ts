/**
 * Runs the peer, an independent implementation of docs/model.md in C++. It is no part of the
 * project, and is expected in ../shared/peers. Its arguments are the texts of a setup block's four
 * lines, with fields and no presets.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parts, System } from '../model/system.ts';
import { FIELDS, fieldsOf } from '../model/system.ts';
import { valueText } from '../model/text.ts';
import { PROPERTIES } from '../properties/index.ts';
import { Search } from '../checker/search/search.ts';

const SOURCE = fileURLToPath(new URL('../../shared/peers/peer.cpp', import.meta.url));

/** The texts of a system's kernel, driver, hardware and scope. */
export type Texts = readonly [string, string, string, string];
const PARTS = Object.keys(FIELDS) as (keyof Parts)[];

/** The four texts of a system, with every field of every part. */
export const textsOf = (system: System): Texts =>
  PARTS.map((part) =>
    Object.entries(fieldsOf(part))
      .map(([name, field]) => `${name}=${valueText(field, system[part][name as never])}`)
      .join(' '),
  ) as unknown as Texts;

/** The answer about a system: a line for each violated property, and a line with the counts. */
export type Said = ReadonlySet<string> | 'too large' | 'refused';

/** The answer of the project's own search. */
export function ours(system: System, maxStates: number): Said {
  const search = new Search(system, PROPERTIES, { maxStates });
  search.run();
  if (!search.complete) return 'too large';
  const violated = PROPERTIES.flatMap((property) => {
    const length = search.violation(property)?.length;
    return length === undefined ? [] : [`${property.name} violated ${length}`];
  });
  return new Set([...violated, `states ${search.size} transitions ${search.transitions}`]);
}

export const isInstalled = (tool: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;

export class Peer {
  private readonly folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  private readonly program = join(this.folder, 'peer');

  /** Says what is missing for the comparison. Undefined if nothing is. */
  static get lacks(): string | undefined {
    if (!existsSync(SOURCE)) return '../shared/peers/peer.cpp';
    return isInstalled('g++') ? undefined : 'g++ (apt-get install g++)';
  }

  constructor() {
    const flags = ['-O2', '-std=c++17', '-o', this.program, SOURCE];
    const { status, stderr } = spawnSync('g++', flags, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`g++ ${flags.join(' ')}: ${stderr}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Asks the peer about a system. It gives up after `maxStates` states. */
  async says(texts: Texts, maxStates: number): Promise<Said> {
    const out = await this.prints(texts, maxStates);
    if (out === 'too large' || out === 'refused') return out;
    return new Set(
      out
        .trim()
        .split('\n')
        .filter((line) => /violated|^states/.test(line)),
    );
  }

  /** What the peer prints about a system. */
  prints(texts: Texts, maxStates: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.program, texts, { env: { MAX: String(maxStates) } });
      let out = '';
      child.stdout.on('data', (text) => (out += text));
      child.on('error', reject);
      child.on('close', (status) => {
        if (status === 2) return resolve('refused');
        if (status === 3) return resolve('too large');
        if (status === 0) return resolve(out);
        reject(new Error(`peer: exit status ${status}: ${texts.join('; ')}`));
      });
    });
  }
}
