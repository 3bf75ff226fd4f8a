/** Prints a sweep: a table of what became of its traces, and each that did not agree. */
import { join } from 'node:path';
import { printable } from '../../trace/printable.ts';
import type { Sweep, Swept } from './record.ts';
import { tallyOf } from './record.ts';
import { traceFile } from './sweep.ts';

const HEAD = ['kernel', 'device', 'traces', 'agreed', 'parted', 'not understood', 'not judged'];

/** The cells of a row: numbers stand on the right. */
function rowText(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, i) =>
    i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
  );
  return padded.join('  ').trimEnd();
}

function cellsOf(name: readonly [string, string], traces: readonly Swept[]): string[] {
  const { agreed, parted, notUnderstood, hung } = tallyOf(traces, traces.length);
  const numbers = [traces.length, agreed, parted, notUnderstood, hung];
  return [...name, ...numbers.map(String)];
}

function table(traces: readonly Swept[]): string[] {
  const groups = new Map<string, Swept[]>();
  for (const one of traces) {
    const name = `${one.kernel} ${one.device}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  const rows = [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => cellsOf([group[0].kernel, group[0].device], group));
  const all = [HEAD, ...rows, cellsOf(['all', ''], traces)];
  const widths = HEAD.map((_, i) => Math.max(...all.map((cells) => cells[i].length)));
  return all.map((cells) => rowText(cells, widths));
}

/** The trace that did not agree, why, and the file that `reproduce` takes. */
function otherLines({ number, fate, why = '' }: Swept, folder: string): string[] {
  const file = printable(join(folder, `${traceFile(number)}.trace`));
  const said = fate === 'hung' ? 'not judged' : fate;
  return [`${number}: ${said}: ${printable(why)}`, `  youngcheck reproduce ${file}`];
}

/** The table, and what did not agree. */
export function sweepTable(sweep: Sweep, folder: string): string {
  const { count, seed, kernels, traces } = sweep;
  const { left } = tallyOf(traces, count);
  const others = traces.filter(({ fate }) => fate !== 'agreed');
  return [
    `${count} random traces of seed ${seed} on ${kernels.version}:`,
    '',
    ...(traces.length === 0 ? [] : [...table(traces), '']),
    ...others.flatMap((one) => otherLines(one, folder)),
    ...(others.length === 0 ? [] : ['']),
    left === 0 ? 'every trace was booted' : `unfinished: ${left} traces were not booted`,
    '',
  ].join('\n');
}
