/** Prints what larger and larger scopes show, beside the verdicts for every number. */
import { KINDS_OF_AGENTS } from '../../model/many.ts';
import type { Property } from '../../properties/index.ts';
import { sizesText } from '../search/agreement.ts';
import { argumentsFor } from '../search/arguments.ts';
import type { Sizes } from '../search/reach.ts';
import { sizesOf } from '../search/reach.ts';
import { systemJson, verdictJson } from '../tell/verdict-json.ts';
import { machineNote } from '../tell/verdict-text.ts';
import { printPart, printSetup } from '../trace/setup.ts';
import { judgedText } from './changes.ts';
import type { Saturation, SizeResult } from './saturate.ts';
import { asked, cell, disagreements, known, settledAt, verdictIn } from './saturate.ts';

/** Prints a line for each size, and for each property where its verdict stops changing. */
export function saturationText(saturation: Saturation): string {
  const { system, rows, skipped } = saturation;
  const lines = rows.map(({ size, states, multiplied, complete }) => {
    const count = complete ? states.toLocaleString('en') : `over ${states.toLocaleString('en')}`;
    const how = multiplied ? ' (pages apart)' : complete ? '' : ' (given up)';
    return `  ${sizesText(size)}  ${count.padStart(18)} states${how}`;
  });
  const verdicts = asked(saturation).flatMap((property) => verdictLines(saturation, property));
  const left =
    skipped.length === 0
      ? 'Every size within the limits of a scope was searched.'
      : `${skipped.length} larger sizes were left out: a limit was reached.`;
  return `${[
    [...printSetup(system), ...machineNote(system)].join('\n'),
    lines.join('\n'),
    left,
    verdicts.join('\n'),
    ...(rows.some((row) => row.multiplied) ? [APART] : []),
    everyNumberText(saturation),
    ...disagreementText(saturation),
  ].join('\n\n')}\n`;
}

const APART = `pages apart: in atomic, pages meet only where a step covers another page
than its own. Here none does, so that n pages are n copies of one. One
was searched, and the states are a power of its own.`;

function verdictLines(saturation: Saturation, property: Property): string[] {
  const rows = known(saturation, property);
  const values = rows.map((row) => cell(row, property));
  const changes = values.filter((text, i) => i === 0 || text !== values[i - 1]);
  const settled = settledAt(saturation, property);
  const asking = saturation.rows.filter((row) => verdictIn(row, property) !== undefined);
  const all = rows.length === asking.length && saturation.skipped.length === 0;
  const far = all ? '' : ', as far as is known';
  const everywhere = all
    ? `all ${rows.length} sizes that ask for it`
    : `the ${rows.length} sizes where it is known`;
  const where =
    values.length === 0
      ? 'nowhere searched to its end'
      : changes.length === 1
        ? `${values[0]} in ${everywhere}`
        : settled === undefined
          ? `does not settle: ${changes.join(', ')}`
          : `${cell(rowAt(rows, settled), property)} from ${sizesText(settled)} on${far}`;
  return [`  ${property.name}`, `      ${where}`, ...everyNumberLine(saturation, property)];
}

const rowAt = (rows: readonly SizeResult[], size: Sizes): SizeResult =>
  rows.find((row) => row.size === size)!;

/** The verdict for every number, with the numbers of the trace that shows a violation. */
function everyNumberLine({ everyNumber }: Saturation, property: Property): string[] {
  const told = everyNumber?.verdicts.find((verdict) => verdict.property === property);
  if (told === undefined) return [];
  const where = told.where === undefined ? '' : `, with ${sizesText(sizesOf(told.where.scope))}`;
  return [`      every number: ${judgedText(told)}${where}`];
}

/** Names the argument for each kind of agent, and says what was searched. */
function everyNumberText({ everyNumber }: Saturation): string {
  if (everyNumber === undefined) return `${BEYOND}\nEvery number was not asked: the time was over.`;
  const { system, states, complete } = everyNumber;
  const searched = `${states.toLocaleString('en')} states were searched for it`;
  const sections = argumentsFor(system);
  return [
    `${BEYOND} 'every number' is the verdict for`,
    "pages=many cpus=many devices=many. 'many' CPUs are one at least.",
    `${searched}${complete ? '' : ', until a limit was reached'}.`,
    'These sections of docs/reductions.md argue that it is one for all numbers:',
    ...KINDS_OF_AGENTS.map((kind) => {
      const { section, coversAll } = sections[kind];
      return `  ${kind.padEnd(7)}  ${section}${coversAll ? '' : NOT_ALL}`;
    }),
  ].join('\n');
}

const BEYOND = 'No size here says what larger ones do.';
const NOT_ALL = ' (no argument is known: 1, 2 and 3 pages were searched)';

/** Says loudly that two searches cannot both be right. Empty if all agree. */
export function disagreementText(saturation: Saturation): string[] {
  const found = disagreements(saturation);
  if (found.length === 0) return [];
  const lines = [
    'ERROR OF YOUNGCHECK ITSELF: its searches contradict one another, so one of',
    'them is wrong. Trust none of these verdicts, and report the system above:',
    ...found.map((what) => `  ${what}`),
  ];
  return [lines.join('\n')];
}

/** The document of `youngcheck saturate --json`. docs/reductions.md says what its keys are. */
export function saturationJson(saturation: Saturation) {
  const { system, rows, skipped, everyNumber } = saturation;
  const properties = asked(saturation);
  const byProperty = (value: (property: Property) => unknown) =>
    Object.fromEntries(properties.map((property) => [property.name, value(property)]));
  return {
    system: systemJson(system),
    rows: rows.map((row) => ({
      ...row.size,
      states: row.states,
      complete: row.complete,
      multiplied: row.multiplied,
      verdicts: byProperty((property) => cell(row, property)),
    })),
    skipped,
    settledAt: byProperty((property) => settledAt(saturation, property) ?? null),
    everyNumber: everyNumber === undefined ? null : everyNumberJson(everyNumber),
    disagreements: disagreements(saturation),
  };
}

const everyNumberJson = ({
  system,
  verdicts,
  ...searched
}: NonNullable<Saturation['everyNumber']>) => ({
  scope: printPart(system, 'scope'),
  ...searched,
  arguments: argumentsFor(system),
  verdicts: verdicts.map((told) => verdictJson(system, told)),
});
