/**
 * A search of hundreds of thousands of states finds the same on one thread and on several. A search
 * that was stopped knows less, and what it knows is right, whatever stopped it.
 */
import { describe, expect, it } from 'vitest';
import { PROPERTIES, propertiesFor } from '../../../properties/index.ts';
import { expectHonest, reportOf } from '../../../suites/searched.ts';
import { parseSystem } from '../../trace/setup.ts';
import type { Limits } from '../search.ts';
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

describe('a search on several threads with limits', () => {
  const races = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });
  const whole = new Search(races, PROPERTIES);
  whole.run();

  const finished = async (limits: Limits = {}, jobs = 2): Promise<ParallelSearch> => {
    const search = new ParallelSearch(races, PROPERTIES, limits, jobs);
    await search.run();
    return search;
  };

  it('finds on 3 threads what a search on one finds', async () => {
    expect(reportOf(await finished({}, 3))).toEqual(reportOf(whole));
  });

  it('stops at 10,000 states, always at the same one', async () => {
    const maxStates = 10_000;
    const part = await finished({ maxStates });
    expect(part.stopped).toBe('max-states');
    expect(part.size).toBeGreaterThanOrEqual(maxStates);
    expect(part.size).toBeLessThan(maxStates + 30_000);
    expectHonest(part, whole);
    expect(reportOf(await finished({ maxStates }))).toEqual(reportOf(part));
  });

  it('stops at one state, always at the same one', async () => {
    const part = await finished({ maxStates: 1 });
    expect(part.stopped).toBe('max-states');
    expectHonest(part, whole);
    expect(reportOf(await finished({ maxStates: 1 }))).toEqual(reportOf(part));
  });

  it('is not stopped by limits that it does not reach', async () => {
    const limits = { maxStates: whole.size + 1, maxMemory: 2 ** 30, timeLimit: 6000 };
    expect(reportOf(await finished(limits))).toEqual(reportOf(whole));
  });

  it('stops at the memory it may take', async () => {
    const part = await finished({ maxMemory: 1 });
    expect(part.stopped).toBe('max-memory');
    expectHonest(part, whole);
  });

  it('stops when its time is over', async () => {
    const part = await finished({ timeLimit: 0 });
    expect(part.stopped).toBe('time-limit');
    expectHonest(part, whole);
  });

  it('ends well wherever it is interrupted', async () => {
    const part = new ParallelSearch(races, PROPERTIES, {}, 2);
    await part.run(() => {
      if (part.size > 1000) part.interrupt();
    });
    // It may have been faster than the interrupt.
    if (part.complete) expect(reportOf(part)).toEqual(reportOf(whole));
    else expectHonest(part, whole);
  });
});
