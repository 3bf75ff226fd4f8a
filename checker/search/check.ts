/** Checks a system: an exhaustive search, and what it says about each property. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import { estimateOf } from './estimate.ts';
import type { Estimate } from './estimate.ts';
import type { Pieces } from './progress.ts';
import { whole } from './progress.ts';
import type { Limits, Stop } from './search.ts';
import { Search } from './search.ts';
import type { Reduction } from './reductions.ts';
import type { SearchRecord, Searched } from './searched.ts';

/**
 * A property is violated if a run violates it; every shorter run was searched. It holds if every
 * reachable state was searched and no run violates it. It is vacuous if the search was complete and
 * what the property speaks of never happened. It is unfinished if a limit was reached before. It
 * holds up to a number of pages if no argument covers more, and none violates it.
 */
export type VerdictName = 'violated' | 'holds' | 'holds-up-to' | 'vacuous' | 'unfinished';

export interface Verdict {
  readonly property: Property;
  readonly verdict: VerdictName;
  /** The first shortest run that violates the property, where one does. */
  readonly run?: readonly Event[];
  /** The system in which the run happens, if the scope has `many`: it says how many there are. */
  readonly where?: System;
  /** No run has fewer events than this, but there may be one with fewer than `run`. */
  readonly atLeast?: number;
  /** For an unfinished verdict: every run of up to this many events was searched. */
  readonly depth?: number;
  /** For `holds-up-to`: the number of pages, and whether they reach the antecedent. */
  readonly pages?: number;
  readonly reached?: boolean;
}

/** How far the search went. */
export interface Extent {
  /** Every state that can be reached in the scope was searched. */
  readonly complete: boolean;
  /** The limit that ended the search early, if one did. */
  readonly stopped?: Stop;
  /** If there was too little memory, it says which limit was met. */
  readonly shortage?: string;
  readonly states: number;
  readonly transitions: number;
  /**
   * If the search is complete: how many events away the farthest state is. Otherwise every run of
   * up to this many events was searched.
   */
  readonly depth: number;
  readonly seconds: number;
  /** A guess how many states there are in all, if the search is not complete. */
  readonly estimate?: Estimate;
}

export interface Result {
  readonly system: System;
  readonly search: Extent;
  readonly verdicts: readonly Verdict[];
  /** Each search that was made for the result. */
  readonly searches?: readonly SearchRecord[];
  /** The reductions that have made the searches smaller. */
  readonly reductions?: readonly Reduction[];
}

/** The result of a search as it stands now, finished or not. */
export function resultOf(system: System, search: Searched): Result {
  const { complete, stopped, shortage, size, transitions, depth, seconds, levels = [] } = search;
  return {
    system,
    search: {
      complete,
      ...(stopped === undefined ? {} : { stopped }),
      ...(shortage === undefined ? {} : { shortage }),
      states: size,
      transitions,
      depth,
      seconds,
      ...(complete ? {} : { estimate: estimateOf(levels, size) }),
    },
    verdicts: search.properties.map((property) => verdictOf(search, property)),
  };
}

function verdictOf(search: Searched, property: Property): Verdict {
  const run = search.violation(property);
  if (run !== undefined) return { property, verdict: 'violated', run };
  if (!search.complete) return { property, verdict: 'unfinished' };
  const reached = search.witness(property) !== undefined;
  return { property, verdict: reached ? 'holds' : 'vacuous' };
}

/**
 * Checks properties of a system exhaustively. By default it checks all that make sense in the
 * system. It blocks until the search is complete or a limit is reached.
 */
export const check = (...asked: Parameters<typeof checkPieces>): Result =>
  whole(checkPieces(...asked));

/** The same in pieces. */
export function* checkPieces(
  system: System,
  properties: readonly Property[] = propertiesFor(system),
  limits: Limits = {},
): Pieces<Result> {
  const search = new Search(system, properties, limits);
  yield* search.pieces();
  return resultOf(system, search);
}
