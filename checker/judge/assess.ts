/** Severity and cost of a system, where its reachable graph is small enough to be kept whole. */
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
  /** Of each violated property; undefined: not computed, too many states. */
  readonly severities: readonly Severity[] | undefined;
  /** Undefined: not computed, too many states. None: nothing in the scope looks. */
  readonly cost: Cost | 'none' | undefined;
  /** States of a graph that was given up, where one was. */
  readonly over?: number;
}

/** States of a graph that is kept whole without being asked for: about a second. */
export const CHEAP = 200_000;

/** Assesses a system for which a complete search found these verdicts. */
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

/** The violated properties among verdicts. */
export const violationsOf = (verdicts: readonly Verdict[]): Violation[] =>
  verdicts.flatMap(({ property, run }) => (run === undefined ? [] : [{ property, run }]));

/** The cost, in a graph without ghosts: it does not depend on what is asked. */
export function* assessCost(system: System, maxStates: number): Pieces<Cost | 'none' | undefined> {
  const graph = yield* Graph.pieces(system, [], maxStates);
  return graph.complete ? (costOf(graph) ?? 'none') : undefined;
}

/** The severities of violated properties; undefined if there are too many states. */
export function* assessSeverity(
  system: System,
  violations: readonly Violation[],
  maxStates: number,
): Pieces<Severity[] | undefined> {
  if (violations.length === 0) return [];
  const ghosts = ghostsOf(violations.map(({ property }) => property));
  // A streak counts misses itself; but an eviction is wrong because of one.
  if (!violations.some(({ property }) => property === noEvictionInUse)) ghosts.delete('missed');
  const graph = yield* Graph.pieces(system, ghosts, maxStates);
  return graph.complete ? severitiesOf(graph, violations) : undefined;
}
