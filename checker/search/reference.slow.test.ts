/** The exhaustive search finds the reference results of the large systems. */
import { describe, expect, it } from 'vitest';
import { isLarge, references, resultsOf } from '../../suites/reference.ts';

const LARGE = references()
  .filter(isLarge)
  .map(({ name, system, states, violated }) => [name, violated, { system, states }] as const);

describe('reference results of a large system', () => {
  it.each(LARGE)('%s: %s', (_, violated, { system, states }) => {
    expect(resultsOf(system)).toEqual({ states, violated });
  });
});
