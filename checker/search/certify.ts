/** Decides by exhaustive search whether a trace is the shortest in its scope. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from './progress.ts';
import { whole } from './progress.ts';
import type { Budget } from './shortest.ts';
import { searching } from './shortest.ts';

export type Certificate =
  | { readonly kind: 'shortest'; readonly states: number }
  | { readonly kind: 'shorter'; readonly run: readonly Event[]; readonly states: number }
  | { readonly kind: 'too-large'; readonly states: number; readonly depth: number }
  /** The search was told to stop. */
  | { readonly kind: 'stopped'; readonly states: number };

export const CERTIFY_BUDGET: Budget = { maxStates: 500_000 };

/** Compares a run that violates a property with the shortest one of the same system. */
export function* certifying(
  system: System,
  property: Property,
  run: readonly Event[],
  budget: Budget = CERTIFY_BUDGET,
): Pieces<Certificate> {
  const { run: found, states, depth } = yield* searching(system, property, budget);
  if (found !== undefined && found.length < run.length)
    return { kind: 'shorter', run: found, states };
  // Every run of `depth` events was searched, and the violating event comes after.
  if (found !== undefined || depth + 1 >= run.length) return { kind: 'shortest', states };
  if (states < budget.maxStates) return { kind: 'stopped', states };
  return { kind: 'too-large', states, depth };
}

export const certify = (...asked: Parameters<typeof certifying>): Certificate =>
  whole(certifying(...asked));
