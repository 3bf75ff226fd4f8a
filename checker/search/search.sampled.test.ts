/**
 * The search finds what a plain search finds, state by state and run by run. A search that was
 * stopped says so, and what it has found until then is right.
 */
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Shown } from '../../model/shown.ts';
import type { Parts } from '../../model/system.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, ghostsOf } from '../../properties/index.ts';
import type { Edge, Explored } from '../../suites/plain-search.ts';
import { explore } from '../../suites/plain-search.ts';
import { samples } from '../../suites/samples.ts';
import { expectHonest, reportOf } from '../../suites/searched.ts';
import { parseSystem } from '../trace/setup.ts';
import { Memory, setMemory } from './memory.ts';
import type { Limits } from './search.ts';
import { Search } from './search.ts';

const texts = (run: readonly Event[] | undefined): string[] | undefined => run?.map(eventText);

/** The run to the first edge that `judge` accepts. It follows the first edge into each state. */
function firstRun(
  { edges }: Explored,
  into: ReadonlyMap<number, Edge>,
  judge: (shown: Shown) => boolean,
): Event[] | undefined {
  const run: Event[] = [];
  let edge = edges.find(({ shown }) => judge(shown));
  if (edge === undefined) return undefined;
  for (; edge !== undefined; edge = into.get(edge.from)) run.unshift(edge.event);
  return run;
}

/** The first edge into each state but the initial one. */
function firstEdges({ edges }: Explored): Map<number, Edge> {
  const into = new Map<number, Edge>();
  for (const edge of edges) if (edge.to !== 0 && !into.has(edge.to)) into.set(edge.to, edge);
  return into;
}

/** Runs the events through step() and returns what the last of them shows. */
function replay(parts: Parts, run: readonly Event[]): Shown {
  const model = new Model(parts, ghostsOf(PROPERTIES));
  let state = model.initial;
  let shown: Shown | undefined;
  for (const { index } of run) {
    const transition = model.step(state, model.events[index]);
    if (transition === undefined) expect.fail(`${eventText(model.events[index])} is not enabled`);
    ({ state, shown } = transition);
  }
  return shown!;
}

const finished = (parts: Parts, properties: readonly Property[], limits?: Limits): Search => {
  const search = new Search(parts, properties, limits);
  expect(search.run()).toBe(true);
  return search;
};

