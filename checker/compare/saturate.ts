/** Larger and larger scopes: whether the verdicts stop changing, and where. */
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import type { Verdict } from '../check.ts';
import { check } from '../check.ts';
import { fewestPages, pagesAreApart } from '../cost/focus.ts';
import type { Limits } from '../search/search.ts';
import type { Progress } from '../progress.ts';
import { judgedText } from './changes.ts';

export interface Size {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
}

export interface Row {
  readonly size: Size;
  readonly verdicts: readonly Verdict[];
  /** Reachable states, or those that were searched before the budget ended. */
  readonly states: number;
  /** The pages are copies of one: one was searched, and the states are its number's power. */
  readonly multiplied: boolean;
  readonly complete: boolean;
}

export interface Saturation {
  readonly system: System;
  readonly rows: readonly Row[];
  /** Sizes that were not tried because a smaller one already took more than the budget. */
  readonly skipped: readonly Size[];
}

const upTo = (field: keyof typeof LIMITS): number[] => {
  const [least, most] = LIMITS[field];
  return Array.from({ length: most - least + 1 }, (_, i) => least + i);
};

const sum = ({ pages, cpus, devices }: Size): number => pages + cpus + devices;

/** Every size within the limits of a scope, small ones first. */
export const SIZES: readonly Size[] = upTo('pages')
  .flatMap((pages) =>
    upTo('cpus').flatMap((cpus) => upTo('devices').map((devices) => ({ pages, cpus, devices }))),
  )
  .toSorted((a, b) => sum(a) - sum(b));

const within = (small: Size, large: Size): boolean =>
  small.pages <= large.pages && small.cpus <= large.cpus && small.devices <= large.devices;

const sized = (system: System, size: Size): System => ({
  ...system,
  scope: { ...system.scope, ...size },
});

/** Budget of the whole; `maxStates` is of each search. */
export function saturate(
  system: System,
  { maxStates, timeLimit }: Required<Limits>,
  progress: Progress = () => {},
): Saturation {
  const start = performance.now();
  const rows: Row[] = [];
  const skipped: Size[] = [];
  for (const [i, size] of SIZES.entries()) {
    progress(i, SIZES.length);
    const left = timeLimit - (performance.now() - start) / 1000;
    const tooLarge = rows.some((row) => !row.complete && within(row.size, size));
    if (tooLarge || left <= 0) skipped.push(size);
    else rows.push(rowOf(sized(system, size), size, { maxStates, timeLimit: left }));
  }
  progress(SIZES.length, SIZES.length);
  return { system, rows, skipped };
}

function rowOf(system: System, size: Size, limits: Limits): Row {
  const multiplied = size.pages > 1 && pagesAreApart(system);
  const searched = multiplied ? fewestPages(system) : system;
  const { verdicts, search } = check(searched, propertiesFor(searched), limits);
  const states = multiplied ? search.states ** size.pages : search.states;
  return { size, verdicts, states, multiplied, complete: search.complete };
}

/** The properties that some size asks for. */
const asked = ({ rows }: Saturation): Property[] =>
  PROPERTIES.filter((property) =>
    rows.some(({ verdicts }) => verdicts.some((verdict) => verdict.property === property)),
  );

const cell = ({ verdicts }: Row, property: Property): string =>
  judgedText(verdicts.find((v) => v.property === property) ?? { verdict: 'absent' });

const sizeText = ({ pages, cpus, devices }: Size): string =>
  `pages=${pages} cpus=${cpus} devices=${devices}`;

/**
 * The smallest size that has the verdict of every larger one that was searched; undefined where
 * they are not all alike.
 */
export function settledAt({ rows }: Saturation, property: Property): Size | undefined {
  const complete = rows.filter((row) => row.complete && cell(row, property) !== 'n/a');
  const larger = (row: Row) => complete.filter(({ size }) => within(row.size, size));
  return complete.find(
    (row) =>
      // The largest size alone shows nothing.
      larger(row).length > 1 &&
      larger(row).every((other) => cell(other, property) === cell(row, property)),
  )?.size;
}

/** A line for each size, then for each property where its verdict stops changing. */
export function saturationText(saturation: Saturation): string {
  const { rows, skipped } = saturation;
  const lines = rows.map(({ size, states, multiplied, complete }) => {
    const count = complete ? states.toLocaleString('en') : `over ${states.toLocaleString('en')}`;
    const how = multiplied ? ' (pages apart)' : complete ? '' : ' (budget)';
    return `  ${sizeText(size)}  ${count.padStart(18)} states${how}`;
  });
  const verdicts = asked(saturation).flatMap((property) => verdictLines(saturation, property));
  const left =
    skipped.length === 0
      ? 'Every size within the limits of a scope was searched.'
      : `${skipped.length} larger sizes were left out: the budget was reached.`;
  return `${[
    lines.join('\n'),
    left,
    verdicts.join('\n'),
    ...(rows.some((row) => row.multiplied) ? [APART] : []),
  ].join('\n\n')}\n`;
}

const APART = `pages apart: in atomic, pages meet nowhere but in an unmap of the whole
mm, so that n pages are n copies of one: one was searched, and the
states are a power of its own.`;

function verdictLines(saturation: Saturation, property: Property): string[] {
  const complete = saturation.rows.filter((row) => row.complete);
  const values = complete.map((row) => cell(row, property)).filter((text) => text !== 'n/a');
  if (values.length === 0) return [`  ${property.name}`, '      nowhere searched to its end'];
  const changes = values.filter((text, i) => i === 0 || text !== values[i - 1]);
  const settled = settledAt(saturation, property);
  const where =
    changes.length === 1
      ? `${values[0]} in all ${values.length} sizes that ask for it`
      : settled === undefined
        ? `does not settle: ${changes.join(', ')}`
        : `${cell(rowAt(complete, settled), property)} from ${sizeText(settled)} on`;
  return [`  ${property.name}`, `      ${where}`];
}

const rowAt = (rows: readonly Row[], size: Size): Row => rows.find((row) => row.size === size)!;

/** The document of `youngcheck saturate --json`. */
export const saturationJson = (saturation: Saturation) => ({
  rows: saturation.rows.map((row) => ({
    ...row.size,
    states: row.states,
    complete: row.complete,
    multiplied: row.multiplied,
    verdicts: Object.fromEntries(
      asked(saturation).map((property) => [property.name, cell(row, property)]),
    ),
  })),
  skipped: saturation.skipped,
});
