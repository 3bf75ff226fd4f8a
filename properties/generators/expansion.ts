/**
 * Expands one draw of fast-check's generator into the many small numbers that a walk needs. A call
 * into that generator for each of them would take as long as the walk itself. It is xoroshiro64* by
 * Blackman and Vigna, gives the same numbers on every machine and allocates nothing.
 */

/** The largest draw that can be expanded; the smallest is 0. */
export const DRAW_MAX = Number.MAX_SAFE_INTEGER;

/** Mixes two numbers so that neighbouring inputs give unrelated results (MurmurHash3). */
function mix(draw: number, salt: number): number {
  let h = draw ^ Math.imul(salt | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Converts a probability from 0 to 1 into a bound for happens(). */
export const asBound = (chance: number): number => Math.min(1, Math.max(0, chance)) * 2 ** 32;

export class Expansion {
  private a = 1;
  private b = 0;

  /** Starts with a draw, a whole number from 0 to DRAW_MAX. */
  of(draw: number): void {
    const high = Math.floor(draw / 2 ** 32);
    this.a = mix(draw | 0, high ^ 0x243f6a88);
    this.b = mix(high ^ 0x13198a2e, draw | 0);
    // The generator could never leave the state in which both words are zero.
    if (this.a === 0 && this.b === 0) this.a = 1;
  }

  /** Returns 32 random bits. */
  next(): number {
    const { a } = this;
    const b = this.b ^ a;
    this.a = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
    this.b = (b << 13) | (b >>> 19);
    return Math.imul(a, 0x9e3779bb);
  }

  /** Returns true with the probability from which asBound() made `bound`. */
  happens(bound: number): boolean {
    return this.next() >>> 0 < bound;
  }

  /** Returns a whole number from 0 to `count` - 1; `count` is at most 65536. */
  below(count: number): number {
    return ((this.next() >>> 16) * count) >>> 16;
  }
}
