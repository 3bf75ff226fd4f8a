/**
 * Where the transitions, the states and the time of a search come from. It is counted after the
 * search, which does nothing for it: every expanded state is expanded again, without a lookup.
 */
import type { Event } from '../../model/events.ts';
import type { Model } from '../../model/model.ts';
import { shownOf } from '../../model/shown.ts';
import type { Property } from '../../properties/index.ts';
import { STATES, STEPS } from './progress.ts';
import { Batch } from './successors.ts';
import type { Remembered } from './successors.ts';

/** One kind of event: an actor and what it does. */
export interface ProfiledKind {
  readonly event: string;
  readonly transitions: number;
  /** The states that such an event was the first to reach. */
  readonly states: number;
  /** Its seconds of the search: its part of what a group's answers take, and of the lookups. */
  readonly seconds: number;
}

export interface Profile {
  readonly seconds: number;
  /** Seconds to find and apply what the rules do, as measured in the second pass. */
  readonly expanding: number;
  /** Seconds of all else: looking up states, adding the new ones, and judging. */
  readonly lookups: number;
  readonly kinds: readonly ProfiledKind[];
  readonly rules: Remembered;
  /** How many kinds of transitions were judged, and the seconds that each property took for all. */
  readonly judged: number;
  readonly judging: readonly { readonly property: string; readonly seconds: number }[];
}

/** What a search lets a profile see. */
export interface Profiled {
  readonly model: Model;
  readonly properties: readonly Property[];
  readonly seconds: number;
  readonly size: number;
  readonly queue: number;
  readonly remembered: Remembered;
  /** The SHOWN flags that were judged. */
  readonly shownKinds: readonly number[];
  /** The number of the event that was the first to reach a state. */
  readonly foundBy: (state: number) => number;
  /** Expands a state again; with a group, only by the events of that group. */
  readonly expandAgain: (state: number, batch: Batch, group?: number) => void;
}

/** How many states the groups are timed with, each on its own. */
const SAMPLES = 20_000;

const secondsOf = (work: () => void): number => {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
};

const kindText = ({ actor, verb }: Pick<Event, 'actor' | 'verb'>): string => `${actor}: ${verb}`;

/** Makes the profile in pieces. */
export function* profiling(search: Profiled): Generator<void, Profile, void> {
  const { model, properties, seconds, size, queue, remembered: rules } = search;
  const batch = new Batch(model.events.length + 1, model.size);
  const transitions = new Float64Array(model.events.length);
  const expanded = size - queue;
  let expanding = 0;
  for (let from = 0; from < expanded; from += STATES) {
    const end = Math.min(expanded, from + STATES);
    expanding += secondsOf(() => count(search, from, end, batch, transitions));
    yield;
  }
  expanding = Math.min(expanding, seconds);
  const found = yield* firstsOf(search);
  const shares = yield* sharesOf(search, expanded, batch);
  const lookups = seconds - expanding;
  const { shownKinds } = search;
  return {
    seconds,
    expanding,
    lookups,
    kinds: kindsOf(search, transitions, found, (event, part, all) => {
      const looked = all === 0 ? 0 : transitions[event] / all;
      return part * shares[groupOf(model, event)] * expanding + looked * lookups;
    }),
    rules,
    judged: shownKinds.length,
    judging: properties.map((property) => ({
      property: property.name,
      seconds: secondsOf(() => judgeAll(property, shownKinds)),
    })),
  };
}

function judgeAll(property: Property, kinds: readonly number[]): void {
  for (const kind of kinds) {
    const shown = shownOf(kind);
    property.violated(shown);
    property.witnessed(shown);
  }
}

/** Counts the transitions from some states, by event. */
function count(
  search: Profiled,
  from: number,
  end: number,
  batch: Batch,
  transitions: Float64Array,
): void {
  for (let state = from; state < end; state++) {
    batch.count = 0;
    search.expandAgain(state, batch);
    for (let i = 0; i < batch.count; i++) transitions[batch.events[i]]++;
  }
}

const groupOf = ({ groups }: Model, event: number): number =>
  groups.findIndex(({ first, end }) => first <= event && event < end);

/** Each group's share of the time, measured group by group on states that are evenly spread. */
function* sharesOf(
  search: Profiled,
  expanded: number,
  batch: Batch,
): Generator<void, number[], void> {
  const stride = Math.max(1, Math.floor(expanded / SAMPLES));
  const times: number[] = [];
  for (const group of search.model.groups.keys()) {
    let time = 0;
    for (let from = 0; from < expanded; from += STATES * stride) {
      const end = Math.min(expanded, from + STATES * stride);
      time += secondsOf(() => {
        for (let state = from; state < end; state += stride) {
          batch.count = 0;
          search.expandAgain(state, batch, group);
        }
      });
      yield;
    }
    times.push(time);
  }
  const sum = times.reduce((all, time) => all + time, 0);
  return times.map((time) => (sum === 0 ? 0 : time / sum));
}

/** How many states each event was the first to reach. */
function* firstsOf({ model, size, foundBy }: Profiled): Generator<void, Float64Array, void> {
  const found = new Float64Array(model.events.length);
  for (let state = 1; state < size; state++) {
    if (state % STEPS === 0) yield;
    found[foundBy(state)]++;
  }
  return found;
}

/** Sums up by kind. `timeOf` is given an event, its part of its group, and all transitions. */
function kindsOf(
  search: Profiled,
  transitions: Float64Array,
  found: Float64Array,
  timeOf: (event: number, part: number, all: number) => number,
): ProfiledKind[] {
  const { model } = search;
  const all = transitions.reduce((sum, n) => sum + n, 0);
  const ofGroup = model.groups.map(({ first, end }) =>
    transitions.subarray(first, end).reduce((sum, n) => sum + n, 0),
  );
  const kinds = new Map<string, ProfiledKind>();
  for (const [index, event] of model.events.entries()) {
    const name = kindText(event);
    const before = kinds.get(name) ?? { transitions: 0, states: 0, seconds: 0 };
    const inGroup = ofGroup[groupOf(model, index)];
    const part = inGroup === 0 ? 0 : transitions[index] / inGroup;
    kinds.set(name, {
      event: name,
      transitions: before.transitions + transitions[index],
      states: before.states + found[index],
      seconds: before.seconds + timeOf(index, part, all),
    });
  }
  return [...kinds.values()].toSorted((a, b) => b.transitions - a.transitions);
}
