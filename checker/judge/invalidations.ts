/**
 * Measures the cost of a policy: how many ATC invalidations a look sends. The graph has the states
 * that kernel and hardware can tell apart (no ghosts), and what each look in flight has sent so
 * far. Each transition that ends a look counts once; where pages are alike, only page A counts. So
 * the mean says how many of the situations in which a look can end are expensive. It does not say
 * how often a workload meets them. `walk` is one workload: everything that can happen next is
 * equally likely.
 */
import type { Pieces } from '../search/progress.ts';
import { STEPS } from '../search/progress.ts';
import type { Graph } from './graph.ts';
import { NO_LOOK, unpackSent } from './sent.ts';

/** The mean ATC invalidations per look, and the mean of the spurious ones. */
export interface PerLook {
  /** The number of looks that were counted. */
  readonly looks: number;
  readonly mean: number;
  readonly meanSpurious: number;
}

export interface Cost extends PerLook {
  /** The most that one look sends. */
  readonly worst: number;
  readonly worstSpurious: number;
  /** The same means over random walks from the initial state. */
  readonly walk: PerLook & { readonly events: number };
}

/**
 * The number of events of all random walks, and of each. Some systems have no way back, so that
 * walks begin anew.
 */
const WALK = 100_000;
const LAP = 100;
/** The seed of their random numbers. */
const SEED = 20190131;

class CostTally {
  looks = 0;
  all = 0;
  spurious = 0;
  worst = 0;
  worstSpurious = 0;

  add(sent: number): void {
    const { all, spurious } = unpackSent(sent);
    this.looks++;
    this.all += all;
    this.spurious += spurious;
    this.worst = Math.max(this.worst, all);
    this.worstSpurious = Math.max(this.worstSpurious, spurious);
  }

  get perLook(): PerLook {
    const { looks, all, spurious } = this;
    const per = (count: number) => (looks === 0 ? 0 : count / looks);
    return { looks, mean: per(all), meanSpurious: per(spurious) };
  }
}

/**
 * The cost in a graph without ghosts, or `none` if nobody looks. Undefined if the work was told to
 * stop.
 */
export function* costOf(graph: Graph): Pieces<Cost | 'none' | undefined> {
  const cost = yield* costOfEdges(graph);
  if (cost === 'none' || cost === undefined) return cost;
  const walked = new CostTally();
  for (const edge of walk(graph)) addLook(walked, graph, edge);
  return { ...cost, walk: { events: WALK, ...walked.perLook } };
}

/** The same without walks. */
export function* costOfEdges(graph: Graph): Pieces<Omit<Cost, 'walk'> | 'none' | undefined> {
  const tally = new CostTally();
  for (let edge = 0; edge < graph.to.length; edge++) {
    if (edge % STEPS === STEPS - 1 && (yield [edge, graph.to.length])) return undefined;
    addLook(tally, graph, edge);
  }
  if (tally.looks === 0) return 'none';
  const { worst, worstSpurious, perLook } = tally;
  return { worst, worstSpurious, ...perLook };
}

function addLook(tally: CostTally, graph: Graph, edge: number): void {
  const sent = graph.sent.at(edge);
  if (sent === NO_LOOK || !graph.judged.includes(graph.events[graph.event.at(edge)].page)) return;
  tally.add(sent);
}

/** The edges of random walks. Each step takes one of the enabled events, all equally likely. */
export function walk({ first, to }: Graph): Uint32Array {
  const edges = new Uint32Array(WALK);
  let random = SEED;
  let state = 0;
  for (let i = 0; i < WALK; i++) {
    if (i % LAP === 0 || first.at(state) === first.at(state + 1)) state = 0;
    const from = first.at(state);
    const enabled = first.at(state + 1) - from;
    // xorshift32 gives the same walk on every machine.
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    const edge = from + ((random >>> 0) % enabled);
    edges[i] = edge;
    state = to.at(edge);
  }
  return edges;
}
