/** The mutants of a log can be taken in parts, so that a long check need not run in one piece. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS, mutants } from './mutated.ts';

const LINES = readFileSync('suites/conformance/6.1-B.log', 'utf8').trimEnd().split('\n');

it.each(MUTATIONS)('the parts of the mutants of kind %s are what is drawn without them', (kind) => {
  const parts = [0, 1, 2].map((index) => mutants(LINES, kind, 10, 1, { index, count: 3 }));
  expect(parts.map(({ length }) => length)).toEqual([4, 3, 3]);
  const whole = mutants(LINES, kind, 10, 1);
  expect(whole.map((_, i) => parts[i % 3][Math.floor(i / 3)])).toEqual(whole);
});
