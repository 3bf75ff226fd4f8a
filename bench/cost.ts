/** Counts states against pages, CPUs and devices, with and without the reductions. */
import { writeFileSync } from 'node:fs';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Reduction } from '../checker/search/reductions.ts';
import { ALL_REDUCTIONS, Checking } from '../checker/search/checking.ts';
import { propertiesFor } from '../properties/index.ts';
import type { CostRow } from './cost-svg.ts';
import { costSvg } from './cost-svg.ts';

const DRIVER = 'amd-iommu-v2-patched';
const NUMBERS = [1, 2].flatMap((devices) =>
  [0, 1, 2].flatMap((cpus) => [1, 2, 3, 4].map((pages) => ({ pages, cpus, devices }))),
);

/** The states of all searches of the system. Undefined if there are more than the limit. */
function statesOf(
  numbers: (typeof NUMBERS)[number],
  limit: number,
  reductions: ReadonlySet<Reduction>,
): number | undefined {
  const { pages, cpus, devices } = numbers;
  const scope =
    `pages=${pages} cpus=${cpus} devices=${devices} observers=reclaim,idle ` +
    'granularity=fine events=unmap,write';
  const system = parseSystem({ driver: DRIVER, scope });
  const checking = new Checking(system, propertiesFor(system), { maxStates: limit }, reductions);
  checking.run();
  if (!checking.result().search.complete) return undefined;
  return checking.searches.reduce((sum, { states }) => sum + states, 0);
}

/** Prints the table, and writes the plot if a file is named. */
export function cost(limit: number, file?: string): void {
  const told = (states: number | undefined): string =>
    (states?.toLocaleString('en') ?? 'over').padStart(12);
  console.log(`pages CPUs devices: states with and without reductions, at most ${limit}`);
  const rows: CostRow[] = [];
  for (const numbers of NUMBERS) {
    const reduced = statesOf(numbers, limit, ALL_REDUCTIONS);
    // More agents have no fewer states, so what exceeds the limit with fewer is not searched.
    const isOver = rows.some(
      ({ full, ...fewer }) =>
        full === undefined &&
        fewer.pages <= numbers.pages &&
        fewer.cpus <= numbers.cpus &&
        fewer.devices <= numbers.devices,
    );
    const full = isOver ? undefined : statesOf(numbers, limit, new Set());
    rows.push({ ...numbers, reduced, full });
    const { pages, cpus, devices } = numbers;
    console.log(`| ${pages} | ${cpus} | ${devices} | ${told(reduced)} | ${told(full)} |`);
  }
  if (file !== undefined) writeFileSync(file, costSvg(rows, limit));
}
