/**
 * Pieces of logs. Each has a race or an end that an earlier version of the model could not explain.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Given } from '../../checker/conform/candidates.ts';
import { conform } from '../../checker/conform/conform.ts';

const HERE = new URL('./pieces/', import.meta.url);
const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, HERE), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[], given: Given = {}) =>
  conform([`${lines.join('\n')}\n`], 'piece', given);

const RET = /: unmap_gfn_range_ret: /;

/**
 * For each piece, how many pages are read, and the fewest lines about one of them. A collapse makes
 * four pages one.
 */
const PIECES = [
  ['6.1-H-shadow', 4, 2],
  ['6.1-K-collapse', 1, 12],
  ['6.1-O-race', 3, 10],
  ['6.1-S-cold', 1, 4],
  ['6.1-S-collapse', 1, 8],
  ['6.1-S-fork', 1, 8],
  ['6.1-S-held', 1, 12],
  ['6.1-S-msync', 1, 12],
  ['6.1-S-pageout', 1, 12],
  ['6.1-S-pending', 1, 6],
  ['6.1-S-untouched', 2, 1],
  ['6.1-S-walk', 1, 8],
  ['6.12-A-exit', 1, 5],
  ['6.12-N-exit', 16, 1],
  ['6.12-S-copy', 1, 16],
  ['6.12-S-fork', 1, 16],
] as const;

/** The hardware of pieces in which the device tells of its IOTLB. Without a word no log has one. */
const HARDWARE: Readonly<Record<string, string>> = {
  '6.1-S-collapse': 'ats',
  '6.1-S-held': 'ignores-accessed',
  '6.1-S-msync': 'ats',
  '6.1-S-pageout': 'ats',
  '6.1-S-untouched': 'ignores-accessed',
  '6.12-S-copy': 'ats',
  '6.12-S-fork': 'ats',
};
const givenFor = (name: string): Given => {
  const hardware = HARDWARE[name];
  return hardware === undefined ? {} : { hardware };
};

/** What pieces show beside that. The others show none. */
const MISSED: Readonly<Record<string, readonly string[]>> = {
  '6.1-S-pageout': ['unreferenced', 'evicted'],
  '6.1-S-untouched': ['unreferenced', 'evicted'],
};

describe('pieces of logs', () => {
  it('are all known', () => {
    const files = readdirSync(HERE).map((name) => name.replace(/\.log$/, ''));
    expect(files.toSorted()).toEqual(PIECES.map(([name]) => name));
  });

  it.each(PIECES)('%s is explained', async (name, count, least) => {
    const { pages, missed } = await conformTo(linesOf(name), givenFor(name));
    expect(pages.map(({ refusal }) => refusal)).toEqual(Array(count).fill(undefined));
    for (const { page } of pages) expect(page.length).toBeGreaterThanOrEqual(least);
    expect(missed.map(({ kind }) => kind)).toEqual(MISSED[name] ?? []);
  });

  it('refuses the zap of an entry that nobody has installed', async () => {
    const whole = linesOf('6.1-O-race');
    const zap = whole.findLast((line) => line.endsWith('old_spte 3310825 new_spte 0'))!;
    const installed = / gfn 200 .*(new_spte 3310825$|spte 3310825 \()/;
    const tampered = whole.filter((line) => !installed.test(line));
    expect(tampered.length).toBe(whole.length - 2);
    const { pages } = await conformTo(tampered);
    expect(pages[0].refusal).toMatchObject({
      said: 'a secondary PTE is zapped',
      line: tampered.findIndex((line, at) => at > tampered.indexOf(zap) && RET.test(line)) + 1,
    });
  });
});
