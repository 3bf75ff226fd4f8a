/**
 * Finds the shortest violation by a bounded exhaustive search. Shrinking ends with it, and it
 * proves that no shorter trace exists.
 */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from './progress.ts';
import { whole } from './progress.ts';
import { Search } from './search.ts';

/** The limit on the states that the search may visit. */
export interface Budget {
  readonly maxStates: number;
}

export interface Shortest {
  /** The first shortest run that violates the property, if one was found. */
  readonly run?: readonly Event[];
  /** Every run of up to this many events was searched. */
  readonly depth: number;
  /** Every state that can be reached was searched. */
  readonly complete: boolean;
  readonly states: number;
}

/**
 * Searches breadth first until the property is violated, the budget is spent, or the caller says
 * stop.
 */
export function* searching(
  system: System,
  property: Property,
  { maxStates }: Budget,
): Pieces<Shortest> {
  const search = new Search(system, [property], { maxStates });
  let run: readonly Event[] | undefined;
  // run(0) does the smallest piece of work that the search can do at once.
  for (let over = false; !over && run === undefined;) {
    over = search.run(0);
    run = search.violation(property);
    if (!over && (yield [search.size, maxStates, search])) search.interrupt();
  }
  const { depth, complete, size: states } = search;
  return { ...(run === undefined ? {} : { run }), depth, complete, states };
}

export const shortest = (system: System, property: Property, budget: Budget): Shortest =>
  whole(searching(system, property, budget));
