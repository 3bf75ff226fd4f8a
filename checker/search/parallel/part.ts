/**
 * One part of a search on several threads. It expands rounds of states, and absorbs what all parts
 * have found of the states that belong to it.
 *
 * Parts absorb successors in the order in which a search on one thread finds them. So they find the
 * same first edge into each state, and the same number of states at every limit.
 */
import { Model } from '../../../model/model.ts';
import type { Property } from '../../../properties/index.ts';
import { FirstEdges, NEVER } from '../first-edges.ts';
import type { Edge } from '../first-edges.ts';
import type { Stop } from '../search.ts';
import { StateSet } from '../state-set.ts';
import { Batch, Successors } from '../successors.ts';
import { Crew } from './crew.ts';
import type { Chunk } from './family.ts';
import { Frontier } from './frontier.ts';
import { Lists } from './lists.ts';
import type { Task } from './memory.ts';
import { DEPTH, ROOM, ownerOf } from './memory.ts';

/** How many successors are looked up together. */
const BATCH = 1024;

/** What a part found. Edges are in the order of the properties. */
export interface Report {
  readonly transitions: number;
  readonly depth: number;
  readonly stopped: Stop | undefined;
  /** How many states each part has above each level. */
  readonly levels: readonly (readonly number[])[];
  readonly violations: readonly (Edge | undefined)[];
  readonly witnesses: readonly (Edge | undefined)[];
}

export class Part {
  private readonly task: Task;
  private readonly properties: readonly Property[];
  private readonly width: number;
  private readonly crew: Crew;
  private readonly lists: Lists;
  private readonly states: StateSet;
  private readonly first: FirstEdges;
  private readonly successors: Successors;
  private readonly source: Int32Array;
  private readonly batch: Batch;
  private readonly hashes = new Int32Array(BATCH + 3);
  /** The next word to write in the parcel of each receiver. */
  private readonly ends: Int32Array;
  /** How many rounds the part has absorbed, and how many the levels above have. */
  private absorbed = 0;
  private rounds = 0;

  private transitions = 0;
  private depth = 0;
  private stopped: Stop | undefined;
  private readonly levels: number[][] = [];

  constructor(task: Task, properties: readonly Property[], publish: (chunk: Chunk) => void) {
    const { me, limits, memory } = task;
    const model = new Model(task.parts, task.ghosts, { seenBy: task.seenBy });
    const { size, events } = model;
    this.task = task;
    this.properties = properties;
    this.width = size;
    this.crew = new Crew(memory, me, limits);
    this.lists = new Lists(task, size, publish);
    this.states = new StateSet(size);
    this.first = new FirstEdges(properties);
    this.successors = new Successors(model);
    this.source = new Int32Array(size);
    this.batch = new Batch(BATCH + events.length + 1, size);
    this.ends = new Int32Array(memory.jobs);
    this.begin(model.initial);
  }

  /** Adds the initial state, if it belongs to this part. */
  private begin(initial: Int32Array): void {
    const { me, memory } = this.task;
    const hash = this.states.hash(initial, 0);
    const owner = ownerOf(hash, memory.jobs);
    if (owner === me) this.enter(initial, 0, hash, 0, 0);
    this.levels.push(
      Array.from({ length: memory.jobs }, () => 0),
      Array.from({ length: memory.jobs }, (_, part) => Number(part === owner)),
    );
  }

  /** Searches to the end or to a limit. */
  search(): Report {
    let [from, end] = [0, 1];
    this.beginLevel();
    while (this.expandLevel(from, end)) {
      const found = this.endLevel();
      if (found === 0) break;
      [from, end] = [end, end + found];
      this.depth++;
      this.beginLevel();
    }
    const { transitions, stopped, depth, levels, first, properties } = this;
    return {
      transitions,
      stopped,
      depth,
      levels,
      violations: properties.map((property) => first.violations.get(property)),
      witnesses: properties.map((property) => first.witnesses.get(property)),
    };
  }

  /** Expands the states with numbers in a range. Returns false if the search is to stop. */
  private expandLevel(from: number, end: number): boolean {
    const { me, memory } = this.task;
    if (me === 0) Atomics.store(memory.control, DEPTH, this.depth);
    const { crew } = this;
    const count = end - from;
    const size = Math.min(memory.round, Math.ceil(count / memory.places));
    const first = this.rounds;
    const last = first + Math.ceil(count / size);
    this.rounds = last;
    for (;;) {
      let round = 0;
      this.until(() => (round = crew.next) === last || crew.isFree(round, first));
      if (round === last) break;
      const reason = crew.reasonToStop(round, first);
      if (reason === undefined) {
        if (!crew.takes(round)) continue;
        const at = (round - first) * size;
        this.expandRound(round, from, at, Math.min(at + size, count));
      } else if (round === crew.next) {
        this.stopped = reason;
        break;
      }
    }
    this.until(() => crew.allAbsorbed(crew.next));
    return this.stopped === undefined;
  }

