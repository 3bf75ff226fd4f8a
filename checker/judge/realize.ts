/** Finds how a system follows a run of observations with the fewest steps of its own. */
import type { Event } from '../../model/events.ts';
import { SHOWN } from '../../model/shown.ts';
import type { Answer } from '../trace/trace.ts';
import type { ObservedGraph } from './observed-graph.ts';
import { NOTHING } from './observed-graph.ts';
import { sameEvent } from './observed.ts';

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

/** A place on the way: how much was observed, the state, and the previous place. */
interface Node {
  readonly seen: number;
  readonly state: number;
  readonly from: Node | undefined;
  readonly event: number;
  /** The label of an observation. Undefined for the system's own step. */
  readonly label?: number;
}

/**
 * The shortest way through the labels. The last may be any label that `last` accepts. Undefined if
 * the system cannot follow them.
 */
export function realize(
  graph: ObservedGraph,
  labels: readonly number[],
  last: (label: number) => boolean = (label) => label === labels.at(-1),
): Stretch[] | undefined {
  const nodes: Node[] = [{ seen: 0, state: 0, from: undefined, event: NOTHING }];
  const met = new Set(['0 0']);
  const meet = (node: Node) => {
    const key = `${node.seen} ${node.state}`;
    if (!met.has(key)) nodes.push(node);
    met.add(key);
  };
  for (const node of nodes) {
    const { seen, state } = node;
    if (seen === labels.length) return stretchesTo(graph, node);
    const fits = seen === labels.length - 1 ? last : (label: number) => label === labels[seen];
    const { observed, own } = graph.waysFrom(state);
    for (let i = 0; i < observed.length; i += 3) {
      const [label, event, next] = observed.subarray(i, i + 3);
      if (fits(label)) meet({ seen: seen + 1, state: next, from: node, event, label });
    }
    for (let i = 0; i < own.length; i += 2) {
      meet({ seen, state: own[i + 1], from: node, event: own[i] });
    }
  }
  return undefined;
}

/**
 * The way of a system that cannot show the last label: as far as it can follow, or to another
 * outcome.
 */
export const realizeOtherwise = (graph: ObservedGraph, labels: readonly number[]): Stretch[] =>
  realize(graph, labels, (label) => sameEvent(label, labels.at(-1)!)) ??
  realize(graph, labels.slice(0, -1)) ??
  [];

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
