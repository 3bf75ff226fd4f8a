/**
 * Makes smaller scopes: with one page, CPU or device less, or without an observer or an optional
 * event.
 */
import type { Scope, System } from '../../model/system.ts';
import { LIMITS } from '../../model/system.ts';

/** The system with some fields of its scope changed. Its scope is then no preset. */
export const withScope = (system: System, scope: Partial<Scope>): System => {
  const { scope: _, ...names } = system.names;
  return { ...system, scope: { ...system.scope, ...scope }, names };
};

export type ScopeCount = keyof typeof LIMITS;

/** Systems with one page, CPU or device less. The granularity stays. */
export function fewer(system: System, counts: readonly ScopeCount[]): System[] {
  return counts
    .filter((field) => system.scope[field] > LIMITS[field][0])
    .map((field) => withScope(system, { [field]: system.scope[field] - 1 }));
}

/** Systems with one observer or one optional event less. */
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

/**
 * Whether a scope has at least everything that another one has. Only the given fields are compared.
 */
export function within(small: Partial<Scope>, large: Scope): boolean {
  const { granularity = 'atomic', observers = [], events = [] } = small;
  return (
    (Object.keys(LIMITS) as ScopeCount[]).every((field) => (small[field] ?? 0) <= large[field]) &&
    // A run of whole operations is also possible step by step.
    (granularity === 'atomic' || granularity === large.granularity) &&
    observers.every((observer) => large.observers.includes(observer)) &&
    events.every((event) => large.events.includes(event))
  );
}
