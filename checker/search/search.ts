/**
 * Exhaustive breadth-first search. It visits every state that the system can reach in its scope and
 * judges every edge between them. For each violated property it keeps the first shortest trace.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Parts } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import type { Pieces, Standing } from './progress.ts';
import type { Memory } from './memory.ts';
import { fixedMemory, isOutOfMemory, processMemory } from './memory.ts';
import { Numbers } from './numbers.ts';
import { StateSet } from './state-set.ts';
import { Batch, Successors } from './successors.ts';

export interface Limits {
  /** The most states that the search may visit. */
  readonly maxStates?: number;
  /** Bytes that the search's own tables may take. By default it is what the machine gives. */
  readonly maxMemory?: number;
  /** Seconds of searching. */
  readonly timeLimit?: number;
}

/** The reason why a search ended before it was complete. */
export type Stop = 'max-states' | 'max-memory' | 'time-limit' | 'interrupted';

/** An edge that violates or witnesses: the state it leaves, and its event. */
interface Edge {
  readonly parent: number;
  readonly event: number;
}

/** How many transitions are collected before their states are looked up together. */
const BATCH = 1024;
/** How many states are expanded between two checks of the clock and of the limits. */
const SLICE = 256;
/** Seconds that one piece of work takes. An interrupt waits at most this long. */
const PIECE = 0.05;

export class Search implements Standing {
  readonly model: Model;
  readonly properties: readonly Property[];
  transitions = 0;
  /** How many events lead from the initial state to the states that are being expanded. */
  depth = 0;
  /** How many states each depth has, as far as all of them were found. */
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
  private readonly violations = new Map<Property, Edge>();
  private readonly witnesses = new Map<Property, Edge>();
  /**
   * The combinations of flags that transitions have shown so far. Each is judged when it is first
   * seen.
   */
  private readonly judged = new Uint8Array(SHOWN_END);

  /** The next state to expand, and the first state of the next depth. */
  private next = 0;
  private levelEnd = 1;
  private readonly source: Int32Array;
  private readonly successors: Successors;
  private readonly batch: Batch;

  /** With `after`, the search and its runs begin in the state to which these events lead. */
  constructor(
    parts: Parts,
    properties: readonly Property[],
    limits: Limits = {},
    after: readonly Event[] = [],
  ) {
    this.properties = properties;
    this.limits = limits;
    const { maxMemory } = limits;
    this.memory = maxMemory === undefined ? processMemory() : fixedMemory(maxMemory);
    this.model = new Model(parts, ghostsOf(properties));
    const { size } = this.model;
    const initial = this.stateAfter(after);
    this.states = new StateSet(size);
    this.source = new Int32Array(size);
    this.successors = new Successors(this.model, (more) => this.memory.allows(this.bytes, more));
    this.batch = new Batch(BATCH + this.model.events.length + 1, size);
    this.enter(initial, 0, this.states.hash(initial, 0), 0, 0);
  }

  private stateAfter(run: readonly Event[]): Packed {
    return run.reduce((state, event) => {
      const transition = this.model.step(state, event);
      if (transition === undefined) throw new Error(`'${eventText(event)}' is not enabled here`);
      return transition.state;
    }, this.model.initial);
  }

  get size(): number {
    return this.states.size;
  }

  /** How many states were found and not expanded yet. */
  get queue(): number {
    return this.states.size - this.next;
  }

  /** Bytes of the tables that grow. */
  get bytes(): number {
    return this.states.bytes + this.parents.bytes + this.events.bytes + this.successors.bytes;
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
    if (this.stopped === 'max-memory') this.judgeBatch();
    else if (this.stopped !== undefined) this.flush();
    return this.complete || this.stopped !== undefined;
  }

  private searchSlice(): void {
    try {
      const end = Math.min(this.next + SLICE, this.levelEnd);
      while (this.next < end) this.expand(this.next++);
      if (this.next === this.levelEnd) this.endLevel();
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      this.runOut(this.growth());
    }
  }

