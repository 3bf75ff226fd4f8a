/** The severity and cost of a system. Its reachable graph must be small enough to be kept whole. */
import type { System } from '../../model/system.ts';
import { ghostsOf } from '../../properties/index.ts';
import { noEvictionInUse } from '../../properties/no-eviction-in-use.ts';
import type { Verdict } from '../search/check.ts';
import { processMemory } from '../search/memory.ts';
import type { Pieces } from '../search/progress.ts';
import { noting, whole } from '../search/progress.ts';
import { Graph } from './graph.ts';
import type { Cost } from './invalidations.ts';
import { costOf } from './invalidations.ts';
import type { Severity, Violation } from './severity.ts';
import { severitiesOf } from './severity.ts';

export interface Assessment {
  /**
   * The severity of each violated property. Undefined if it was not computed, as there were too
   * many states.
   */
  readonly severities: readonly Severity[] | undefined;
  /**
   * The cost of looks. Undefined if there were too many states; `none` if nobody looks in this
   * scope.
   */
  readonly cost: Cost | 'none' | undefined;
  /** The most states that the graph may have, where it has more. */
  readonly over?: number;
  /** What ended the work early. */
  readonly stopped?: 'max-memory' | 'time-limit' | 'interrupted';
}

/**
 * The most states of a graph that is kept whole without being asked for. It takes about a second.
 */
export const CHEAP = 200_000;

/** Assesses a system. A complete search must have found these verdicts. */
export const assess = (...asked: Parameters<typeof assessing>): Assessment =>
  whole(assessing(...asked));

/** The same in pieces. If it is told to stop, it takes that for an interrupt. */
export function* assessing(
  system: System,
  verdicts: readonly Verdict[],
  maxStates = CHEAP,
): Pieces<Assessment> {
  const memory = processMemory();
  const before = memory.shortage;
  const cost = yield* noting(assessCost(system, maxStates));
  const severities = yield* noting(assessSeverity(system, violationsOf(verdicts), maxStates));
  const found = { cost: cost.value, severities: severities.value };
  if (found.cost !== undefined && found.severities !== undefined) return found;
  if (cost.stopped || severities.stopped) return { ...found, stopped: 'interrupted' };
  return memory.shortage === before
    ? { ...found, over: maxStates }
    : { ...found, stopped: 'max-memory' };
}

/** Selects the violated properties. */
export const violationsOf = (verdicts: readonly Verdict[]): Violation[] =>
  verdicts.flatMap(({ property, run }) => (run === undefined ? [] : [{ property, run }]));

/** Computes the cost in a graph without ghosts, as it does not depend on the properties. */
export function* assessCost(system: System, maxStates: number): Pieces<Cost | 'none' | undefined> {
  const graph = yield* Graph.pieces(system, [], maxStates);
  return graph.complete ? yield* costOf(graph) : undefined;
}

/** Computes the severities of violated properties. Undefined if there are too many states. */
export function* assessSeverity(
  system: System,
  violations: readonly Violation[],
  maxStates: number,
): Pieces<Severity[] | undefined> {
  if (violations.length === 0) return [];
  const ghosts = ghostsOf(violations.map(({ property }) => property));
  // A streak counts misses by itself. But an eviction is wrong only because of an earlier miss.
  if (!violations.some(({ property }) => property === noEvictionInUse)) ghosts.delete('missed');
  const graph = yield* Graph.pieces(system, ghosts, maxStates);
  return graph.complete ? yield* severitiesOf(graph, violations) : undefined;
}
