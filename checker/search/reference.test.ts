/** The fast search and the plain one find the reference results of the small systems. */
import { describe, expect, it } from 'vitest';
import { OPTIONAL_EVENTS, PROGRAMS } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Reference } from '../../suites/reference.ts';
import { isLarge, plainResultsOf, references, resultsOf } from '../../suites/reference.ts';

const ALL = references();
const SMALL = ALL.filter((each) => !isLarge(each));
/** The plain search is slow, so that it gets only the smallest systems. */
const SMALLEST = SMALL.filter(({ states }) => states <= 1500);

/**
 * Rows for a table of tests: the system as text, the violated properties, and the whole reference.
 */
const rows = (all: readonly Reference[]) =>
  all.map(({ name, system, states, violated }) => [name, violated, { system, states }] as const);

describe('reference results', () => {
  it.each(rows(SMALL))('%s: %s', (_, violated, { system, states }) => {
    expect(resultsOf(system)).toEqual({ states, violated });
  });

  it.each(rows(SMALLEST))('%s: %s, says the plainest search', (_, violated, { system, states }) => {
    expect(plainResultsOf(system)).toEqual({ states, violated });
  });

  it('are of systems that differ', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });

  it('have every property violated', () => {
    const violated = new Set(ALL.flatMap((each) => each.violated.match(/no-[a-z-]+\S*|fault\S+/g)));
    expect(PROPERTIES.filter(({ name }) => !violated.has(name))).toEqual([]);
  });

  it('have every optional event, and every program other than its default', () => {
    const events = new Set(ALL.flatMap(({ system }) => system.scope.events));
    expect(OPTIONAL_EVENTS.filter((event) => !events.has(event))).toEqual([]);
    const changed = new Set(
      PROGRAMS.filter((program) =>
        ALL.some(({ name }) => name.split('; ')[0].includes(`${program}=`)),
      ),
    );
    expect(PROGRAMS.filter((program) => !changed.has(program))).toEqual([]);
  });
});
