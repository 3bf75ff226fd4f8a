/**
 * Tests that random runs are legal, repeatable, biased as asked, counted correctly, and shrunk by
 * fast-check.
 */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../checker/search/check.ts';
import { parseSystem } from '../../checker/trace/setup.ts';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { anyRun, anySystemRun } from '../../checker/explore/any-run.ts';
import { anySystem } from './any-system.ts';
import type { Bias } from './index.ts';
import { DEFAULT_BIAS, Distinct, Moves, NO_BIAS, Tally, Walk, simpler } from './index.ts';
import { PROPERTIES, ghostsOf, propertiesFor } from '../index.ts';

const LARGE =
  'pages=4 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,posted';
// Made when a test runs and not when the file is loaded; docs/mutation.md says why.
let large: Model;
let small: Model;
beforeAll(() => {
  large = new Model(parseSystem({ driver: 'kvm', scope: LARGE }));
  small = new Model(parseSystem({ scope: 'small' }));
});
const missed = PROPERTIES.find(({ name }) => name === 'no-missed-device-reference(reclaim)')!;

/** The states of a run, computed by step() alone; undefined if an event of it cannot happen. */
function statesOf(model: Model, run: readonly Event[]): string[] | undefined {
  let state = model.initial;
  const states: string[] = [];
  for (const event of run) {
    const transition = model.step(state, event);
    if (transition === undefined) return undefined;
    state = transition.state;
    states.push(String(state));
  }
  return states;
}

/** Whether no transition of the run violates the property. */
function holds(model: Model, run: readonly Event[], property = missed): boolean {
  let state = model.initial;
  return run.every((event) => {
    const transition = model.step(state, event)!;
    state = transition.state;
    return !property.violated(transition.shown);
  });
}

const walked = (model: Model, walk: Walk, number: number, length = 100): Event[] =>
  Array.from(walk.events.subarray(0, walk.run(number, length)), (i) => model.events[i]);

describe('a walk', () => {
  it('is legal, event by event, and as long as asked', () => {
    for (const model of [large, small]) {
      const walk = new Walk(model, 100);
      for (let number = 0; number < 50; number++) {
        const run = walked(model, walk, number);
        expect(run).toHaveLength(100);
        expect(statesOf(model, run)).toBeDefined();
      }
    }
  });

  it('is the same for a seed and a number, whatever was walked before', () => {
    const fresh = walked(large, new Walk(large, 100), 33);
    const used = new Walk(large, 100);
    for (let number = 0; number < 33; number++) used.run(number, 100);
    expect(walked(large, used, 33)).toEqual(fresh);
    expect(walked(large, used, 34)).not.toEqual(fresh);
  });

  it('shows every state that it comes through', () => {
    const walk = new Walk(large, 100);
    for (let number = 0; number < 20; number++) {
      const seen: string[] = [];
      const visitor = { visit: (words: Int32Array) => seen.push(String(words)) };
      const length = walk.run(number, 100, visitor);
      const run = Array.from(walk.events.subarray(0, length), (i) => large.events[i]);
      expect(seen).toEqual(statesOf(large, run));
    }
  });

  it('keeps legal in any system', () => {
    fc.assert(
      fc.property(anySystemRun(anySystem({ pages: 3, cpus: 2, devices: 2 })), ({ model, run }) => {
        expect(statesOf(model, run)).toBeDefined();
      }),
      { numRuns: 100 },
    );
  });

  it('never ends early, not even without a bias', () => {
    expect(walked(large, new Walk(large, 100, NO_BIAS), 1)).toHaveLength(100);
  });

  const share = (bias: Partial<Bias>, counts: (before: Event, after: Event) => boolean) => {
    const walk = new Walk(large, 200, { ...DEFAULT_BIAS, ...bias });
    let [hits, pairs] = [0, 0];
    for (let number = 0; number < 50; number++) {
      const run = walked(large, walk, number, 200);
      for (let i = 1; i < run.length; i++) {
        pairs++;
        if (counts(run[i - 1], run[i])) hits++;
      }
    }
    return hits / pairs;
  };
  const LOOKS = ['age', 'mark', 'check'];
  const TAKES = ['unmap', 'write-protect', 'clear-refs', 'evict'];
  it.each<[keyof Bias, (before: Event, after: Event) => boolean]>([
    ['samePage', (a, b) => a.page === b.page],
    ['lookAfterAccess', (a, b) => a.verb === 'complete' && LOOKS.includes(b.verb)],
    ['carryOn', (_, b) => b.verb === 'translate' || b.verb === 'complete'],
    ['takeAway', (_, b) => TAKES.includes(b.verb)],
    ['look', (_, b) => LOOKS.includes(b.verb)],
    ['cpu', (_, b) => b.actor === 'cpu'],
  ])('does more of what %s asks for', (option, counts) => {
    expect(share({ [option]: 0.95 }, counts)).toBeGreaterThan(share({ [option]: 0.05 }, counts));
  });

  it('goes on with operations more where they are not held open', () => {
    const ends = (_: Event, { verb }: Event) => ['report', 'end', 'free'].includes(verb);
    expect(share({ holdOpen: 0.1 }, ends)).toBeGreaterThan(share({ holdOpen: 0.9 }, ends));
  });

  it('takes no more memory however long it goes on', () => {
    const walk = new Walk(large, 200);
    const tally = new Tally(large, propertiesFor(large.parts));
    const distinct = new Distinct();
    const go = (from: number, runs: number) => {
      for (let number = from; number < from + runs; number++) {
        tally.add(walk, walk.run(number, 200, distinct), number);
      }
      return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    };
    const before = go(0, 500);
    expect(go(500, 3000) - before).toBeLessThan(30e6);
  });
});

