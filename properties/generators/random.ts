/**
 * A small, fast generator of random numbers: xoroshiro64* by Blackman and Vigna. It gives the same
 * numbers on every machine and allocates nothing.
 */

/** Mixes two numbers so that neighbouring inputs give unrelated results (MurmurHash3). */
export function mix(seed: number, salt: number): number {
  let h = seed ^ Math.imul(salt | 0, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Converts a probability from 0 to 1 into a bound for happens(). */
export const asBound = (chance: number): number => Math.min(1, Math.max(0, chance)) * 2 ** 32;

export class Random {
  private a = 1;
  private b = 0;

  /** Starts anew for run `run` of a seed. Both are whole numbers up to 2^53. */
  seed(seed: number, run: number): void {
    const high = mix(Math.floor(seed / 2 ** 32), Math.floor(run / 2 ** 32));
    this.a = mix(mix(seed | 0, 0x243f6a88) ^ high, run | 0);
    this.b = mix(mix(run | 0, 0x13198a2e) ^ high, seed | 0);
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
