/** Where the output of a tier has colours. */
import { expect, it } from 'vitest';
import { environmentFor } from './vitest.ts';

it.each([
  ['a terminal has colours', true, { TERM: 'xterm' }, undefined],
  ['a file has none', false, { TERM: 'xterm' }, '1'],
  ['a file has none where CI is set', false, { CI: 'true' }, '1'],
  ['a file has those that were asked for', false, { FORCE_COLOR: '1' }, undefined],
  ['a terminal has none if nobody wants them', true, { NO_COLOR: '1' }, '1'],
])('%s', (_, isTerminal, env, expected) => {
  expect(environmentFor(isTerminal, env)['NO_COLOR']).toBe(expected);
});
