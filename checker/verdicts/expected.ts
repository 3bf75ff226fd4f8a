/** What the table says of one system and one property: searched, and written as a line. */
import type { System } from '../../model/system.ts';
import type { Ghost } from '../../model/state.ts';
import type { Property } from '../../properties/index.ts';
import { Search } from '../search/search.ts';

export interface Expected {
  /** Never, Vacuous, or `Sometimes n`. */
  readonly verdict: string;
  /** Reachable states; of Sometimes those that n events can reach. */
  readonly states: number;
}

/**
 * The properties that one search judges together: those that read the same ghosts. Each ghost that
 * is tracked multiplies the states, so fewer searches would take longer.
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

/**
 * Searches until every property is violated or nothing is left. The numbers depend on the model
 * alone, not on how the search goes about it: levels are searched to their ends.
 */
export function search(system: System, properties: readonly Property[]): Expected[] {
  const search = new Search(system, properties);
  const found = new Map<Property, number>();
  let level = 0;
  while (found.size < properties.length) {
    const over = search.run(0);
    if (!over && search.depth === level) continue;
    level = search.depth;
    for (const property of properties) {
      const known = found.has(property) || search.violation(property) === undefined;
      if (!known) found.set(property, search.size);
    }
    if (over) break;
  }
  return properties.map((property) => {
    const run = search.violation(property);
    if (run !== undefined) {
      return { verdict: `Sometimes ${run.length}`, states: found.get(property)! };
    }
    const reached = search.witness(property) !== undefined;
    return { verdict: reached ? 'Never' : 'Vacuous', states: search.size };
  });
}
