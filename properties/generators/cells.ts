/**
 * Notes where runs have come to. A cell is all that a state says of page A, of the first CPU and
 * device with it, and of the kernel threads. So it has what is cached, what is in flight, and what
 * looks have begun. Cells to which few runs came are worth going on from.
 */
import type { Model, Packed } from '../../model/model.ts';
import type { Walk } from './walk.ts';

const EMPTY = -1;

/** The cells that some runs came to, each with the first shortest way there. */
export interface Reached {
  /** The hashes of the cells. */
  readonly cells: Float64Array;
  /** How many runs came to each of them. */
  readonly counts: Uint32Array;
  /** The way to each: so many of the events from there on. */
  readonly from: Uint32Array;
  readonly lengths: Uint16Array;
  readonly events: Uint16Array;
}

/** Visits the states of some runs. `events` is how many they have at most. */
export class Cells {
  /** The words of a state that tell of a cell, and their bits that do. */
  private readonly words: readonly number[];
  private readonly masks: readonly number[];
  private readonly slots: number;
  private readonly cells: Float64Array;
  private readonly counts: Uint32Array;
  private readonly from: Uint32Array;
  private readonly lengths: Uint16Array;
  /** The number of the run that came to a cell last. */
  private readonly seen: Uint32Array;
  private readonly used: number[] = [];
  private readonly events: Uint16Array;
  private run = 1;
  private length = 0;
  private noted = 0;

  constructor(model: Model, events: number) {
    const masks = model.nearMasks;
    this.words = [...masks.keys()].filter((word) => masks[word] !== 0);
    this.masks = this.words.map((word) => masks[word]);
    this.slots = 2 ** Math.ceil(Math.log2(2 * events + 2));
    this.cells = new Float64Array(this.slots).fill(EMPTY);
    this.counts = new Uint32Array(this.slots);
    this.from = new Uint32Array(this.slots);
    this.lengths = new Uint16Array(this.slots);
    this.seen = new Uint32Array(this.slots);
    this.events = new Uint16Array(events);
  }

  /** The hash of a state's cell, of 53 bits. */
  private cellOf(state: Packed): number {
    const { words, masks } = this;
    let [high, low] = [0x2545f491, 0x5bd1e995];
    for (let i = 0; i < words.length; i++) {
      const word = state[words[i]] & masks[i];
      high = Math.imul(high ^ word, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low + word, 0x85ebca6b);
      low ^= low >>> 13;
    }
    high = Math.imul(high ^ (high >>> 16), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 15), 0x27d4eb2f);
    return ((high ^ (high >>> 13)) >>> 0) * 2 ** 21 + ((low ^ (low >>> 16)) >>> 11);
  }

  visit(state: Packed): void {
    const cell = this.cellOf(state);
    const length = ++this.length;
    const { cells, seen } = this;
    let slot = cell % this.slots;
    while (cells[slot] !== cell) {
      if (cells[slot] === EMPTY) {
        cells[slot] = cell;
        this.used.push(slot);
        break;
      }
      slot = (slot + 1) & (this.slots - 1);
    }
    if (seen[slot] === this.run) return;
    seen[slot] = this.run;
    if (this.counts[slot]++ > 0 && this.lengths[slot] <= length) return;
    this.lengths[slot] = length;
    this.from[slot] = this.noted;
  }

  /** Notes the events of the run whose states were visited. */
  endRun({ events, length }: Walk): void {
    this.events.set(events.subarray(0, length), this.noted);
    this.noted += length;
    this.length = 0;
    this.run++;
  }

  /** What was noted since the last call. */
  take(): Reached {
    const { used } = this;
    const reached: Reached = {
      cells: Float64Array.from(used, (slot) => this.cells[slot]),
      counts: Uint32Array.from(used, (slot) => this.counts[slot]),
      from: Uint32Array.from(used, (slot) => this.from[slot]),
      lengths: Uint16Array.from(used, (slot) => this.lengths[slot]),
      events: this.events.slice(0, this.noted),
    };
    for (const slot of used) {
      this.cells[slot] = EMPTY;
      this.counts[slot] = this.seen[slot] = 0;
    }
    used.length = 0;
    this.noted = 0;
    this.run = 1;
    return reached;
  }
}