  /** Searches in pieces, to the end or to a limit, and yields how many states were expanded. */
  *pieces(): Pieces<void> {
    while (!this.run(PIECE)) if (yield [this.next, this.size, this]) this.interrupt();
  }

  /** Ends the search in its present state. */
  interrupt(): void {
    if (!this.complete) this.stopped ??= 'interrupted';
  }

  private expand(index: number): void {
    const { batch, source } = this;
    if (batch.count > BATCH) this.flush();
    this.states.read(index, source);
    this.successors.expand(source, index, batch);
  }

  /** Judges the transitions of the batch, and adds the new states in order. */
  private flush(): void {
    const { batch, states, judged } = this;
    const { count, words, hashes } = batch;
    const { size } = this.model;
    let asked = 0;
    for (let i = 0; i < count; i++) {
      const shown = batch.shown[i];
      if (judged[shown] === 0) this.judge(shown, batch.parents[i], batch.events[i]);
      const hash = states.hash(words, i * size);
      if (states.lately(words, i * size, hash)) continue;
      hashes[asked] = hash;
      batch.asked[asked++] = i;
    }
    states.prefetch(hashes, asked);
    for (let k = 0; k < asked; k++) {
      const i = batch.asked[k];
      this.enter(words, i * size, hashes[k], batch.parents[i], batch.events[i]);
    }
    this.transitions += count;
    batch.count = 0;
  }

  /** Judges the transitions of the batch. There is no memory for the states that they enter. */
  private judgeBatch(): void {
    const { batch, judged } = this;
    for (let i = 0; i < batch.count; i++) {
      const shown = batch.shown[i];
      if (judged[shown] === 0) this.judge(shown, batch.parents[i], batch.events[i]);
    }
    this.transitions += batch.count;
    batch.count = 0;
  }

  private enter(words: Int32Array, at: number, hash: number, parent: number, event: number): void {
    if (!this.states.add(words, at, hash)) return;
    this.parents.push(parent);
    this.events.push(event);
  }

  private endLevel(): void {
    this.flush();
    if (this.states.size === this.levelEnd) this.complete = true;
    else this.levels[++this.depth] = this.states.size - this.levelEnd;
    this.levelEnd = this.states.size;
  }

  private judge(shown: number, parent: number, event: number): void {
    this.judged[shown] = 1;
    const seen = shownOf(shown);
    for (const property of this.properties) {
      if (property.violated(seen) && !this.violations.has(property)) {
        this.violations.set(property, { parent, event });
      }
      if (property.witnessed(seen) && !this.witnesses.has(property)) {
        this.witnesses.set(property, { parent, event });
      }
    }
  }

  private checkLimits(): void {
    const { maxStates = Infinity, timeLimit = Infinity } = this.limits;
    if (this.states.size >= maxStates) this.stopped = 'max-states';
    else if (!this.memory.allows(this.bytes, this.growth())) this.runOut(this.growth());
    else if (this.seconds >= timeLimit) this.stopped = 'time-limit';
  }

  /** Bytes that the tables may need before the limits are checked again. */
  private growth(): number {
    const { states, parents, events, model } = this;
    const count = BATCH + (SLICE + 1) * model.events.length;
    return states.growth(count) + parents.growth(count) + events.growth(count);
  }

  /** Ends the search, as the tables cannot have `more` bytes. */
  private runOut(more: number): void {
    this.stopped = 'max-memory';
    this.shortage = this.memory.ranOut(this.bytes, more);
  }

  /** The first shortest run that violates the property, if one was found. */
  violation(property: Property): Event[] | undefined {
    return this.runTo(this.violations.get(property));
  }

  /** The first shortest run that reaches the property's antecedent, if one was found. */
  witness(property: Property): Event[] | undefined {
    return this.runTo(this.witnesses.get(property));
  }

  private runTo(edge: Edge | undefined): Event[] | undefined {
    if (edge === undefined) return undefined;
    const run = [this.model.events[edge.event]];
    for (let state = edge.parent; state !== 0; state = this.parents.at(state)) {
      run.push(this.model.events[this.events.at(state)]);
    }
    return run.reverse();
  }
}
