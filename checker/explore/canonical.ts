/**
 * Brings runs into a canonical form. Runs that differ only in names, or in the order of independent
 * events, get one text. Names are given in the order of first use, and independent events stand in
 * the least order.
 */
import type { Event } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import type { Run } from '../../properties/generators/index.ts';
import { isDevice, moved, sameRun } from '../../properties/generators/index.ts';
import type { Trial } from './trial.ts';

/**
 * The least among the runs that differ from a violating one only in names and in the order of
 * independent events.
 */
export function canonical(trial: Trial, run: Run): number[] {
  let best = leastOrder(trial, run);
  for (const names of namings(trial, run)) {
    const renamed = trial.violating(names);
    if (renamed === undefined || renamed.length !== run.length) continue;
    const ordered = leastOrder(trial, renamed);
    if (precedes(ordered, best)) best = ordered;
  }
  return best;
}

export function precedes(a: Run, b: Run): boolean {
  const at = a.findIndex((event, i) => event !== b[i]);
  return at >= 0 && a[at] < b[at];
}

/** The run under every other naming of its pages, devices and CPUs. */
function* namings(trial: Trial, run: Run): Generator<Run> {
  const { pages, devices, cpus } = trial.model.parts.scope;
  for (const page of permutations(pages)) {
    for (const device of permutations(devices)) {
      for (const cpu of permutations(cpus)) {
        const renamed = trial.places(
          trial.events(run).map((event) => rename(event, page, device, cpu)),
        );
        if (!sameRun(renamed, run)) yield renamed;
      }
    }
  }
}

function rename(
  event: Event,
  pages: readonly number[],
  devices: readonly number[],
  cpus: readonly number[],
): Event {
  const { unit } = event;
  const named = isDevice(event) ? devices[unit] : event.actor === 'cpu' ? cpus[unit] : unit;
  return { ...event, ...moved(event, pages[event.page]), unit: named };
}

/** All orders of the numbers below `count`. */
function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, at) => rest.toSpliced(at, 0, count - 1)),
  );
}

/**
 * The least order that swaps of independent neighbours can reach. Each place gets the least event
 * that can move there. The last event, which violates the property, stays.
 */
function leastOrder(trial: Trial, run: Run): number[] {
  let order = [...run];
  for (let at = 0; at < order.length - 1; at++) {
    const later = order
      .slice(at + 1, -1)
      .map((event, i) => ({ event, from: at + 1 + i }))
      .filter(({ event }) => event < order[at])
      .toSorted((a, b) => a.event - b.event || a.from - b.from);
    for (const { from } of later) {
      const moved = brought(trial, order, from, at);
      if (moved === undefined) continue;
      order = moved;
      break;
    }
  }
  return order;
}

/** The run with one event moved forward. Undefined if it depends on an event that it passes. */
function brought(trial: Trial, run: Run, from: number, to: number): number[] | undefined {
  const states = trial.states(run.slice(0, from));
  const order = [...run];
  for (let at = from - 1; at >= to; at--) {
    if (!independent(trial, states[at], order[at], order[at + 1])) return undefined;
    [order[at], order[at + 1]] = [order[at + 1], order[at]];
  }
  return order;
}

/**
 * Whether two events are independent: either order is possible, shows the same, and leads to the
 * same state.
 */
function independent(trial: Trial, state: Packed, a: number, b: number): boolean {
  const one = both(trial, state, a, b);
  const other = both(trial, state, b, a);
  if (one === undefined || other === undefined) return false;
  return (
    one.first === other.second &&
    one.second === other.first &&
    one.state.every((word, i) => word === other.state[i])
  );
}

function both({ model }: Trial, state: Packed, a: number, b: number) {
  const one = model.step(state, model.events[a]);
  const two = one && model.step(one.state, model.events[b]);
  if (one === undefined || two === undefined) return undefined;
  return { first: JSON.stringify(one.shown), second: JSON.stringify(two.shown), state: two.state };
}
