/**
 * Counts distinct states in a fixed amount of memory. It keeps the smallest 53-bit hashes that it
 * has seen. With fewer states than it can keep, the count is exact, unless two hashes collide: one
 * chance in ten million. With more, it is an estimate from the largest hash kept. Two counts, of
 * two processors or machines, can be joined into the count of the union.
 */
import type { Packed } from '../../model/model.ts';

/**
 * The number of hashes kept. The standard error of an estimate is about 1 / sqrt(KEPT), which is
 * 0.8 %.
 */
const KEPT = 1 << 14;
const SLOTS = 1 << 16;
const EMPTY = -1;
const RANGE = 2 ** 53;
/** The number of values of the lower part of a hash, which has 21 bits. */
const LOW = 2 ** 21;

function lowHash(words: Packed): number {
  let h = 0x5bd1e995;
  for (let i = 0; i < words.length; i++) {
    h = Math.imul(h + words[i], 0x85ebca6b);
    h ^= h >>> 13;
  }
  h = Math.imul(h, 0x27d4eb2f);
  return (h ^ (h >>> 15)) >>> 11;
}

export class Distinct {
  private readonly slots = new Float64Array(SLOTS).fill(EMPTY);
  private count = 0;
  /** Hashes of this size or larger are not kept. */
  private bound = RANGE;
  /** Hashes that nobody has taken yet. They are noted from the first call of takeFresh() on. */
  private fresh: number[] | undefined;

  visit(words: Packed): void {
    let high = 0x2545f491;
    for (let i = 0; i < words.length; i++) {
      high = Math.imul(high ^ words[i], 0x9e3779b1);
      high ^= high >>> 15;
    }
    high = Math.imul(high, 0xc2b2ae35);
    high ^= high >>> 16;
    // If there are many states, few are kept. So most hashes are rejected before all of their bits
    // are computed.
    if ((high >>> 0) * LOW <= this.bound) this.keep((high >>> 0) * LOW + lowHash(words));
  }

  private keep(hash: number): void {
    if (hash >= this.bound) return;
    const { slots } = this;
    let slot = hash % SLOTS;
    while (slots[slot] !== EMPTY) {
      if (slots[slot] === hash) return;
      slot = (slot + 1) & (SLOTS - 1);
    }
    slots[slot] = hash;
    this.fresh?.push(hash);
    if (++this.count >= 2 * KEPT) this.prune();
  }

  /**
   * The hashes that were kept since the last call. Joined, they make the same count: a hash that is
   * not kept has enough smaller ones before it.
   */
  takeFresh(): Float64Array {
    const fresh = Float64Array.from(this.fresh ?? []);
    this.fresh = [];
    return fresh;
  }

  /** The smallest hashes in ascending order, at most KEPT of them. */
  hashes(): Float64Array {
    const { slots } = this;
    const kept = new Float64Array(this.count);
    let count = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      if (slots[slot] !== EMPTY) kept[count++] = slots[slot];
    }
    return kept.sort().slice(0, KEPT);
  }

  private prune(): void {
    const least = this.hashes();
    // The bound is one above the largest hash kept. Hashes beyond it tell nothing more.
    this.bound = least[KEPT - 1] + 1;
    const { fresh } = this;
    this.fresh = undefined;
    this.slots.fill(EMPTY);
    this.count = 0;
    for (const hash of least) this.keep(hash);
    this.fresh = fresh;
  }

  /** Adds the hashes of another count. */
  join(hashes: Iterable<number>): void {
    for (const hash of hashes) this.keep(hash);
  }

  /** Whether size() is exact and not an estimate. */
  get exact(): boolean {
    return this.bound === RANGE && this.count < KEPT;
  }

  /** The number of distinct states visited. */
  size(): number {
    if (this.exact) return this.count;
    const largest = this.hashes()[KEPT - 1];
    return Math.round(((KEPT - 1) / largest) * RANGE);
  }
}
