/**
 * Checks larger and larger scopes, to see whether and where the verdicts stop changing, beside the
 * verdicts for every number.
 */
import { MANY } from '../../model/field.ts';
import type { System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { contradictions, within } from '../search/agreement.ts';
import type { Verdict } from '../search/check.ts';
import type { Pieces } from '../search/progress.ts';
import { limited, partOf } from '../search/progress.ts';
import type { Sizes } from '../search/reach.ts';
import { sized } from '../search/reach.ts';
import type { Limits } from '../search/search.ts';
import { judgedText } from './changes.ts';
import { fewestPages, pagesAreApart } from './focus.ts';
import { verdictsOf } from './judgement.ts';

export interface SizeResult {
  readonly size: Sizes;
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

/** The verdicts for every number of pages, CPUs and devices. */
interface EveryNumber {
  readonly system: System;
  readonly verdicts: readonly Verdict[];
  /** The states of all searches for them. */
  readonly states: number;
  readonly complete: boolean;
}

export interface Saturation {
  readonly system: System;
  /** Undefined if the time was over before it was asked. */
  readonly everyNumber: EveryNumber | undefined;
  readonly rows: readonly SizeResult[];
  /** Sizes that were not tried: a smaller one took more than the budget, or the time was over. */
  readonly skipped: readonly Sizes[];
}

const upTo = (field: keyof typeof LIMITS): number[] => {
  const [least, most] = LIMITS[field];
  return Array.from({ length: most - least + 1 }, (_, i) => least + i);
};

const sum = ({ pages, cpus, devices }: Sizes): number => pages + cpus + devices;

/** Every size within the limits of a scope, small ones first. */
export const SIZES: readonly Sizes[] = upTo('pages')
  .flatMap((pages) =>
    upTo('cpus').flatMap((cpus) => upTo('devices').map((devices) => ({ pages, cpus, devices }))),
  )
  .toSorted((a, b) => sum(a) - sum(b));

const EVERY: Sizes = { pages: MANY, cpus: MANY, devices: MANY };

/**
 * The time limit is that of the whole. `maxStates` is the limit for each size, and for every number
 * of each property.
 */
export function saturate(
  system: System,
  { maxStates = Infinity, timeLimit = Infinity }: Limits,
): Pieces<Saturation> {
  return limited(grow(system, maxStates), timeLimit);
}

function* grow(system: System, maxStates: number): Pieces<Saturation> {
  const all = SIZES.length + 1;
  const tooLate = yield [0, all];
  const everyNumber = tooLate
    ? undefined
    : yield* partOf(everyNumberOf(sized(system, EVERY), maxStates), [0, all]);
  const rows: SizeResult[] = [];
  const skipped: Sizes[] = [];
  for (const [i, size] of SIZES.entries()) {
    const done = [i + 1, all] as const;
    const over = yield done;
    const tooLarge = rows.some((row) => !row.complete && within(row.size, size));
    if (over || tooLarge) skipped.push(size);
    else rows.push(yield* partOf(rowOf(sized(system, size), size, maxStates), done));
  }
  return { system, everyNumber, rows, skipped };
}

/** Each property is asked alone, so that a large search for one leaves the others their states. */
function* everyNumberOf(system: System, maxStates: number): Pieces<EveryNumber> {
  const verdicts: Verdict[] = [];
  let [states, complete] = [0, true];
  for (const property of propertiesFor(system)) {
    const found = yield* verdictsOf(system, [property], { maxStates });
    verdicts.push(...found.verdicts);
    states += found.states;
    complete &&= found.complete;
  }
  return { system, verdicts, states, complete };
}

function* rowOf(system: System, size: Sizes, maxStates: number): Pieces<SizeResult> {
  const multiplied = size.pages > 1 && pagesAreApart(system);
  const searched = multiplied ? fewestPages(system) : system;
  const found = yield* verdictsOf(searched, propertiesFor(searched), { maxStates });
  const states = multiplied ? found.states ** size.pages : found.states;
  return { size, ...found, states, multiplied };
}

/** The properties that make sense in some size, or in every number. */
export function asked({ rows, everyNumber }: Saturation): Property[] {
  const told = everyNumber === undefined ? rows : [...rows, everyNumber];
  return PROPERTIES.filter((property) =>
    told.some(({ verdicts }) => verdicts.some((verdict) => verdict.property === property)),
  );
}

export const verdictIn = ({ verdicts }: SizeResult, property: Property): Verdict | undefined =>
  verdicts.find((verdict) => verdict.property === property);

/** The verdict on a property in one size, as reports write it. */
export const cell = (row: SizeResult, property: Property): string =>
  judgedText(verdictIn(row, property) ?? { verdict: 'absent' });

/** The sizes with a known verdict. A violation is known even if a limit ended the search. */
export const known = ({ rows }: Saturation, property: Property): SizeResult[] =>
  rows.filter((row) => ![undefined, 'unfinished'].includes(verdictIn(row, property)?.verdict));

/**
 * The smallest size whose verdict every larger size shares, as far as it is known. Undefined if
 * they differ. If any size violates the property, only a violation can be settled. A size that has
 * at least as much of everything as a violating one violates it, too.
 */
export function settledAt(saturation: Saturation, property: Property): Sizes | undefined {
  const rows = known(saturation, property);
  const larger = (row: SizeResult) => rows.filter(({ size }) => within(row.size, size));
  const falls = (row: SizeResult) => verdictIn(row, property)?.verdict === 'violated';
  return rows.find(
    (row) =>
      (falls(row) || !rows.some(falls)) &&
      // The largest size has no larger one to confirm it.
      larger(row).length > 1 &&
      larger(row).every((other) => cell(other, property) === cell(row, property)),
  )?.size;
}

/**
 * Where the sizes contradict the verdicts for every number, in words. Different searches found
 * them, so if there is any, one of these searches is wrong.
 */
export const disagreements = ({ rows, everyNumber }: Saturation): string[] =>
  (everyNumber?.verdicts ?? []).flatMap((told) => {
    const { property } = told;
    const numbered = rows.flatMap((row) => {
      const verdict = verdictIn(row, property);
      return verdict === undefined ? [] : [{ sizes: row.size, verdict }];
    });
    return contradictions(everyNumber!.system, told, numbered).map(
      (what) => `${property.name}: ${judgedText(told)} for every number, but ${what}`,
    );
  });
