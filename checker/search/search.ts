/**
 * Exhaustive breadth-first search. It visits every state that the system can reach in its scope and
 * judges every edge between them. For each violated property it keeps the first shortest trace.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { Symmetry } from '../../model/symmetry.ts';
import type { Parts } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import type { Edge } from './first-edges.ts';
import { FirstEdges, NEVER } from './first-edges.ts';
import type { How } from './how.ts';
import { hasOthers } from './how.ts';
import type { Profiled } from './profile.ts';
import type { Pieces, Standing } from './progress.ts';
import { STATES } from './progress.ts';
import type { Memory } from './memory.ts';
import { fixedMemory, isOutOfMemory, processMemory } from './memory.ts';
import { Numbers } from './numbers.ts';
import { pagesAreAlike } from './reach.ts';
import { StateSet } from './state-set.ts';
import type { Remembered } from './successors.ts';
import { Batch, Successors } from './successors.ts';
import { Waiting } from './waiting.ts';

export interface Limits {
  /** The most states that the search may visit. */
  readonly maxStates?: number;
  /** Bytes that the search's own tables may take. By default it is what the machine gives. */
  readonly maxMemory?: number;
  /** Seconds of searching. */
  readonly timeLimit?: number;
}

/**
 * The reason why a search ended before it was complete. It is `decided` if it had found all that it
 * was asked for.
 */
export type Stop = 'max-states' | 'max-memory' | 'time-limit' | 'interrupted' | 'decided';

/** States. A search of no more than these is finished in any case. */
export const SMALL = 20_000;
/** How many transitions are collected before their states are looked up together. */
const BATCH = 1024;
/** How many states are expanded between two checks of the clock and of the limits. */
const SLICE = 256;
/** How many slices are one piece of work. */
const SLICES = STATES / SLICE;

export class Search implements Standing, Profiled {
  readonly threaded = false;
  readonly model: Model;
  readonly properties: readonly Property[];
  transitions = 0;
  /** How many events lead from the initial state to the states that are being expanded. */
  depth = 0;
  /** How many states each depth has that has some, as far as all of them were found. */
  readonly levels = [1];
  /** Seconds spent searching. */
  seconds = 0;
  stopped: Stop | undefined;
  /** If there was too little memory, it says which limit was met. */
  shortage: string | undefined;
  complete = false;

  private readonly limits: Limits;
  private readonly memory: Memory;
  private readonly states: StateSet;
  private readonly parents = new Numbers(Uint32Array);
  private readonly events = new Numbers(Uint16Array);
  private readonly first: FirstEdges;

  /** The next state to expand, and the first state of the next depth. */
  private next = 0;
  private levelEnd = 1;
  private readonly source: Int32Array;
  private readonly successors: Successors;
  private readonly batch: Batch;
  private readonly untilViolated: boolean;
  private readonly shorterThan: number;
  /** How many states are searched in any case. */
  private readonly atLeast: number;
  /** Undefined if nothing can be exchanged. The states in the set are then as they were found. */
  private readonly symmetry: Symmetry | undefined;
  /** For each state, the exchanges that brought it into its normal form. */
  private readonly codes = new Numbers(Uint32Array);
  /** Transitions by events that stand for several, until their depth is reached. */
  private readonly waiting: Waiting;

  constructor(parts: Parts, properties: readonly Property[], limits: Limits = {}, how: How = {}) {
    this.properties = properties;
    this.limits = limits;
    const { maxMemory } = limits;
    this.memory = maxMemory === undefined ? processMemory() : fixedMemory(maxMemory);
    const { after = [], ghosts = ghostsOf(properties), ...kept } = how;
    this.untilViolated = how.untilViolated === true;
    this.shorterThan = how.shorterThan ?? Infinity;
    this.atLeast = hasOthers(how) ? 0 : SMALL;
    this.first = new FirstEdges(properties);
    this.model = new Model(parts, ghosts, kept);
    this.waiting = new Waiting(this.model.size);
    this.symmetry = how.symmetric === true ? this.symmetryOf(how) : undefined;
    const { size } = this.model;
    const initial = this.stateAfter(after);
    this.states = new StateSet(size);
    this.source = new Int32Array(size);
    this.successors = new Successors(this.model, (more) => this.memory.allows(this.bytes, more));
    this.batch = new Batch(BATCH + this.model.events.length + 1, size);
    const code = this.symmetry?.normal(initial, 0) ?? 0;
    this.enter(initial, 0, this.states.hash(initial, 0), 0, 0, code);
  }

