/**
 * Makes a violating run minimal that no move shortens any more. It searches the scope that the run
 * needs exhaustively, and brings the run into canonical form. The result is a run of the whole
 * scope, so that everybody who shrinks there comes to it.
 */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Run } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { canonical } from './canonical.ts';
import { fewer, quieter } from './scope.ts';
import type { Pieces } from '../search/progress.ts';
import { whole } from '../search/progress.ts';
import type { Budget } from '../search/shortest.ts';
import { searching } from '../search/shortest.ts';
import { Trial } from './trial.ts';

/** A violating run, and a scope that has little more than the run needs. */
export interface Minimal {
  readonly system: System;
  /** Events of that system. */
  readonly run: readonly Event[];
  /** The same events as places in the system that was asked about. */
  readonly places: Run;
}

/** This is enough for scopes of one page, where shrinking mostly ends. */
export const MINIMIZE_BUDGET: Budget = { maxStates: 100_000 };

/** A trial of a smaller scope, and a run that violates the property there and in the whole one. */
interface Found {
  readonly trial: Trial;
  readonly run: Run;
}

/**
 * Makes a run that violates a property minimal. The result is less than minimal if the work is told
 * to stop. Throws if the run violates nothing.
 */
export function* minimizing(
  system: System,
  property: Property,
  run: Run,
  budget: Budget = MINIMIZE_BUDGET,
): Pieces<Minimal> {
  const trial = new Trial(system, property);
  const violating = trial.violating(run);
  if (violating === undefined) throw new Error(`the run does not violate ${property.name}`);
  const work = new Minimizing(trial, budget);
  let found: Found = { trial, run: violating };
  // A trace may be short because of a CPU. So a CPU is given up only where the search can compare.
  found = yield* work.lower(found, (at) => fewer(at, ['pages', 'devices']), work.asItIs);
  found = yield* work.deepen(found);
  found = yield* work.lower(found, (at) => fewer(at, ['pages', 'devices', 'cpus']), work.searched);
  found = yield* work.lower(yield* work.deepen(found), quieter, work.searched);
  const places = work.lifted(found) ?? violating;
  // A run that was not made short has too many orders.
  return work.scoped(found, (yield UNCOUNTED) ? places : canonical(trial, places));
}

export const minimize = (...asked: Parameters<typeof minimizing>): Minimal =>
  whole(minimizing(...asked));

/** The progress is unknown, because nobody knows how much there is to shrink. */
export const UNCOUNTED = [0, 1] as const;

type Accept = (found: Found, candidate: System) => Pieces<Found | undefined>;

class Minimizing {
  private readonly whole: Trial;
  private readonly budget: Budget;

  constructor(whole: Trial, budget: Budget) {
    this.whole = whole;
    this.budget = budget;
  }

  /** The run in the whole scope; undefined if it is none there, or longer. */
  lifted({ trial, run }: Found): Run | undefined {
    const places = this.whole.places(trial.events(run));
    return this.whole.violating(places)?.length === run.length ? places : undefined;
  }

  /** The result: a run of the whole scope, and the smaller scope if it violates there, too. */
  scoped({ trial: { system, property } }: Found, places: Run): Minimal {
    const events = this.whole.events(places);
    const smaller = new Trial(system, property);
    const run = smaller.places(events);
    const isThere = smaller.violating(run)?.length === places.length;
    return isThere
      ? { system, run: smaller.events(run), places }
      : { system: this.whole.system, run: events, places };
  }

  /** Moves to a smaller system as long as one is accepted. */
  *lower(found: Found, smaller: (system: System) => System[], accept: Accept): Pieces<Found> {
    for (const candidate of smaller(found.trial.system)) {
      if (yield UNCOUNTED) return found;
      const next = yield* accept.call(this, found, candidate);
      if (next !== undefined) return yield* this.lower(next, smaller, accept);
    }
    return found;
  }

  /** The same run in a smaller system. */
  *asItIs({ trial, run }: Found, system: System): Pieces<Found | undefined> {
    const { property } = trial;
    if ((yield UNCOUNTED) || !property.applies(system)) return undefined;
    const smaller = new Trial(system, property);
    const next = smaller.places(trial.events(run));
    return smaller.violating(next)?.length === run.length
      ? { trial: smaller, run: next }
      : undefined;
  }

  /**
   * The shortest run of a system, if it is not longer than the one found, and is one of the whole
   * scope. Falls back to asItIs() if the budget ends first.
   */
  *searched(found: Found, system: System): Pieces<Found | undefined> {
    const { trial, run } = found;
    const { property } = trial;
    if (!property.applies(system)) return undefined;
    const { run: least, depth, complete } = yield* searching(system, property, this.budget);
    if (least !== undefined && least.length <= run.length) {
      const smaller = new Trial(system, property);
      const next = { trial: smaller, run: smaller.places(least) };
      if (this.lifted(next) !== undefined) return next;
      return least.length < run.length ? undefined : yield* this.asItIs(found, system);
    }
    if (complete || least !== undefined || depth >= run.length) return undefined;
    return yield* this.asItIs(found, system);
  }

  /** The shortest run in the scope, if the budget suffices to find it. */
  *deepen(found: Found): Pieces<Found> {
    return (yield* this.searched(found, found.trial.system)) ?? found;
  }
}
