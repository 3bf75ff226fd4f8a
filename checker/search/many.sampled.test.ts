/**
 * What is said of any number of pages, CPUs and devices is right for 1, 2 and 3 of each. What is
 * said of a number by a smaller search is what a full search says. docs/reductions.md has the
 * arguments that these tests attack.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyNumber, compared, someNumber } from '../../suites/numbers.ts';
import type { Compared } from '../../suites/numbers.ts';
import { samples } from '../../suites/samples.ts';
import type { System } from '../../model/system.ts';
import { ALL_REDUCTIONS } from './checking.ts';
import type { Reduction } from './reductions.ts';
import { REDUCTION_NAMES } from './reductions.ts';

const SEED = 12;
/** Systems with any number, and systems with a number for each set of reductions. */
const ANY = 10;
const SOME = 1;

/** Compares random systems, and adds up what was compared. */
function comparedAll(
  systems: fc.Arbitrary<System>,
  few: number,
  reductions: ReadonlySet<Reduction>,
): Compared {
  const each = fc
    .sample(systems, { seed: SEED, numRuns: samples(few) })
    .map((system) => compared(system, reductions));
  const sum = (count: (one: Compared) => number) =>
    each.reduce((total, one) => total + count(one), 0);
  return {
    searches: sum(({ searches }) => searches),
    verdicts: sum(({ verdicts }) => verdicts),
    wrong: each.flatMap(({ wrong }) => wrong),
  };
}

describe('any number of pages, CPUs and devices', () => {
  it('is what full searches of 1, 2 and 3 say', () => {
    const { searches, verdicts, wrong } = comparedAll(anyNumber, ANY, ALL_REDUCTIONS);
    expect(wrong).toEqual([]);
    expect(searches).toBeGreaterThan(samples(2 * ANY));
    expect(verdicts).toBeGreaterThan(samples(2 * ANY));
  });
});

describe('a number of pages, CPUs and devices', () => {
  const without = (left: Reduction) => new Set(REDUCTION_NAMES.filter((name) => name !== left));
  const sets: [string, ReadonlySet<Reduction>][] = [
    ['all reductions', ALL_REDUCTIONS],
    ['no reduction', new Set()],
    ...REDUCTION_NAMES.map((name): [string, ReadonlySet<Reduction>] => [
      `${name} alone`,
      new Set([name]),
    ]),
    ...REDUCTION_NAMES.map((name): [string, ReadonlySet<Reduction>] => [
      `all but ${name}`,
      without(name),
    ]),
  ];

  it.each(sets)('is what a full search says, with %s', (_, reductions) => {
    const { searches, wrong } = comparedAll(someNumber, SOME, reductions);
    expect(wrong).toEqual([]);
    expect(searches).toBeGreaterThan(samples(SOME) / 4);
  });
});
