/** The states of a system that explanations reach, each stored once, with their successors. */
import type { Event } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { DISABLED, Model } from '../../model/model.ts';
import { SHOWN } from '../../model/shown.ts';
import type { System } from '../../model/system.ts';
import { StateNumbers } from '../judge/state-numbers.ts';
import type { Facts } from './facts.ts';
import { factsReader } from './facts.ts';

export interface Edge {
  readonly event: Event;
  readonly to: number;
  readonly answer: 0 | 1 | undefined;
}

/** The answers to a transition without one, with a 0 and with a 1. */
const answerOf = (shown: number): 0 | 1 | undefined =>
  shown & SHOWN.answers ? (shown & SHOWN.one ? 1 : 0) : undefined;

export class StateGraph {
  readonly system: System;
  /** The model has no ghosts, as nothing in a log depends on them. */
  readonly model: Model;
  /** The page of the log. If an aging covers two pages, it has neighbours. */
  readonly subject: number;

  private readonly states: StateNumbers;
  private readonly known: (Facts | undefined)[] = [];
  private readonly edges: (readonly Edge[] | undefined)[] = [];
  private readonly read: (state: Packed) => Facts;
  private readonly source: Packed;
  private readonly target: Packed;

  constructor(system: System, subject: number) {
    this.system = system;
    this.model = new Model(system, []);
    this.subject = subject;
    this.states = new StateNumbers(this.model.size);
    this.source = new Int32Array(this.model.size);
    this.target = new Int32Array(this.model.size);
    this.read = factsReader(this.model, subject);
  }

  get initial(): number {
    return this.states.of(this.model.initial);
  }

  facts(state: number): Facts {
    const known = this.known[state];
    if (known !== undefined) return known;
    this.states.read(state, this.source);
    return (this.known[state] = this.read(this.source));
  }

  /** The events that can happen in a state, on any page. */
  successors(state: number): readonly Edge[] {
    return (this.edges[state] ??= this.explore(state));
  }

  private explore(state: number): Edge[] {
    const { model, source, target } = this;
    this.states.read(state, source);
    model.load(source, 0);
    const edges: Edge[] = [];
    for (const event of model.events) {
      const shown = model.fire(event.index);
      if (shown === DISABLED) continue;
      model.store(event.index, target, 0);
      model.undo(event.index);
      edges.push({ event, to: this.states.of(target), answer: answerOf(shown) });
    }
    return edges;
  }
}
