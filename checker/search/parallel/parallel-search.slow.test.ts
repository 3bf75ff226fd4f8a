/** A search of hundreds of thousands of states finds the same on one thread and on several. */
import { expect, it } from 'vitest';
import { propertiesFor } from '../../../properties/index.ts';
import { reportOf } from '../../../suites/searched.ts';
import { parseSystem } from '../../trace/setup.ts';
import { Search } from '../search.ts';
import { ParallelSearch } from './parallel-search.ts';

it.each(['amd-iommu-v2', 'kvm'])('%s in large without CPUs', async (driver) => {
  const system = parseSystem({ driver, scope: 'large cpus=0' });
  const properties = propertiesFor(system);
  const one = new Search(system, properties);
  one.run();
  expect(one.size).toBeGreaterThan(100_000);
  for (const jobs of [2, 3]) {
    const several = new ParallelSearch(system, properties, {}, jobs);
    await several.run();
    expect(reportOf(several, properties)).toEqual(reportOf(one, properties));
  }
});
