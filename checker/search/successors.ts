/**
 * The successors of a state, remembered piece by piece. The events of a group read few bits of the
 * state (see Group in model/groups.ts), and a search of millions of states meets only thousands of
 * values of these bits. So the rules run once for each value. After that their effect is a mask and
 * an or.
 */
import type { Group } from '../../model/groups.ts';
import type { Model } from '../../model/model.ts';
import { DISABLED, NO_PAGE } from '../../model/model.ts';
import { mix } from './state-set.ts';

/** Transitions that wait to be looked up in the visited set. */
export class Batch {
  count = 0;
  readonly words: Int32Array;
  readonly parents: Uint32Array;
  readonly events: Uint16Array;
  readonly shown: Int32Array;
  /** The transitions that have to be looked up, and the hashes of their states. */
  readonly asked: Int32Array;
  readonly hashes: Int32Array;
  /** The exchanges that brought each state into its normal form. */
  readonly codes: Uint32Array;

  constructor(capacity: number, width: number) {
    this.words = new Int32Array(capacity * width);
    this.parents = new Uint32Array(capacity);
    this.events = new Uint16Array(capacity);
    this.shown = new Int32Array(capacity);
    this.asked = new Int32Array(capacity);
    this.hashes = new Int32Array(capacity + 3);
    this.codes = new Uint32Array(capacity);
  }
}

/** The most that a group may remember, in 32-bit words. Beyond that its rules run every time. */
const MAX_REMEMBERED = 1 << 22;

/** The number of bits that are 1. */
function ones(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
/** Whether a table may take so many bytes more. */
type Allows = (bytes: number) => boolean;

/** Below this many 32-bit words a table grows without being asked for. */
const SMALL = 1 << 16;

/** Remembers what the events of one group do, keyed by the bits that they read. */
class Memory {
  readonly group: Group;
  /** The words with bits that the group reads or writes, and the masks of these bits. */
  private readonly at: Int32Array;
  private readonly masks: Int32Array;
  /**
   * Entries, one after another. An entry begins with the bits read, the lock and the number of
   * successors. For each successor follow the event, what it shows, and the bits written. Entry 0
   * is unused.
   */
  private entries = new Int32Array(1 << 8);
  private end = 1;
  private slots = new Int32Array(1 << 5);
  /** How many entries there are. */
  count = 0;
  private readonly allows: Allows;

  /** The group reads all bits, so what it reads differs from state to state. */
  private readonly readsAll: boolean;

  constructor(group: Group, bits: number, allows: Allows) {
    this.group = group;
    this.allows = allows;
    this.readsAll = group.masks.reduce((sum, mask) => sum + ones(mask), 0) === bits;
    const words = group.masks.flatMap((mask, word) => (mask === 0 ? [] : [word]));
    this.at = Int32Array.from(words);
    this.masks = Int32Array.from(words, (word) => group.masks[word]);
  }

  /** Whether nothing more is remembered: the memory is full, or no state reads the same bits. */
  get full(): boolean {
    return this.end > MAX_REMEMBERED || this.readsAll;
  }

  get bytes(): number {
    return this.entries.byteLength + this.slots.byteLength;
  }

  private hash(source: Int32Array, locked: number): number {
    const { at, masks } = this;
    let h = locked;
    for (let i = 0; i < at.length; i++) {
      h = mix(h, source[at[i]] & masks[i]);
    }
    return h;
  }

  /** Finds the entry for the bits that the group reads in a state. Returns 0 if there is none. */
  find(source: Int32Array, locked: number): number {
    const { at, masks, entries, slots } = this;
    const mask = slots.length - 1;
    for (let slot = this.hash(source, locked) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot];
      if (entry === 0) return 0;
      let i = 0;
      while (i < at.length && entries[entry + i] === (source[at[i]] & masks[i])) i++;
      if (i === at.length && entries[entry + i] === locked) return entry;
    }
  }

  /** Runs the rules on the state that the model has loaded, and remembers what they do. */
  learn(model: Model, source: Int32Array, locked: number, scratch: Int32Array): number {
    const { at, masks, group } = this;
    const width = at.length;
    const { entries } = this;
    const entry = this.end;
    let to = entry;
    for (let i = 0; i < width; i++) entries[to++] = source[at[i]] & masks[i];
    entries[to++] = locked;
    const countAt = to++;
    entries[countAt] = 0;
    for (let event = group.first; event < group.end; event++) {
      const shown = model.fire(event);
      if (shown === DISABLED) continue;
      model.store(event, scratch, 0);
      model.undo(event);
      entries[countAt]++;
      entries[to++] = event;
      entries[to++] = shown;
      for (let i = 0; i < width; i++) entries[to++] = scratch[at[i]] & masks[i];
    }
    this.end = to;
    this.insert(entry);
    return entry;
  }

  /** Makes room for one more entry. Returns false if there is no memory for it. */
  reserve(): boolean {
    const { group, end, entries } = this;
    const width = this.at.length;
    const needed = end + width + 2 + (group.end - group.first) * (width + 2);
    if (needed <= entries.length) return true;
    const length = Math.max(entries.length * 2, needed);
    if (length > SMALL && !this.allows(length * 4)) return false;
    this.entries = new Int32Array(length);
    this.entries.set(entries);
    return true;
  }

  private insert(entry: number): void {
    if (++this.count * 2 > this.slots.length) this.grow();
    this.place(entry);
  }

  private place(entry: number): void {
    const { at, entries, slots } = this;
    const mask = slots.length - 1;
    let h = entries[entry + at.length];
    for (let i = 0; i < at.length; i++) {
      h = mix(h, entries[entry + i]);
    }
    let slot = h & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2);
    for (const entry of old) if (entry !== 0) this.place(entry);
  }

  /** Puts the successors that an entry holds into the batch. */
  recall(entry: number, source: Int32Array, parent: number, batch: Batch): void {
    const { at, masks, entries } = this;
    const size = source.length;
    let from = entry + at.length + 1;
    let { count } = batch;
    for (let left = entries[from++]; left > 0; left--) {
      batch.parents[count] = parent;
      batch.events[count] = entries[from++];
      batch.shown[count] = entries[from++];
      const to = count * size;
      for (let i = 0; i < size; i++) batch.words[to + i] = source[i];
      for (let i = 0; i < at.length; i++) {
        batch.words[to + at[i]] = (source[at[i]] & ~masks[i]) | entries[from++];
      }
      count++;
    }
    batch.count = count;
  }
}