  /** Absorbs rounds, or waits, until the condition holds. */
  private until(holds: () => boolean): void {
    this.crew.until(holds, () => this.absorbNext());
  }

  /** Expands a piece of the frontier, whose first state has number `base`. */
  private expandRound(round: number, base: number, from: number, end: number): void {
    const { memory } = this.task;
    const { batch, source, ends } = this;
    const { frontier } = this.lists;
    const at = (round % memory.places) * memory.jobs;
    ends.fill(0);
    for (let index = from; index < end; index++) {
      if (batch.count > BATCH) this.send(at);
      frontier.read(index, source);
      this.successors.expand(source, base + index, batch);
    }
    this.send(at);
    for (let to = 0; to < memory.jobs; to++) memory.used[at + to] = ends[to];
    Atomics.store(memory.expanded, round % memory.places, round + 1);
    this.crew.ring();
    while (this.absorbNext());
  }

  /** Judges the transitions of the batch, and puts them into the parcels of their owners. */
  private send(at: number): void {
    const { batch, first, states, width, ends } = this;
    const length = this.depth + 1;
    const { jobs, parcels } = this.task.memory;
    const { count, words, parents, events } = batch;
    const { judged } = first;
    for (let i = 0; i < count; i++) {
      const shown = batch.shown[i];
      if (judged[shown] < NEVER - length) {
        first.judge(shown, { parent: parents[i], event: events[i], length });
      }
      const from = i * width;
      const hash = states.hash(words, from);
      // What this part has sent lately was added, or will be before this.
      if (states.lately(words, from, hash)) continue;
      const to = ownerOf(hash, jobs);
      const parcel = parcels[at + to];
      const end = ends[to];
      for (let k = 0; k < width; k++) parcel[end + k] = words[from + k];
      parcel[end + width] = parents[i];
      parcel[end + width + 1] = events[i];
      ends[to] = end + width + 2;
    }
    this.transitions += count;
    batch.count = 0;
  }

  /** Absorbs the part's parcel of the next round, if that was expanded. */
  private absorbNext(): boolean {
    const { me, memory } = this.task;
    const round = this.absorbed;
    if (!this.crew.isExpanded(round)) return false;
    const place = round % memory.places;
    const at = place * memory.jobs + me;
    this.absorb(memory.parcels[at], memory.used[at]);
    const note = me * memory.places + place;
    memory.sizes[note] = this.states.size;
    memory.bytes[note] = this.bytes;
    Atomics.store(memory.absorbed, me, ++this.absorbed);
    this.crew.ring();
    return true;
  }

  /** Bytes of the part's own tables. The first part counts those that all use. */
  private get bytes(): number {
    const { states, successors, lists } = this;
    const common = this.task.me === 0 ? lists.frontier.bytes : 0;
    return states.bytes + lists.own.bytes + successors.bytes + common;
  }

  /** Looks up the successors in a parcel, and adds those that are new. */
  private absorb(parcel: Int32Array, used: number): void {
    const { states, hashes, width } = this;
    const step = width + 2;
    for (let from = 0; from < used; from += BATCH * step) {
      const end = Math.min(from + BATCH * step, used);
      let count = 0;
      for (let at = from; at < end; at += step) {
        hashes[count++] = states.hash(parcel, at);
      }
      if (states.size > 0) states.prefetch(hashes, count);
      count = 0;
      for (let at = from; at < end; at += step) {
        this.enter(parcel, at, hashes[count++], parcel[at + width], parcel[at + width + 1]);
      }
    }
  }

  private enter(words: Int32Array, at: number, hash: number, parent: number, event: number): void {
    const { states } = this;
    if (states.add(words, at, hash)) this.lists.note(states.size - 1, parent, event);
  }

  /** Notes the sizes of all parts at the end of a level. Returns how many states are new. */
  private endLevel(): number {
    const { sizes, places } = this.task.memory;
    const starts = this.levels.at(-1)!;
    const last = (this.rounds - 1) % places;
    const ends = starts.map((_, part) => sizes[part * places + last]);
    this.levels.push(ends);
    return sum(ends) - sum(starts);
  }

  /** Puts the states of a level into the frontier, which is made large enough before. */
  private beginLevel(): void {
    const { me, memory } = this.task;
    const { crew, lists } = this;
    const [starts, ends] = this.levels.slice(-2);
    const states = sum(ends) - sum(starts);
    this.makeRoom(Frontier.stripsFor(states));
    lists.take();
    lists.arrange(this.states, starts, ends);
    Atomics.store(memory.arranged, me, this.depth + 1);
    crew.ring();
    this.until(() => crew.allArranged(this.depth + 1));
  }

  /** Makes so many pieces of the frontier. The first part does so for all. */
  private makeRoom(strips: number): void {
    const { me, memory } = this.task;
    const { crew, lists } = this;
    if (me > 0) {
      this.until(() => Atomics.load(memory.control, ROOM) >= strips);
      return;
    }
    while (lists.frontier.length < strips) lists.extendFrontier();
    Atomics.store(memory.control, ROOM, lists.frontier.length);
    crew.ring();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
