/** What is guessed about the number of all states, on systems whose number is known. */
import { describe, expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { estimateOf } from './estimate.ts';
import { Search } from './search.ts';

/** The levels of a product of n things that change once each. */
function binomials(n: number): number[] {
  const levels = [1];
  for (let k = 1; k <= n; k++) levels.push((levels[k - 1] * (n - k + 1)) / k);
  return levels;
}
const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);

describe('the number of all states', () => {
  it.each(['amd-iommu-v2', 'amd-iommu-v2-patched', 'kvm', 'none'])(
    'is in the range once a tenth was searched: %s',
    (driver) => {
      const system = parseSystem({ driver, scope: 'races' });
      const search = new Search(system, propertiesFor(system));
      search.run();
      const { levels, size } = search;
      expect(sum(levels)).toBe(size);
      let asked = 0;
      for (let depth = 1; depth < levels.length; depth++) {
        const known = levels.slice(0, depth);
        const found = sum(known);
        if (found < size / 10) continue;
        const { least, most = Infinity } = estimateOf(known, found);
        expect(least).toBeLessThanOrEqual(size);
        expect(most).toBeGreaterThanOrEqual(size);
        asked++;
      }
      expect(asked).toBeGreaterThan(8);
    },
  );

  it('is guessed within a few times of what a product of parts has', () => {
    for (const known of [12, 16, 20]) {
      const levels = binomials(30).slice(0, known);
      const { least, most } = estimateOf(levels, sum(levels));
      expect(least).toBeLessThanOrEqual(2 ** 30);
      expect(most).toBeGreaterThanOrEqual(2 ** 30);
      expect(most! / least).toBeLessThan(60);
    }
  });

  it('is not guessed from too few levels, nor where each grows faster than the one before', () => {
    expect(estimateOf([1, 3, 9], 20)).toEqual({ least: 20 });
    expect(estimateOf([1, 2, 4, 9, 25, 100, 900], 1200)).toEqual({ least: 1200 });
  });

  it('is never below what was found', () => {
    expect(estimateOf([1, 8, 16, 16, 8, 4, 2, 1], 999).least).toBe(999);
  });
});
