/**
 * A line of a walk or a look that clears young bits is lost, or its parts contradict each other.
 * Nobody knows what it has heard, so that a later look is not said to miss the uses before it.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../checker/conform/conform.ts';
import { flipped } from './mutated.ts';

const LINES = readFileSync(new URL('6.12-G-mglru.log', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
/** The device has used P0, and the CPU P1. A walk hears of both. Later looks find them old. */
const WALK = LINES.findIndex((line) => line.includes(": LRU_GEN begin write '+ 2 0 23 "));
/** The first line of the walk with all of these texts. */
const at = (...texts: readonly string[]): number =>
  LINES.findIndex((line, i) => i > WALK && texts.every((text) => line.includes(text)));

async function missedIn(lines: readonly string[]): Promise<string[]> {
  const { log } = await readWhole([`${lines.join('\n')}\n`], 'log');
  return log.pages.flatMap(({ uses }) => uses.missed.map(({ kind }) => kind));
}

const CALLED = at(': clear_young: ');
const AGED = at(': age_gfn_ret: ');
const RETURNED = at(': clear_young_ret: ');

describe('a walk', () => {
  it.each([
    ['the begin of its notifier call', CALLED],
    ["the answer of KVM's handler", AGED],
    ['the answer of its notifier call', RETURNED],
    ['the begin of its read of a PTE', at(': ptep_test_and_clear_young: ')],
    ['the answer of its read of a PTE', at(': ptep_test_and_clear_young_ret: ')],
    [
      'the answer of a look before it',
      LINES.findLastIndex((line, i) => i < WALK && line.includes(': folio_referenced_ret: ')),
    ],
  ])('without %s may have heard of the uses', async (_, dropped) => {
    expect(dropped).toBeGreaterThan(0);
    expect(await missedIn(LINES.toSpliced(dropped, 1))).toEqual([]);
  });

  it.each([
    ["KVM's handler", AGED],
    ['its notifier call', RETURNED],
    ['its read of a PTE', at(': ptep_test_and_clear_young_ret: ', ' ret=1')],
  ])('in which the answer of %s is reversed may have heard of the uses', async (_, reversed) => {
    expect(reversed).toBeGreaterThan(0);
    expect(await missedIn(LINES.with(reversed, flipped(LINES[reversed])))).toEqual([]);
  });

  it('that the log does not have has heard of nothing', async () => {
    const end = at(": LRU_GEN begin write '- ");
    const lines = LINES.filter((line, i) => i <= WALK || i >= end || !/young|age_gfn/.test(line));
    expect(await missedIn(lines)).not.toEqual([]);
  });
});

describe('a look of a kernel that has no function for reads of PTEs', () => {
  const READ = / ptep_(?:clear_flush|test_and_clear)_young(?:_ret)?: /;
  const lines = readFileSync(new URL('6.1-B.log', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .filter((line) => !READ.test(line));
  const begin = lines.findIndex((line) => line.includes(': folio_referenced: '));
  const end = lines.findIndex((line) => line.includes(': folio_referenced_ret: '));
  const inside = lines.slice(begin, end + 1).map((line) => / (\w+): /.exec(line)![1]);

  it('calls a notifier', () => {
    expect(inside).toEqual(expect.arrayContaining(['clear_flush_young', 'clear_flush_young_ret']));
  });

  it.each(inside.map((name, i) => [name, begin + i] as const))(
    'may have heard of the uses without the line %s',
    async (_, dropped) => expect(await missedIn(lines.toSpliced(dropped, 1))).toEqual([]),
  );
});
