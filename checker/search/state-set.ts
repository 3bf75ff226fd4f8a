/**
 * The visited set: packed states numbered in the order in which they were first added. Exact: the
 * words themselves are compared, never a fingerprint. Open addressing over typed arrays, because a
 * JavaScript Map ends at 2^24 entries; states are kept in chunks, so that growing copies only the
 * table of slots.
 */
const CHUNK_BITS = 18;
const CHUNK = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK - 1;
const FIRST_SLOTS = 1 << 10;
/** Grown when this share of the slots is taken. */
const MAX_LOAD = 0.6;

export class StateSet {
  /** States added so far. */
  size = 0;
  private readonly width: number;
  private readonly chunks: Int32Array[] = [];
  /** Number of a state plus one; 0 is an empty slot. */
  private slots = new Int32Array(FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;

  /** `width`: words of a state. */
  constructor(width: number) {
    this.width = width;
  }

  /** Bytes that the set occupies. */
  get bytes(): number {
    return this.slots.byteLength + this.chunks.length * CHUNK * this.width * 4;
  }

  /** Writes state `index` to the front of `words`. */
  read(index: number, words: Int32Array): void {
    const { width } = this;
    const chunk = this.chunks[index >>> CHUNK_BITS];
    let from = (index & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) words[i] = chunk[from++];
  }

  /** Hash of the state at `words[at]`. */
  hash(words: Int32Array, at: number): number {
    let h = 0;
    for (let i = 0; i < this.width; i++) {
      h = Math.imul(h ^ words[at + i], 0x9e3779b1);
      h ^= h >>> 15;
    }
    h = Math.imul(h, 0x85ebca6b);
    return h ^ (h >>> 13);
  }

  /**
   * Touches what add() will need for a batch of states, given their hashes. A lookup is two misses
   * of the processor's caches; loads that do not wait for one another are served side by side.
   */
  prefetch(hashes: Int32Array, count: number): number {
    const { slots, mask, chunks, width } = this;
    let sum = 0;
    for (let i = 0; i < count; i++) sum += slots[hashes[i] & mask];
    for (let i = 0; i < count; i++) {
      const entry = slots[hashes[i] & mask];
      if (entry !== 0) {
        sum += chunks[(entry - 1) >>> CHUNK_BITS][((entry - 1) & CHUNK_MASK) * width];
      }
    }
    return sum;
  }

  /** Adds the state at `words[at]`. True if it was not there: then its number is `size - 1`. */
  add(words: Int32Array, at: number, hash: number): boolean {
    const { width, slots, mask } = this;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[slot];
      if (entry === 0) break;
      const chunk = this.chunks[(entry - 1) >>> CHUNK_BITS];
      const from = ((entry - 1) & CHUNK_MASK) * width;
      let i = 0;
      while (i < width && chunk[from + i] === words[at + i]) i++;
      if (i === width) return false;
      slot = (slot + 1) & mask;
    }
    slots[slot] = this.size + 1;
    this.append(words, at);
    if (this.size > (mask + 1) * MAX_LOAD) this.grow();
    return true;
  }

  private append(words: Int32Array, at: number): void {
    const { width, size } = this;
    if ((size & CHUNK_MASK) === 0) this.chunks.push(new Int32Array(CHUNK * width));
    const chunk = this.chunks[size >>> CHUNK_BITS];
    const to = (size & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) chunk[to + i] = words[at + i];
    this.size = size + 1;
  }

  private grow(): void {
    const mask = (this.mask + 1) * 2 - 1;
    const slots = new Int32Array(mask + 1);
    for (let index = 0; index < this.size; index++) {
      const chunk = this.chunks[index >>> CHUNK_BITS];
      let slot = this.hash(chunk, (index & CHUNK_MASK) * this.width) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.slots = slots;
    this.mask = mask;
  }
}
