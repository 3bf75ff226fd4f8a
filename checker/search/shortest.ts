/** The shortest violation by bounded exhaustive search: what shrinking ends with, and certifies. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from './progress.ts';
import { whole } from './progress.ts';
import { Search } from './search.ts';

/** States that the search may visit. */
export interface Budget {
  readonly maxStates: number;
}

export interface Shortest {
  /** The first shortest run that violates the property, if one was found. */
  readonly run?: readonly Event[];
  /** No run of up to so many events was left out. */
  readonly depth: number;
  /** Everything reachable was searched. */
  readonly complete: boolean;
  readonly states: number;
}

/** Searches breadth first until the property is violated, the budget is spent, or told to stop. */
export function* searching(
  system: System,
  property: Property,
  { maxStates }: Budget,
): Pieces<Shortest> {
  const search = new Search(system, [property], { maxStates });
  let run: readonly Event[] | undefined;
  // A slice of no time is the least that the search does at once.
  for (let over = false; !over && run === undefined;) {
    over = search.run(0);
    run = search.violation(property);
    if (!over && (yield [search.size, maxStates])) search.interrupt();
  }
  const { depth, complete, size: states } = search;
  return { ...(run === undefined ? {} : { run }), depth, complete, states };
}

export const shortest = (system: System, property: Property, budget: Budget): Shortest =>
  whole(searching(system, property, budget));
