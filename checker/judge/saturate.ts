/** Checks larger and larger scopes, to see whether and where the verdicts stop changing. */
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import type { Verdict } from '../search/check.ts';
import { fewestPages, pagesAreApart } from './focus.ts';
import type { Limits } from '../search/search.ts';
import type { Pieces } from '../search/progress.ts';
import { limited, partOf } from '../search/progress.ts';
import { systemJson } from '../tell/verdict-json.ts';
import { machineNote } from '../tell/verdict-text.ts';
import { printSetup } from '../trace/setup.ts';
import { judgedText } from './changes.ts';
import { verdictsOf } from './judgement.ts';

export interface Size {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
}

export interface SizeResult {
  readonly size: Size;
  readonly verdicts: readonly Verdict[];
  /** The number of reachable states, or of those that were searched before the budget ended. */
  readonly states: number;
  /**
   * The pages are copies of one page. Only one was searched, and the states are a power of its
   * number.
   */
  readonly multiplied: boolean;
  readonly complete: boolean;
}

export interface Saturation {
  readonly system: System;
  readonly rows: readonly SizeResult[];
  /** Sizes that were not tried: a smaller one took more than the budget, or the time was over. */
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

/** The time limit is that of the whole; `maxStates` is the limit of each search. */
export function saturate(
  system: System,
  { maxStates = Infinity, timeLimit = Infinity }: Limits,
): Pieces<Saturation> {
  return limited(grow(system, maxStates), timeLimit);
}

function* grow(system: System, maxStates: number): Pieces<Saturation> {
  const rows: SizeResult[] = [];
  const skipped: Size[] = [];
  for (const [i, size] of SIZES.entries()) {
    const over = yield [i, SIZES.length];
    const tooLarge = rows.some((row) => !row.complete && within(row.size, size));
    if (over || tooLarge) skipped.push(size);
    else rows.push(yield* partOf(rowOf(sized(system, size), size, maxStates), [i, SIZES.length]));
  }
  return { system, rows, skipped };
}

function* rowOf(system: System, size: Size, maxStates: number): Pieces<SizeResult> {
  const multiplied = size.pages > 1 && pagesAreApart(system);
  const searched = multiplied ? fewestPages(system) : system;
  const found = yield* verdictsOf(searched, propertiesFor(searched), { maxStates });
  const states = multiplied ? found.states ** size.pages : found.states;
  return { size, ...found, states, multiplied };
}

/** The properties that make sense in some size. */
const asked = ({ rows }: Saturation): Property[] =>
  PROPERTIES.filter((property) =>
    rows.some(({ verdicts }) => verdicts.some((verdict) => verdict.property === property)),
  );

const cell = ({ verdicts }: SizeResult, property: Property): string =>
  judgedText(verdicts.find((v) => v.property === property) ?? { verdict: 'absent' });

const sizeText = ({ pages, cpus, devices }: Size): string =>
  `pages=${pages} cpus=${cpus} devices=${devices}`;

const verdictIn = ({ verdicts }: SizeResult, property: Property): Verdict['verdict'] | undefined =>
  verdicts.find((v) => v.property === property)?.verdict;

/** The sizes with a known verdict. A violation is known even if a limit ended the search. */
const known = ({ rows }: Saturation, property: Property): SizeResult[] =>
  rows.filter((row) => ![undefined, 'unfinished'].includes(verdictIn(row, property)));

/**
 * The smallest size whose verdict every larger size shares, as far as it is known. Undefined if
 * they differ. If any size violates the property, only a violation can be settled. A size that has
 * at least as much of everything as a violating one violates it, too.
 */
export function settledAt(saturation: Saturation, property: Property): Size | undefined {
  const rows = known(saturation, property);
  const larger = (row: SizeResult) => rows.filter(({ size }) => within(row.size, size));
  const falls = (row: SizeResult) => verdictIn(row, property) === 'violated';
  return rows.find(
    (row) =>
      (falls(row) || !rows.some(falls)) &&
      // The largest size has no larger one to confirm it.
      larger(row).length > 1 &&
      larger(row).every((other) => cell(other, property) === cell(row, property)),
  )?.size;
}

/** Prints a line for each size, and for each property where its verdict stops changing. */
export function saturationText(saturation: Saturation): string {
  const { system, rows, skipped } = saturation;
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
    [...printSetup(system), ...machineNote(system)].join('\n'),
    lines.join('\n'),
    left,
    verdicts.join('\n'),
    ...(rows.some((row) => row.multiplied) ? [APART] : []),
    BEYOND,
  ].join('\n\n')}\n`;
}

const BEYOND = `No number here says what larger ones do. For every number, docs/reductions.md
has the argument, and check with pages=many cpus=many devices=many the verdicts.`;

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
          : `${cell(rowAt(rows, settled), property)} from ${sizeText(settled)} on${far}`;
  return [`  ${property.name}`, `      ${where}`];
}

const rowAt = (rows: readonly SizeResult[], size: Size): SizeResult =>
  rows.find((row) => row.size === size)!;

/** The document of `youngcheck saturate --json`. */
export const saturationJson = (saturation: Saturation) => ({
  system: systemJson(saturation.system),
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
