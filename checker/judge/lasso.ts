/** Finds a short run that goes on for ever: a stem, and a cycle with a counted edge on it. */
import type { Event } from '../../model/events.ts';
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { Components } from './components.ts';
import { COUNTED, LEFT_OUT } from './components.ts';
import type { Graph } from './graph.ts';

/** A run that never ends: the stem, and then the cycle again and again. */
export interface Lasso {
  readonly stem: readonly Event[];
  readonly cycle: readonly Event[];
}

/** How many counted edges are tried. The first are nearest to the initial state. */
const TRIED = 64;

/**
 * Tries the first counted edges that lie on a cycle, and takes the shortest cycle. The stem is the
 * shortest way to a state behind a counted edge, so that the cycle ends with one. It is `none` if
 * no counted edge lies on a cycle, and undefined if the work was told to stop.
 */
export function* shortLasso(
  graph: Graph,
  edges: Uint8Array,
  { of }: Components,
): Pieces<Lasso | 'none' | undefined> {
  let best: number[] | undefined;
  let tried = 0;
  for (let edge = 0; edge < edges.length && tried < TRIED; edge++) {
    if (edge % STEPS === STEPS - 1 && (yield [edge, edges.length])) return undefined;
    const within = of[graph.from.at(edge)] === of[graph.to.at(edge)];
    if (edges[edge] !== COUNTED || !within) continue;
    tried++;
    const most = best === undefined ? Infinity : best.length - 1;
    const cycle = yield* cycleThrough(graph, edges, of, edge, most);
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

/**
 * A shortest cycle through an edge, or `longer` if it has more than `most` edges. Undefined if the
 * work was told to stop.
 */
function* cycleThrough(
  graph: Graph,
  edges: Uint8Array,
  components: Uint32Array,
  through: number,
  most: number,
): Pieces<number[] | 'longer' | undefined> {
  const target = graph.from.at(through);
  const start = graph.to.at(through);
  const component = components[target];
  /** The edge by which each state was found. */
  const found = new Map<number, number>([[start, through]]);
  let level = [start];
  let steps = 0;
  for (let length = 1; level.length > 0 && length <= most; length++) {
    if (found.has(target)) return backwards(graph, found, through, target);
    const next: number[] = [];
    for (const state of level) {
      const end = graph.first.at(state + 1);
      for (let edge = graph.first.at(state); edge < end; edge++) {
        if (++steps % STEPS === 0 && (yield [steps, edges.length])) return undefined;
        const to = graph.to.at(edge);
        if (edges[edge] === LEFT_OUT || components[to] !== component || found.has(to)) continue;
        found.set(to, edge);
        next.push(to);
      }
    }
    level = next;
  }
  return 'longer';
}

function backwards(
  graph: Graph,
  found: ReadonlyMap<number, number>,
  through: number,
  target: number,
): number[] {
  const cycle = [found.get(target)!];
  while (cycle.at(-1) !== through) cycle.push(found.get(graph.from.at(cycle.at(-1)!))!);
  return cycle.reverse();
}

/**
 * The lasso in a run, if its last events lead back to where they began and end with a counted edge.
 */
export function lassoOf(graph: Graph, edges: Uint8Array, run: readonly Event[]): Lasso | undefined {
  const path = graph.follow(run);
  if (path.length === 0 || edges[path.at(-1)!] !== COUNTED) return undefined;
  const end = graph.to.at(path.at(-1)!);
  for (let i = path.length - 1; i >= 0 && edges[path[i]] !== LEFT_OUT; i--) {
    if (graph.from.at(path[i]) === end) return { stem: run.slice(0, i), cycle: run.slice(i) };
  }
  return undefined;
}
