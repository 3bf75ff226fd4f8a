/** Finds a short run that goes on for ever: a stem, and a cycle with a counted edge on it. */
import type { Event } from '../../model/events.ts';
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { Components } from './components.ts';
import { COUNTED, LEFT_OUT } from './components.ts';
import type { Fairness } from './fairness.ts';
import type { Graph } from './graph.ts';

/** A run that never ends: the stem, and then the cycle again and again. */
export interface Lasso {
  readonly stem: readonly Event[];
  readonly cycle: readonly Event[];
}

/** How many counted edges are tried. The first are nearest to the initial state. */
const TRIED = 64;

/** The part of a graph where cycles are looked for. */
export interface Part {
  readonly graph: Graph;
  readonly edges: Uint8Array;
  readonly components: Components;
  readonly fairness: Fairness;
}

/**
 * Tries the first counted edges that lie on a fair cycle, and takes the shortest cycle. The stem is
 * the shortest way to a state behind a counted edge, so that the cycle ends with one. It is `none`
 * if no counted edge lies on a fair cycle, and undefined if the work was told to stop.
 */
export function* shortLasso(part: Part): Pieces<Lasso | 'none' | undefined> {
  const { graph, edges, components, fairness } = part;
  const { of } = components;
  const met = yield* metIn(components, fairness);
  if (met === undefined) return undefined;
  let best: number[] | undefined;
  let tried = 0;
  for (let edge = 0; edge < edges.length && tried < TRIED; edge++) {
    if (edge % STEPS === STEPS - 1 && (yield [edge, edges.length])) return undefined;
    const component = of[graph.from.at(edge)];
    const isFair = component === of[graph.to.at(edge)] && met[component] === fairness.all;
    if (edges[edge] !== COUNTED || !isFair) continue;
    tried++;
    const most = best === undefined ? Infinity : best.length - 1;
    const cycle = yield* cycleThrough(part, edge, most);
    if (cycle === undefined) return undefined;
    if (cycle !== 'longer') best = cycle;
  }
  if (best === undefined) return 'none';
  const start = startOf(graph, edges, best);
  const cycle = [...best.slice(start), ...best.slice(0, start)];
  return { stem: graph.run(graph.pathTo(graph.from.at(best[start]))), cycle: graph.run(cycle) };
}

/**
 * The state where the cycle begins: right behind a counted edge, so that it ends with one. States
 * are numbered breadth first, so that the lowest is nearest to the initial one.
 */
function startOf(graph: Graph, edges: Uint8Array, cycle: readonly number[]): number {
  const starts = [...cycle.keys()].filter((i) => edges[cycle.at(i - 1)!] === COUNTED);
  const stateAt = (i: number) => graph.from.at(cycle[i]);
  return starts.reduce((best, i) => (stateAt(i) < stateAt(best) ? i : best));
}

/** What the states of each component meet together. */
function* metIn({ of, count }: Components, { at }: Fairness): Pieces<Uint8Array | undefined> {
  const met = new Uint8Array(count);
  for (let state = 0; state < of.length; state++) {
    if (state % STEPS === STEPS - 1 && (yield [state, of.length])) return undefined;
    met[of[state]] |= at(state);
  }
  return met;
}

/**
 * A shortest fair cycle through an edge, or `longer` if it has more than `most` edges. It is
 * searched for among pairs of a state and what was met on the way. Undefined if the work was told
 * to stop.
 */
function* cycleThrough(
  { graph, edges, components: { of }, fairness: { all, at } }: Part,
  through: number,
  most: number,
): Pieces<number[] | 'longer' | undefined> {
  const [target, start] = [graph.from.at(through), graph.to.at(through)];
  const pairOf = (state: number, met: number) => state * (all + 1) + met;
  const [first, last] = [pairOf(start, at(start)), pairOf(target, all)];
  /** The edge by which each pair was found, and the pair before. */
  const found = new Map<number, Found>([[first, { edge: through, before: first }]]);
  let level = [first];
  let steps = 0;
  for (let length = 1; level.length > 0 && length <= most; length++) {
    if (found.has(last)) return backwards(found, first, last);
    const next: number[] = [];
    for (const pair of level) {
      const [state, met] = [Math.floor(pair / (all + 1)), pair % (all + 1)];
      const end = graph.first.at(state + 1);
      for (let edge = graph.first.at(state); edge < end; edge++) {
        if (++steps % STEPS === 0 && (yield [steps, edges.length])) return undefined;
        const to = graph.to.at(edge);
        if (edges[edge] === LEFT_OUT || of[to] !== of[target]) continue;
        const into = pairOf(to, met | at(to));
        if (found.has(into)) continue;
        found.set(into, { edge, before: pair });
        next.push(into);
      }
    }
    level = next;
  }
  return 'longer';
}

interface Found {
  readonly edge: number;
  readonly before: number;
}

/** The edges from the first pair to the last. That by which the first was found comes first. */
function backwards(found: ReadonlyMap<number, Found>, first: number, last: number): number[] {
  const cycle: number[] = [];
  for (let pair = last; pair !== first; pair = found.get(pair)!.before) {
    cycle.push(found.get(pair)!.edge);
  }
  cycle.push(found.get(first)!.edge);
  return cycle.reverse();
}

/**
 * The lasso in a run, if its last events lead back to where they began and end with a counted edge.
 */
export function lassoOf(
  { graph, edges, fairness: { all, at } }: Part,
  run: readonly Event[],
): Lasso | undefined {
  const path = graph.follow(run);
  if (path.length === 0 || edges[path.at(-1)!] !== COUNTED) return undefined;
  const end = graph.to.at(path.at(-1)!);
  let met = 0;
  for (let i = path.length - 1; i >= 0 && edges[path[i]] !== LEFT_OUT; i--) {
    const begin = graph.from.at(path[i]);
    met |= at(begin);
    if (begin === end && met === all) return { stem: run.slice(0, i), cycle: run.slice(i) };
  }
  return undefined;
}