  private symmetryOf({ others }: How): Symmetry | undefined {
    const { parts } = this.model;
    const symmetry = this.model.symmetry(others?.page !== true && pagesAreAlike(parts));
    return symmetry.isNone ? undefined : symmetry;
  }

  private stateAfter(run: readonly Event[]): Packed {
    return run.reduce((state, event) => {
      const transition = this.model.step(state, event);
      if (transition === undefined) throw new Error(`'${eventText(event)}' is not enabled here`);
      return transition.state;
    }, this.model.initial);
  }

  /** Whether states that differ by an exchange of agents are searched once. */
  get exchanges(): boolean {
    return this.symmetry !== undefined;
  }

  /** The least number of events of a run that was not searched; Infinity if all were. */
  get searchedTo(): number {
    return this.complete ? Infinity : this.depth + 1;
  }

  get size(): number {
    return this.states.size;
  }

  /**
   * How many states the states from one number up to another stand for, with all that differ from
   * them by exchanges. It counts right where one kind of agent alone is exchanged and nothing names
   * one, as in `atomic`.
   */
  statesOf(from: number, end: number): number {
    const { states, source, symmetry } = this;
    if (symmetry === undefined) return end - from;
    let sum = 0;
    for (let index = from; index < end; index++) {
      states.read(index, source);
      sum += symmetry.count(source);
    }
    return sum;
  }

  /** How many states were found and not expanded yet. */
  get queue(): number {
    return this.states.size - this.next;
  }

  /** Bytes of the tables that grow. */
  get bytes(): number {
    return (
      this.states.bytes +
      this.parents.bytes +
      this.events.bytes +
      this.successors.bytes +
      this.waiting.bytes +
      this.codes.bytes
    );
  }

  /**
   * Searches for about `seconds`. Returns true when the search is over: complete, or stopped by a
   * limit.
   */
  run(seconds = Infinity): boolean {
    const start = performance.now();
    const before = this.seconds;
    while (!this.complete && !this.stopped) {
      this.searchSlice();
      const spent = (performance.now() - start) / 1000;
      this.seconds = before + spent;
      if (!this.complete && !this.stopped) this.checkLimits();
      if (spent >= seconds) break;
    }
    // What was found before the limit was reached counts, too.
    if (this.stopped !== undefined) this.flush();
    return this.complete || this.stopped !== undefined;
  }

  private searchSlice(): void {
    try {
      const end = Math.min(this.next + SLICE, this.levelEnd);
      while (this.next < end) this.expand(this.next++);
      if (this.next === this.levelEnd) this.endLevel();
      else if (this.untilViolated && this.isDecided()) this.finish();
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      this.runOut(this.growth());
    }
  }

  /** Searches in pieces, to the end or to a limit, and yields how many states were expanded. */
  *pieces(): Pieces<void> {
    while (!this.runPiece()) if (yield [this.next, this.size, this]) this.interrupt();
  }

  /** Searches one piece. Returns true when the search is over. */
  runPiece(): boolean {
    for (let slice = 0; slice < SLICES; slice++) if (this.run(0)) return true;
    return false;
  }

  /** Ends the search in its present state. */
  interrupt(): void {
    if (!this.complete) this.stopped ??= 'interrupted';
  }

  /** Copies a state to `source`, as it was found. */
  private read(index: number): void {
    this.states.read(index, this.source);
    this.symmetry?.restore(this.source, this.codes.at(index));
  }

  private expand(index: number): void {
    const { batch, source } = this;
    if (batch.count > BATCH) this.flush();
    this.read(index);
    this.successors.expand(source, index, batch);
  }

  /**
   * Judges the transitions of the batch, and adds the new states in order. Without memory for the
   * states it judges alone.
   */
  private flush(): void {
    const { batch, states, first, depth, waiting, symmetry } = this;
    const { judged } = first;
    const { count, words, hashes, parents, events, codes } = batch;
    const { size, counts, isPlain } = this.model;
    const lacksMemory = this.stopped === 'max-memory';
    let asked = 0;
    for (let i = 0; i < count; i++) {
      const shown = batch.shown[i];
      const length = depth + (isPlain ? 1 : counts[events[i]]);
      if (judged[shown] < NEVER - length) {
        first.judge(shown, { parent: parents[i], event: events[i], length });
      }
      if (lacksMemory) continue;
      if (length > depth + 1) {
        waiting.add(length, words, i * size, parents[i], events[i]);
        continue;
      }
      if (symmetry !== undefined) codes[i] = symmetry.normal(words, i * size);
      const hash = states.hash(words, i * size);
      if (states.lately(words, i * size, hash)) continue;
      hashes[asked] = hash;
      batch.asked[asked++] = i;
    }
    states.prefetch(hashes, asked);
    for (let k = 0; k < asked; k++) {
      const i = batch.asked[k];
      this.enter(words, i * size, hashes[k], parents[i], events[i], codes[i]);
    }
    this.transitions += count;
    batch.count = 0;
  }

