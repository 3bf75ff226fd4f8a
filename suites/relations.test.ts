/**
 * Tests that relations and guarantees can fail. Each relation has a pair of systems that breaks it;
 * each guarantee has a system without what it requires. Names must mean nothing: if pages, devices
 * and CPUs are exchanged, a run shows the same.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionToGuarantee, exceptionToRelation } from './oracle.ts';
import type { Event } from '../model/events.ts';
import { eventText } from '../model/events.ts';
import type { Model } from '../model/model.ts';
import type { Parts, System } from '../model/system.ts';
import { CALLBACKS, PROGRAMS } from '../model/system.ts';
import { anySystemRun } from '../checker/explore/any-run.ts';
import { anyCoreSystem } from '../properties/generators/any-system.ts';
import { PROPERTIES } from '../properties/index.ts';
import type { Relation } from './relations.ts';
import {
  ANOTHER_OBSERVER,
  IN_STEPS,
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  bySentence,
  shared,
  withHardware,
} from './relations.ts';

const missed = PROPERTIES.find(({ name }) => name === 'no-missed-device-reference(reclaim)')!;

/** This many random systems suffice to find the exceptions below. */
const RUNS = 40;

const changed = (relation: Relation, change: (pair: { from: System; to: System }) => object) => ({
  ...relation,
  pairs: (system: System) => relation.pairs(system).map((pair) => ({ ...pair, ...change(pair) })),
});

describe('a relation has an exception', () => {
  it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s: elsewhere', (_, relation) => {
    const cured = changed(relation, ({ to }) => ({
      to: shared(withHardware(to, { ats: false, iotlb: false })),
    }));
    expect(exceptionToRelation(cured, missed, RUNS)).toMatch(/^violated in/);
  });

  it.each(bySentence([ANOTHER_OBSERVER, IN_STEPS]))('%s: the other way round', (_, relation) => {
    const turned = changed(relation, ({ from, to }) => ({ from: to, to: from }));
    expect(exceptionToRelation(turned, missed, RUNS)).toMatch(/^violated in/);
  });

  it('if nothing is ever violated', () => {
    const nothing = { ...missed, violated: () => false };
    expect(exceptionToRelation(MORE_FLUSHING, nothing, 8)).toBe('tried 0 times only');
  });
});

describe('a guarantee of nothing has an exception', () => {
  it.each(PROPERTIES)('$name', (property) => {
    const anything = { sentence: 'whatever it is', made: (system: System) => system };
    expect(exceptionToGuarantee(anything, property, RUNS)).toMatch(/^kernel /);
  });
});

/** Whether the order of pages matters, as it does for the range `next`. */
const hasOrder = ({ kernel, driver }: Parts): boolean => {
  const lists = [
    ...PROGRAMS.map((name) => kernel[name]),
    ...CALLBACKS.map((name) => driver[name].actions),
  ];
  return lists.flat().some(({ range }) => range === 'next');
};

/**
 * The event after neighbouring devices, CPUs or pages have been exchanged. Pages stay if their
 * order matters.
 */
function renamed({ parts, events }: Model, event: Event): Event {
  const { pages, cpus, devices } = parts.scope;
  const page = (event.page + (hasOrder(parts) ? 0 : 1)) % pages;
  const units = event.actor === 'cpu' ? cpus : devices;
  const isThread = event.actor === 'kswapd' || event.actor === 'page_idle';
  const unit = isThread ? event.unit : (event.unit + 1) % units;
  const { actor, verb } = event;
  // An actor of which there is one, for all devices, keeps its number.
  const same = events.filter((e) => e.actor === actor && e.verb === verb && e.page === page);
  return same.find((e) => e.unit === unit) ?? same[0];
}

/** The first place at which two runs show something different. */
function differsAt(model: Model, run: readonly Event[], other: readonly Event[]): number {
  let states = [model.initial, model.initial];
  return run.findIndex((event, i) => {
    const steps = [model.step(states[0], event), model.step(states[1], other[i])];
    if (JSON.stringify(steps[0]?.shown) !== JSON.stringify(steps[1]?.shown)) return true;
    states = steps.map((step) => step!.state);
    return false;
  });
}

describe('a run in which everything of a kind has changed places', () => {
  const ANY_RUN = anySystemRun(anyCoreSystem({ pages: 3, cpus: 2, devices: 2 }), { maxLength: 60 });
  const OPTIONS = { seed: 20190131, numRuns: 150 };

  /** Tries a way to rename. Returns a system and a run for which it makes a difference, as text. */
  const exception = (rename: (model: Model, event: Event) => Event): string | undefined => {
    const property = fc.property(
      ANY_RUN,
      ({ model, run }) =>
        differsAt(
          model,
          run,
          run.map((event) => rename(model, event)),
        ) < 0,
    );
    const found = fc.check(property, { ...OPTIONS, endOnFailure: true }).counterexample;
    if (found === null) return undefined;
    const [{ model, run }] = found;
    return [JSON.stringify(model.parts), ...run.map(eventText)].join('\n');
  };

  it('shows the same', () => {
    expect(exception(renamed)).toBeUndefined();
  });

  it('shows something else if kswapd alone stays where it was', () => {
    const partly = (model: Model, event: Event) =>
      event.actor === 'kswapd' ? event : renamed(model, event);
    expect(exception(partly)).toMatch(/kswapd/);
  });
});
