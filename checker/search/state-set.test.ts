/**
 * The visited set is exact. It is compared with a JavaScript Set, even where all hashes collide.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateSet } from './state-set.ts';

/** A set whose hashes keep only some of their bits. */
class Colliding extends StateSet {
  private readonly kept: number;

  constructor(width: number, kept: number) {
    super(width);
    this.kept = kept;
  }

  override hash(words: Int32Array, at: number): number {
    return super.hash(words, at) & this.kept;
  }
}

/** Which bits of a hash are kept: all, none, a few low bits, only high bits, only the sign. */
const KEPT = [-1, 0, 0x7, 0xfff00000 | 0, 1 << 31];

/** Words of few values, so that states repeat, and words of any value, negative ones included. */
const WORD = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer());

describe('state set', () => {
  it.each([1, 2, 3, 4, 5])('of %i words is exact', (width) => {
    const states = fc.array(fc.array(WORD, { minLength: width, maxLength: width }), {
      maxLength: 60,
    });
    const property = fc.property(states, fc.constantFrom(...KEPT), fc.nat(3), (list, kept, at) => {
      const set = new Colliding(width, kept);
      const known = new Set<string>();
      const inOrder: string[] = [];
      for (const state of [...list, ...list]) {
        const words = Int32Array.from([...Array<number>(at).fill(7), ...state, 7]);
        const isNew = !known.has(String(state));
        if (isNew) inOrder.push(String(state));
        known.add(String(state));
        expect(set.add(words, at, set.hash(words, at))).toBe(isNew);
        expect(set.size).toBe(known.size);
      }
      const read = new Int32Array(width);
      const stored = inOrder.map((_, index) => {
        set.read(index, read);
        return String(read);
      });
      expect(stored).toEqual(inOrder);
    });
    fc.assert(property, { seed: 20190131, numRuns: 200 });
  });

  it.each(KEPT)('grows past its first slots with hashes & %i', (kept) => {
    const set = new Colliding(2, kept);
    const count = kept === -1 ? 300_000 : 1500;
    const words = new Int32Array(2);
    const hashes = new Int32Array(4);
    // The second time no state is new.
    for (const isNew of [true, false]) {
      for (let i = 0; i < count; i++) {
        words[0] = i % 1000;
        words[1] = ~i;
        hashes[0] = set.hash(words, 0);
        if (set.size > 0) set.prefetch(hashes, 1);
        if (set.add(words, 0, hashes[0]) !== isNew) expect.fail(`state ${i} is not ${isNew}`);
      }
      expect(set.size).toBe(count);
    }
    for (const i of [0, 1, count >> 1, count - 1]) {
      set.read(i, words);
      expect([...words]).toEqual([i % 1000, ~i]);
    }
    expect(set.bytes).toBeGreaterThan(count * 2 * 4);
  });
});
