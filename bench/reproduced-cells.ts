/** What became of every violated line of VERDICTS: a section of the page, and a digest. */
import type { Cell, Undriven } from './violated-cells.ts';
import type { Recorded } from './reproduced-page.ts';
import { cell, countsText, digestText, drivenRow, reasonsText } from './reproduced-page.ts';

/** A run, and the lines of VERDICTS that it shows. */
export interface ShownCells {
  readonly cells: readonly Cell[];
  /** Undefined if it was not booted yet. */
  readonly record: Recorded | undefined;
}

/** The names of lines: each system once, and behind it the scopes and the properties. */
function namesText(cells: readonly Cell[]): string {
  const systems = new Map<string, string[]>();
  for (const { key } of cells) {
    const system = key.slice(0, 3).join(' ');
    systems.set(system, [...(systems.get(system) ?? []), key.slice(3).join(' ')]);
  }
  return [...systems].map(([system, lines]) => `\`${system}\`: ${lines.join(', ')}`).join('; ');
}

const isJudged = ({ record }: ShownCells): boolean => record !== undefined;

const rowOf = ({ cells, record }: ShownCells): string =>
  drivenRow([record!.name, cell(namesText(cells))], record!);

const ABOUT = `
The shortest trace of each violated line of [VERDICTS](../counterexamples/VERDICTS), as
\`youngcheck check\` finds it, was made to happen in the same way. What its events do not name is
left out of its scope. Lines whose traces are the same program on the same kernel share a run. Its
log is held against the trace of each system that differs. \`npm run long:reproduced -- FOLDER RUN\`
makes one run again.
`;

const most = (all: readonly Undriven[]): Undriven[] =>
  all.toSorted((a, b) => b.cells.length - a.cells.length);

const sum = (all: readonly { readonly cells: readonly Cell[] }[]): number =>
  all.reduce((count, { cells }) => count + cells.length, 0);

/** The section: lines that were driven, and the others by the reason. */
export function cellsSection(shown: readonly ShownCells[], undriven: readonly Undriven[]): string {
  const judged = shown.filter(isJudged);
  const records = judged.map(({ record }) => record!);
  const all = sum(shown) + sum(undriven);
  return `${[
    '',
    `## Violated lines of VERDICTS: ${all}`,
    ABOUT,
    `### Driven: ${sum(judged)} lines, by ${judged.length} of ${shown.length} runs`,
    '',
    `There are ${countsText(records)}.`,
    ...reasonsText(records),
    '',
    '| run | lines of VERDICTS | kernel | device | seen | lines of the log |',
    '|---|---|---|---|---|---|',
    ...judged.map(rowOf),
    '',
    `### Not driven: ${sum(undriven)} lines`,
    '',
    '| lines | why | for example |',
    '|---|---|---|',
    ...most(undriven).map(({ why, cells }) => {
      return `| ${cells.length} | ${cell(why)} | \`${cells[0].key.join(' ')}\` |`;
    }),
  ].join('\n')}\n`;
}

/** The lines of the logs that do not show what is predicted. Those of the others are too many. */
export const cellsDigest = (shown: readonly ShownCells[]): string =>
  digestText(
    shown.flatMap(({ record }) => {
      return record === undefined || record.fate === 'agreed' ? [] : [record];
    }),
  );
