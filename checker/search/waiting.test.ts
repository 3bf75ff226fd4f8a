/** States that wait are handed over at their depth, in order. No run is taken for a shorter one. */
import { describe, expect, it } from 'vitest';
import { NOBODY } from '../../model/others.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { sized } from './reach.ts';
import { Search } from './search.ts';
import { Waiting } from './waiting.ts';

type Taken = readonly [words: readonly number[], parent: number, event: number];

function takenAt(waiting: Waiting, depth: number): Taken[] {
  const taken: Taken[] = [];
  waiting.take(depth, (words, parent, event) => taken.push([[...words], parent, event]));
  return taken;
}

describe('waiting states', () => {
  const words = Int32Array.of(-1, 7, 8, 9);
  const filled = (): Waiting => {
    const waiting = new Waiting(2);
    waiting.add(3, words, 1, 10, 20);
    waiting.add(2, words, 0, 11, 21);
    waiting.add(3, words, 2, 9, 19);
    return waiting;
  };

  it('are handed over at their depth alone, in the order in which they came', () => {
    const waiting = filled();
    expect(takenAt(waiting, 1)).toEqual([]);
    expect(takenAt(waiting, 2)).toEqual([[[-1, 7], 11, 21]]);
    expect(takenAt(waiting, 3)).toEqual([
      [[7, 8], 10, 20],
      [[8, 9], 9, 19],
    ]);
  });

  it('are handed over once, and are counted until then', () => {
    const waiting = filled();
    const one = new Waiting(2).growth(1);
    expect([waiting.count, waiting.bytes]).toEqual([3, 2 * one]);
    takenAt(waiting, 3);
    expect(takenAt(waiting, 3)).toEqual([]);
    expect([waiting.count, waiting.bytes]).toEqual([1, one]);
    takenAt(waiting, 2);
    expect([waiting.count, waiting.bytes]).toEqual([0, 0]);
  });

  it('take no more memory than they said they would', () => {
    const waiting = new Waiting(2);
    for (let batch = 0; batch < 50; batch++) {
      const said = waiting.bytes + waiting.growth(10_000);
      for (let i = 0; i < 10_000; i++) waiting.add(3, words, 0, i, 1);
      expect(waiting.bytes).toBeLessThanOrEqual(said);
    }
  });

  it('are copies, which later changes of the words do not touch', () => {
    const own = Int32Array.of(1, 2);
    const waiting = new Waiting(2);
    waiting.add(1, own, 0, 0, 0);
    own.fill(5);
    expect(takenAt(waiting, 1)).toEqual([[[1, 2], 0, 0]]);
  });
});

describe('a search in which a device without state asks', () => {
  const scope = 'granularity=fine observers=none events=protect,write';
  const driver = 'invalidate_secondary=flush-iotlb,flush-atc';
  const hardware = 'rewalksOnPermissionFault=false';
  const one = parseSystem({ driver, hardware, scope });
  const property = PROPERTIES.find(({ name }) => name === 'fault-makes-progress')!;
  const searched = (system: typeof one, devices: boolean): Search => {
    const search = new Search(system, [property], {}, { others: { ...NOBODY, devices } });
    search.run();
    expect(search.complete).toBe(true);
    return search;
  };

  it('has the shortest run that numbered devices have, and counts its events as they do', () => {
    const search = searched(one, true);
    const run = search.violation(property)!;
    const counted = run.map(({ index }) => search.model.counts[index]);
    // A request and a translation of the other device are one event of the run.
    expect(counted).toContain(2);
    expect(counted.reduce((a, b) => a + b, 0)).toBe(search.lengthOf(property));
    const numbered = searched(sized(one, { devices: 2 }), false);
    expect(search.lengthOf(property)).toBe(numbered.lengthOf(property));
    expect(search.lengthOf(property)).toBeLessThan(searched(one, false).lengthOf(property)!);
  });
});
