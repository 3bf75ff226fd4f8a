/**
 * Counts distinct states in flat memory: it keeps the smallest 53-bit hashes that it has seen.
 * Below that many states the count is exact (but for a collision of hashes, one in ten million);
 * beyond, the largest hash kept tells how dense they lie, and the count is an estimate. Two such
 * counts, of two processors or machines, join into the count of the union.
 */
import type { Packed } from '../../model/model.ts';

/** Hashes kept; the standard error of an estimate is about 1 / sqrt(KEPT): 0.8 %. */
const KEPT = 1 << 14;
const SLOTS = 1 << 16;
const EMPTY = -1;
const RANGE = 2 ** 53;
/** Range of the lower part of a hash, of 21 bits. */
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
  /** Hashes from here on are not kept. */
  private bound = RANGE;

  visit(words: Packed): void {
    let high = 0x2545f491;
    for (let i = 0; i < words.length; i++) {
      high = Math.imul(high ^ words[i], 0x9e3779b1);
      high ^= high >>> 15;
    }
    high = Math.imul(high, 0xc2b2ae35);
    high ^= high >>> 16;
    // Of many states few are kept, so the rest of the hash is seldom wanted.
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
    if (++this.count >= 2 * KEPT) this.prune();
  }

  /** The smallest hashes, KEPT of them at most, in order. */
  hashes(): Float64Array {
    return this.slots
      .filter((hash) => hash !== EMPTY)
      .sort()
      .slice(0, KEPT);
  }

  private prune(): void {
    const least = this.hashes();
    this.slots.fill(EMPTY);
    this.count = 0;
    // One more than are kept would tell nothing: the largest kept is the bound, and itself kept.
    this.bound = least[KEPT - 1] + 1;
    for (const hash of least) this.keep(hash);
  }

  /** Adds what another has counted. */
  join(hashes: Iterable<number>): void {
    for (const hash of hashes) this.keep(hash);
  }

  /** Whether size() is no estimate. */
  get exact(): boolean {
    return this.bound === RANGE && this.count < KEPT;
  }

  /** Distinct states visited. */
  size(): number {
    if (this.exact) return this.count;
    const largest = this.hashes()[KEPT - 1];
    return Math.round(((KEPT - 1) / largest) * RANGE);
  }

  clear(): void {
    this.slots.fill(EMPTY);
    this.count = 0;
    this.bound = RANGE;
  }
}
