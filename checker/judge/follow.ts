/** Lets a second system follow the observations of a first system's run, as far as it can. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { DiffStep } from './diff.ts';
import { checkScopes } from './diff.ts';
import { ObservedGraph } from './observed-graph.ts';
import { Alphabet } from './observed.ts';
import type { Happening, Stretch } from './realize.ts';
import type { Pieces } from '../search/progress.ts';
import { Interrupted } from '../search/progress.ts';
import { happeningOf, realize, realizeOtherwise } from './realize.ts';

export interface Followed {
  readonly steps: readonly DiffStep[];
  /** The first system's own steps after the last observation. */
  readonly rest: readonly Happening[];
  /**
   * The index of the observation where the second system cannot follow. Undefined if it follows
   * all. Later steps have no right side.
   */
  readonly parts: number | undefined;
}

/** Lets `right` follow a run of `left`, whose events are given. */
export function* following(left: System, run: readonly Event[], right: System): Pieces<Followed> {
  checkScopes(left, right);
  const alphabet = new Alphabet();
  const [ours, theirs] = [left, right].map((parts) => new ObservedGraph(parts, alphabet));
  for (const graph of [ours, theirs]) graph.begin();
  const { stretches, rest } = observe(ours, run);
  const labels = stretches.map(({ label }) => label);
  const { followed, parts } = yield* longest(theirs, labels);
  const steps = stretches.map((stretch, i) => ({
    text: alphabet.textOf(stretch.label),
    label: stretch.label,
    left: stretch,
    right: followed.at(i),
  }));
  return { steps, rest, parts };
}

/** The observations of a run. */
function observe(graph: ObservedGraph, run: readonly Event[]) {
  const stretches: Stretch[] = [];
  let own: Happening[] = [];
  let state = 0;
  for (const { index } of run) {
    const ways = graph.waysFrom(state);
    const happening = happeningOf(graph, state, index);
    const step = wayOf(ways.observed, 3, 1, index);
    if (step !== undefined) {
      stretches.push({ own, seen: happening, label: step[0] });
      own = [];
    } else {
      own.push(happening);
    }
    state = (step ?? wayOf(ways.own, 2, 0, index)!).at(-1)!;
  }
  return { stretches, rest: own };
}

/** Finds an event's way in a list of ways. A way is `width` numbers, with the event at `place`. */
function wayOf(ways: Int32Array, width: number, place: number, event: number) {
  for (let i = 0; i < ways.length; i += width) {
    if (ways[i + place] === event) return [...ways.subarray(i, i + width)];
  }
  return undefined;
}

/**
 * The longest beginning that the system can follow, and what it does instead of the next
 * observation.
 */
function* longest(graph: ObservedGraph, labels: readonly number[]): Pieces<Longest> {
  for (let count = labels.length; ; count--) {
    const followed = yield* realize(graph, labels.slice(0, count), Infinity);
    if (followed === undefined) throw new Interrupted();
    if (followed === 'impossible') continue;
    if (count === labels.length) return { followed, parts: undefined };
    const other = yield* realizeOtherwise(graph, labels.slice(0, count + 1), Infinity);
    if (other === undefined) throw new Interrupted();
    return { followed: other, parts: count };
  }
}

type Longest = Pick<Followed, 'parts'> & { readonly followed: readonly Stretch[] };
