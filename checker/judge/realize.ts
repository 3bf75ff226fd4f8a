/** Finds how a system follows a run of observations with the fewest steps of its own. */
import type { Event } from '../../model/events.ts';
import { SHOWN } from '../../model/shown.ts';
import type { Pieces } from '../search/progress.ts';
import type { Answer } from '../trace/trace.ts';
import type { ObservedGraph } from './observed-graph.ts';
import { NOTHING } from './observed-graph.ts';
import { sameEvent } from './observed.ts';
import { StateNumbers } from './state-numbers.ts';

/** An event and its answer. */
export interface Happening {
  readonly event: Event;
  readonly answer?: Answer;
}

/** One observation of a run, on one side. */
export interface Stretch {
  /** The system's own steps before it. */
  readonly own: readonly Happening[];
  /** The observed event. Undefined if nothing happens, because there is nothing to evict. */
  readonly seen: Happening | undefined;
  readonly label: number;
}

/** How a system follows a run of observations. It is undefined if the work was given up. */
export type Realized = readonly Stretch[] | 'impossible' | undefined;

/** A place on the way: how much was observed, the state, and the previous place. */
interface Node {
  readonly seen: number;
  readonly state: number;
  readonly from: Node | undefined;
  readonly event: number;
  /** The label of an observation. Undefined for the system's own step. */
  readonly label?: number;
}

/** How many places are left between two checks whether to stop. */
const PIECE = 256;

/**
 * The shortest way through the labels. The last may be any label that `last` accepts. It is given
 * up beyond `most` places.
 */
export function* realize(
  graph: ObservedGraph,
  labels: readonly number[],
  most: number,
  last: (label: number) => boolean = (label) => label === labels.at(-1),
): Pieces<Realized> {
  const nodes: Node[] = [{ seen: 0, state: 0, from: undefined, event: NOTHING }];
  const met = new StateNumbers(2);
  const pair = new Int32Array(2);
  met.of(pair);
  const meet = (node: Node) => {
    pair[0] = node.seen;
    pair[1] = node.state;
    if (met.of(pair) === nodes.length) nodes.push(node);
  };
  for (const [i, node] of nodes.entries()) {
    if (nodes.length > most) return undefined;
    if (i % PIECE === PIECE - 1 && (yield [i, nodes.length])) return undefined;
    const { seen, state } = node;
    if (seen === labels.length) return stretchesTo(graph, node);
    const fits = seen === labels.length - 1 ? last : (label: number) => label === labels[seen];
    const { observed, own } = graph.waysFrom(state);
    for (let at = 0; at < observed.length; at += 3) {
      const [label, event, next] = observed.subarray(at, at + 3);
      if (fits(label)) meet({ seen: seen + 1, state: next, from: node, event, label });
    }
    for (let at = 0; at < own.length; at += 2) {
      meet({ seen, state: own[at + 1], from: node, event: own[at] });
    }
  }
  return 'impossible';
}

/**
 * The way of a system that cannot show the last label: as far as it can follow, or to another
 * outcome.
 */
export function* realizeOtherwise(
  graph: ObservedGraph,
  labels: readonly number[],
  most: number,
): Pieces<readonly Stretch[] | undefined> {
  const isLast = (label: number) => sameEvent(label, labels.at(-1)!);
  const other = yield* realize(graph, labels, most, isLast);
  if (other !== 'impossible') return other;
  const before = yield* realize(graph, labels.slice(0, -1), most);
  return before === 'impossible' ? [] : before;
}

function stretchesTo(graph: ObservedGraph, end: Node): Stretch[] {
  const nodes: Node[] = [];
  for (let node = end; node.from !== undefined; node = node.from) nodes.push(node);
  const stretches: Stretch[] = [];
  let own: Happening[] = [];
  for (const { from, event, label } of nodes.reverse()) {
    const happening = event === NOTHING ? undefined : happeningOf(graph, from!.state, event);
    if (label === undefined) {
      own.push(happening!);
    } else {
      stretches.push({ own, seen: happening, label });
      own = [];
    }
  }
  return stretches;
}

/** An event and its answer in a state. */
export function happeningOf(graph: ObservedGraph, state: number, event: number): Happening {
  const shown = graph.shownOf(state, event);
  const answer = (shown & SHOWN.one) === 0 ? 0 : 1;
  return { event: graph.event(event), ...((shown & SHOWN.answers) === 0 ? {} : { answer }) };
}
