/**
 * Measures accuracy against cost for each driver. Accuracy is how often a look misses a device's
 * use of the page. Cost is how many ATC invalidations a look sends. Both are measured over the
 * reachable graph, where each transition that ends a look counts once. They are also measured over
 * long random walks, which are one workload among many.
 */
import { DRIVERS } from '../../model/systems/drivers.ts';
import { Graph } from '../judge/graph.ts';
import { walk } from '../judge/invalidations.ts';
import { looksOf } from '../judge/looks.ts';
import type { Pieces } from '../search/progress.ts';
import { insisting, partOf } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';

export interface CostPoint {
  /** The drivers with exactly these values. */
  readonly drivers: readonly string[];
  /** ATC invalidations per look. */
  readonly cost: number;
  /**
   * Looks that report a page unreferenced although a device used it, as a share of all looks that
   * report.
   */
  readonly missed: number;
}

export interface CostPlot {
  readonly kernel: string;
  readonly scope: string;
  readonly how: 'graph' | 'walk';
  readonly points: readonly CostPoint[];
}

/** The kernels and scopes of the plots. The graph of each is small enough to be kept whole. */
const SETTINGS = ['flush-young-proposal', 'v6.6-arm64'].flatMap((kernel) =>
  ['mail', 'observers=reclaim,idle granularity=fine events=evict'].map((scope) => ({
    kernel,
    scope,
  })),
);
const MAX_STATES = 50_000;
/** How many decimals a plot can show. */
const DECIMALS = 3;

/** Makes all plots. */
export function* costPlots(): Pieces<CostPlot[]> {
  const plots: CostPlot[] = [];
  const all = SETTINGS.length * DRIVERS.length;
  for (const [i, { kernel, scope }] of SETTINGS.entries()) {
    const measured: (Record<'graph' | 'walk', Measure> & { readonly name: string })[] = [];
    for (const { name } of DRIVERS) {
      const done = i * DRIVERS.length + measured.length;
      const by = yield* partOf(measure(kernel, name, scope), [done, all]);
      measured.push({ name, ...by });
    }
    for (const how of ['graph', 'walk'] as const) {
      const points = together(measured.map(({ name, ...by }) => ({ name, ...by[how] })));
      plots.push({ kernel, scope, how, points });
    }
  }
  return plots;
}

type Measure = Pick<CostPoint, 'cost' | 'missed'>;

function* measure(
  kernel: string,
  driver: string,
  scope: string,
): Pieces<Record<'graph' | 'walk', Measure>> {
  const system = parseSystem({ kernel, driver, scope });
  const graph = yield* insisting(Graph.pieces(system, ['devSure'], MAX_STATES));
  if (!graph.complete) throw new Error(`${driver} in ${scope}: over ${MAX_STATES} states`);
  return {
    graph: yield* perLook(graph, Array(graph.to.length).keys()),
    walk: yield* perLook(graph, walk(graph)),
  };
}

/** What looks send and miss on these edges, as exactly as a plot can show it. */
function* perLook(graph: Graph, edges: Iterable<number>): Pieces<Measure> {
  const { sent, missed } = yield* looksOf(graph, edges);
  const shown = (share: number) => Number(share.toFixed(DECIMALS));
  return { cost: shown(sent), missed: shown(missed) };
}

/** Makes one point of drivers with equal values. */
function together(measured: readonly (Measure & { readonly name: string })[]): CostPoint[] {
  const points = new Map<string, Measure & { drivers: string[] }>();
  for (const { name, cost, missed } of measured) {
    const at = `${cost} ${missed}`;
    if (!points.has(at)) points.set(at, { drivers: [], cost, missed });
    points.get(at)!.drivers.push(name);
  }
  return [...points.values()];
}
