/**
 * Random search is fast-check's: what `explore` prints replays in fc.assert, and a suite that has
 * one of the properties as its predicate shrinks to the trace that `explore` prints.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { Moves } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { anyRun } from './any-run.ts';
import { ChunkRunner } from './chunk.ts';
import { conclude } from './conclude.ts';
import { run as search } from './random-search.ts';
import { settingsOf } from './settings.ts';
import { explorationText } from './exploration-text.ts';

const named = (name: string): Property => PROPERTIES.find((property) => property.name === name)!;
const missed = named('no-missed-device-reference(reclaim)');

/** The predicate of a suite that somebody writes with nothing but the model. */
const holds = (model: Model, property: Property) => (run: readonly Event[]) => {
  let state = model.initial;
  return run.every((event) => {
    const transition = model.step(state, event);
    if (transition === undefined) return true;
    state = transition.state;
    return !property.violated(transition.shown);
  });
};
const texts = (run: readonly Event[]) => run.map(eventText);

const CASES: readonly [Record<string, string>, string][] = [
  [{ scope: 'small' }, missed.name],
  [{ driver: 'kvm', scope: 'races' }, 'no-missed-device-reference(idle)'],
  [{ driver: 'smmu-5.2-reordered', scope: 'races' }, 'no-missed-device-reference(reclaim)'],
  [{ driver: 'amd-iommu-v2', scope: 'races' }, 'no-spurious-invalidation'],
  [{ hardware: 'smmu-v3', scope: 'small' }, 'fault-makes-progress'],
  [{ scope: 'pages=2 cpus=1 devices=2 granularity=fine events=unmap,write' }, missed.name],
];

describe('what explore finds', () => {
  it.each(CASES)(
    'replays in fc.assert, and is what a suite shrinks to: %o',
    async (parts, name) => {
      const system = parseSystem(parts);
      const property = named(name);
      const settings = settingsOf({ seed: 20_190_131, runs: 400, length: 120 });
      const explored = await search(system, [property], settings);
      const { findings } = conclude(system, [property], settings, explored);
      const { path, run, certificate } = findings[0].failure!;
      expect(certificate.kind).toBe('shortest');

      const model = new Model(system);
      const fails = holds(model, property);
      const suite = fc.property(anyRun(model, { length: 120 }), fails);
      const { seed } = settings;
      const again = fc.check(suite, { seed, path, endOnFailure: true });
      expect(again).toMatchObject({ failed: true, numRuns: 1, counterexamplePath: path });
      expect(texts(again.counterexample![0])).toEqual(texts(run));
      expect(() => fc.assert(suite, { seed, path })).toThrow('Property failed');

      // A suite with seeds, lengths and a model of its own.
      for (const other of [1, 2]) {
        const own = fc.check(fc.property(anyRun(model), fails), { seed: other, numRuns: 3000 });
        expect(texts(own.counterexample![0])).toEqual(texts(run));
      }
    },
  );

  it('is printed with the parameters that replay it', async () => {
    const system = parseSystem({ scope: 'small' });
    const settings = settingsOf({ seed: -7, runs: 50 });
    const explored = await search(system, [missed], settings);
    const exploration = conclude(system, [missed], settings, explored);
    const { path } = exploration.findings[0].failure!;
    expect(path).toMatch(/^\d+(:\d+)+$/);
    expect(explorationText(exploration)).toContain(
      `\nin fast-check: anyRun(model, { length: 200 }), { seed: -7, path: '${path}' }\n`,
    );
  });

  it('was found in the run that fast-check makes of the seed and the path', () => {
    const system = parseSystem({ driver: 'kvm', scope: 'races' });
    const properties = propertiesFor(system);
    const settings = settingsOf({ seed: 5, runs: 1e12, length: 60 });
    const runner = new ChunkRunner(system, properties, settings);
    const model = new Model(system);
    for (const number of [0, 1, 999, 40_000]) {
      const parameters = { seed: 5, path: String(number), numRuns: 1 };
      const [run] = fc.sample(anyRun(model, { length: 60 }), parameters);
      expect(texts(runner.runOf(number).events)).toEqual(texts(run));
    }
  });
});

describe('a suite with a predicate of its own', () => {
  const model = new Model(parseSystem({ driver: 'kvm', scope: 'races' }));
  const moves = new Moves(model);
  const evictions = (run: readonly Event[]) =>
    run.filter(({ verb }) => verb === 'evict' || verb === 'unmap').length;
  const PREDICATES: readonly [string, (run: readonly Event[]) => boolean][] = [
    ['two pages are taken away', (run) => evictions(run) < 2],
    [
      'the device writes behind an unmap',
      (run) => {
        const at = run.findIndex(({ verb }) => verb === 'unmap');
        return at < 0 || !run.slice(at).some(({ verb }) => verb === 'complete');
      },
    ],
  ];

  it.each(PREDICATES)('shrinks to what no single move shortens: %s', (_, predicate) => {
    const { counterexample } = fc.check(fc.property(anyRun(model), predicate), { seed: 3 });
    const run = counterexample![0].map(({ index }) => index);
    const shorter = [...moves.smaller(run)]
      .map((candidate) => moves.settle(candidate))
      .filter((settled) => settled.length < run.length)
      .filter((settled) => !predicate(settled.map((place) => model.events[place])));
    expect(shorter).toEqual([]);
  });
});

describe('the parameters of fast-check', () => {
  const model = new Model(parseSystem({ scope: 'small' }));
  const fails = holds(model, missed);
  const suite = fc.property(anyRun(model), fails);
  const found = fc.check(suite, { seed: 4 });

  it('mean what they mean there: endOnFailure, examples, verbose, plugins, numRuns', () => {
    const unshrunk = fc.check(suite, { seed: 4, endOnFailure: true });
    expect(unshrunk.numShrinks).toBe(0);
    expect(unshrunk.counterexample![0].length).toBeGreaterThan(found.counterexample![0].length);
    const example = unshrunk.counterexample!;
    const again = fc.check(suite, { seed: 99, numRuns: 1, examples: [example], verbose: 1 });
    expect(texts(again.counterexample![0])).toEqual(texts(found.counterexample![0]));
    expect(again.failures).toHaveLength(again.numShrinks + 1);
    const passing = fc.property(anyRun(model), () => true);
    expect(fc.check(passing, { numRuns: 7 }).numRuns).toBe(7);
    const plugins = [fc.interruptAfterTimeLimit(0)];
    expect(fc.check(passing, { plugins }).interrupted).toBe(true);
  });
});
