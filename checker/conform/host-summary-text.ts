/** Prints the summary for somebody who runs hosts. */
import type { Bar, CgroupTally, HostSummary, Tally } from './host-summary.ts';
import { misses } from './host-summary.ts';
import { spaceText } from './page-log.ts';

/** A share in percent. */
const shareText = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${((100 * part) / whole).toFixed(part === 0 || part === whole ? 0 : 1)} %`;

/** A time in the unit in which it is easy to read. */
export function timeText(seconds: number): string {
  const [unit, factor] = seconds < 1e-3 ? ['us', 1e6] : seconds < 1 ? ['ms', 1e3] : ['s', 1];
  return `${Number((seconds * factor).toPrecision(3))} ${unit}`;
}

/** How soon pages in use were evicted. */
function soonText({ range }: HostSummary): string {
  if (range === undefined) return '';
  const [shortest, longest] = range.map(timeText);
  return `, ${shortest === longest ? shortest : `${shortest} to ${longest}`} after the use`;
}

/** The two lines that come first: their labels and values. Empty if there was nothing to judge. */
export function hostLines(summary: HostSummary): (readonly [label: string, value: string])[] {
  const { looks, missed, evictions, inUse } = summary;
  const lost = missed === 0 ? 'none missed a use' : `${missed} missed a use`;
  const gone = inUse === 0 ? 'none in use' : `${inUse} in use`;
  const soon = soonText(summary);
  const rate = (part: number, whole: number) => (part === 0 ? '' : ` (${shareText(part, whole)})`);
  const [process, ...others] = summary.processes;
  // A marker's own page is known to whoever wrote it.
  const isOne = process !== undefined && others.length === 0 && !process.space.marked;
  return [
    ...(isOne ? [['process', spaceText(process.space)] as const] : []),
    ...(summary.cgroups.length === 1 ? [['cgroup', groupText(summary.cgroups[0]!)] as const] : []),
    ...(looks === 0 ? [] : [['looks', `${looks}, ${lost}${rate(missed, looks)}`] as const]),
    ...(evictions === 0
      ? []
      : [['evicted', `${evictions}, ${gone}${rate(inUse, evictions)}${soon}`] as const]),
  ];
}

const groupText = ({ cgroup }: CgroupTally): string => cgroup ?? 'not known';

/** How many processes, and how many groups, have a row. */
const MAX_ROWS = 20;

const COLUMNS: readonly (readonly [head: string, cell: (tally: Tally) => string])[] = [
  ['pages', ({ pages }) => String(pages)],
  ['looks', ({ looks }) => String(looks)],
  ['missed', ({ missed }) => String(missed)],
  ['rate', ({ missed, looks }) => shareText(missed, looks)],
  ['evicted', ({ evictions }) => String(evictions)],
  ['in use', ({ inUse }) => String(inUse)],
];

const row = (cells: readonly string[], last: string): string =>
  `  ${cells.map((cell) => cell.padStart(7)).join(' ')}  ${last}`;

/** One row for each of several. The two lines tell of one alone. */
function rowsOf<T extends Tally>(
  what: string,
  all: readonly T[],
  nameOf: (one: T) => string,
): string[] {
  if (all.length < 2) return [];
  const rest = all.slice(MAX_ROWS);
  const lost = rest.reduce((sum, tally) => sum + misses(tally), 0);
  const more = `${rest.length} more with ${lost} misses: --json has all`;
  return [
    '',
    row(
      COLUMNS.map(([head]) => head),
      what,
    ),
    ...all.slice(0, MAX_ROWS).map((tally) =>
      row(
        COLUMNS.map(([, cell]) => cell(tally)),
        nameOf(tally),
      ),
    ),
    ...(rest.length === 0 ? [] : [`  ${more}`]),
  ];
}

/** The length of the longest bar, in columns. */
const LONGEST = 40;

function histogram(bars: readonly Bar[], inUse: number): string[] {
  if (inUse < 2 || bars.length === 0) return [];
  const most = Math.max(...bars.map(({ times }) => times));
  const rows = bars.map(({ under, times }) => {
    const what = under === undefined ? 'longer' : `under ${timeText(under)}`;
    const bar = '#'.repeat(Math.ceil((times / most) * LONGEST));
    return `  ${what.padEnd(12)} ${String(times).padStart(7)}  ${bar}`.trimEnd();
  });
  return ['', 'From the last use to the eviction of a page in use:', ...rows];
}

/** What stands above the pages: the groups, the processes, and how soon pages were evicted. */
export const hostTables = ({ cgroups, processes, bars, inUse }: HostSummary): string[] => [
  ...rowsOf('cgroup', cgroups, groupText),
  ...rowsOf('process', processes, ({ space }) => spaceText(space)),
  ...histogram(bars, inUse),
];
