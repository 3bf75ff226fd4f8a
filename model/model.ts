/** The transition system of a kernel, a driver and hardware within a scope. */
import type { Did } from './did.ts';
import type { EventKind, Names, Rule } from './event.ts';
import { ruleOf } from './event.ts';
import type { Event } from './events.ts';
import { lineUp, operationsOf } from './events.ts';
import type { Group } from './groups.ts';
import { groupsOf, partsOf } from './groups.ts';
import type { Mover, Span } from './layout.ts';
import { Machine } from './machine.ts';
import { needNumbers } from './many.ts';
import { NOBODY } from './others.ts';
import { THREADS } from './operation.ts';
import type { Shown } from './shown.ts';
import { shownOf } from './shown.ts';
import type { Ghost, Kept, Page, State, Thread } from './state.ts';
import { pagePart } from './placing.ts';
import { placeIndexOf } from './ranges.ts';
import { GHOSTS } from './state.ts';
import type { Symmetry } from './symmetry.ts';
import { pageSpans, read, symmetryOf, write } from './symmetry.ts';
import type { Parts } from './system.ts';
import { OBSERVERS } from './system.ts';

/** A state as packed words. Searches compare and store states in this form. */
export type Packed = Int32Array;

export interface Transition {
  readonly state: Packed;
  readonly shown: Shown;
}

/** The value that fire() returns if the event cannot happen. */
export const DISABLED = -1;

/** The thread works on no page. */
export const NO_PAGE = -1;

/**
 * The model of one system. Seen from outside it is pure: step() changes nothing. A fast search uses
 * the working copy on which step() is built. It calls load() for a state, fire() for an event,
 * store() to keep the new state, and undo().
 */
export class Model {
  readonly parts: Parts;
  /** Every event of the system, in the order that breaks ties. */
  readonly events: readonly Event[];
  /** For each event, how many events of a trace it stands for: 1, but for those of others. */
  readonly counts: Uint8Array;
  /** The number of words of a packed state. */
  readonly size: number;
  /** The number of bits that are in use. */
  readonly bits: number;
  /**
   * The bits of each word that are ghosts. No guard depends on them, nor any effect on other bits.
   */
  readonly ghostMasks: readonly number[];

  /** All events in order, grouped by what they read and write. */
  readonly groups: readonly Group[];
  /**
   * The place on which each thread works in a packed state, or NO_PAGE. The thread holds the
   * page-table lock of it, unless `operations.areWatched`.
   */
  readonly holders: readonly ((words: Packed) => number)[];

  /** Whether every event stands for one event of a trace. */
  readonly isPlain: boolean;

  private readonly machine: Machine;
  private readonly kinds: readonly EventKind[];
  private readonly rules: readonly Rule[];
  private readonly pages: readonly Page[];
  private readonly units: readonly number[];
  /**
   * Code that moves a whole state, and for each event code that moves only what the event can
   * write.
   */
  private readonly whole: Mover;
  private readonly touched: readonly Mover[];
  private readonly loaded: Packed;
  /** Where the bits of each page are in a packed state. */
  private readonly spans: readonly (readonly Span[])[];

  /**
   * Makes the model of a system. `ghosts` are those that a checked property reads. The others are
   * not tracked and take no bits. By default the ghosts of all observers are kept, and there is
   * nobody beyond what is in scope.
   */
  constructor(
    parts: Parts,
    ghosts: Iterable<Ghost> = GHOSTS,
    { seenBy = OBSERVERS, others = NOBODY }: Partial<Omit<Kept, 'ghosts'>> = {},
  ) {
    needNumbers(parts);
    this.parts = parts;
    this.machine = new Machine(parts, operationsOf(parts), {
      ghosts: new Set(ghosts),
      seenBy,
      others,
    });
    const { layout, operations, pages } = this.machine;
    const line = lineUp(parts, operations, others);
    this.events = Object.freeze(line.map(({ event }) => event));
    this.counts = Uint8Array.from(line, ({ counts }) => counts);
    this.isPlain = line.every(({ counts }) => counts === 1);
    this.kinds = line.map(({ kind }) => kind);
    this.size = layout.size;
    this.bits = layout.bits;
    this.ghostMasks = Array.from({ length: this.size }, (_, word) => layout.ghostMasks[word] ?? 0);
    this.rules = this.kinds.map(ruleOf);
    this.pages = this.events.map((event) => this.machine.placeOf(placeIndexOf(parts, event)));
    this.units = this.events.map((event) => event.unit);
    this.whole = layout.mover(new Set([...THREADS, ...pages.map((p) => pagePart(parts, p.index))]));
    this.groups = groupsOf(line, operations, layout, parts);
    this.holders = this.machine.threads.map((thread) => this.holderOf(thread));
    this.touched = this.moversByEvent();
    this.loaded = new Int32Array(this.size);
    this.spans = this.machine.state.pages.map((page) => pageSpans(layout, page));
  }

  /** What can be exchanged in a state without changing what it does. */
  symmetry(pagesAreAlike: boolean): Symmetry {
    const { layout, state } = this.machine;
    return symmetryOf(layout, state, this.parts.scope, pagesAreAlike);
  }