describe('distinct states', () => {
  const count = (runs: number, model: Model) => {
    const walk = new Walk(model, 100);
    const distinct = new Distinct();
    const exact = new Set<string>();
    const visitor = {
      visit: (words: Int32Array) => {
        distinct.visit(words);
        exact.add(String(words));
      },
    };
    for (let number = 0; number < runs; number++) walk.run(number, 100, visitor);
    return { distinct, exact };
  };

  it('are counted exactly while they are few', () => {
    const { distinct, exact } = count(100, small);
    expect(distinct.exact).toBe(true);
    expect(distinct.size()).toBe(exact.size);
  });

  it('are estimated within some percent where they are many', () => {
    const { distinct, exact } = count(800, large);
    expect(distinct.exact).toBe(false);
    expect(exact.size).toBeGreaterThan(25_000);
    expect(Math.abs(distinct.size() / exact.size - 1)).toBeLessThan(0.04);
  });

  it('join into those of the union, in either order', () => {
    const walk = new Walk(large, 100);
    const part = (from: number, to: number) => {
      const distinct = new Distinct();
      for (let number = from; number < to; number++) walk.run(number, 100, distinct);
      return distinct;
    };
    const [a, b, whole] = [part(0, 400), part(300, 800), part(0, 800)];
    const [ab, ba] = [new Distinct(), new Distinct()];
    ab.join(a.hashes());
    ab.join(b.hashes());
    ba.join(b.hashes());
    ba.join(a.hashes());
    expect(ab.hashes()).toEqual(ba.hashes());
    expect(ab.size()).toBe(whole.size());
    expect(whole.exact).toBe(false);
  });
});

describe('a tally', () => {
  it('counts what the transitions show', () => {
    const properties = propertiesFor(small.parts);
    const model = new Model(small.parts, ghostsOf(properties));
    const walk = new Walk(model, 50);
    const tally = new Tally(model, properties);
    const witnesses = properties.map(() => 0);
    for (let number = 0; number < 20; number++) {
      const length = walk.run(number, 50);
      tally.add(walk, length, number);
      let state = model.initial;
      for (const place of walk.events.subarray(0, length)) {
        const transition = model.step(state, model.events[place])!;
        state = transition.state;
        for (const [i, property] of properties.entries()) {
          if (property.witnessed(transition.shown)) witnesses[i]++;
        }
      }
    }
    const counts = tally.counts();
    expect(counts.witnesses).toEqual(witnesses);
    expect(counts.byEvent.reduce((a, b) => a + b)).toBe(20 * 50);
  });
});

