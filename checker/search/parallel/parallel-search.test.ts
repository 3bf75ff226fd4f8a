/**
 * A search on several threads finds what a search on one thread finds, event by event. One that was
 * stopped knows less, and what it knows is right. A thread that fails ends the search.
 */
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../../properties/index.ts';
import { expectHonest, reportOf } from '../../../suites/searched.ts';
import { parseSystem } from '../../trace/setup.ts';
import { Search } from '../search.ts';
import type { Task } from './memory.ts';
import { ParallelSearch } from './parallel-search.ts';

const races = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });
const whole = new Search(races, PROPERTIES);
whole.run();

describe('a search on several threads', () => {
  it('finds what a search on one finds, and tells how far it is', async () => {
    const search = new ParallelSearch(races, PROPERTIES, {}, 2);
    const sizes: number[] = [];
    await search.run(() => sizes.push(search.size));
    expect(reportOf(search)).toEqual(reportOf(whole));
    expect(sizes[0]).toBe(1);
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(search.size).toBeGreaterThanOrEqual(sizes.at(-1)!);
    expect(search.seconds).toBeGreaterThan(0);
  });

  it('stops when it is interrupted', async () => {
    const part = new ParallelSearch(races, PROPERTIES, {}, 2);
    part.interrupt();
    await part.run();
    expect(part.stopped).toBe('interrupted');
    expectHonest(part, whole);
  });
});

/** A search whose second thread runs a script instead. */
class Broken extends ParallelSearch {
  script = '';

  override startPart(task: Task): Worker {
    return task.me === 1 ? new Worker(this.script, { eval: true }) : super.startPart(task);
  }
}

describe('a thread that fails', () => {
  it('ends the search with its message', async () => {
    const unknown = { ...PROPERTIES[0], name: 'no-such-property' };
    const search = new ParallelSearch(races, [unknown], {}, 2);
    await expect(search.run()).rejects.toThrow('no-such-property');
  });

  it.each([
    ["throw new Error('broken')", 'broken'],
    ['process.exit(0)', 'ended without a result'],
  ])('ends the search although another thread waits for it: %s', async (script, message) => {
    const search = new Broken(races, PROPERTIES, {}, 2);
    search.script = script;
    await expect(search.run()).rejects.toThrow(message);
  });
});
