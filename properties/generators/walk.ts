/**
 * A random walk through a system: only events that are enabled, and rather those that matter. It
 * runs on the model's working copy, so that nothing is allocated on the way.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { DISABLED } from '../../model/model.ts';
import type { Bias } from './bias.ts';
import { DEFAULT_BIAS, NO_BIAS } from './bias.ts';
import { Random, asBound } from './random.ts';

/** What an event is to a walk. */
const ACCESS = 0;
/** What a device has asked for or owes: translations, completions, invalidations, posted writes. */
const CARRY_ON = 1;
/** An operation of kswapd, of page_idle, goes on or ends. */
const STEP = 2;
const IDLE_STEP = 3;
const LOOK = 4;
const TAKE_AWAY = 5;
const CPU_ACCESS = 6;
const KINDS = 7;

type Verbs = readonly Event['verb'][];

const BEGINS: Verbs = ['age', 'mark', 'check', 'unmap', 'write-protect', 'walk', 'pageout'];
const ENDS: Verbs = ['report', 'end', 'free'];
/** With these a page counts as accessed. */
const ACCESSES: Verbs = ['read', 'write', 'complete', 'land-write'];

function roleOf(event: Event): number {
  const { role } = kindOf(event);
  switch (role) {
    case 'look':
      return LOOK;
    case 'take-away':
      return TAKE_AWAY;
    case 'carry-on':
      return CARRY_ON;
    case 'step':
      return event.actor === 'kswapd' ? STEP : IDLE_STEP;
    case 'access':
      return event.actor === 'cpu' ? CPU_ACCESS : ACCESS;
  }
}

/** Sees every state that a walk comes through. */
export interface Visitor {
  /** `words` are valid until the next call. */
  visit(words: Packed): void;
}

const NONE = -1;
/** With these, or at the end of an operation, there is more to carry on. */
const LEAVES_WORK: Verbs = ['request-read', 'request-write', 'post-write', 'post-atc'];
/** A kernel thread has no operation in flight. */
const IDLE = -1;

export class Walk {
  /** The events of the last run, as places in model.events, and what each showed. */
  readonly events: Uint16Array;
  readonly shown: Uint32Array;

  private readonly model: Model;
  private readonly random = new Random();
  private readonly initial: Packed;
  private readonly state: Packed;

  /** Events by kind, then page: those of a slot are `order[starts[slot]]` and following. */
  private readonly order: Uint16Array;
  private readonly starts: Uint16Array;
  /** Per event: it is an access; its page; +1 if it begins an operation, -1 if it ends one. */
  private readonly accesses: Uint8Array;
  private readonly pages: Uint8Array;
  private readonly opens: Int8Array;
  private readonly threads: Uint8Array;
  private readonly leavesWork: Uint8Array;
  private readonly completes: Uint8Array;
  private readonly pageCount: number;

  private readonly samePage: number;
  private readonly lookAfterAccess: number;
  private readonly holdOpen: number;
  private readonly carryOn: number;
  private readonly takeAway: number;
  private readonly look: number;
  private readonly cpu: number;
  private readonly uniform: boolean;

  /** By page: there was nothing to carry on when it was last tried, and there is nothing new. */
  private readonly quiet: Uint8Array;
  /** By step of an operation: the step that came next the last time. Only a guess. */
  private readonly follower: Int16Array;
  /** By kernel thread: its operation waits for devices, which have done nothing since. */
  private readonly waits = [0, 0];
  /** The last step of each kernel thread. */
  private readonly lastStep = [NONE, NONE];

  private page = 0;
  private last = NONE;
  private flags = 0;
  /** The page of each kernel thread's operation in flight. */
  private readonly held = [IDLE, IDLE];

  /** `longest`: events that a run has room for. */
  constructor(model: Model, longest: number, bias: Bias = DEFAULT_BIAS) {
    this.model = model;
    this.events = new Uint16Array(longest);
    this.shown = new Uint32Array(longest);
    this.initial = model.initial;
    this.state = model.initial;
    const { events } = model;
    const fine = model.parts.scope.granularity === 'fine';
    this.pageCount = model.parts.scope.pages;
    this.accesses = Uint8Array.from(events, ({ verb }) => (ACCESSES.includes(verb) ? 1 : 0));
    this.pages = Uint8Array.from(events, ({ page }) => page);
    this.threads = Uint8Array.from(events, ({ unit }) => unit);
    this.opens = Int8Array.from(events, ({ verb }) => (fine ? opensOf(verb) : 0));
    this.leavesWork = Uint8Array.from(events, ({ verb }) =>
      LEAVES_WORK.includes(verb) || ENDS.includes(verb) ? 1 : 0,
    );
    this.completes = Uint8Array.from(events, ({ verb }) =>
      verb === 'handle-invalidation' ? 1 : 0,
    );
    this.quiet = new Uint8Array(this.pageCount);
    this.follower = new Int16Array(events.length).fill(NONE);
    const slots = Array.from({ length: KINDS * this.pageCount }, (_, slot) =>
      events.filter((event) => roleOf(event) * this.pageCount + event.page === slot),
    );
    this.order = Uint16Array.from(slots.flat(), ({ index }) => index);
    const starts = [0];
    for (const slot of slots) starts.push(starts.at(-1)! + slot.length);
    this.starts = Uint16Array.from(starts);
    this.samePage = asBound(bias.samePage);
    this.lookAfterAccess = asBound(bias.lookAfterAccess);
    this.holdOpen = asBound(bias.holdOpen);
    this.carryOn = asBound(bias.carryOn);
    this.takeAway = asBound(bias.takeAway);
    this.look = asBound(bias.look);
    this.cpu = asBound(bias.cpu);
    this.uniform = bias === NO_BIAS;
  }

