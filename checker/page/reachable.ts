/**
 * Every transition that a model can make from a state on, breadth first and in the order of events,
 * as every search here goes. It is for small graphs, whose edges somebody wants to see one by one.
 */
import type { Event } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import type { Shown } from '../../model/shown.ts';
import { StateNumbers } from '../judge/state-numbers.ts';

/** One transition. States are numbered as they are found, from 0. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly event: Event;
  readonly shown: Shown;
  readonly before: Packed;
  readonly after: Packed;
}

export class Reachable {
  /** How many events lead to the state that is being left. */
  depth = 0;
  /** Every state that can be reached was left by every event. */
  complete = false;
  readonly model: Model;
  private readonly numbers: StateNumbers;
  /** The edge by which each state was found: the state that it left, and its event. */
  private readonly found: (readonly [from: number, event: Event])[] = [];

  constructor(model: Model, first: Packed = model.initial) {
    this.model = model;
    this.numbers = new StateNumbers(model.size);
    this.numbers.of(first);
  }

  /** How many states were found. */
  get size(): number {
    return this.numbers.size;
  }

  /** Yields each transition, until there are more than `maxStates` states. */
  *edges(maxStates: number): Generator<Edge, void, void> {
    const { model, numbers, found } = this;
    let levelEnd = 1;
    for (let from = 0; from < numbers.size; from++) {
      if (from === levelEnd) [this.depth, levelEnd] = [this.depth + 1, numbers.size];
      const before = this.state(from);
      for (const event of model.events) {
        const transition = model.step(before, event);
        if (transition === undefined) continue;
        const { state: after, shown } = transition;
        const to = numbers.of(after);
        if (to > found.length) found.push([from, event]);
        yield { from, to, event, shown, before, after };
      }
      if (numbers.size > maxStates) return;
    }
    this.complete = true;
  }

  /** A state by its number. */
  state(number: number): Packed {
    const words = new Int32Array(this.model.size);
    this.numbers.read(number, words);
    return words;
  }

  /** The first shortest run to a state. */
  runTo(number: number): Event[] {
    const run: Event[] = [];
    for (let at = number; at !== 0;) {
      const [from, event] = this.found[at - 1];
      run.push(event);
      at = from;
    }
    return run.reverse();
  }
}
