/**
 * What a policy costs: how many ATC invalidations a look sends. The graph is that of the states
 * that the kernel and the hardware can tell apart (no ghosts), together with what each look in
 * flight has sent so far; counted are its transitions that end a look, each once: at page A alone
 * where pages are alike. So the mean says how many of the situations in which a look can end are
 * expensive, not how often a workload meets them; `walk` is one workload, in which whatever can
 * happen next is equally likely.
 */
import type { Graph } from './graph.ts';
import { NO_LOOK, unpackSent } from './sent.ts';

/** ATC invalidations per look, and how many of them were spurious. */
export interface PerLook {
  /** Looks counted. */
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

/** Events of the random walks, and of each: some systems have no way back, so they begin anew. */
const WALK = 100_000;
const LAP = 100;
/** Where their random numbers start. */
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

/** The cost in a graph without ghosts; undefined if nothing in it looks. */
export function costOf(graph: Graph): Cost | undefined {
  const tally = new CostTally();
  for (let edge = 0; edge < graph.to.length; edge++) addLook(tally, graph, edge);
  if (tally.looks === 0) return undefined;
  const { worst, worstSpurious, perLook } = tally;
  const walked = new CostTally();
  for (const edge of walk(graph)) addLook(walked, graph, edge);
  return { worst, worstSpurious, ...perLook, walk: { events: WALK, ...walked.perLook } };
}

function addLook(tally: CostTally, graph: Graph, edge: number): void {
  const sent = graph.sent.at(edge);
  if (sent === NO_LOOK || !graph.judged.includes(graph.events[graph.event.at(edge)].page)) return;
  tally.add(sent);
}

/** The edges of random walks: each time one of the enabled events, all equally likely. */
export function* walk({ first, to }: Graph): Generator<number> {
  let random = SEED;
  let state = 0;
  for (let i = 0; i < WALK; i++) {
    if (i % LAP === 0 || first.at(state) === first.at(state + 1)) state = 0;
    const from = first.at(state);
    const enabled = first.at(state + 1) - from;
    // xorshift32: the same walk on every machine.
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    const edge = from + ((random >>> 0) % enabled);
    yield edge;
    state = to.at(edge);
  }
}