describe('search', () => {
  it('finds what a plain search finds', () => {
    let compared = 0;
    const property = fc.property(anySystem({ pages: 2, cpus: 1, devices: 2 }), (system) => {
      const search = finished(system, PROPERTIES, { maxStates: 800 });
      fc.pre(search.complete);
      compared++;
      const explored = explore(new Model(system, ghostsOf(PROPERTIES)), search.size + 1);
      const into = firstEdges(explored);
      expect(reportOf(search)).toEqual({
        size: explored.states.length,
        transitions: explored.edges.length,
        depth: explored.depths.at(-1),
        complete: true,
        stopped: undefined,
        violations: PROPERTIES.map(({ violated }) => texts(firstRun(explored, into, violated))),
        witnesses: PROPERTIES.map(({ witnessed }) => texts(firstRun(explored, into, witnessed))),
      });
    });
    fc.assert(property, { seed: 20190131, numRuns: samples(15) });
    expect(compared).toBeGreaterThanOrEqual(samples(15));
  });

  it('finds runs that replay, the same every time', () => {
    const property = fc.property(anySystem({ pages: 2, cpus: 2, devices: 2 }), (system) => {
      const search = finished(system, PROPERTIES, { maxStates: 4000 });
      expect(reportOf(finished(system, PROPERTIES, { maxStates: 4000 }))).toEqual(reportOf(search));
      for (const each of PROPERTIES) {
        const violation = search.violation(each);
        if (violation) expect(each.violated(replay(system, violation)), each.name).toBe(true);
        const witness = search.witness(each);
        if (witness) expect(each.witnessed(replay(system, witness)), each.name).toBe(true);
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: samples(10) });
  });
});

describe('search with limits', () => {
  const races = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });
  const whole = finished(races, PROPERTIES);

  const isHonest = (part: Search) => expectHonest(part, whole);

  it('finds something here, and not at once', () => {
    const lengths = PROPERTIES.flatMap((property) => whole.violation(property)?.length ?? []);
    expect(lengths.length).toBeGreaterThan(2);
    expect(Math.max(...lengths)).toBeGreaterThan(10);
  });

  it.each([1, 100, 1000, 10_000, 50_000])('stops at %i states', (maxStates) => {
    const part = finished(races, PROPERTIES, { maxStates });
    expect(part.stopped).toBe('max-states');
    expect(part.size).toBeGreaterThanOrEqual(maxStates);
    // The search compares its size with the limit only once every few hundred states.
    expect(part.size).toBeLessThan(maxStates + 5000);
    isHonest(part);
  });

  it('is not stopped by limits that it does not reach', () => {
    const limits = { maxStates: whole.size + 1, maxMemory: whole.bytes * 2, timeLimit: 600 };
    expect(reportOf(finished(races, PROPERTIES, limits))).toEqual(reportOf(whole));
  });

  it('stops at the memory it may take', () => {
    for (const maxMemory of [1, 3_700_000, 4_000_000]) {
      const part = finished(races, PROPERTIES, { maxMemory });
      expect(part.stopped).toBe('max-memory');
      expect(part.shortage).toMatch(
        /^--max-memory gives .* MiB; the tables took .* MiB and needed/,
      );
      // The first chunk of each table is there in any case, and small tables do not ask.
      if (maxMemory > 1) expect(part.bytes).toBeLessThanOrEqual(maxMemory + 2 ** 17);
      isHonest(part);
    }
  });

  it('asks for the memory before it takes it', () => {
    const asked: number[] = [];
    let before = 0;
    const memory = new Memory(
      (taken, more) => {
        // Nothing grew beyond what was asked for last, but for tables too small to ask.
        expect(taken).toBeLessThanOrEqual(before + (asked.at(-1) ?? Infinity) + 2 ** 19);
        before = taken;
        asked.push(more);
        return true;
      },
      () => 'none',
    );
    setMemory(memory);
    try {
      finished(races, PROPERTIES);
    } finally {
      setMemory(
        new Memory(
          () => true,
          () => 'none',
        ),
      );
    }
    expect(Math.max(...asked)).toBeGreaterThan(0);
  });

  it('ends with what it has where the machine refuses an array', () => {
    const most = 2 ** 16;
    class Refusing extends Int32Array {
      constructor(...given: [number]) {
        if (given[0] > most) {
          throw new RangeError('Array buffer allocation failed');
        }
        super(...given);
      }
    }
    const search = new Search(races, PROPERTIES);
    vi.stubGlobal('Int32Array', Refusing);
    try {
      expect(search.run()).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
    expect(search.stopped).toBe('max-memory');
    isHonest(search);
  });

  it('stops when its time is over', () => {
    const part = finished(races, PROPERTIES, { timeLimit: 0 });
    expect(part.stopped).toBe('time-limit');
    isHonest(part);
  });

  it('stops when it is interrupted, and then for good', () => {
    const search = new Search(races, PROPERTIES);
    for (let i = 0; i < 20; i++) expect(search.run(0)).toBe(false);
    expect(search.stopped).toBeUndefined();
    search.interrupt();
    expect(search.stopped).toBe('interrupted');
    const { size } = search;
    expect(search.run()).toBe(true);
    expect(search.size).toBe(size);
    isHonest(search);
  });

  it('is not interrupted when it is over', () => {
    const search = finished(parseSystem({}), PROPERTIES);
    search.interrupt();
    expect(search.stopped).toBeUndefined();
    expect(search.complete).toBe(true);
  });

  it('goes on where it was, and ends as in one run', () => {
    const search = new Search(races, PROPERTIES);
    let runs = 1;
    let seconds = 0;
    while (!search.run(runs % 3 === 0 ? 0.001 : 0)) {
      runs++;
      expect(search.seconds).toBeGreaterThanOrEqual(seconds);
      ({ seconds } = search);
    }
    expect(runs).toBeGreaterThan(10);
    expect(reportOf(search)).toEqual(reportOf(whole));
  });
});
