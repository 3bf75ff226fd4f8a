/** The severity and cost of a system. Its reachable graph must be small enough to be kept whole. */
import type { System } from '../../model/system.ts';
import { ghostsOf } from '../../properties/index.ts';
import { noEvictionInUse } from '../../properties/no-eviction-in-use.ts';
import type { Verdict } from '../search/check.ts';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
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
  /** How many states the graph had when it was given up. */
  readonly over?: number;
}

/**
 * The most states of a graph that is kept whole without being asked for. It takes about a second.
 */
export const CHEAP = 200_000;

/** Assesses a system. A complete search must have found these verdicts. */
export function assess(
  system: System,
  verdicts: readonly Verdict[],
  maxStates = CHEAP,
): Assessment {
  const violations = violationsOf(verdicts);
  const cost = whole(assessCost(system, maxStates));
  const severities = whole(assessSeverity(system, violations, maxStates));
  const over = cost === undefined || severities === undefined ? { over: maxStates } : {};
  return { cost, severities, ...over };
}

/** Selects the violated properties. */
export const violationsOf = (verdicts: readonly Verdict[]): Violation[] =>
  verdicts.flatMap(({ property, run }) => (run === undefined ? [] : [{ property, run }]));

/** Computes the cost in a graph without ghosts, as it does not depend on the properties. */
export function* assessCost(system: System, maxStates: number): Pieces<Cost | 'none' | undefined> {
  const graph = yield* Graph.pieces(system, [], maxStates);
  return graph.complete ? (costOf(graph) ?? 'none') : undefined;
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
  return graph.complete ? severitiesOf(graph, violations) : undefined;
}
