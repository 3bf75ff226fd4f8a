/**
 * A random walk through a system. It takes only events that can happen, and prefers those that are
 * likely to matter. It uses the model's working copy, so that it allocates nothing on the way.
 */
import type { Event } from '../../model/events.ts';
import { kindOf } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { DISABLED } from '../../model/model.ts';
import { THREADS } from '../../model/operation.ts';
import type { Bias } from './bias.ts';
import { DEFAULT_BIAS, NO_BIAS } from './bias.ts';
import { Expansion, asBound } from './expansion.ts';
import type { Menu } from './menu.ts';
import { ACCESS, CARRY_ON, CPU_ACCESS, LOOK, Menus, STEP, TAKE_AWAY } from './menu.ts';
import type { Run } from './moves.ts';

type Verbs = readonly Event['verb'][];

const ENDS: Verbs = ['report', 'end', 'free', 'remap', 'put'];
/** The verbs after which a page counts as accessed. */
const ACCESSES: Verbs = ['read', 'write', 'complete', 'land-write'];

/** Is called for every state of a walk. */
export interface Visitor {
  /** Receives a packed state, which is valid until the next call. */
  visit(words: Packed): void;
}

const NONE = -1;
/** After these verbs, and at the end of an operation, there are new messages to carry on. */
const LEAVES_WORK: Verbs = [
  'request-read',
  'request-write',
  'post-write',
  'post-atc',
  'post-iotlb',
];
const NO_RUN: Run = [];
const ALWAYS = asBound(1);
/** The kernel thread has no operation under way. */
const IDLE = -1;

export class Walk {
  /** The events of the last run as places in model.events, and the SHOWN flags of each. */
  readonly events: Uint16Array;
  readonly shown: Uint32Array;
  /** How many events the last run has, and the beginning that was drawn for it. */
  length = 0;
  beginning: Run = NO_RUN;

  private readonly model: Model;
  private readonly random = new Expansion();
  private readonly initial: Packed;
  private readonly state: Packed;

  private readonly menus: Menus;
  /** The events from which this run chooses. */
  private menu: Menu;
  /**
   * For each event: whether it is an access; its page; and the thread of its operation, or NONE.
   */
  private readonly accesses: Uint8Array;
  private readonly pages: Uint8Array;
  private readonly threads: Int8Array;
  private readonly leavesWork: Uint8Array;
  private readonly completes: Uint8Array;
  private readonly pageCount: number;

  private readonly bias: Bias;
  private readonly beginnings: readonly Run[];
  private readonly resume: number;
  private readonly vary: number;
  private readonly narrow: number;
  /** The bounds of this run's chances. */
  private samePage = 0;
  private lookAfterAccess = 0;
  private holdOpen = 0;
  private carryOn = 0;
  private takeAway = 0;
  private look = 0;
  private cpu = 0;
  private readonly uniform: boolean;

  /**
   * For each page, whether there was nothing to carry on at the last attempt, and nothing is new
   * since.
   */
  private readonly quiet: Uint8Array;
  /** For each step, the step that came next the last time. It is only a guess. */
  private readonly follower: Int16Array;
  /**
   * For each kernel thread, whether its operation waits for devices that have done nothing since.
   */
  private readonly waits = THREADS.map(() => 0);
  /** The last step that each kernel thread has taken. */
  private readonly lastStep = THREADS.map(() => NONE);

  private page = 0;
  private last = NONE;
  private flags = 0;
  /** The page of each kernel thread's operation under way. */
  private readonly held = THREADS.map(() => IDLE);

  /**
   * Makes a walk. `longest` is the number of events for which a run has room. Some runs begin with
   * one of the `beginnings`.
   */
  constructor(
    model: Model,
    longest: number,
    bias: Bias = DEFAULT_BIAS,
    beginnings: readonly Run[] = [],
  ) {
    this.model = model;
    this.events = new Uint16Array(longest);
    this.shown = new Uint32Array(longest);
    this.initial = model.initial;
    this.state = model.initial;
    const { events } = model;
    this.pageCount = model.parts.scope.pages;
    this.accesses = Uint8Array.from(events, ({ verb }) => (ACCESSES.includes(verb) ? 1 : 0));
    this.pages = Uint8Array.from(events, ({ page }) => page);
    this.threads = Int8Array.from(events, (event) => {
      const { thread } = kindOf(event);
      return thread === undefined ? NONE : THREADS.indexOf(thread);
    });
    this.leavesWork = Uint8Array.from(events, ({ verb }) =>
      LEAVES_WORK.includes(verb) || ENDS.includes(verb) ? 1 : 0,
    );
    this.completes = Uint8Array.from(events, ({ verb }) =>
      verb === 'handle-invalidation' ? 1 : 0,
    );
    this.quiet = new Uint8Array(this.pageCount);
    this.follower = new Int16Array(events.length).fill(NONE);
    this.menus = new Menus(events, this.pageCount);
    this.menu = this.menus.whole;
    this.bias = bias;
    this.beginnings = beginnings;
    this.resume = asBound(beginnings.length === 0 ? 0 : bias.resume);
    this.vary = asBound(bias.vary);
    this.narrow = asBound(bias.narrow);
    this.prefer(bias);
    this.uniform = bias === NO_BIAS;
  }

  /**
   * Makes the run of a draw, which has the same events every time. Returns the number of events. It
   * is smaller than `length` only if no event can happen any more.
   */
  run(draw: number, length: number, visitor?: Visitor): number {
    this.length = this.walked(draw, length, visitor);
    return this.length;
  }