  /** The bits of each word of a packed state that belong to the threads. */
  get threadMasks(): number[] {
    return this.machine.layout.masks(new Set(THREADS));
  }

  /**
   * The bits of each word of a packed state that tell of page A, of the first CPU and the first
   * device with it, and of all threads.
   */
  get nearMasks(): number[] {
    const { layout, pages } = this.machine;
    const masks = layout.masks(new Set([pagePart(this.parts, 0), ...THREADS]));
    const [{ tlb, atc, link }] = pages;
    for (const far of [...tlb.slice(1), ...atc.slice(1), ...link.slice(1)]) {
      const span = layout.spanOf(far);
      if (span !== undefined) masks[span.word] &= ~(span.mask << span.shift);
    }
    return masks;
  }

  /**
   * For each event, the code that moves what it writes: its page and its thread. An event of a
   * thread that acts on other pages may write any page.
   */
  private moversByEvent(): Mover[] {
    const { layout, operations } = this.machine;
    return this.groups.flatMap(({ first, end, page, thread, local }) => {
      const mover = local
        ? layout.mover(partsOf(this.parts, page, thread, operations))
        : this.whole;
      return Array.from({ length: end - first }, () => mover);
    });
  }

  /** Reads the place on which a thread works. */
  private holderOf(thread: Thread): (words: Packed) => number {
    const at = this.machine.layout.reader(thread, 'at');
    const page = this.machine.layout.reader(thread, 'page');
    return (words) => (at(words) === 0 ? NO_PAGE : page(words));
  }

  /** The initial state: every field is empty, false or none. */
  get initial(): Packed {
    return new Int32Array(this.size);
  }

  /**
   * What a state says of one page. In a system with blocks of one page, models with other numbers
   * of pages say it in the same way.
   */
  pageOf(state: Packed, page: number): readonly number[] {
    return this.spans[page].map((span) => read(state, 0, span));
  }

  /** The state in which a page is as another state says, and all else is as in this one. */
  withPage(state: Packed, page: number, said: readonly number[]): Packed {
    const changed = state.slice();
    for (const [i, span] of this.spans[page].entries()) write(changed, 0, span, said[i]);
    return changed;
  }

  /** Loads the state at `words[at]` into the working copy. */
  load(words: Int32Array, at: number): void {
    for (let i = 0; i < this.size; i++) this.loaded[i] = words[at + i];
    this.whole.load(words, at);
  }

  /**
   * Makes an event happen in the working copy. Returns the SHOWN flags of the transition. If the
   * event cannot happen, returns DISABLED and leaves the working copy as it was.
   */
  fire(index: number): number {
    const { machine } = this;
    machine.shown = 0;
    const happened = this.rules[index](machine, this.pages[index], this.units[index]);
    return happened ? machine.shown : DISABLED;
  }

  /** Whether a thread has an operation under way in the working copy. */
  isWorking(thread: number): boolean {
    return this.machine.threads[thread].at !== 0;
  }

  /**
   * How many ATC invalidations the aging operation that began last has sent, and how many of them
   * though nothing was young. One that goes to several devices counts once.
   */
  get sent(): { readonly all: number; readonly spurious: number } {
    return { all: this.machine.sent, spurious: this.machine.sentInVain };
  }

  /**
   * Writes the state after the last event to `words[at]`. Only one event may have been fired since
   * load().
   */
  store(index: number, words: Int32Array, at: number): void {
    this.touched[index].store(this.loaded, words, at);
  }

  /** Updates `words`, which has the state before the last event, to the state after it. */
  advance(index: number, words: Packed): void {
    this.touched[index].store(words, words, 0);
  }

  /** Takes back the one event that was fired since load(). */
  undo(index: number): void {
    this.touched[index].load(this.loaded, 0);
  }

  /**
   * The transition that an event makes from a state; undefined if it cannot happen. The state is
   * not changed.
   */
  step(state: Packed, event: Event): Transition | undefined {
    this.load(state, 0);
    const flags = this.fire(event.index);
    if (flags === DISABLED) return undefined;
    const after = new Int32Array(this.size);
    this.whole.store(this.loaded, after, 0);
    return { state: after, shown: shownOf(flags) };
  }

  /** The notes of what an event does in a state, step by step. */
  did(state: Packed, event: Event): readonly Did[] {
    const did: Did[] = [];
    this.machine.did = did;
    this.step(state, event);
    this.machine.did = undefined;
    return did;
  }

  /** Why an event cannot happen in a state: the reason of its first guard that does not hold. */
  whyNot(state: Packed, event: Event, names: Names): string | undefined {
    this.load(state, 0);
    const { machine } = this;
    const page = this.pages[event.index];
    const guard = this.kinds[event.index].guards.find(
      ({ holds }) => !holds(machine, page, event.unit),
    );
    return guard?.otherwise(names, machine, page, event.unit);
  }

  /** The events that can happen in a state, in order. */
  enabled(state: Packed): Event[] {
    return this.events.filter((event) => this.step(state, event) !== undefined);
  }

  /**
   * A state as structs with the kernel's names. They are valid until the next call of this model.
   */
  view(state: Packed): State {
    this.load(state, 0);
    return this.machine.state;
  }
}
