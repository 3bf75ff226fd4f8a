/**
 * The visited set. It numbers packed states in the order in which they were first added. It is
 * exact: it compares the words themselves, never a fingerprint. It uses open addressing over typed
 * arrays, because a JavaScript Map ends at 2^24 entries. States are kept in chunks, so that only
 * the table of slots is copied when the set grows.
 */
import { CHUNK, CHUNK_BITS, CHUNK_MASK, addedFor, roomFor } from './chunks.ts';

const FIRST_SLOTS = 1 << 10;
/** How many states lately() remembers: as many as fit into the processor's nearest caches. */
const RECENT = 1 << 12;
/** The table of slots grows when more than this share of it is taken. */
const MAX_LOAD = 0.6;

/** Mixes one more word into a hash. */
export function mix(hash: number, word: number): number {
  const h = Math.imul(hash ^ word, 0x9e3779b1);
  return h ^ (h >>> 15);
}

export class StateSet {
  /** States added so far. */
  size = 0;
  private readonly width: number;
  private readonly chunks: Int32Array[] = [];
  /** For how many states the chunks have room. */
  private room = 0;
  /**
   * A slot's low bits hold the number of a state plus one; they are as many as index the slots. The
   * bits above them hold the same bits of the state's hash, so that few states are compared in
   * vain. An empty slot is 0.
   */
  private slots = new Int32Array(FIRST_SLOTS);
  private mask = FIRST_SLOTS - 1;
  /** Keeps the compiler from removing the loads of prefetch(). */
  touched = 0;
  private found = new Int32Array(0);

  /** Recent states. Behind each stands a 1, which tells it from an empty entry. */
  private readonly recent: Int32Array;

  /** `width` is the number of words of a state. */
  constructor(width: number) {
    this.width = width;
    this.recent = new Int32Array(RECENT * (width + 1));
  }

  /** Bytes that the set occupies. */
  get bytes(): number {
    return this.slots.byteLength + this.room * this.width * 4;
  }

  /**
   * Bytes that `count` more states would add. While the table of slots grows, the old one is still
   * there. So it adds the whole of the new one.
   */
  growth(count: number): number {
    const size = this.size + count;
    let slots = this.slots.length;
    let added = 0;
    while (size > slots * MAX_LOAD) added += (slots *= 2) * 4;
    return addedFor(size, this.room) * this.width * 4 + added;
  }

  /** Copies state `index` to the beginning of `words`. */
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
      h = mix(h, words[at + i]);
    }
    h = Math.imul(h, 0x85ebca6b);
    return h ^ (h >>> 13);
  }

  /**
   * Whether the state at `words[at]` was looked up just before. Nearly half of all lookups of a
   * breadth-first search repeat a recent one. A few kilobytes in the processor's cache answer
   * these. The caller adds every state for which this returns false.
   */
  lately(words: Int32Array, at: number, hash: number): boolean {
    const { width, recent } = this;
    // Uses other bits than those that choose the slot: neighbouring slots should not share one
    // entry.
    const entry = ((hash >>> 8) & (RECENT - 1)) * (width + 1);
    let i = 0;
    while (i < width && recent[entry + i] === words[at + i]) i++;
    if (i === width && recent[entry + width] === 1) return true;
    for (i = 0; i < width; i++) recent[entry + i] = words[at + i];
    recent[entry + width] = 1;
    return false;
  }

  /**
   * Loads what add() will need for a batch of states, given their hashes. `hashes` has room for a
   * multiple of four. A lookup misses the processor's caches twice, and independent loads are
   * served at the same time. So four at once take a third of the time that they take one by one.
   */
  prefetch(hashes: Int32Array, count: number): void {
    const { slots, mask } = this;
    if (this.found.length < hashes.length) this.found = new Int32Array(hashes.length);
    const { found } = this;
    for (let i = 0; i < count; i += 4) {
      found[i] = slots[hashes[i] & mask];
      found[i + 1] = slots[hashes[i + 1] & mask];
      found[i + 2] = slots[hashes[i + 2] & mask];
      found[i + 3] = slots[hashes[i + 3] & mask];
    }
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < count; i += 4) {
      a ^= this.firstWord(found[i]);
      b ^= this.firstWord(found[i + 1]);
      c ^= this.firstWord(found[i + 2]);
      d ^= this.firstWord(found[i + 3]);
    }
    this.touched = a ^ b ^ c ^ d;
  }

  /** The first word of the state that a slot holds. An empty slot gives that of state 0. */
  private firstWord(entry: number): number {
    const index = (entry & this.mask || 1) - 1;
    return this.chunks[index >>> CHUNK_BITS][(index & CHUNK_MASK) * this.width];
  }

  /** Adds the state at `words[at]`. Returns true if it is new; its number is then `size - 1`. */
  add(words: Int32Array, at: number, hash: number): boolean {
    const { slots, mask } = this;
    let slot = hash & mask;
    for (;;) {
      const entry = slots[slot];
      if (entry === 0) break;
      if (((entry ^ hash) & ~mask) === 0 && this.equals((entry & mask) - 1, words, at))
        return false;
      slot = (slot + 1) & mask;
    }
    // If there is no memory for the state, it must not have a slot.
    this.append(words, at);
    slots[slot] = (hash & ~mask) | this.size;
    if (this.size > (mask + 1) * MAX_LOAD) this.grow();
    return true;
  }

  private equals(index: number, words: Int32Array, at: number): boolean {
    const { width } = this;
    const chunk = this.chunks[index >>> CHUNK_BITS];
    const from = (index & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) if (chunk[from + i] !== words[at + i]) return false;
    return true;
  }

  private append(words: Int32Array, at: number): void {
    const { width, size } = this;
    if (size === this.room) this.makeRoom();
    const chunk = this.chunks[size >>> CHUNK_BITS];
    const to = (size & CHUNK_MASK) * width;
    for (let i = 0; i < width; i++) chunk[to + i] = words[at + i];
    this.size = size + 1;
  }

  private makeRoom(): void {
    const { chunks, room, width } = this;
    const grown = roomFor(room + 1, room);
    const chunk = new Int32Array(Math.min(grown, CHUNK) * width);
    if (room < CHUNK) {
      if (room > 0) chunk.set(chunks[0]);
      chunks[0] = chunk;
    } else chunks.push(chunk);
    this.room = grown;
  }

  private grow(): void {
    const mask = (this.mask + 1) * 2 - 1;
    const slots = new Int32Array(mask + 1);
    for (let index = 0; index < this.size; index++) {
      const chunk = this.chunks[index >>> CHUNK_BITS];
      const hash = this.hash(chunk, (index & CHUNK_MASK) * this.width);
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = (hash & ~mask) | (index + 1);
    }
    this.slots = slots;
    this.mask = mask;
  }
}