/** How much is remembered of what rules do. */
export interface Remembered {
  /** For how many values of bits the rules ran once. */
  readonly answers: number;
  readonly bytes: number;
  readonly groups: number;
  /** Groups of events whose rules run every time. */
  readonly unremembered: number;
}

export class Successors {
  private readonly model: Model;
  private readonly memories: readonly Memory[];
  private readonly scratch: Int32Array;
  private loaded = false;

  /** `allows` says whether what is remembered may take so many bytes more. */
  constructor(model: Model, allows: Allows = () => true) {
    this.model = model;
    this.memories = model.groups.map((group) => new Memory(group, model.bits, allows));
    this.scratch = new Int32Array(model.size);
  }

  /** The successors by the events of one group alone. */
  expandBy(group: number, source: Int32Array, parent: number, batch: Batch): void {
    this.expand(source, parent, batch, [this.memories[group]]);
  }

  /** What is remembered, in numbers. */
  get remembered(): Remembered {
    return {
      answers: this.memories.reduce((sum, memory) => sum + memory.count, 0),
      bytes: this.bytes,
      groups: this.memories.length,
      unremembered: this.memories.filter(({ group, full }) => !group.local || full).length,
    };
  }

  /** Bytes that the remembered pieces take. */
  get bytes(): number {
    return this.memories.reduce((sum, memory) => sum + memory.bytes, 0);
  }

  /**
   * Puts every successor of a state into the batch, in the order of events. The batch must have
   * room for one successor of every event. Without `memories` it is by all events.
   */
  expand(source: Int32Array, parent: number, batch: Batch, memories = this.memories): void {
    const { holders } = this.model;
    const held = [holders[0](source), holders[1](source), holders[2](source)];
    this.loaded = false;
    for (const memory of memories) {
      const { thread, page, local } = memory.group;
      // A thread in the middle of an operation does nothing to other pages.
      const own = thread < 0 ? NO_PAGE : held[thread];
      if (own !== NO_PAGE && own !== page) continue;
      if (!local || memory.full) {
        this.fireAll(memory.group, source, parent, batch);
        continue;
      }
      // Where more than the lock matters, the group reads all threads itself.
      const locked = held.includes(page) ? 1 : 0;
      let entry = memory.find(source, locked);
      if (entry === 0) {
        if (!memory.reserve()) {
          this.fireAll(memory.group, source, parent, batch);
          continue;
        }
        this.load(source);
        entry = memory.learn(this.model, source, locked, this.scratch);
      }
      memory.recall(entry, source, parent, batch);
    }
  }

  private load(source: Int32Array): void {
    if (!this.loaded) this.model.load(source, 0);
    this.loaded = true;
  }

  private fireAll({ first, end }: Group, source: Int32Array, parent: number, batch: Batch): void {
    const { model } = this;
    this.load(source);
    for (let event = first; event < end; event++) {
      const shown = model.fire(event);
      if (shown === DISABLED) continue;
      const { count } = batch;
      model.store(event, batch.words, count * model.size);
      model.undo(event);
      batch.parents[count] = parent;
      batch.events[count] = event;
      batch.shown[count] = shown;
      batch.count = count + 1;
    }
  }
}
