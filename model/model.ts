/** The state-transition system of a kernel, a driver and hardware, in a scope. */
import type { Event } from './events.ts';
import { eventsOf } from './events.ts';
import type { Mover } from './layout.ts';
import { Machine } from './machine.ts';
import type { Rule } from './rules/index.ts';
import { ruleOf } from './rules/index.ts';
import type { Shown } from './shown.ts';
import { shownOf } from './shown.ts';
import type { Ghost, Page, State } from './state.ts';
import { GHOSTS, pagePart } from './state.ts';
import type { Parts } from './system.ts';

/** A state at rest: packed words, to be compared and stored as they are. */
export type Packed = Int32Array;

export interface Transition {
  readonly state: Packed;
  readonly shown: Shown;
}

/** What fire() returns for an event that is not enabled. */
export const DISABLED = -1;

/**
 * From outside the model is pure: step(). A search that must be fast uses the working copy that
 * step() is made of: load() a state, fire() an event, store() what came of it, undo() it.
 */
export class Model {
  readonly parts: Parts;
  /** Every event that the system knows, in the order that breaks ties. */
  readonly events: readonly Event[];
  /** Words of a packed state. */
  readonly size: number;
  /** Bits of these in use. */
  readonly bits: number;
  /** Per word, the bits that are ghosts: no rule's guard or other effect depends on them. */
  readonly ghostMasks: readonly number[];

  private readonly machine: Machine;
  private readonly rules: readonly Rule[];
  private readonly pages: readonly Page[];
  private readonly units: readonly number[];
  /** Moves a whole state, and for each event the parts of it that the event can write. */
  private readonly whole: Mover;
  private readonly touched: readonly Mover[];
  private readonly loaded: Packed;

  /** `ghosts`: those that a checked property reads; the others are not tracked and take no bits. */
  constructor(parts: Parts, ghosts: Iterable<Ghost> = GHOSTS) {
    this.parts = parts;
    this.machine = new Machine(parts, new Set(ghosts));
    const { layout, operations, pages } = this.machine;
    this.events = eventsOf(parts, operations);
    this.size = layout.size;
    this.bits = layout.bits;
    this.ghostMasks = Array.from({ length: this.size }, (_, word) => layout.ghostMasks[word] ?? 0);
    this.rules = this.events.map(ruleOf);
    this.pages = this.events.map((event) => pages[event.page]);
    this.units = this.events.map((event) => event.unit);
    this.whole = layout.mover(
      new Set(['kswapd', 'page_idle', ...pages.map((p) => pagePart(p.index))]),
    );
    this.touched = this.moversByEvent();
    this.loaded = new Int32Array(this.size);
  }

  /** An event writes its page and its thread; where an unmap covers the whole mm, any page. */
  private moversByEvent(): Mover[] {
    const { layout, operations } = this.machine;
    const movers = new Map<string, Mover>();
    return this.events.map(({ actor, page }) => {
      if (actor === 'kswapd' && operations.unmap.wholeMm) return this.whole;
      const thread = actor === 'kswapd' || actor === 'page_idle' ? [actor] : [];
      const parts = [pagePart(page), ...thread];
      const key = parts.join(' ');
      const mover = movers.get(key) ?? layout.mover(new Set(parts));
      movers.set(key, mover);
      return mover;
    });
  }

  /** Everything empty, false or none. */
  get initial(): Packed {
    return new Int32Array(this.size);
  }

  /** Loads the state at `words[at]` into the working copy. */
  load(words: Int32Array, at: number): void {
    for (let i = 0; i < this.size; i++) this.loaded[i] = words[at + i];
    this.whole.load(words, at);
  }

  /**
   * Makes an event happen to the working copy. Returns what the transition shows (SHOWN flags), or
   * DISABLED with the working copy as it was.
   */
  fire(index: number): number {
    const { machine } = this;
    machine.shown = 0;
    const happened = this.rules[index](machine, this.pages[index], this.units[index]);
    return happened ? machine.shown : DISABLED;
  }

  /** Writes to `words[at]` the state after one event fired from the loaded one. */
  store(index: number, words: Int32Array, at: number): void {
    this.touched[index].store(this.loaded, words, at);
  }

  /** Takes back the one event fired since the load. */
  undo(index: number): void {
    this.touched[index].load(this.loaded, 0);
  }

  /** The transition of an event from a state, which is left alone; undefined if not enabled. */
  step(state: Packed, event: Event): Transition | undefined {
    this.load(state, 0);
    const flags = this.fire(event.index);
    if (flags === DISABLED) return undefined;
    const after = new Int32Array(this.size);
    this.whole.store(this.loaded, after, 0);
    return { state: after, shown: shownOf(flags) };
  }

  /** The events that can happen in a state. */
  enabled(state: Packed): Event[] {
    return this.events.filter((event) => this.step(state, event) !== undefined);
  }

  /** A state as kernel-named fields, valid until the next call of this model. */
  view(state: Packed): State {
    this.load(state, 0);
    return this.machine.state;
  }
}
