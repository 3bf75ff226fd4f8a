/** Checks a system: an exhaustive search, and what it says about each property. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import type { Limits, Stop } from './search.ts';
import { Search } from './search.ts';

/**
 * violated: there is a trace, and no shorter one: all shorter ones were exhausted. holds:
 * everything reachable was searched. vacuous: it was, and nothing ever reached what the property is
 * about. unfinished: a limit was reached before either.
 */
export type VerdictName = 'violated' | 'holds' | 'vacuous' | 'unfinished';

export interface Verdict {
  readonly property: Property;
  readonly verdict: VerdictName;
  /** The first shortest run that violates the property, where one does. */
  readonly run?: readonly Event[];
}

/** How far the search went. */
export interface Extent {
  /** Everything reachable in scope was searched. */
  readonly complete: boolean;
  /** Why it ended early, if it did. */
  readonly stopped?: Stop;
  readonly states: number;
  readonly transitions: number;
  /** Complete: events to the farthest state. Else: no run of up to so many events was left out. */
  readonly depth: number;
  readonly seconds: number;
}

export interface Result {
  readonly system: System;
  readonly search: Extent;
  readonly verdicts: readonly Verdict[];
}

/** What a search says now, finished or not. */
export function resultOf(system: System, search: Search): Result {
  const { complete, stopped, size, transitions, depth, seconds } = search;
  return {
    system,
    search: {
      complete,
      ...(stopped === undefined ? {} : { stopped }),
      states: size,
      transitions,
      depth,
      seconds,
    },
    verdicts: search.properties.map((property) => verdictOf(search, property)),
  };
}

function verdictOf(search: Search, property: Property): Verdict {
  const run = search.violation(property);
  if (run !== undefined) return { property, verdict: 'violated', run };
  if (!search.complete) return { property, verdict: 'unfinished' };
  const reached = search.witness(property) !== undefined;
  return { property, verdict: reached ? 'holds' : 'vacuous' };
}

/**
 * Checks properties of a system exhaustively, by default all that make sense in it.
 * Blocks until the search is complete or a limit is reached.
 */
export function check(
  system: System,
  properties: readonly Property[] = propertiesFor(system),
  limits: Limits = {},
): Result {
  const search = new Search(system, properties, limits);
  search.run();
  return resultOf(system, search);
}
