/** What searches are compared by, and what a search that was stopped may say. */
import { expect } from 'vitest';
import { eventText } from '../model/events.ts';
import type { Searched } from '../checker/search/searched.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES } from '../properties/index.ts';

const violationOf = (search: Searched, property: Property): string[] | undefined =>
  search.violation(property)?.map(eventText);

/** Everything that a search reports except the time that it took. */
export const reportOf = (search: Searched, properties: readonly Property[] = PROPERTIES) => ({
  size: search.size,
  transitions: search.transitions,
  depth: search.depth,
  complete: search.complete,
  stopped: search.stopped,
  violations: properties.map((property) => violationOf(search, property)),
  witnesses: properties.map((property) => search.witness(property)?.map(eventText)),
});

/**
 * Checks a search that was stopped against a complete one: it knows less, but what it knows is
 * right.
 */
export function expectHonest(part: Searched, whole: Searched): void {
  expect(part.complete).toBe(false);
  expect(part.size).toBeLessThan(whole.size);
  expect(part.transitions).toBeLessThan(whole.transitions);
  expect(part.depth).toBeLessThanOrEqual(whole.depth);
  for (const property of whole.properties) {
    const expected = violationOf(whole, property);
    const found = violationOf(part, property);
    // Every edge that leaves a state nearer than the depth has been judged.
    if (found !== undefined || (expected && expected.length <= part.depth)) {
      expect(found, property.name).toEqual(expected);
    }
  }
}
