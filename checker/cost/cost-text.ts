/** Prints what `youngcheck cost` has found: a table for each workload, and the prices. */
import { count, idleNotes, machineNote } from '../tell/verdict-text.ts';
import { printSetup } from '../trace/setup.ts';
import { wrap } from '../trace/wrap.ts';
import type { Comparison, Rated, Ranked } from './compare.ts';
import { isDearer } from './compare.ts';
import type { Rate } from './confidence.ts';
import { CONFIDENCE } from './confidence.ts';
import type { CountName } from './counts.ts';
import { PRICES, PRICE_NAMES } from './prices.ts';
import type { CostResult, Named, WorkloadResult } from './result.ts';
import type { Measured } from './run.ts';
import { inScope } from './run.ts';

const WIDTH = 76;
/** The width of the first column, the least of the others, and the most of a name. */
const LABEL = 26;
const NARROW = 14;
const LONGEST = 34;

/**
 * The rows of a table of rates. Those that are about CPUs or harms stand only where there are any.
 */
const ROWS: readonly (readonly [CountName, string])[] = [
  ['invalidations', 'invalidations'],
  ['lookInvalidations', '  of looks'],
  ['spurious', '  spurious'],
  ['missed', 'missed references'],
  ['missedCpu', '  of CPUs'],
  ['mistaken', 'mistaken evictions'],
  ['refaults', 'refaults'],
  ['atsRequests', 'ATS requests'],
  ['pageRequests', 'page requests'],
  ['unsafe', 'unsafe accesses'],
];
const ONLY_IF_ANY: readonly CountName[] = ['missedCpu', 'unsafe'];

const whole = (n: number): string => n.toLocaleString('en');

/** A rate with as many decimals as its size needs. */
const decimalsOf = (value: number): number => (value >= 1000 ? 0 : value >= 100 ? 1 : 2);
const numberText = (value: number): string => value.toFixed(decimalsOf(Math.abs(value)));
function rateText({ mean, within }: Rate): string {
  const decimals = decimalsOf(Math.abs(mean));
  const most = within === undefined ? '' : ` ±${within.toFixed(decimals)}`;
  return `${mean.toFixed(decimals)}${most}`;
}

const nameText = (name: string): string =>
  name.length <= LONGEST ? name : `...${name.slice(3 - LONGEST)}`;

/** A row of a table: its label, and a cell for each system. */
type Row = readonly [label: string, ...cells: string[]];

/** Prints rows, with as many systems side by side as fit. */
function tableLines(rows: readonly Row[]): string[] {
  const columns = rows[0].length - 1;
  const width = 2 + Math.max(NARROW, ...rows.flatMap(([, ...cells]) => cells.map((c) => c.length)));
  const abreast = Math.max(1, Math.floor((WIDTH - LABEL) / width));
  const lines: string[] = [];
  for (let from = 0; from < columns; from += abreast) {
    lines.push('');
    for (const [label, ...cells] of rows) {
      const shown = cells.slice(from, from + abreast).map((cell) => cell.padStart(width));
      lines.push(`  ${label.padEnd(LABEL - 2)}${shown.join('')}`.trimEnd());
    }
  }
  return lines;
}

/** The rows of the cost of a look: in the workload, and over the whole graph. */
function lookRows({ comparison, graphs }: WorkloadResult): Row[] {
  const rated = comparison!.systems;
  const cell = (cost: WorkloadResult['graphs'][number], of: 'mean' | 'worst'): string => {
    if (cost === undefined) return 'not computed';
    if (cost === 'none') return 'no look';
    return of === 'mean' ? cost.mean.toFixed(2) : String(cost.worst);
  };
  const here = rated.map(({ perLook, run }) =>
    run.out === undefined ? (perLook?.toFixed(2) ?? 'no look') : '-',
  );
  return [
    ['invalidations per look', ...rated.map(() => '')],
    ['  in this workload', ...here],
    ['  mean over the graph', ...graphs.map((cost) => cell(cost, 'mean'))],
    ['  worst', ...graphs.map((cost) => cell(cost, 'worst'))],
  ];
}

const TIMES: Readonly<Record<number, string>> = { 0.5: 'halved', 2: 'doubled' };

/** All rows of a workload. A system that ran out of memory has no rates. */
function rowsOf(result: WorkloadResult, named: readonly Named[]): Row[] {
  const { per, systems, sensitivity } = result.comparison!;
  const row = (label: string, of: (one: Rated, i: number) => string): Row => [
    label,
    ...systems.map((one, i) => (one.run.out === undefined ? of(one, i) : '-')),
  ];
  const shown = ROWS.filter(
    ([name]) => !ONLY_IF_ANY.includes(name) || systems.some(({ rates }) => rates[name].mean > 0),
  );
  return [
    [`per thousand ${per}`, ...named.map(({ name }) => nameText(name))],
    ...shown.map(([name, label]) => row(label, ({ rates }) => rateText(rates[name]))),
    row('price', ({ price }) => rateText(price)),
    ...sensitivity.map(({ price, factor, costs }) =>
      row(`  ${price} ${TIMES[factor]}`, (_, i) => numberText(costs[i])),
    ),
    ...lookRows(result),
  ];
}

