/**
 * The visited set holds more states than a JavaScript Map can. This test needs much memory and
 * time.
 */
import { expect, it } from 'vitest';
import { StateSet } from './state-set.ts';

it('a state set takes more states than a JavaScript Map has entries', () => {
  const count = 2 ** 24 + 2 ** 18 + 1;
  const set = new StateSet(1);
  const words = new Int32Array(1);
  for (let i = 0; i < count; i++) {
    words[0] = Math.imul(i, 0x9e3779b1);
    if (!set.add(words, 0, set.hash(words, 0))) expect.fail(`state ${i} was there before`);
  }
  expect(set.size).toBe(count);
  for (let i = 0; i < count; i += 99_991) {
    words[0] = Math.imul(i, 0x9e3779b1);
    expect(set.add(words, 0, set.hash(words, 0))).toBe(false);
    set.read(i, words);
    expect(words[0]).toBe(Math.imul(i, 0x9e3779b1));
  }
  expect(set.size).toBe(count);
});
