/** The mutants of a log can be taken in parts, and what a run must report is compared. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS, isTold, mutants } from './mutated.ts';

const LINES = readFileSync('suites/conformance/6.1-B.log', 'utf8').trimEnd().split('\n');

it.each(MUTATIONS)('the parts of the mutants of kind %s are what is drawn without them', (kind) => {
  const parts = [0, 1, 2].map((index) => mutants(LINES, kind, 10, 1, { index, count: 3 }));
  expect(parts.map(({ length }) => length)).toEqual([4, 3, 3]);
  const whole = mutants(LINES, kind, 10, 1);
  expect(whole.map((_, i) => parts[i % 3][Math.floor(i / 3)])).toEqual(whole);
});

it.each([
  [[[1, 0]], [1, 0], true],
  // A look came before the first line of the page, or before it was known again.
  [[[1, 0]], [0], true],
  [[[0], [1, 0]], [0, 0], true],
  [[[1]], [undefined], true],
  [[[]], [], true],
  [[[0, 1]], [0], false],
  [[[1]], [0], false],
  [[[0]], [0, 1], false],
  [[[0], [1, 0]], [0, 1], false],
])('the runs %j tell the reports %j: %j', (runs, reported, isSo) => {
  expect(isTold(runs, reported)).toBe(isSo);
});
