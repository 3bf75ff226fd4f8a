/** A run with agents beyond those in scope becomes a run of numbered agents that replays. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { NOBODY } from '../../model/others.ts';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Property } from '../../properties/index.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay, traceOf } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { Checking } from './checking.ts';
import { ANY_ROOM, NumberedModels, concretely, runIn, trimmed } from './concrete.ts';
import { sized } from './reach.ts';
import { Search } from './search.ts';

const propertyOf = (name: string): Property => PROPERTIES.find((each) => each.name === name)!;
const textsOf = (run: readonly Event[]): string[] => run.map(eventText);
const sizesWith = (devices: number) => ({ pages: 1, cpus: 0, devices });

/** Two devices violate it in 4 events, and one in 5: see many.test.ts. */
const STUCK = parseSystem({
  driver: 'invalidate_secondary=flush-iotlb,flush-atc',
  hardware: 'rewalksOnPermissionFault=false',
  scope: 'granularity=fine observers=none events=protect,write',
});
const progress = propertyOf('fault-makes-progress');

/** The shortest run with a device that remembers nothing beside the one in scope. */
function abstractRun(system: System, property = progress): { run: Event[]; length: number } {
  const search = new Search(system, [property], {}, { others: { ...NOBODY, devices: true } });
  search.run();
  return { run: search.violation(property)!, length: search.lengthOf(property)! };
}

/** Whether a run can happen, and violates a property by its last event. */
function violates(
  models: NumberedModels,
  devices: number,
  run: readonly Event[],
  property = progress,
): boolean {
  const { model } = models.with(sizesWith(devices));
  let state = model.initial;
  let violated = false;
  for (const event of run) {
    const step = model.step(state, event)!;
    ({ state } = step);
    violated = property.violated(step.shown);
  }
  return violated;
}

describe('a run with a device that remembers nothing', () => {
  const models = new NumberedModels(STUCK);
  const abstract = abstractRun(STUCK);
  const concrete = concretely(models, sizesWith(1), progress, abstract, ANY_ROOM)!;

  it('becomes a run of as few devices and events as can be, and violates the property', () => {
    expect(textsOf(abstract.run).join()).toContain('dev*');
    expect(concrete.sizes).toEqual(sizesWith(2));
    expect(concrete.run).toHaveLength(abstract.length);
    expect(textsOf(concrete.run).join()).not.toContain('*');
    expect(violates(models, 2, concrete.run)).toBe(true);
  });

  it('is no run of numbered devices, if there is no room for them', () => {
    const room = { ...ANY_ROOM, devices: [1, 1] as const };
    // That one would have to ask twice.
    expect(concretely(models, sizesWith(1), progress, abstract, room)).toBeUndefined();
  });

  it('keeps the agents that it uses, and loses those that it does not', () => {
    const three = { sizes: sizesWith(3), run: runIn(models, sizesWith(3), concrete.run) };
    const found = trimmed(models, progress, three);
    expect(found.sizes).toEqual(sizesWith(2));
    expect(textsOf(found.run)).toEqual(textsOf(concrete.run));
  });

  it('has its devices numbered in the order of their first use', () => {
    const swap = (event: Event): Event => {
      const isOfDevice = event.actor === 'dev' || event.verb === 'translate';
      return isOfDevice ? ({ ...event, unit: 2 - event.unit } as Event) : event;
    };
    const run = runIn(models, sizesWith(3), concrete.run.map(swap));
    const found = trimmed(models, progress, { sizes: sizesWith(3), run });
    expect(found.sizes).toEqual(sizesWith(2));
    expect(violates(models, 2, found.run)).toBe(true);
    const units = found.run.filter(({ actor }) => actor === 'dev').map(({ unit }) => unit);
    expect([...new Set(units)]).toEqual([0, 1]);
  });

  it('stays as it is if it violates nothing without the agents that it does not use', () => {
    const cut = { sizes: sizesWith(3), run: runIn(models, sizesWith(3), concrete.run.slice(0, 2)) };
    expect(trimmed(models, progress, cut)).toEqual(cut);
  });
});

describe('a run in which every device is waited for', () => {
  it('has an answer of the device that the search does not keep', () => {
    const property = propertyOf('no-missed-device-reference(reclaim)');
    const system = parseSystem({
      driver: 'invalidate_secondary=none clear_flush_young=flush-atc,flush-iotlb',
      scope: 'granularity=fine observers=reclaim',
    });
    const models = new NumberedModels(system);
    const room = { ...ANY_ROOM, devices: [2, 2] as const };
    const abstract = abstractRun(system, property);
    const { run } = concretely(models, sizesWith(1), property, abstract, room)!;
    expect(textsOf(run)).toContain('dev1: handle-invalidation A');
    expect(run.length).toBeGreaterThanOrEqual(abstract.length);
    expect(violates(models, 2, run, property)).toBe(true);
  });
});

describe('models of numbered agents', () => {
  it('are made once for the same numbers', () => {
    const models = new NumberedModels(STUCK);
    expect(models.with(sizesWith(2))).toBe(models.with(sizesWith(2)));
    expect(models.systemWith(sizesWith(2)).scope).toMatchObject(sizesWith(2));
  });

  it('know no event of an agent that they do not have', () => {
    const models = new NumberedModels(STUCK);
    const { run } = abstractRun(STUCK);
    expect(() => runIn(models, sizesWith(2), run)).toThrow('no event');
  });
});

describe('a violation in any number', () => {
  it.each([
    ['fault-makes-progress', STUCK, { devices: 2 }],
    [
      'no-stale-access',
      parseSystem({
        kernel: 'fork=pte',
        driver: 'invalidate_secondary=flush-iotlb,flush-atc',
        scope: 'cpus=1 granularity=fine observers=none events=fork,write',
      }),
      { cpus: 2 },
    ],
    [
      'no-missed-device-reference(reclaim)',
      parseSystem({ driver: 'amd-iommu-v2-patched', scope: 'granularity=fine' }),
      { pages: 1, devices: 1 },
    ],
  ])('%s is told as a trace that replays in the numbers that it states', (name, system, uses) => {
    const property = propertyOf(name);
    const any = sized(system, { pages: Infinity, cpus: Infinity, devices: Infinity });
    const checking = new Checking(any, [property]);
    checking.run();
    const [{ run, where }] = checking.result().verdicts;
    expect(where!.scope).toMatchObject(uses);
    const text = printTrace(traceOf(where!, run!, { verdict: property }));
    const told = replay(parseTrace(text, 'any'));
    expect(textsOf(told.steps.map(({ event }) => event))).toEqual(textsOf(run!));
  });
});
