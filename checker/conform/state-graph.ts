/** The states of a system that explanations reach, each stored once, with their successors. */
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Packed } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Facts } from './facts.ts';
import { factsReader } from './facts.ts';

export interface Edge {
  readonly event: Event;
  readonly to: number;
  readonly answer: 0 | 1 | undefined;
}

export class StateGraph {
  readonly system: System;
  /** The model has no ghosts, as nothing in a log depends on them. */
  readonly model: Model;
  /** The page of the log. If an aging covers two pages, it has neighbours. */
  readonly subject: number;

  private readonly numbers = new Map<string, number>();
  private readonly states: Packed[] = [];
  private readonly known: (Facts | undefined)[] = [];
  private readonly edges: (readonly Edge[] | undefined)[] = [];
  private readonly read: (state: Packed) => Facts;

  constructor(system: System, subject: number) {
    this.system = system;
    this.model = new Model(system, []);
    this.subject = subject;
    this.read = factsReader(this.model, subject);
  }

  get initial(): number {
    return this.number(this.model.initial);
  }

  private number(state: Packed): number {
    const key = state.join();
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.states.push(state) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  facts(state: number): Facts {
    return (this.known[state] ??= this.read(this.states[state]));
  }

  /** The events that can happen in a state, on any page. */
  successors(state: number): readonly Edge[] {
    return (this.edges[state] ??= this.model.events.flatMap((event) => {
      const transition = this.model.step(this.states[state], event);
      if (transition === undefined) return [];
      return [{ event, to: this.number(transition.state), answer: transition.shown.answer }];
    }));
  }
}
