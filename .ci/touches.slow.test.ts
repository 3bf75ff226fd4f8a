/**
 * Measures how many files adding one thing touches. A small patch for each kind of thing is applied
 * to a copy of the tree. It may change no more files than docs/HACKING.md says. The compiler must
 * accept it, and every command must then know the new thing. Tests and documents are not counted.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The patches in the order in which they are applied, and how many files each may touch. */
const MOST_FILES = {
  event: 3,
  action: 2,
  property: 2,
  field: 1,
  preset: 1,
  operation: 4,
} as const;
type Kind = keyof typeof MOST_FILES;
const KINDS = Object.keys(MOST_FILES) as Kind[];

const patchOf = (kind: Kind): string => resolve('.ci/touches', `${kind}.patch`);

function run(cwd: string, command: string, args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, input, encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'youngcheck-touches-'));
  const { text } = run('.', 'git', ['ls-files', '--cached', '--others', '--exclude-standard']);
  for (const file of text.split('\n').filter((name) => name !== '')) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  for (const kind of KINDS) {
    const applied = run(copy, 'git', ['apply', '-C1', patchOf(kind)]);
    expect(applied, `${kind}: the patch no longer fits the tree`).toEqual({ status: 0, text: '' });
  }
});
afterAll(() => rmSync(copy, { recursive: true }));

const youngcheck = (...args: string[]) =>
  run(copy, process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args]);

describe('what adding one thing touches', () => {
  it.each(KINDS)('%s: no more files than it says', (kind) => {
    const { text } = run('.', 'git', ['apply', '--numstat', patchOf(kind)]);
    const files = text.trim().split('\n');
    expect(files.length).toBeLessThanOrEqual(MOST_FILES[kind]);
  });

  it('the compiler asks for nothing else', () => {
    expect(run(copy, 'node_modules/.bin/tsc', ['--noEmit'])).toEqual({ status: 0, text: '' });
  });

  it.each([
    ['checker/tell/operation-arrows.ts', /^ {2}'soft-dirty': .*\n/m],
    ['checker/tell/user.ts', /^ {2}'soft-dirty': [^]*?^ {2}\}\),\n/m],
  ])('the compiler asks for the row of a new operation in %s', (file, row) => {
    const path = join(copy, file);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace(row, ''));
    const { status, text } = run(copy, 'node_modules/.bin/tsc', ['--noEmit']);
    writeFileSync(path, whole);
    expect(status).not.toBe(0);
    expect(text).toContain(`${file}(`);
    expect(text).toMatch(/Property '"soft-dirty"' is missing/);
  });

  it.each([
    ['populate', 'A user calls madvise(MADV_POPULATE_READ).'],
    ['user: populate A', 'The page becomes young, though nobody has used it'],
    ['make-old', "The secondary's own young bit is cleared, and not reported."],
    ['user: soft-dirty A', 'A user has the soft-dirty bit cleared'],
    ['soft-dirty=pte,flush-tlb', 'A user writes 4 to /proc/PID/clear_refs.'],
    ['no-eviction', 'Reclaim evicts no page.'],
    ['quietSwap', 'An example of a field, which changes nothing.'],
    ['example-driver', 'an example of a preset'],
  ])('list knows %s', (word, sentence) => {
    const { status, text } = youngcheck('list', word);
    expect(text).toContain(sentence);
    expect(status).toBe(0);
  });

  it('check searches with all of them', () => {
    const system = ['--driver', 'example-driver', '--kernel', 'quietSwap=true'];
    const { text } = youngcheck('check', ...system, '--scope', 'events=populate,lru,unmap');
    expect(text).toMatch(/no-eviction +violated/);
    expect(text).toContain('user: populate A');
  });

  it('a trace with the event, the action and the operation replays, explained and drawn', () => {
    const trace = `Trace example

{
  driver   example-driver
  kernel   soft-dirty=pte,flush-tlb,invalidate
  scope    cpus=1 observers=idle granularity=fine events=populate,soft-dirty
}

(1) dev0: request-read A
(2) iommu: translate dev0 A
(3) user: populate A
(4) user: soft-dirty A
(5) page_idle: mark A == 1
(6) page_idle: make-old A

ends
`;
    const explained = run(
      copy,
      process.execPath,
      ['--import', 'tsx', 'cli/main.ts', 'replay', '--explain', '-'],
      trace,
    );
    expect(explained.text).toContain('A user populates A');
    expect(explained.text).toContain('The spte is made old');
    expect(explained.text).toContain('A user clears the soft-dirty bit of A. The kernel flushes');
    const drawn = run(
      copy,
      process.execPath,
      ['--import', 'tsx', 'cli/main.ts', 'render', '-'],
      trace,
    );
    expect(drawn.text).toContain('populate');
    expect(drawn.text).toContain('soft-dirty');
  });

  it('ablate flips the field, and explore draws the event', () => {
    const ablated = youngcheck('ablate', '--driver', 'example-driver', '--scope', 'mail');
    expect(ablated.text).toContain('quietSwap=true');
    const system = ['--driver', 'example-driver', '--scope', 'events=populate'];
    const explored = youngcheck('explore', ...system, '--runs', '20', '--seed', '1');
    expect(explored.text).toMatch(/populate/);
  });
});
