/** Computes the table's entry for one system and one property. */
import type { System } from '../../../model/system.ts';
import type { Ghost } from '../../../model/state.ts';
import type { Property } from '../../../properties/index.ts';
import { fewestPages, pagesAreApart } from '../focus.ts';
import { Search } from '../../search/search.ts';

export interface Expected {
  /** Never, Vacuous, or `Sometimes n`. */
  readonly verdict: string;
  /**
   * The number of reachable states. For Sometimes, the number of states that n events can reach.
   */
  readonly states: number;
}

/**
 * Groups properties that one search judges together: those that read the same ghosts. Each tracked
 * ghost multiplies the states, so that fewer searches would take longer.
 */
export function searchesOf(properties: readonly Property[]): Property[][] {
  const groups = new Map<string, Property[]>();
  for (const property of properties) {
    const key = [...new Set<Ghost>(property.ghosts)].sort().join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [property]);
    else group.push(property);
  }
  return [...groups.values()];
}

/** How a search treats pages that only their own events can change. */
export type Pages = 'one for all' | 'each';

/**
 * Searches until every property is violated or nothing is left. Levels are searched to their ends,
 * so that the numbers depend only on the model. Where pages are apart, one page is searched. It has
 * the shortest violation of any property about one page. The states of all pages are computed from
 * the states of one. Undefined if there was too little memory to know.
 */
export function search(
  system: System,
  properties: readonly Property[],
  pages: Pages = 'one for all',
): Expected[] | undefined {
  const apart = pages === 'one for all' && pagesAreApart(system);
  const copies = apart ? system.scope.pages : 1;
  const search = new Search(apart ? fewestPages(system) : system, properties);
  const levels = levelsOf(search);
  if (search.stopped !== undefined) return undefined;
  return properties.map((property) => {
    const run = search.violation(property);
    if (run !== undefined) {
      const states = statesWithin(run.length, levels, copies);
      return { verdict: `Sometimes ${run.length}`, states };
    }
    const reached = search.witness(property) !== undefined;
    return { verdict: reached ? 'Never' : 'Vacuous', states: search.size ** copies };
  });
}

/** Searches. Returns for each number of events how many states are first reached by as many. */
function levelsOf(search: Search): number[] {
  const levels = [1];
  let [level, before] = [0, 1];
  for (;;) {
    const over = search.run(0);
    if (!over && search.depth === level) continue;
    levels.push(search.size - before);
    [level, before] = [search.depth, search.size];
    const left = search.properties.some((property) => search.violation(property) === undefined);
    if (over || !left) return levels;
  }
}

/**
 * How many states the given number of events reaches. A state of several pages has one state for
 * each, and each event is about one page. So the events that reach it are the sum over the pages.
 */
function statesWithin(events: number, levels: readonly number[], copies: number): number {
  let all: readonly number[] = [1];
  for (let copy = 0; copy < copies; copy++) {
    all = Array.from({ length: events + 1 }, (_, sum) =>
      all.reduce((states, count, i) => states + count * (levels[sum - i] ?? 0), 0),
    );
  }
  return all.reduce((sum, count) => sum + count, 0);
}
