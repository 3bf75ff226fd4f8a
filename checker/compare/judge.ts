/** All that is to be known of one system: verdicts, severities, cost. */
import type { System } from '../../model/system.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import type { Verdict } from '../check.ts';
import { check } from '../check.ts';
import { assessCost, assessSeverity, violationsOf } from '../cost/assess.ts';
import { Graph } from '../cost/graph.ts';
import type { Cost } from '../cost/invalidations.ts';
import type { Severity } from '../cost/severity.ts';
import type { Limits } from '../search/search.ts';

export interface Judgement {
  readonly system: System;
  readonly verdicts: readonly Verdict[];
  /** Of the violated properties; empty where the graph is too large to be kept whole. */
  readonly severities: readonly Severity[];
  /** Undefined where nothing looks, or the graph is too large. */
  readonly cost: Cost | undefined;
  /** States that were searched. */
  readonly states: number;
}

/** States of a graph that is kept whole for a comparison: some seconds, some 100 MB. */
const MOST = 1_000_000;

/**
 * Judges all properties that make sense in a system. Verdicts and lengths are those of `check`, but
 * in `atomic` from as few pages as give the same.
 */
export function judge(system: System, limits: Limits = {}): Judgement {
  const properties = propertiesFor(system);
  const most = Math.min(MOST, limits.maxStates ?? Infinity);
  const graph = Graph.of(system, ghostsOf(properties), most);
  if (graph === undefined) {
    const { verdicts, search } = check(system, properties, limits);
    return { system, verdicts, severities: [], cost: undefined, states: search.states };
  }
  const verdicts = graph.verdicts(properties);
  const severities = assessSeverity(system, violationsOf(verdicts), most) ?? [];
  const cost = assessCost(system, most);
  const { states } = graph;
  return { system, verdicts, severities, cost: cost === 'none' ? undefined : cost, states };
}
