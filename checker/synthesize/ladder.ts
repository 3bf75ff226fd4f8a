/**
 * The scopes in which a policy is tried, small ones first. A policy that violates a property in one
 * of them is not tried in a larger one.
 */
import { MANY } from '../../model/field.ts';
import { misfitOf } from '../../model/misfit.ts';
import type { Observer, OptionalEvent, Scope, System } from '../../model/system.ts';
import { OPTIONAL_EVENTS } from '../../model/system.ts';
import { notAsked } from '../../properties/not-asked.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { FEW_DEVICES } from '../judge/default-scopes.ts';
import { parsePart } from '../trace/setup.ts';

const presetScope = (name: string): Scope => parsePart('scope', name).value;

/** The same system in another scope. */
export function inScope(system: System, scope: Scope): System {
  const { scope: _, ...names } = system.names;
  return { ...system, scope, names };
}

/** What the rungs of a ladder have beside what a property needs. */
export interface Beside {
  readonly observers: readonly Observer[];
  readonly events: readonly OptionalEvent[];
}

/** A scope with what a property needs, and no more. Undefined if no scope has it. */
const asking = (system: System, scope: Scope, property: Property): Scope | undefined =>
  notAsked(
    inScope(system, scope),
    PROPERTIES.filter((each) => each !== property),
  )[0].scope;

const withEvents = (scope: Scope, events: readonly OptionalEvent[]): Scope => ({
  ...scope,
  events: OPTIONAL_EVENTS.filter((each) => scope.events.includes(each) || events.includes(each)),
});

/** Every number of pages, CPUs and devices, or of pages and CPUs where devices have no argument. */
function everyNumber(system: System, scope: Scope): Scope {
  const misfit = misfitOf(inScope(system, scope));
  return misfit?.hint.startsWith('devices=') === true ? { ...scope, devices: FEW_DEVICES } : scope;
}

/** The scopes in which a property is asked, the small ones first. */
export interface Ladder {
  readonly scopes: readonly Scope[];
  /**
   * The place from which on the last scope has all that the others have. What holds in the last one
   * holds in them. It is the number of scopes if there is no such place.
   */
  readonly leap: number;
}

/** Each scope once. */
export const distinct = (scopes: readonly Scope[]): Scope[] => [
  ...new Map(scopes.map((scope) => [JSON.stringify(scope), scope])).values(),
];

const isMany = (count: number, than: number): boolean =>
  count === MANY || (than !== MANY && than <= count);

/** Whether a scope has the agents, the observers and the events of another one, and its steps. */
const covers = (wide: Scope, narrow: Scope): boolean =>
  (['pages', 'cpus', 'devices'] as const).every((kind) => isMany(wide[kind], narrow[kind])) &&
  narrow.observers.every((each) => wide.observers.includes(each)) &&
  narrow.events.every((each) => wide.events.includes(each)) &&
  wide.granularity === 'fine';

/** The scopes in which a property is asked, from the smallest to every number. */
export function ladderOf(
  system: System,
  property: Property,
  { observers, events }: Beside,
): Ladder {
  const mail = { ...presetScope('mail'), observers: [] };
  const atomic = asking(system, mail, property);
  if (atomic === undefined) return { scopes: [], leap: 0 };
  const observed = { ...atomic, observers };
  const races = withEvents({ ...presetScope('races'), observers }, events);
  const any = withEvents({ ...presetScope('any'), observers, events: [] }, events);
  const small: Scope[] = [
    atomic,
    observed,
    { ...atomic, granularity: 'fine' },
    { ...observed, granularity: 'fine' },
  ];
  const large: Scope[] = [
    races,
    { ...everyNumber(system, any), granularity: 'atomic' },
    everyNumber(system, any),
  ];
  const fits = [...small, ...large].filter(
    (scope) =>
      misfitOf(inScope(system, scope)) === undefined && property.applies(inScope(system, scope)),
  );
  const scopes = distinct(fits);
  const last = scopes.at(-1);
  const first = scopes.findIndex((scope) => large.includes(scope));
  const leaps = last !== undefined && scopes.slice(first).every((scope) => covers(last, scope));
  return { scopes, leap: first >= 0 && leaps ? first : scopes.length };
}

/** The events that properties ask for, with those that the scope of the system has anyway. */
export function eventsFor(system: System, properties: readonly Property[]): OptionalEvent[] {
  const mail = { ...presetScope('mail'), observers: [] };
  const asked = properties.flatMap((property) => asking(system, mail, property)?.events ?? []);
  return OPTIONAL_EVENTS.filter(
    (each) => asked.includes(each) || system.scope.events.includes(each),
  );
}

/** The scope in which accuracy and cost are measured: one page and one device, all at once. */
export function measuredIn(
  system: System,
  observers: readonly Observer[],
  events: readonly OptionalEvent[],
): Scope {
  const scope = withEvents({ ...presetScope('mail'), observers }, events);
  return misfitOf(inScope(system, scope)) === undefined ? scope : { ...scope, granularity: 'fine' };
}
