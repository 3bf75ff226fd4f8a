/** A search can start at any run of a seed, and makes the runs that fast-check makes there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startingAt } from './leap.ts';

const drawn = (parameters: fc.Parameters<number>) => fc.sample(fc.noBias(fc.nat()), parameters);

describe('a search that starts at a run', () => {
  it.each([-5, 0, 7, 2 ** 31 - 1])('makes the runs of a whole search of seed %i', (seed) => {
    const whole = drawn({ seed, numRuns: 300 });
    for (const first of [0, 1, 2, 63, 64, 255]) {
      const part = drawn({ seed, numRuns: 300 - first, randomType: startingAt(first) });
      expect(part).toEqual(whole.slice(first));
    }
  });

  it('makes the run that a path names', () => {
    const seed = 20_190_131;
    const [part] = drawn({ seed, numRuns: 1, randomType: startingAt(54_321) });
    expect(drawn({ seed, numRuns: 1, path: '54321' })).toEqual([part]);
  });

  it('leaps over as many runs as can be asked for', () => {
    const at = (first: number) => startingAt(first)(1);
    const [far, near] = [at(1e12 + 1), at(1e12)];
    (near as { jump(): void }).jump();
    expect(near.getState()).toEqual(far.getState());
  });
});
