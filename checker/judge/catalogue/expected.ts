/** Computes the table's entry for one system and one property. */
import { manyOf } from '../../../model/many.ts';
import type { System } from '../../../model/system.ts';
import type { Ghost } from '../../../model/state.ts';
import type { Property } from '../../../properties/index.ts';
import { fewestPages, pagesAreApart } from '../focus.ts';
import type { Verdict } from '../../search/check.ts';
import { Checking } from '../../search/checking.ts';
import { Search } from '../../search/search.ts';

export interface Expected {
  /** Never, Vacuous, or `Sometimes n`. With `many` also `At most n`, or `Up to n pages`. */
  readonly verdict: string;
  /**
   * The number of reachable states. For Sometimes, the number of states that n events can reach.
   * Undefined with `many`, where it would tell of the reductions and not of the model.
   */
  readonly states?: number;
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

/**
 * How much is searched for the table. With `least`, what follows from a smaller search does. With
 * `full` it does not: every page is searched, every state is counted, and systems share a search
 * only if their data are equal.
 */
export type Effort = 'least' | 'full';

/**
 * Searches until every property is violated or nothing is left. Levels are searched to their ends,
 * so that the numbers depend only on the model. Where pages are apart, one page is searched. It has
 * the shortest violation of any property about one page. The states of all pages are computed from
 * the states of one. Where pages are not apart but alike, states that differ by an exchange of
 * pages are searched once, and all of them are counted. It is undefined if there was too little
 * memory to know.
 */
export function search(
  system: System,
  properties: readonly Property[],
  effort: Effort = 'least',
): Expected[] | undefined {
  if (manyOf(system).length > 0) return searchMany(system, properties);
  const apart = effort === 'least' && pagesAreApart(system);
  const copies = apart ? system.scope.pages : 1;
  const symmetric = effort === 'least' && oneKindIsExchanged(system);
  const search = new Search(apart ? fewestPages(system) : system, properties, {}, { symmetric });
  const levels = levelsOf(search);
  if (search.stopped !== undefined) return undefined;
  return properties.map((property) => {
    const run = search.violation(property);
    if (run !== undefined) {
      const states = statesWithin(run.length, levels, copies);
      return { verdict: `Sometimes ${run.length}`, states };
    }
    const reached = search.witness(property) !== undefined;
    const states = levels.reduce((sum, count) => sum + count, 0);
    return { verdict: reached ? 'Never' : 'Vacuous', states: states ** copies };
  });
}

/**
 * Whether states that differ by exchanges can be counted from one of them: agents of one kind alone
 * are exchanged, and no thread names one.
 */
const oneKindIsExchanged = ({ scope }: System): boolean =>
  scope.granularity === 'atomic' &&
  [scope.pages, scope.cpus, scope.devices].filter((count) => count > 1).length === 1;

/** Searches for every number of what the scope has `many` of. */
function searchMany(system: System, properties: readonly Property[]): Expected[] | undefined {
  const checking = new Checking(system, properties);
  checking.run();
  if (checking.stopped !== undefined) return undefined;
  return checking.result().verdicts.map((verdict) => ({ verdict: wordsOf(verdict) }));
}

function wordsOf({ verdict, run, atLeast, pages }: Verdict): string {
  switch (verdict) {
    case 'holds':
      return 'Never';
    case 'vacuous':
      return 'Vacuous';
    case 'holds-up-to':
      return `Up to ${pages} pages`;
    case 'violated':
      if (run === undefined) return `At least ${atLeast}`;
      return atLeast === undefined ? `Sometimes ${run.length}` : `At most ${run.length}`;
    case 'unfinished':
      throw new Error('a search without a limit did not finish');
  }
}

/** Searches. Returns for each number of events how many states are first reached by as many. */
function levelsOf(search: Search): number[] {
  const levels = [1];
  let [level, before] = [0, 1];
  for (;;) {
    const over = search.run(0);
    if (!over && search.depth === level) continue;
    levels.push(search.statesOf(before, search.size));
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
