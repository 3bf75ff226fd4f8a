/** The complete judgement of one system: verdicts, severities, cost. */
import { manyOf } from '../../model/many.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import type { Verdict } from '../search/check.ts';
import { resultOf } from '../search/check.ts';
import { Checking } from '../search/checking.ts';
import { assessCost, assessSeverity, violationsOf } from './assess.ts';
import { Graph } from './graph.ts';
import type { Cost } from './invalidations.ts';
import type { Severity } from './severity.ts';
import type { Pieces } from '../search/progress.ts';
import { limited, noting } from '../search/progress.ts';
import type { Limits } from '../search/search.ts';
import { Search } from '../search/search.ts';

export interface Judgement {
  readonly system: System;
  readonly verdicts: readonly Verdict[];
  /**
   * The severities of the violated properties. Empty if the graph is too large to be kept whole,
   * or has no numbers of pages, CPUs and devices.
   */
  readonly severities: readonly Severity[];
  /** Undefined if nobody looks, or if the graph is too large or has no numbers. */
  readonly cost: Cost | undefined;
  /** The work was told to stop before severities and cost were known. */
  readonly cut?: true;
  /** The number of states that were searched. */
  readonly states: number;
}

/**
 * The most states of a graph that is kept whole for a comparison. It takes seconds and some 100 MB.
 */
const MOST = 1_000_000;

/**
 * Judges all properties that make sense in a system. Verdicts and lengths are those of `check`. In
 * `atomic` they come from as few pages as give the same. The time limit is that of the whole.
 */
export function judge(
  system: System,
  { maxStates = Infinity, timeLimit = Infinity }: Limits = {},
): Pieces<Judgement> {
  return limited(judgeStates(system, maxStates), timeLimit);
}

function* judgeStates(system: System, maxStates: number): Pieces<Judgement> {
  const properties = propertiesFor(system);
  if (manyOf(system).length > 0) {
    const { verdicts, states } = yield* verdictsOf(system, properties, { maxStates });
    return { system, verdicts, severities: [], cost: undefined, states };
  }
  const most = Math.min(MOST, maxStates);
  const found = yield* noting(verdictsOfGraph(system, properties, most));
  const { verdicts, states, complete } = found.value;
  if (!complete) {
    const unjudged = { system, severities: [], cost: undefined };
    const isSpent = states > most && most === maxStates;
    if (found.stopped || isSpent) return { ...unjudged, verdicts, states };
    // Searches that keep no graph need less memory.
    const open = properties.filter((_, i) => verdicts[i].verdict === 'unfinished');
    const searched = yield* verdictsOf(system, open, { maxStates });
    const known = (verdict: Verdict) =>
      searched.verdicts.find(({ property }) => property === verdict.property) ?? verdict;
    return { ...unjudged, verdicts: verdicts.map(known), states: searched.states };
  }
  const severities = yield* assessSeverity(system, violationsOf(verdicts), most);
  const cost = severities && (yield* assessCost(system, most));
  return {
    system,
    verdicts,
    severities: severities ?? [],
    cost: cost === 'none' ? undefined : cost,
    states,
    ...(severities === undefined ? { cut: true } : {}),
  };
}

type Verdicts = Pick<Judgement, 'verdicts' | 'states'> & { readonly complete: boolean };

/** The verdicts by a graph that is kept whole, and no longer than until they are known. */
function* verdictsOfGraph(
  system: System,
  properties: readonly Property[],
  most: number,
): Pieces<Verdicts> {
  const graph = yield* Graph.pieces(system, ghostsOf(properties), most);
  return { verdicts: graph.verdicts(properties), states: graph.states, complete: graph.complete };
}

/** Only the verdicts, by the searches that keep no graph. */
export function* verdictsOf(
  system: System,
  properties: readonly Property[],
  limits: Limits,
): Pieces<Verdicts> {
  if (manyOf(system).length > 0) return yield* verdictsOfMany(system, properties, limits);
  const search = new Search(system, properties, limits);
  yield* search.pieces();
  const { complete, size } = search;
  return { verdicts: resultOf(system, search).verdicts, states: size, complete };
}

/** The verdicts for any number of something. The states are those of all searches for them. */
function* verdictsOfMany(
  system: System,
  properties: readonly Property[],
  limits: Limits,
): Pieces<Verdicts> {
  const checking = new Checking(system, properties, limits);
  yield* checking.pieces();
  const { verdicts, search } = checking.result();
  return { verdicts, states: search.states, complete: search.complete };
}
