/** The interval of Clopper and Pearson, held against published values and its own definition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson } from './binomial.ts';

describe('the interval of Clopper and Pearson', () => {
  // The intervals that binom.test() of R prints. 682 of 925 is the example of its manual.
  it.each([
    [682, 925, 0.7076683, 0.7654066],
    [5, 10, 0.187086, 0.812914],
    [1, 10, 0.002528579, 0.445016117],
    [0, 20, 0, 0.1684335],
    [20, 20, 0.8315665, 1],
  ])('is that of R for %i of %i', (hits, trials, least, most) => {
    const found = clopperPearson(hits, trials);
    expect(found.least).toBeCloseTo(least, 6);
    expect(found.most).toBeCloseTo(most, 6);
  });

  it('begins near 0.00005 for one hit in 500', () => {
    // One hit or more has the chance 1 - (1 - p)^500, which is 0.025 there.
    expect(clopperPearson(1, 500).least).toBeCloseTo(1 - 0.975 ** (1 / 500), 14);
    expect(clopperPearson(1, 500).least).toBeCloseTo(0.0000506, 7);
  });

  it.each([1, 2, 10, 500, 100_000])('for none and for all of %i is a root', (trials) => {
    const end = 0.025 ** (1 / trials);
    const [none, all] = [clopperPearson(0, trials), clopperPearson(trials, trials)];
    expect(none.least).toBe(0);
    expect(none.most).toBeCloseTo(1 - end, 12);
    expect(all.least).toBeCloseTo(end, 12);
    expect(all.most).toBe(1);
  });

  it('holds the true share in at least 95 % of all samples, whatever the share is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (trials, share) => {
          let [chance, missed] = [(1 - share) ** trials, 0];
          for (let hits = 0; hits <= trials; hits++) {
            const { least, most } = clopperPearson(hits, trials);
            if (share < least || share > most) missed += chance;
            chance *= ((trials - hits) * share) / ((hits + 1) * (1 - share));
          }
          expect(missed).toBeLessThanOrEqual(0.05 + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });
});