/** How much was run, and how the intervals were made. */
function extentText({ plan, sampledBy, systems, isCut }: Measured): string[] {
  const { room, turns, warmUp, seed } = plan;
  const samples = systems[0].samples.length;
  const begin = warmUp === 0 ? '' : `, of which the first ${whole(warmUp)} are not counted`;
  const counted = count(turns, 'turn') + begin;
  const batches = samples < 2 ? '' : `, in ${samples} batches`;
  const seeded = plan.source.isFixed ? '' : `, seed ${seed}`;
  const runs =
    sampledBy === 'runs'
      ? `${samples} of ${plan.runs} runs, seed ${seed}, each of ${counted}`
      : `one run of ${counted}${batches}${seeded}`;
  const scan = room.scanEvery === 0 ? '' : `, a scan every ${whole(room.scanEvery)} turns`;
  const interval =
    samples < 2
      ? 'no intervals, as there is one sample'
      : `±: ${100 * CONFIDENCE} % interval of Student's t over the ${sampledBy}`;
  return [
    `${count(room.pages, 'page')}, ${count(room.memory, 'frame')}, batch ${room.batch}${scan}`,
    runs,
    interval,
    ...(isCut ? ['interrupted: this workload was not run to its end'] : []),
  ].flatMap((text) => wrap(text, WIDTH - 2).map((part) => `  ${part}`));
}

/** The systems by price: `A 12.3 < B 14.5`. `~`: the samples do not tell which is dearer. */
export const orderText = (order: readonly Ranked[], named: readonly Named[]): string =>
  order
    .map((ranked, i) => {
      const sign = i === 0 ? '' : isDearer(ranked) ? '< ' : '~ ';
      const { price } = ranked;
      return `${sign}${named[ranked.system].name} ${price.toFixed(decimalsOf(price))}`;
    })
    .join(' ');

/** The order of the systems by price, and what becomes of it if a price is another. */
function orderLines({ order, sensitivity, evenAt }: Comparison, named: readonly Named[]): string[] {
  if (order.length < 2) return [];
  const others = sensitivity.filter(({ isSame }) => !isSame);
  const [first, second] = order.map(({ system }) => named[system].name);
  const even = evenAt.map(({ price, value }) => `${price} ${numberText(value)}`);
  return [
    `cheapest first: ${orderText(order, named)}`,
    others.length === 0
      ? 'the same order with any one price halved or doubled'
      : 'the order is another with',
    ...others.map(
      ({ price, factor, order: changed }) =>
        `- ${price} ${TIMES[factor]}: ${orderText(changed, named)}`,
    ),
    ...(even.length === 0
      ? []
      : [`${first} and ${second} cost the same at ${even.join(', or at ')}`]),
  ].flatMap((text) => wrap(text, WIDTH - 4).map((part, i) => `  ${i === 0 ? '' : '  '}${part}`));
}

/** What must be known of a system before its rates are read. */
function warnings({ systems }: Comparison, named: readonly Named[]): string[] {
  return systems.flatMap(({ run, rates }, i) => {
    const { out } = run;
    const { name } = named[i];
    const lines: string[] = [];
    if (out !== undefined) {
      lines.push(
        `${name}: out of memory in turn ${whole(out.turn)} of run ${out.run}, as reclaim finds ` +
          'no page to evict; it is not in the order',
      );
    }
    if (rates.unsafe.mean > 0 && out === undefined) {
      lines.push(
        `${name}: it uses what was taken away, as youngcheck check shows; it is not in the order`,
      );
    }
    return lines.flatMap((text) => wrap(text, WIDTH - 2).map((part) => `  ${part}`));
  });
}

function workloadText(result: WorkloadResult, named: readonly Named[]): string {
  const { plan, comparison } = result;
  const head = [plan.source.text];
  if (comparison === undefined) {
    return [...head, '  interrupted before anything was counted'].join('\n');
  }
  return [
    ...head,
    ...extentText(comparison.measured),
    ...tableLines(rowsOf(result, named)),
    '',
    ...orderLines(comparison, named),
    ...warnings(comparison, named),
  ]
    .join('\n')
    .trimEnd();
}

function pricesText({ prices }: CostResult): string {
  const lines = PRICE_NAMES.flatMap((name) => {
    const { told, source, otherwise } = PRICES[name];
    const why = prices[name] === otherwise ? source : 'given';
    return wrap(`${told} (${why})`, WIDTH - 24).map((part, i) =>
      i === 0
        ? `  ${name.padEnd(14)}${String(prices[name]).padStart(6)}  ${part}`
        : `${''.padEnd(24)}${part}`,
    );
  });
  return ['prices, in units of each other', ...lines].join('\n');
}

const NOT_IN_IT =
  'not in it: time, room in the ATC and the IOTLB, other observers than reclaim, steps that ' +
  'interleave, and what else docs/cost.md names';

/** The systems as they are named in the tables. The scope is that of each workload. */
function systemsText({ named, workloads }: CostResult): string {
  return named
    .flatMap(({ name, system }) => {
      const setup = printSetup(system);
      const parts = setup.slice(
        0,
        setup.findIndex((text) => text.startsWith('scope')),
      );
      const scopes = workloads.map(({ plan }) => inScope(system, plan.source));
      const notes = [...idleNotes(...scopes), ...machineNote(system)];
      return [name, ...[...parts, ...notes].map((text) => `  ${text}`)];
    })
    .join('\n');
}

export function costText(result: CostResult): string {
  const { named, workloads } = result;
  return [
    systemsText(result),
    ...workloads.map((workload) => workloadText(workload, named)),
    pricesText(result),
    wrap(NOT_IN_IT, WIDTH).join('\n'),
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}
