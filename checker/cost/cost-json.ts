/** What `youngcheck cost` has found, as the keys of a JSON document. */
import { systemJson } from '../tell/verdict-json.ts';
import type { Comparison, Rated, Ranked } from './compare.ts';
import { isDearer } from './compare.ts';
import type { Rate } from './confidence.ts';
import { CONFIDENCE } from './confidence.ts';
import { COUNT_NAMES } from './counts.ts';
import { PRICES, PRICE_NAMES } from './prices.ts';
import { inScope } from './run.ts';
import type { CostResult, Named, WorkloadResult } from './result.ts';

const rateJson = ({ mean, within }: Rate) => ({ mean, within: within ?? null });

const orderJson = (order: readonly Ranked[], named: readonly Named[]) =>
  order.map((ranked) => ({
    name: named[ranked.system].name,
    price: ranked.price,
    dearerBy: ranked.dearerBy === undefined ? null : rateJson(ranked.dearerBy),
    isCertain: ranked.dearerBy === undefined ? null : isDearer(ranked),
  }));

function ratedJson({ run, rates, price, perLook }: Rated, { name }: Named, graph: unknown) {
  const about = { name, outOfMemory: run.out ?? null, graph: graph ?? null };
  if (run.out !== undefined) return { ...about, rates: null, price: null, perLook: null };
  return {
    ...about,
    rates: Object.fromEntries(COUNT_NAMES.map((count) => [count, rateJson(rates[count])])),
    price: rateJson(price),
    perLook: perLook ?? null,
  };
}

const comparisonJson = (
  { measured, per, systems, order, sensitivity, evenAt }: Comparison,
  named: readonly Named[],
  graphs: WorkloadResult['graphs'],
) => ({
  per: `thousand ${per}`,
  sampledBy: measured.sampledBy,
  samples: measured.systems[0].samples.length,
  confidence: CONFIDENCE,
  interrupted: measured.isCut,
  systems: systems.map((rated, i) => ratedJson(rated, named[i], graphs[i])),
  order: orderJson(order, named),
  sensitivity: sensitivity.map(({ price, factor, isSame, order: changed }) => ({
    price,
    factor,
    isSame,
    order: orderJson(changed, named),
  })),
  evenAt,
});

export const costJson = ({ named, prices, workloads, isCut }: CostResult) => ({
  interrupted: isCut,
  systems: named.map(({ name, system }) => {
    // The scope is that of each workload.
    const { scope: _, ...parts } = systemJson(inScope(system, workloads[0].plan.source));
    return { name, ...parts };
  }),
  prices: PRICE_NAMES.map((name) => {
    const { told, source, otherwise } = PRICES[name];
    return {
      name,
      value: prices[name],
      told,
      source: prices[name] === otherwise ? source : 'given',
    };
  }),
  workloads: workloads.map(({ plan, comparison, graphs }) => {
    const { source, room, turns, warmUp, runs, seed } = plan;
    return {
      workload: source.text,
      ...room,
      turns,
      warmUp,
      runs: source.isFixed ? 1 : runs,
      seed,
      result: comparison === undefined ? null : comparisonJson(comparison, named, graphs),
    };
  }),
});