  /** The last run. */
  lastRun(): Event[] {
    const { events } = this.model;
    const run: Event[] = [];
    for (let i = 0; i < this.length; i++) run.push(events[this.events[i]]);
    return run;
  }

  private walked(draw: number, length: number, visitor?: Visitor): number {
    const { model, random, state } = this;
    random.of(draw);
    model.load(this.initial, 0);
    state.set(this.initial);
    this.page = random.below(this.pageCount);
    this.last = NONE;
    this.held.fill(IDLE);
    this.quiet.fill(0);
    this.waits.fill(0);
    if (this.vary > 0) this.varyChances();
    if (this.narrow > 0) this.narrowMenu();
    const beginning = (this.beginning = this.drawnBeginning());
    for (let i = 0; i < length; i++) {
      const event = i < beginning.length ? this.forced(beginning[i]) : this.choose();
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

  private prefer({ samePage, lookAfterAccess, holdOpen, carryOn, ...other }: Bias): void {
    this.samePage = asBound(samePage);
    this.lookAfterAccess = asBound(lookAfterAccess);
    this.holdOpen = asBound(holdOpen);
    this.carryOn = asBound(carryOn);
    this.takeAway = asBound(other.takeAway);
    this.look = asBound(other.look);
    this.cpu = asBound(other.cpu);
  }

  /** Draws some of the chances anew for this run. */
  private varyChances(): void {
    const { random, vary } = this;
    this.prefer(this.bias);
    const drawn = (bound: number): number => (random.happens(vary) ? random.next() >>> 0 : bound);
    this.lookAfterAccess = drawn(this.lookAfterAccess);
    this.holdOpen = drawn(this.holdOpen);
    this.carryOn = drawn(this.carryOn);
    this.takeAway = drawn(this.takeAway);
    this.look = drawn(this.look);
    this.cpu = drawn(this.cpu);
  }

  /** Draws what this run leaves out. */
  private narrowMenu(): void {
    const { random, menus } = this;
    const { cpus, devices } = this.model.parts.scope;
    this.samePage = asBound(this.bias.samePage);
    this.menu = menus.whole;
    if (!random.happens(this.narrow)) return;
    this.menu = menus.draw(random, cpus, devices);
    this.page = 0;
    this.samePage = ALWAYS;
  }

  private drawnBeginning(): Run {
    const { beginnings, random, resume } = this;
    if (resume === 0 || !random.happens(resume)) return NO_RUN;
    return beginnings[random.below(beginnings.length)];
  }

  /** Makes an event happen; NONE if it cannot. */
  private forced(event: number): number {
    const shown = this.model.fire(event);
    if (shown === DISABLED) return NONE;
    this.flags = shown;
    return event;
  }

  private note(event: number): void {
    this.last = event;
    this.page = this.pages[event];
    if (this.leavesWork[event] === 1) this.quiet.fill(0);
    if (this.completes[event] === 1) this.waits.fill(0);
    const thread = this.threads[event];
    if (thread === NONE) return;
    this.held[thread] = this.model.isWorking(thread) ? this.page : IDLE;
    this.lastStep[thread] = event;
  }

  /** Chooses an event, makes it happen and returns it. */
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
    const thread = this.busyThread();
    if (thread !== NONE) {
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

  /** A thread whose operation is not held open, at random if there are several; NONE if none. */
  private busyThread(): number {
    const { random, held } = this;
    let busy = 0;
    for (let thread = 0; thread < held.length; thread++) if (held[thread] !== IDLE) busy++;
    if (busy === 0 || random.happens(this.holdOpen)) return NONE;
    let chosen = busy === 1 ? 0 : random.below(busy);
    for (let thread = 0; thread < held.length; thread++) {
      if (held[thread] !== IDLE && chosen-- === 0) return thread;
    }
    return NONE;
  }

  /** Takes the next step of a thread's operation, unless it has to wait. */
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
    // Only one step can come next. No random number is drawn, so a wrong guess changes no run.
    const event = this.from(0, STEP + thread, page);
    if (event === NONE) {
      this.waits[thread] = 1;
      return NONE;
    }
    this.follower[before] = event;
    this.lastStep[thread] = event;
    return event;
  }

  /**
   * Makes an event of this kind and page happen, if one can. The search begins at a random place.
   */
  private oneOf(kind: number, page: number): number {
    const { starts } = this.menu;
    const slot = kind * this.pageCount + page;
    const count = starts[slot + 1] - starts[slot];
    return count === 0 ? NONE : this.from(this.random.below(count), kind, page);
  }

  private from(start: number, kind: number, page: number): number {
    const { model } = this;
    const { order, starts } = this.menu;
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

  /**
   * Makes any event happen that can. It draws events at random as long as that is likely to
   * succeed, and then tries them in turn.
   */
  private any(): number {
    const { model, random } = this;
    const count = model.events.length;
    if (this.menu !== this.menus.whole) {
      const event = this.anyOfMenu();
      if (event !== NONE) return event;
    }
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

  /** Makes any event of a narrow menu happen that can. */
  private anyOfMenu(): number {
    const { order, starts } = this.menu;
    const count = starts[starts.length - 1];
    const first = count === 0 ? 0 : this.random.below(count);
    for (let i = 0; i < count; i++) {
      const event = this.forced(order[(first + i) % count]);
      if (event !== NONE) return event;
    }
    return NONE;
  }
}
