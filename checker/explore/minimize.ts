/**
 * Makes a violating run minimal. First it drops and renames events, then it searches the remaining
 * scope exhaustively, and last it brings the run into canonical form.
 */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Run } from '../../properties/generators/index.ts';
import { simpler } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { canonical } from './canonical.ts';
import { fewer, quieter } from './scope.ts';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
import type { Budget } from '../search/shortest.ts';
import { searching } from '../search/shortest.ts';
import { Trial } from './trial.ts';

/** A violating run, in a scope that has little more than the run needs. */
export interface Minimal {
  readonly system: System;
  readonly run: readonly Event[];
}

/** This is enough for scopes of one page, where shrinking mostly ends. */
export const MINIMIZE_BUDGET: Budget = { maxStates: 100_000 };

/** A trial of a system, and a run that violates the property there. */
interface Found {
  readonly trial: Trial;
  readonly run: Run;
}

/**
 * Makes a run that violates a property minimal. Its events may be those of any model of the system.
 * The result is less than minimal if the work is told to stop. Throws if the run violates nothing.
 */
export function* minimizing(
  system: System,
  property: Property,
  run: readonly Event[],
  budget: Budget = MINIMIZE_BUDGET,
): Pieces<Minimal> {
  const trial = new Trial(system, property);
  const violating = trial.violating(trial.places(run));
  if (violating === undefined) throw new Error(`the run does not violate ${property.name}`);
  const search: Accept = (at, candidate) => searched(at, candidate, budget);
  let found: Found = { trial, run: yield* reducing(trial, violating) };
  // A trace may be short because of a CPU. So a CPU is given up only where the search can compare.
  found = yield* lower(found, (at) => fewer(at, ['pages', 'devices']), inScope);
  found = yield* deepen(found, budget);
  found = yield* lower(found, (at) => fewer(at, ['pages', 'devices', 'cpus']), search);
  found = yield* lower(yield* deepen(found, budget), quieter, search);
  const { trial: last, run: least } = found;
  // A run that was not made short has too many orders.
  const ordered = (yield UNCOUNTED) ? least : canonical(last, least);
  return { system: last.system, run: last.events(ordered) };
}

export const minimize = (...asked: Parameters<typeof minimizing>): Minimal =>
  whole(minimizing(...asked));

/** The progress is unknown, because nobody knows how much there is to shrink. */
const UNCOUNTED = [0, 1] as const;

/**
 * Takes the first smaller run that still violates the property, and repeats that until there is
 * none.
 */
function* reducing(trial: Trial, run: Run): Pieces<number[]> {
  let best = [...run];
  for (;;) {
    const next = yield* smallerViolating(trial, best);
    if (next === undefined) return best;
    best = next;
  }
}

export const reduce = (trial: Trial, run: Run): number[] => whole(reducing(trial, run));

function* smallerViolating(trial: Trial, run: Run): Pieces<number[] | undefined> {
  for (const candidate of trial.moves.smaller(run)) {
    if (yield UNCOUNTED) return undefined;
    const next = trial.violating(candidate);
    if (next !== undefined && simpler(trial.model.events, next, run)) return next;
  }
  return undefined;
}

type Accept = (found: Found, candidate: System) => Pieces<Found | undefined>;

/** Moves to a smaller system as long as one is accepted. */
function* lower(
  found: Found,
  smaller: (system: System) => System[],
  accept: Accept,
): Pieces<Found> {
  for (const candidate of smaller(found.trial.system)) {
    if (yield UNCOUNTED) return found;
    const next = yield* accept(found, candidate);
    if (next !== undefined) return yield* lower(next, smaller, accept);
  }
  return found;
}

/** The same run in a smaller system, without the events that the smaller system lacks. */
function* inScope({ trial, run }: Found, system: System): Pieces<Found | undefined> {
  const { property } = trial;
  if (!property.applies(system)) return undefined;
  const smaller = new Trial(system, property);
  const next = smaller.violating(smaller.places(trial.events(run)));
  return next && { trial: smaller, run: yield* reducing(smaller, next) };
}

/**
 * The shortest run of a system, if it is not longer than the one found. Falls back to inScope() if
 * the budget ends first.
 */
function* searched(found: Found, system: System, budget: Budget): Pieces<Found | undefined> {
  const { trial, run } = found;
  if (!trial.property.applies(system)) return undefined;
  const { run: least, depth, complete } = yield* searching(system, trial.property, budget);
  if (least !== undefined && least.length <= run.length) {
    const smaller = new Trial(system, trial.property);
    return { trial: smaller, run: smaller.places(least) };
  }
  if (complete || least !== undefined || depth >= run.length) return undefined;
  return yield* inScope(found, system);
}

/** The shortest run in the scope, if the budget suffices to find it. */
function* deepen(found: Found, budget: Budget): Pieces<Found> {
  return (yield* searched(found, found.trial.system, budget)) ?? found;
}
