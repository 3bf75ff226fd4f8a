/** Searches one after another heed an interrupt and the time, with threads at hand as well. */
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Threads } from './checking.ts';
import { ALL_REDUCTIONS, Checking } from './checking.ts';

const threads: Threads = () => {
  throw new Error('a search with reductions runs on one thread');
};

it('calls nothing vacuous that was not searched for every number of pages', () => {
  const scope = 'pages=many observers=none events=walk,protect';
  const near = parseSystem({ scope });
  const far = parseSystem({ kernel: 'write-protect=pte,invalidate@next', scope });
  const verdictIn = (system: System) => {
    const checking = new Checking(system, propertiesFor(system));
    checking.run();
    const { verdicts } = checking.result();
    return verdicts.find(({ property }) => property.name === 'no-spurious-invalidation');
  };
  expect(verdictIn(near)).toMatchObject({ verdict: 'vacuous' });
  expect(verdictIn(far)).toMatchObject({ verdict: 'holds-up-to', pages: 3, reached: false });
});

describe('searches with reductions, where threads were asked for', () => {
  const system = parseSystem({ driver: 'kvm', scope: 'any granularity=fine' });
  const begun = () => new Checking(system, propertiesFor(system), {}, ALL_REDUCTIONS, threads);

  it('hear an interrupt that comes in another turn of the event loop', async () => {
    const checking = begun();
    const interrupted = setImmediate().then(() => checking.interrupt());
    await checking.runThreads(() => setImmediate());
    await interrupted;
    const { search } = checking.result();
    expect(search).toMatchObject({ complete: false, stopped: 'interrupted' });
    // Only a search that was stopped guesses how many states there are.
    expect(search).toHaveProperty('estimate');
  });

  it('know the time that is left at any moment', async () => {
    const checking = begun();
    const seconds: number[] = [];
    await checking.runThreads(() => {
      seconds.push(checking.seconds);
      if (seconds.length === 3) checking.interrupt();
    });
    expect(seconds.length).toBeGreaterThanOrEqual(3);
    expect(seconds[0]).toBeGreaterThan(0);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });
});
