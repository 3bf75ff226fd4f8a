/**
 * The reachable graph of a system, kept whole, for questions about more than one transition. In
 * `atomic` it has the fewest pages that give the same verdicts (fewestPages).
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { Ghost, State } from '../../model/state.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Verdict } from '../search/check.ts';
import type { Pieces } from '../search/progress.ts';
import { STATES, STEPS, whole } from '../search/progress.ts';
import { processMemory } from '../search/memory.ts';
import { Numbers } from '../search/numbers.ts';
import { Batch, Successors } from '../search/successors.ts';
import { pagesAreAlike } from '../search/reach.ts';
import { OtherPage, fewestPages, othersComeAndGo } from './focus.ts';
import type { Counter } from './sent.ts';
import { counterOf } from './sent.ts';
import { StateNumbers } from './state-numbers.ts';

export class Graph {
  readonly system: System;
  /** The pages whose answers count: page A, which stands for all, or each page if they differ. */
  readonly judged: readonly number[];
  /** The events of `system`, which the graph refers to by number. */
  readonly events: readonly Event[];
  /** For each state the number of its first edge. The edges of a state follow one another. */
  readonly first = new Numbers(Uint32Array);
  /**
   * For each edge: the state that it leaves, the state that it enters, its event, and its SHOWN
   * flags.
   */
  readonly from = new Numbers(Uint32Array);
  readonly to = new Numbers(Uint32Array);
  readonly event = new Numbers(Uint16Array);
  readonly shown = new Numbers(Uint32Array);
  /** For each edge: packSent() of what the look that it ends has sent, or NO_LOOK. */
  readonly sent = new Numbers(Uint16Array);

  /** Whether every reachable state is in the graph. */
  complete = false;

  private readonly model: Model;
  private readonly numbers: StateNumbers;
  private readonly counter: Counter;
  private readonly other: OtherPage | undefined;
  /** For each state the edge by which it was first met. State 0 has none. */
  private readonly found = new Numbers(Uint32Array);
  private readonly word: Int32Array;
  /** The combinations of SHOWN flags that some edge has, and the first edge of each. */
  private readonly isKnown = new Uint8Array(SHOWN_END);
  private readonly firsts: number[] = [];

  /**
   * Builds the graph. Undefined if it has more than `maxStates` states. `ghosts` are those to
   * track.
   */
  static of(system: System, ghosts: Iterable<Ghost>, maxStates: number): Graph | undefined {
    const graph = whole(Graph.pieces(system, ghosts, maxStates));
    return graph.complete ? graph : undefined;
  }

  /**
   * Builds the graph in pieces. If it has too many states or was stopped, it is incomplete. So it
   * is if there is too little memory.
   */
  static *pieces(system: System, ghosts: Iterable<Ghost>, maxStates: number): Pieces<Graph> {
    const graph = new Graph(system, ghosts);
    yield* graph.build(maxStates);
    return graph;
  }

  private constructor(system: System, ghosts: Iterable<Ghost>) {
    const fewest = fewestPages(system);
    const { pages } = fewest.scope;
    this.system = system;
    this.judged = pagesAreAlike(system) ? [0] : Array.from({ length: pages }, (_, page) => page);
    this.model = new Model(fewest, ghosts);
    this.events = eventsOf(system, this.model);
    this.numbers = new StateNumbers(this.model.size + 1);
    this.counter = counterOf(this.model);
    this.other = othersComeAndGo(fewest) ? new OtherPage(this.model) : undefined;
    this.word = new Int32Array(this.model.size + 1);
  }

  get states(): number {
    return this.numbers.size;
  }

  /** Bytes that the tables take. */
  get bytes(): number {
    return [this.numbers, ...this.lists].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Bytes that the tables may need before the memory is looked at again. */
  private growth(): number {
    const edges = STATES * this.model.events.length;
    return [this.numbers, ...this.lists].reduce((sum, list) => sum + list.growth(edges), 0);
  }

  private get lists() {
    const { first, from, to, event, shown, sent, found } = this;
    return [first, from, to, event, shown, sent, found];
  }

  /** Searches breadth first in the order of events, as every search here does. */
  private *build(maxStates: number): Pieces<void> {
    const { model, numbers, word } = this;
    const memory = processMemory();
    const successors = new Successors(model, (more) => memory.allows(this.bytes, more));
    const batch = new Batch(model.events.length + 1, model.size);
    const source = new Int32Array(model.size);
    const counted = new Int32Array(model.size + 1);
    numbers.of(word);
    this.found.push(0);
    for (let state = 0; state < numbers.size; state++) {
      if (numbers.size > maxStates) return;
      if (state % STATES === STATES - 1) {
        const [taken, more] = [this.bytes + successors.bytes, this.growth()];
        if (!memory.allows(taken, more)) {
          memory.ranOut(taken, more);
          return;
        }
        if (yield [state, numbers.size]) return;
      }
      this.first.push(this.to.length);
      numbers.read(state, counted);
      source.set(counted.subarray(0, model.size));
      batch.count = 0;
      successors.expand(source, state, batch);
      for (let i = 0; i < batch.count; i++) this.addEdge(batch, i, source, counted[model.size]);
    }
    this.first.push(this.to.length);
    this.complete = true;
  }

  private addEdge(batch: Batch, i: number, source: Int32Array, counted: number): void {
    const { model, other, word, numbers } = this;
    const event = model.events[batch.events[i]];
    if (other !== undefined && !other.keeps(event)) return;
    const { size } = model;
    for (let w = 0; w < size; w++) word[w] = batch.words[i * size + w];
    word[size] = counted;
    other?.settle(source, event, word);
    const sent = this.counter.count(event, batch.shown[i], source, word);
    const isOther = other !== undefined && event.page > 0;
    const before = numbers.size;
    const to = numbers.of(word);
    if (numbers.size > before) this.found.push(this.to.length);
    this.from.push(batch.parents[i]);
    this.to.push(to);
    this.event.push(event.index);
    // Page A also shows everything that page B shows.
    const shown = isOther ? 0 : batch.shown[i];
    if (this.isKnown[shown] === 0) this.firsts.push(this.shown.length);
    this.isKnown[shown] = 1;
    this.shown.push(shown);
    this.sent.push(isOther ? 0 : sent);
  }

  /** A small number about each state. Undefined if the work was told to stop. */
  *numbered(about: (state: State) => number): Pieces<Uint8Array | undefined> {
    const numbers = new Uint8Array(this.states);
    const source = new Int32Array(this.model.size);
    for (let state = 0; state < numbers.length; state++) {
      if (state % STEPS === STEPS - 1 && (yield [state, numbers.length])) return undefined;
      this.numbers.read(state, source);
      numbers[state] = about(this.model.view(source));
    }
    return numbers;
  }

  /** The edges of the first shortest run to a state. */
  pathTo(state: number): number[] {
    const path: number[] = [];
    for (let at = state; at !== 0; at = this.from.at(path.at(-1)!)) path.push(this.found.at(at));
    return path.reverse();
  }

  /** The events of some edges. */
  run(edges: readonly number[]): Event[] {
    return edges.map((edge) => this.events[this.event.at(edge)]);
  }

  /**
   * The edges of a run from the initial state. Empty if an event of the run is not in the graph.
   */
  follow(run: readonly Event[]): number[] {
    const path: number[] = [];
    let state = 0;
    for (const { index } of run) {
      const end = this.first.at(state + 1);
      let edge = this.first.at(state);
      while (edge < end && this.events[this.event.at(edge)].index !== index) edge++;
      if (edge === end) return [];
      path.push(edge);
      state = this.to.at(edge);
    }
    return path;
  }

  /**
   * The verdicts that the graph proves. It must track the ghosts that the properties read. An
   * incomplete graph proves only violations; their runs are still the shortest.
   */
  verdicts(properties: readonly Property[]): Verdict[] {
    const firsts = this.firsts.map((edge) => ({ edge, shown: shownOf(this.shown.at(edge)) }));
    return properties.map((property) => {
      const violating = firsts.find(({ shown }) => property.violated(shown));
      if (violating === undefined) {
        if (!this.complete) return { property, verdict: 'unfinished' };
        const reached = firsts.some(({ shown }) => property.witnessed(shown));
        return { property, verdict: reached ? 'holds' : 'vacuous' };
      }
      const { edge } = violating;
      const run = this.run([...this.pathTo(this.from.at(edge)), edge]);
      return { property, verdict: 'violated', run };
    });
  }
}

/** The events of a system, in the order of a model of it that has fewer pages. */
function eventsOf(system: System, model: Model): readonly Event[] {
  const all = new Map(new Model(system, []).events.map((event) => [eventText(event), event]));
  return model.events.map((event) => all.get(eventText(event))!);
}