  /**
   * Walks run `number` of a seed: the same events every time. Returns how many, which is fewer than
   * `length` only where nothing is enabled any more.
   */
  run(seed: number, number: number, length: number, visitor?: Visitor): number {
    const { model, random, state } = this;
    random.seed(seed, number);
    model.load(this.initial, 0);
    state.set(this.initial);
    this.page = random.below(this.pageCount);
    this.last = NONE;
    this.held[0] = this.held[1] = IDLE;
    this.quiet.fill(0);
    this.waits[0] = this.waits[1] = 0;
    for (let i = 0; i < length; i++) {
      const event = this.choose();
      if (event === NONE) return i;
      this.events[i] = event;
      this.shown[i] = this.flags;
      this.note(event);
      if (visitor !== undefined) {
        model.advance(event, state);
        visitor.visit(state);
      }
    }
    return length;
  }

  private note(event: number): void {
    this.last = event;
    this.page = this.pages[event];
    if (this.leavesWork[event] === 1) this.quiet.fill(0);
    if (this.completes[event] === 1) this.waits[0] = this.waits[1] = 0;
    const opens = this.opens[event];
    if (opens === 0) return;
    const thread = this.threads[event];
    this.held[thread] = opens > 0 ? this.page : IDLE;
    this.lastStep[thread] = event;
  }

  /** Makes one event happen, and returns it. */
  private choose(): number {
    if (this.uniform) return this.any();
    const event = this.preferred();
    return event === NONE ? this.any() : event;
  }

  private preferred(): number {
    const { random, held, last } = this;
    if (last !== NONE && this.accesses[last] === 1 && random.happens(this.lookAfterAccess)) {
      const event = this.oneOf(LOOK, this.page);
      if (event !== NONE) return event;
    }
    if ((held[0] !== IDLE || held[1] !== IDLE) && !random.happens(this.holdOpen)) {
      const thread = held[0] === IDLE || (held[1] !== IDLE && random.below(2) === 1) ? 1 : 0;
      const event = this.step(thread, held[thread]);
      if (event !== NONE) return event;
    }
    const page = random.happens(this.samePage) ? this.page : random.below(this.pageCount);
    if (random.happens(this.carryOn) && this.quiet[page] === 0) {
      const event = this.oneOf(CARRY_ON, page);
      if (event !== NONE) return event;
      this.quiet[page] = 1;
    }
    if (random.happens(this.takeAway)) {
      const event = this.oneOf(TAKE_AWAY, page);
      if (event !== NONE) return event;
    }
    if (random.happens(this.look)) {
      const event = this.oneOf(LOOK, page);
      if (event !== NONE) return event;
    }
    const kind = random.happens(this.cpu) ? CPU_ACCESS : ACCESS;
    const event = this.oneOf(kind, page);
    return event === NONE ? this.oneOf(ACCESS + CPU_ACCESS - kind, page) : event;
  }

  /** Takes the operation of a thread one step further, if what it waits for has come. */
  private step(thread: number, page: number): number {
    if (this.waits[thread] === 1) return NONE;
    const before = this.lastStep[thread];
    const guess = this.follower[before];
    if (guess !== NONE) {
      const shown = this.model.fire(guess);
      if (shown !== DISABLED) {
        this.flags = shown;
        this.lastStep[thread] = guess;
        return guess;
      }
    }
    // The one that comes next: chance has no part in it, so that a guess changes no run.
    const event = this.from(0, thread === 0 ? STEP : IDLE_STEP, page);
    if (event === NONE) {
      this.waits[thread] = 1;
      return NONE;
    }
    this.follower[before] = event;
    this.lastStep[thread] = event;
    return event;
  }

  /** Makes an enabled event of a kind and a page happen: the first from a random one onwards. */
  private oneOf(kind: number, page: number): number {
    const slot = kind * this.pageCount + page;
    const count = this.starts[slot + 1] - this.starts[slot];
    return count === 0 ? NONE : this.from(this.random.below(count), kind, page);
  }

  private from(start: number, kind: number, page: number): number {
    const { model, order, starts } = this;
    const slot = kind * this.pageCount + page;
    const first = starts[slot];
    const end = starts[slot + 1];
    let at = first + start;
    for (let left = end - first; left > 0; left--) {
      const event = order[at];
      const shown = model.fire(event);
      if (shown !== DISABLED) {
        this.flags = shown;
        return event;
      }
      if (++at === end) at = first;
    }
    return NONE;
  }

  /** Makes any enabled event happen: drawn anew while that is likely to hit one, then in turn. */
  private any(): number {
    const { model, random } = this;
    const count = model.events.length;
    for (let tries = 0; tries < 2 * count; tries++) {
      const event = tries < count ? random.below(count) : tries - count;
      const shown = model.fire(event);
      if (shown !== DISABLED) {
        this.flags = shown;
        return event;
      }
    }
    return NONE;
  }
}

const opensOf = (verb: Event['verb']): number =>
  BEGINS.includes(verb) ? 1 : ENDS.includes(verb) ? -1 : 0;