describe('the arbitrary', () => {
  let model: Model;
  beforeAll(() => {
    model = new Model(parseSystem({ scope: 'small' }));
  });
  const texts = (run: readonly Event[]) => run.map(eventText);
  const MAIL = [
    'dev0: read A',
    'kswapd: folio_referenced A',
    'dev0: read A',
    'kswapd: folio_referenced A',
  ];

  it('shrinks what it finds to the four steps of the mail', () => {
    const found = fc.check(
      fc.property(anyRun(model), (run) => holds(model, run)),
      { seed: 4 },
    );
    expect(found.failed).toBe(true);
    expect(texts(found.counterexample![0])).toEqual(MAIL);
  });

  it('shrinks a saved run that is given as an example', () => {
    const walk = new Walk(model, 100);
    const saved = walked(model, walk, 1);
    expect(holds(model, saved)).toBe(false);
    const found = fc.check(
      fc.property(anyRun(model), (run) => holds(model, run)),
      { examples: [[saved]], numRuns: 1 },
    );
    expect(texts(found.counterexample![0])).toEqual(MAIL);
  });

  it('knows its own events from those of another model', () => {
    const other = new Model(parseSystem({ scope: 'small' }));
    const arbitrary = anyRun(model);
    expect(arbitrary.canShrinkWithoutContext(model.events.slice(0, 2))).toBe(true);
    expect(arbitrary.canShrinkWithoutContext(other.events.slice(0, 2))).toBe(false);
    expect(arbitrary.canShrinkWithoutContext([undefined])).toBe(false);
    expect(arbitrary.canShrinkWithoutContext([model.events[0], undefined])).toBe(false);
    expect(arbitrary.canShrinkWithoutContext([model.events[0], other.events[0]])).toBe(false);
    expect(arbitrary.canShrinkWithoutContext('run')).toBe(false);
  });

  it('shrinks a run that is not legal to what is legal of it, first of all', () => {
    const run = ['dev0: evict A', 'dev0: read A', 'cpu0: evict A', 'cpu0: read A'];
    const events = run.map((text) => model.events.find((event) => eventText(event) === text)!);
    const [first] = [...anyRun(model).shrink(events, undefined)];
    expect(texts(first.value)).toEqual(['dev0: read A', 'cpu0: read A']);
    const legal = [...anyRun(model).shrink(first.value, undefined)].map(({ value }) =>
      texts(value),
    );
    expect(legal).toEqual([['cpu0: read A'], ['dev0: read A']]);
  });

  it('shrinks to legal runs that are simpler, and so comes to an end', () => {
    for (const model of [large, small]) {
      const moves = new Moves(model);
      const run = walked(model, new Walk(model, 30), 5, 30).map(({ index }) => index);
      const places = (value: readonly Event[]) => value.map(({ index }) => index);
      let tried = 0;
      for (const { value } of anyRun(model).shrink(
        run.map((i) => model.events[i]),
        undefined,
      )) {
        expect(statesOf(model, value)).toBeDefined();
        expect(simpler(model.events, places(value), run)).toBe(true);
        tried++;
      }
      expect(tried).toBeGreaterThan(30);
      expect(moves.settle(run)).toEqual(run);
    }
  });
});

describe('a random search', () => {
  /** The names of the properties that some of the runs violate. */
  const found = (model: Model, runs: number, length: number) => {
    const properties = propertiesFor(model.parts);
    const walk = new Walk(model, length);
    const tally = new Tally(model, properties);
    for (let number = 0; number < runs; number++) {
      tally.add(walk, walk.run(number, length), number);
    }
    const { violating } = tally.counts();
    return properties.flatMap(({ name }, i) => (violating[i] > 0 ? [name] : []));
  };

  it('finds nothing that the exhaustive search proves absent, and most of what is there', () => {
    let [there, missing] = [0, 0];
    fc.assert(
      fc.property(anySystem({ pages: 1, cpus: 1, devices: 1 }), (system) => {
        const result = check(system, propertiesFor(system), { maxStates: 5000 });
        const violated = result.verdicts.flatMap(({ property, verdict }) =>
          verdict === 'violated' ? [property.name] : [],
        );
        const names = found(new Model(system), 100, 100);
        if (result.search.complete) expect(violated).toEqual(expect.arrayContaining(names));
        there += violated.length;
        missing += violated.filter((name) => !names.includes(name)).length;
      }),
      { numRuns: 40, seed: 2 },
    );
    expect(there).toBeGreaterThan(30);
    expect(missing / there).toBeLessThan(0.1);
  });

  it('finds the bug of the mail in scope small with nearly any seed, in one run', () => {
    const walk = new Walk(small, 200);
    const tally = new Tally(small, [missed]);
    // A search makes thousands of runs per seed; one per seed is enough here.
    for (let seed = 0; seed < 200; seed++) tally.add(walk, walk.run(seed, 200), seed);
    expect(tally.counts().violating[0]).toBeGreaterThan(198);
  });
});