  /** Enters the states whose depth is reached by events that stand for several. */
  private enterWaiting(): void {
    const { states, waiting } = this;
    waiting.take(this.depth + 1, (words, parent, event) => {
      const code = this.symmetry?.normal(words, 0) ?? 0;
      this.enter(words, 0, states.hash(words, 0), parent, event, code);
    });
  }

  private enter(
    words: Int32Array,
    at: number,
    hash: number,
    parent: number,
    event: number,
    code: number,
  ): void {
    if (!this.states.add(words, at, hash)) return;
    this.parents.push(parent);
    this.events.push(event);
    if (this.symmetry !== undefined) this.codes.push(code);
  }

  private endLevel(): void {
    this.flush();
    this.enterWaiting();
    while (this.states.size === this.levelEnd && this.waiting.count > 0) {
      this.depth++;
      this.enterWaiting();
    }
    if (this.states.size === this.levelEnd) this.complete = true;
    else {
      this.depth++;
      this.levels.push(this.states.size - this.levelEnd);
    }
    this.levelEnd = this.states.size;
    if (this.untilViolated && this.isDecided()) this.finish();
  }

  /** Whether every property is violated, and no shorter run is left to be searched. */
  private isDecided(): boolean {
    if (this.size < this.atLeast) return false;
    if (this.depth + 1 >= this.shorterThan) return true;
    return this.properties.every(
      (property) => (this.lengthOf(property) ?? Infinity) <= this.depth + 1,
    );
  }

  /** Ends the search: it has found what it was asked for. */
  private finish(): void {
    if (!this.complete) this.stopped = 'decided';
  }

  private checkLimits(): void {
    const { maxStates = Infinity, timeLimit = Infinity } = this.limits;
    if (this.states.size >= maxStates) this.stopped = 'max-states';
    else if (!this.memory.allows(this.bytes, this.growth())) this.runOut(this.growth());
    else if (this.seconds >= timeLimit) this.stopped = 'time-limit';
  }

  /** Bytes that the tables may need before the limits are checked again. */
  private growth(): number {
    const { states, parents, events, model, waiting, codes, symmetry } = this;
    const added = BATCH + (SLICE + 1) * model.events.length;
    const count = added + waiting.count;
    const lists = symmetry === undefined ? [parents, events] : [parents, events, codes];
    const grown = lists.reduce((sum, list) => sum + list.growth(count), states.growth(count));
    return grown + (model.isPlain ? 0 : waiting.growth(added));
  }

  /** Ends the search, as the tables cannot have `more` bytes. */
  private runOut(more: number): void {
    this.stopped = 'max-memory';
    this.shortage = this.memory.ranOut(this.bytes, more);
  }

  /** How many events the first shortest violation has: those for which events stand count, too. */
  lengthOf(property: Property): number | undefined {
    return this.first.violations.get(property)?.length;
  }

  /** The first shortest run that violates the property, if one was found. */
  violation(property: Property): Event[] | undefined {
    return this.runTo(this.first.violations.get(property));
  }

  /** The first shortest run that reaches the property's antecedent, if one was found. */
  witness(property: Property): Event[] | undefined {
    return this.runTo(this.first.witnesses.get(property));
  }

  get remembered(): Remembered {
    return this.successors.remembered;
  }

  get shownKinds(): number[] {
    return this.first.shownKinds;
  }

  foundBy = (state: number): number => this.events.at(state);

  expandAgain = (state: number, batch: Batch, group?: number): void => {
    const { source, successors } = this;
    this.read(state);
    if (group === undefined) successors.expand(source, state, batch);
    else successors.expandBy(group, source, state, batch);
  };

  private runTo(edge: Edge | undefined): Event[] | undefined {
    if (edge === undefined) return undefined;
    const run = [this.model.events[edge.event]];
    for (let state = edge.parent; state !== 0; state = this.parents.at(state)) {
      run.push(this.model.events[this.events.at(state)]);
    }
    return run.reverse();
  }
}
