/** Smaller scopes: a count less, an observer or an optional event out of play. */
import type { Scope, System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';

/** The system with another scope, which is no preset any more. */
export const withScope = (system: System, scope: Partial<Scope>): System => {
  const { scope: _, ...names } = system.names;
  return { ...system, scope: { ...system.scope, ...scope }, names };
};

export type ScopeCount = keyof typeof LIMITS;

/** The system with one page, CPU or device less, each. Granularity stays. */
export function fewer(system: System, counts: readonly ScopeCount[]): System[] {
  return counts
    .filter((field) => system.scope[field] > LIMITS[field][0])
    .map((field) => withScope(system, { [field]: system.scope[field] - 1 }));
}

/** The system with one observer or one optional event less, each. */
export function quieter(system: System): System[] {
  const { observers, events } = system.scope;
  return [
    ...observers.map((gone) =>
      withScope(system, { observers: observers.filter((observer) => observer !== gone) }),
    ),
    ...events.map((gone) =>
      withScope(system, { events: events.filter((event) => event !== gone) }),
    ),
  ];
}

/** A scope has at least all that another one has, or the part of it that is given. */
export function within(small: Partial<Scope>, large: Scope): boolean {
  const { granularity = 'atomic', observers = [], events = [] } = small;
  return (
    (Object.keys(LIMITS) as ScopeCount[]).every((field) => (small[field] ?? 0) <= large[field]) &&
    // What happens at once can happen step after step, too.
    (granularity === 'atomic' || granularity === large.granularity) &&
    observers.every((observer) => large.observers.includes(observer)) &&
    events.every((event) => large.events.includes(event))
  );
}
