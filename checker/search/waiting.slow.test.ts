/** The states that wait, where there are many of them. */
import { expect, it } from 'vitest';
import { Waiting } from './waiting.ts';

/** The most elements of a JavaScript array in V8, as its heap has them. */
const MOST_ELEMENTS = 2 ** 27;

it('more states wait than a JavaScript array has room for', () => {
  const width = 62;
  const many = Math.ceil(MOST_ELEMENTS / (width + 2)) + 1;
  const waiting = new Waiting(width);
  const words = new Int32Array(width).fill(-7);
  for (let state = 0; state < many; state++) {
    words[0] = state;
    waiting.add(3, words, 0, state, state % 1000);
  }
  expect(waiting.bytes).toBeGreaterThan(4 * MOST_ELEMENTS);
  let taken = 0;
  let wrong = 0;
  waiting.take(3, (found, parent, event) => {
    const isSame = found[0] === taken && found[width - 1] === -7;
    if (!isSame || parent !== taken || event !== taken % 1000) wrong++;
    taken++;
  });
  expect({ taken, wrong, count: waiting.count }).toEqual({ taken: many, wrong: 0, count: 0 });
  expect(waiting.bytes).toBe(0);
});
