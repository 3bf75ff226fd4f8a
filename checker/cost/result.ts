/** What `youngcheck cost` has found: a comparison for each workload, beside the whole graph. */
import type { System } from '../../model/system.ts';
import { CHEAP, assessCost } from '../judge/assess.ts';
import type { Cost } from '../judge/invalidations.ts';
import type { Pieces } from '../trace/pieces.ts';
import { noting, partOf } from '../trace/pieces.ts';
import type { Comparison } from './compare.ts';
import { compared } from './compare.ts';
import type { Prices } from './prices.ts';
import type { Plan } from './run.ts';
import { inScope, measuring } from './run.ts';

/** A system, and what it is called where several are compared. */
export interface Named {
  readonly name: string;
  readonly system: System;
}

/** The cost over the whole graph: invalidations.ts. Undefined if it was not computed. */
type GraphCost = Cost | 'none' | undefined;

export interface WorkloadResult {
  readonly plan: Plan;
  /** Undefined if the work was stopped before anything was counted. */
  readonly comparison: Comparison | undefined;
  /** For each system, the cost over all states of a page in the scope of this workload. */
  readonly graphs: readonly GraphCost[];
}

export interface CostResult {
  readonly named: readonly Named[];
  readonly prices: Prices;
  readonly workloads: readonly WorkloadResult[];
  /** The work was told to stop. */
  readonly isCut: boolean;
}

/** Runs every workload on every system. If it is told to stop, it returns what there is. */
export function* costing(
  named: readonly Named[],
  plans: readonly Plan[],
  prices: Prices,
): Pieces<CostResult> {
  const workloads: WorkloadResult[] = [];
  const systems = named.map(({ system }) => system);
  for (const [i, plan] of plans.entries()) {
    const done = i * plan.turns * plan.runs;
    const all = plans.length * plan.turns * plan.runs;
    const work = noting(costingOne(plan, systems, prices));
    const { value, stopped } = yield* shifted(work, done, all);
    workloads.push(value);
    if (stopped) return { named, prices, workloads, isCut: true };
  }
  return { named, prices, workloads, isCut: false };
}

/** The progress of one workload as a part of that of all. */
function* shifted<T>(work: Pieces<T>, before: number, all: number): Pieces<T> {
  let piece = work.next();
  while (!piece.done) {
    const [done] = piece.value;
    piece = work.next(yield [before + done, all]);
  }
  return piece.value;
}

function* costingOne(
  plan: Plan,
  systems: readonly System[],
  prices: Prices,
): Pieces<WorkloadResult> {
  const graphs: GraphCost[] = [];
  for (const system of systems) {
    const work = noting(assessCost(inScope(system, plan.source), CHEAP));
    const { value, stopped } = yield* partOf(work, [0, plan.turns]);
    if (stopped) return { plan, comparison: undefined, graphs };
    graphs.push(value);
  }
  const measured = yield* measuring(plan, systems);
  return { plan, comparison: compared(measured, prices), graphs };
}
