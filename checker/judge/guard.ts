/** Compares two systems over the scopes of the catalogue, for example two versions of a driver. */
import { misfitOf } from '../../model/misfit.ts';
import type { Scope, System } from '../../model/system.ts';
import type { Limits } from '../search/search.ts';
import { parsePart } from '../trace/setup.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf } from '../search/progress.ts';
import type { Property } from '../../properties/index.ts';
import type { Change, Direction } from './changes.ts';
import { allowing, byFamily, changesOf, isStillWrong } from './changes.ts';
import type { Judgement } from './judgement.ts';
import { judge } from './judgement.ts';

/** A scope and its name in the report. */
export interface NamedScope {
  readonly name: string;
  readonly scope: Scope;
}

/** Both systems compared in one scope. */
export interface Comparison {
  readonly name: string;
  readonly before: Judgement;
  readonly after: Judgement;
  readonly changes: readonly Change[];
}

export interface GuardResult {
  /** The systems to compare. Their own scopes are ignored. */
  readonly before: System;
  readonly after: System;
  readonly comparisons: readonly Comparison[];
  /** The names of what was allowed to change. */
  readonly allowed: readonly string[];
  /** Sentences about the base and about scopes that are left out, and why. */
  readonly notes: readonly string[];
}

/** What may change without being worse or better, by the names that the user gave. */
export interface Allowance {
  readonly names: readonly string[];
  readonly properties: ReadonlySet<Property>;
}
const NOTHING: Allowance = { names: [], properties: new Set() };

const preset = (name: string): NamedScope => ({ name, scope: parsePart('scope', name).value });

/** The scopes that are always compared. */
export const GUARDED = ['mail', 'small', 'races'].map(preset);

/** The guarded scopes, and the given one if it is not among them. */
export function scopesWith(scope: Scope | undefined): NamedScope[] {
  const known = GUARDED.some((named) => JSON.stringify(named.scope) === JSON.stringify(scope));
  return scope === undefined || known ? GUARDED : [...GUARDED, { name: 'own', scope }];
}

/** A system in another scope. */
export const within = (system: System, { name, scope }: NamedScope): System => ({
  ...system,
  scope,
  names: { ...system.names, ...(name === 'own' ? {} : { scope: name }) },
});

/** Whether two systems are equal apart from their names. */
export const isSame = (a: System, b: System): boolean =>
  JSON.stringify({ ...a, names: 0 }) === JSON.stringify({ ...b, names: 0 });

/** Why one of the systems is refused in a scope. Undefined if neither is. */
const refusedIn = (named: NamedScope, systems: readonly System[]): string | undefined =>
  systems.flatMap((system) => misfitOf(within(system, named)) ?? []).at(0)?.reason;

/** Sentences that say which scopes are left out, and why. */
function leftOut(scopes: readonly NamedScope[], systems: readonly System[]): string[] {
  const refused = scopes.map((named) => ({ named, why: refusedIn(named, systems) }));
  const reasons = new Set(refused.flatMap(({ why }) => why ?? []));
  return [...reasons].map((reason) => {
    const names = refused.filter(({ why }) => why === reason).map(({ named }) => named.name);
    return `Not compared in ${names.join(' and ')}: ${reason}.`;
  });
}

/** Compares two systems in each scope in which neither is refused. */
export function* guard(
  before: System,
  after: System,
  scopes: readonly NamedScope[],
  limits: Limits = {},
  allowance = NOTHING,
): Pieces<GuardResult> {
  const comparisons: Comparison[] = [];
  const notes = leftOut(scopes, [before, after]);
  const asked = scopes.filter((named) => refusedIn(named, [before, after]) === undefined);
  const all = 2 * asked.length;
  for (const [i, named] of asked.entries()) {
    const [left, right] = [within(before, named), within(after, named)];
    const was = yield* partOf(judge(left, limits), [2 * i, all]);
    const is = isSame(left, right)
      ? { ...was, system: right }
      : yield* partOf(judge(right, limits), [2 * i + 1, all]);
    const changes = allowing(changesOf(was, is), allowance.properties);
    comparisons.push({ name: named.name, before: was, after: is, changes });
  }
  return { before, after, comparisons, allowed: allowance.names, notes };
}

/** A change, and the scope in which it was found. */
export interface ScopedChange extends Change {
  readonly comparison: Comparison;
}

/** All changes of a kind, scope by scope. */
const changesWhere = (
  { comparisons }: GuardResult,
  is: (change: Change) => boolean,
): ScopedChange[] =>
  comparisons.flatMap((comparison) =>
    comparison.changes.filter(is).map((change) => ({ ...change, comparison })),
  );

/** All changes of a direction, scope by scope. */
export const changesThat = (result: GuardResult, direction: Direction): ScopedChange[] =>
  changesWhere(result, (change) => change.direction === direction);

/** What is violated on both sides and did not get worse, the gravest first. */
export const stillWrong = (result: GuardResult): ScopedChange[] =>
  changesWhere(result, isStillWrong).toSorted(byFamily);

/** Whether something worse may have been missed on either side, because a limit was reached. */
const isUnfinished = (result: GuardResult): boolean => changesThat(result, 'unknown').length > 0;

/**
 * The conclusion of all changes. `worse` comes before `unfinished`, and that before `better`. Other
 * changes do not count.
 */
export function conclusionOf(result: GuardResult): 'worse' | 'unfinished' | 'better' | 'same' {
  if (changesThat(result, 'worse').length > 0) return 'worse';
  if (isUnfinished(result)) return 'unfinished';
  return changesThat(result, 'better').length > 0 ? 'better' : 'same';
}
