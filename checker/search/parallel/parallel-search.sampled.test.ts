/** A search of a random system finds the same on one thread and on several. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anySystem } from '../../../properties/generators/any-system.ts';
import { PROPERTIES } from '../../../properties/index.ts';
import { samples } from '../../../suites/samples.ts';
import { reportOf } from '../../../suites/searched.ts';
import { Search } from '../search.ts';
import { ParallelSearch } from './parallel-search.ts';

it('finds what a search on one thread finds', async () => {
  let compared = 0;
  const property = fc.asyncProperty(
    anySystem({ pages: 2, cpus: 1, devices: 2 }),
    fc.integer({ min: 1, max: 4 }),
    async (system, jobs) => {
      const expected = new Search(system, PROPERTIES, { maxStates: 20_000 });
      expected.run();
      // Starting threads takes longer than a search of less.
      fc.pre(expected.complete && expected.size > 100);
      compared++;
      const search = new ParallelSearch(system, PROPERTIES, {}, jobs);
      await search.run();
      expect(reportOf(search)).toEqual(reportOf(expected));
    },
  );
  const numRuns = samples(1);
  await fc.assert(property, { seed: 20190131, numRuns, maxSkipsPerRun: 1000 });
  expect(compared).toBeGreaterThanOrEqual(numRuns);
});
