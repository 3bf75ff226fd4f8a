/** The state-transition system of a kernel, a driver and hardware, in a scope. */
import type { Actor, Event } from './events.ts';
import type { Did } from './did.ts';
import type { Names, Rule } from './event.ts';
import { ruleOf } from './event.ts';
import { eventsOf, kindOf, operationsOf } from './events.ts';
import type { Mover } from './layout.ts';
import { Machine } from './machine.ts';
import type { Operations } from './operation.ts';
import { THREADS } from './operation.ts';
import type { Shown } from './shown.ts';
import { shownOf } from './shown.ts';
import type { Ghost, Page, State, Thread } from './state.ts';
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

/** Nobody holds a page-table lock. */
export const NO_PAGE = -1;

/**
 * Events next to each other in `events` that one actor, or everybody but the kernel threads, does
 * to one page. What they do depends on what `masks` has and on who holds the page's lock, and
 * changes nothing else.
 */
export interface Group {
  readonly first: number;
  readonly end: number;
  readonly page: number;
  /** The thread whose events these are, as its place in THREADS; or NO_THREAD. */
  readonly thread: number;
  /** False where an operation of the thread covers more pages: then they read and write all. */
  readonly local: boolean;
  /** Per word, the bits of the page and the thread. */
  readonly masks: readonly number[];
}
export const NO_THREAD = -1;

/**
 * Whether an operation of a thread acts on other pages than its own. An operation without a thread,
 * such as an upgrade, is done inside the events of CPUs, devices and users.
 */
const reachesFar = ({ byName }: Operations, actor: Actor): boolean => {
  const thread = THREADS.find((name) => name === actor);
  return [...byName.values()].some(
    (operation) => operation.thread === thread && operation.reachesFar,
  );
};

/** The parts of a state that events of a page, and of a thread if there is one, read and write. */
const partsOf = (page: number, thread: number): ReadonlySet<string> =>
  new Set([pagePart(page), ...(thread === NO_THREAD ? [] : [THREADS[thread]])]);

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

  /** All events, in order, by what they read and write. */
  readonly groups: readonly Group[];
  /** The page whose lock each thread holds in a packed state, or NO_PAGE. */
  readonly holders: readonly ((words: Packed) => number)[];

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
    this.machine = new Machine(parts, new Set(ghosts), operationsOf(parts));
    const { layout, operations, pages } = this.machine;
    this.events = eventsOf(parts, operations);
    this.size = layout.size;
    this.bits = layout.bits;
    this.ghostMasks = Array.from({ length: this.size }, (_, word) => layout.ghostMasks[word] ?? 0);
    this.rules = this.events.map((event) => ruleOf(kindOf(event)));
    this.pages = this.events.map((event) => pages[event.page]);
    this.units = this.events.map((event) => event.unit);
    this.whole = layout.mover(
      new Set(['kswapd', 'page_idle', ...pages.map((p) => pagePart(p.index))]),
    );
    this.groups = this.groupEvents();
    this.holders = this.machine.threads.map((thread) => this.holderOf(thread));
    this.touched = this.moversByEvent();
    this.loaded = new Int32Array(this.size);
  }

  private groupEvents(): Group[] {
    const { layout, operations } = this.machine;
    const groups: Group[] = [];
    for (const { actor, page, unit, index } of this.events) {
      const thread = actor === 'kswapd' || actor === 'page_idle' ? unit : NO_THREAD;
      const last = groups.at(-1);
      if (last?.page === page && last.thread === thread) {
        groups[groups.length - 1] = { ...last, end: index + 1 };
        continue;
      }
      const local = !reachesFar(operations, actor);
      const masks = layout.masks(partsOf(page, thread));
      groups.push({
        first: index,
        end: index + 1,
        page,
        thread,
        local,
        masks,
      });
    }
    return groups;
  }

  /** An event writes its page and its thread; of a thread that reaches far, any page. */
  private moversByEvent(): Mover[] {
    const { layout } = this.machine;
    return this.groups.flatMap(({ first, end, page, thread, local }) => {
      const mover = local ? layout.mover(partsOf(page, thread)) : this.whole;
      return Array.from({ length: end - first }, () => mover);
    });
  }

  /** The page that a thread's operation has locked. */
  private holderOf(thread: Thread): (words: Packed) => number {
    const at = this.machine.layout.reader(thread, 'at');
    const page = this.machine.layout.reader(thread, 'page');
    return (words) => (at(words) === 0 ? NO_PAGE : page(words));
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
    machine.shown = machine.sent = machine.sentInVain = 0;
    const happened = this.rules[index](machine, this.pages[index], this.units[index]);
    return happened ? machine.shown : DISABLED;
  }

  /**
   * How many ATC invalidations the event that was just fired has sent to learn of uses: all, and
   * those for which it had found nothing young. One counts once, however many devices it goes to.
   */
  get sent(): { readonly all: number; readonly spurious: number } {
    return { all: this.machine.sent, spurious: this.machine.sentInVain };
  }

  /** Writes to `words[at]` the state after one event fired from the loaded one. */
  store(index: number, words: Int32Array, at: number): void {
    this.touched[index].store(this.loaded, words, at);
  }

  /** Brings `words`, the state before the event that was just fired, up to date. */
  advance(index: number, words: Packed): void {
    this.touched[index].store(words, words, 0);
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

  /** What an event does in a state, step by step. */
  did(state: Packed, event: Event): readonly Did[] {
    const did: Did[] = [];
    this.machine.did = did;
    this.step(state, event);
    this.machine.did = undefined;
    return did;
  }

  /** Why an event cannot happen in a state, by the first of its guards that does not hold. */
  whyNot(state: Packed, event: Event, names: Names): string | undefined {
    this.load(state, 0);
    const { machine } = this;
    const page = this.pages[event.index];
    const guard = kindOf(event).guards.find(({ holds }) => !holds(machine, page, event.unit));
    return guard?.otherwise(names, machine, page, event.unit);
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
