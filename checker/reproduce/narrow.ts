/**
 * Leaves out of the scope of a trace what none of its events names: pages, CPUs, devices and an
 * observer. What the search certifies in a larger scope can then be driven more often. There is no
 * look at an untouched page, and no TLB to be flushed of a CPU that never runs.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { misfitOf } from '../../model/misfit.ts';
import { Model } from '../../model/model.ts';
import type { Scope, System } from '../../model/system.ts';
import type { Replay } from '../trace/replay.ts';
import { replay } from '../trace/replay.ts';

const most = (numbers: readonly number[], least: number): number =>
  numbers.reduce((a, b) => Math.max(a, b), least);

/** The scope with only what the events of a trace name. */
function scopeOf({ steps, trace }: Replay): Scope {
  const { scope } = trace.system;
  const events = steps.map(({ event }) => event);
  const units = (...actors: readonly string[]): number[] =>
    events.filter(({ actor }) => actors.includes(actor)).map(({ unit }) => unit + 1);
  const isIdle = events.some(({ actor }) => actor === 'page_idle');
  // The flush of the CPUs is a step of its own only where there is a CPU.
  const leastCpus = events.some(({ verb }) => verb === 'flush-tlb') ? 1 : 0;
  return {
    ...scope,
    pages: most(
      events.map(({ page, to }) => Math.max(page, to) + 1),
      1,
    ),
    cpus: most(units('cpu'), leastCpus),
    devices: most(units('dev', 'iommu', 'kvm'), 1),
    observers: scope.observers.filter((observer) => observer !== 'idle' || isIdle),
  };
}

/** The same events in another scope; undefined if one of them is not there. */
function eventsIn(model: Model, { steps }: Replay): readonly Event[] | undefined {
  const known = new Map(model.events.map((event) => [eventText(event), event]));
  const events = steps.map(({ event }) => known.get(eventText(event)));
  return events.every((event) => event !== undefined) ? events : undefined;
}

/** A trace in the smallest scope in which it happens as it does: with its answers and its end. */
export function narrowed(whole: Replay): Replay {
  const { trace } = whole;
  const scope = scopeOf(whole);
  const { scope: _, ...names } = trace.system.names;
  const system: System = { ...trace.system, scope, names };
  if (JSON.stringify(scope) === JSON.stringify(trace.system.scope)) return whole;
  if (scope.observers.length === 0 || misfitOf(system) !== undefined) return whole;
  const events = eventsIn(new Model(system), whole);
  if (events === undefined) return whole;
  const steps = trace.steps.map((step, i) => ({ ...step, event: events[i] }));
  return replay({ ...trace, system, steps });
}
