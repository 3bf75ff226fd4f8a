/** How runs are counted: distinct states, tallies and their table. Also how long runs are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../../checker/trace/setup.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { PROPERTIES } from '../index.ts';
import { anyRun, anySystemRun } from '../../checker/explore/any-run.ts';
import { Distinct, Tally, Walk, addCounts, noCounts } from './index.ts';

/** The number of hashes that a Distinct keeps. */
const KEPT = 16_384;

describe('a count of distinct states', () => {
  const counted = (states: number): Distinct => {
    const distinct = new Distinct();
    for (let i = 0; i < states; i++) distinct.visit(Int32Array.of(i, i * 7));
    return distinct;
  };

  it.each([0, 1, KEPT - 1])('of %i is exact', (states) => {
    const distinct = counted(states);
    expect(distinct.exact).toBe(true);
    expect(distinct.size()).toBe(states);
    expect(distinct.hashes()).toHaveLength(states);
  });

  it.each([KEPT, 2 * KEPT - 1, 2 * KEPT, 2 * KEPT + 1, 300_000])(
    'of %i is an estimate',
    (states) => {
      const distinct = counted(states);
      expect(distinct.exact).toBe(false);
      expect(Math.abs(distinct.size() / states - 1)).toBeLessThan(0.03);
      expect(distinct.hashes()).toHaveLength(KEPT);
    },
  );

  it('counts a state once', () => {
    const distinct = counted(10);
    for (let i = 0; i < 10; i++) distinct.visit(Int32Array.of(i, i * 7));
    expect(distinct.size()).toBe(10);
  });

  it('tells states apart that differ in any word', () => {
    const distinct = new Distinct();
    for (const words of [[], [0], [1], [0, 0], [0, 1], [1, 0], [0, 0, 1]]) {
      distinct.visit(Int32Array.from(words));
    }
    expect(distinct.size()).toBe(7);
  });

  it('keeps the smallest hashes, in order, wherever they came from', () => {
    const hashes = counted(50_000).hashes();
    expect([...hashes]).toEqual([...hashes].toSorted((a, b) => a - b));
    const joined = new Distinct();
    joined.join([...hashes].toReversed());
    joined.join(hashes);
    expect(joined.hashes()).toEqual(hashes);
  });

  it('tells what is new, so that the parts make the whole', () => {
    const [distinct, joined] = [new Distinct(), new Distinct()];
    distinct.takeFresh();
    const parts: number[] = [];
    for (let part = 0; part < 20; part++) {
      for (let i = 0; i < 5000; i++) distinct.visit(Int32Array.of(part * 4000 + i));
      const fresh = distinct.takeFresh();
      parts.push(fresh.length);
      joined.join(fresh);
    }
    expect(parts.slice(0, 2)).toEqual([5000, 4000]);
    expect(parts.at(-1)).toBeLessThan(3000);
    expect(joined.hashes()).toEqual(distinct.hashes());
    expect([joined.size(), joined.exact]).toEqual([distinct.size(), false]);
  });
});

describe('a tally', () => {
  const model = () => new Model(parseSystem({ scope: 'mail' }));
  const missed = PROPERTIES.filter(({ name }) => name.includes('(reclaim)')).slice(0, 2);

  it('counts runs, events, and by property the runs that violate it', () => {
    const mail = model();
    const walk = new Walk(mail, 4);
    const tally = new Tally(mail, missed);
    const texts: string[][] = [];
    const found: number[] = [];
    for (let number = 3; number < 40; number++) {
      const length = walk.run(number, 4);
      tally.add(walk, length, number);
      texts.push(Array.from(walk.events.subarray(0, length), (i) => eventText(mail.events[i])));
      const said = texts
        .at(-1)!
        .map((text) => text[0])
        .join('');
      // The only run of four events that misses is: read, look, read, look.
      if (said === 'dkdk') found.push(number);
    }
    expect(found.length).toBeGreaterThan(1);
    const counts = tally.counts();
    expect(counts.runs).toBe(37);
    expect(counts.events).toBe(37 * 4);
    expect(counts.violating).toEqual([found.length, 0]);
    expect(counts.first).toEqual([found[0], undefined]);
    const reads = texts.flat().filter((text) => text === 'dev0: read A').length;
    expect(counts.byEvent).toEqual([reads, 37 * 4 - reads]);
  });

  it('of two parts is their sum, with the first run of either', () => {
    const a = {
      runs: 2,
      events: 20,
      byEvent: [15, 5],
      witnesses: [1, 2],
      violating: [1, 0],
      first: [7, undefined],
    };
    const b = {
      runs: 3,
      events: 30,
      byEvent: [10, 20],
      witnesses: [0, 4],
      violating: [2, 0],
      first: [4, undefined],
    };
    const both = {
      runs: 5,
      events: 50,
      byEvent: [25, 25],
      witnesses: [1, 6],
      violating: [3, 0],
      first: [4, undefined],
    };
    expect(addCounts(a, b)).toEqual(both);
    expect(addCounts(b, a)).toEqual(both);
    expect(addCounts(a, noCounts(2, 2))).toEqual(a);
    expect(addCounts(noCounts(2, 2), a)).toEqual(a);
  });
});

describe('generated runs', () => {
  const lengths = (maxLength?: number): number[] => {
    const model = new Model(parseSystem({ scope: 'mail' }));
    const options = maxLength === undefined ? {} : { maxLength };
    return fc.sample(anyRun(model, options), { numRuns: 1000, seed: 3 }).map((run) => run.length);
  };

  it('have from 1 to 100 events, or as many as asked', () => {
    expect([Math.min(...lengths()), Math.max(...lengths())]).toEqual([1, 100]);
    expect([Math.min(...lengths(5)), Math.max(...lengths(5))]).toEqual([1, 5]);
  });

  it('are short at first', () => {
    const all = lengths();
    const short = (part: number[]) => part.filter((length) => length <= 10).length / part.length;
    expect(short(all.slice(0, 50))).toBeGreaterThan(0.45);
    expect(short(all.slice(500))).toBeLessThan(0.4);
  });

  it('take the bias that they are given', () => {
    const model = new Model(parseSystem({ scope: 'cpus=1 observers=none' }));
    const cpus = (cpu: number) =>
      fc
        .sample(anyRun(model, { bias: { cpu } }), { numRuns: 50, seed: 3 })
        .flat()
        .filter(({ actor }) => actor === 'cpu').length;
    expect(cpus(0.9)).toBeGreaterThan(2 * cpus(0.1));
  });

  it('of any system are of that system', () => {
    const systems = fc.constantFrom(
      parseSystem({ scope: 'mail' }),
      parseSystem({ scope: 'observers=none' }),
    );
    for (const { model, run } of fc.sample(anySystemRun(systems, { maxLength: 7 }), 50)) {
      expect(run.length).toBeLessThanOrEqual(7);
      expect(run.every((event) => model.events[event.index] === event)).toBe(true);
    }
  });
});
