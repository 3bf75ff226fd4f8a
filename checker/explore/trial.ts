/** Tries runs against one property of one system. */
import type { Event } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { DISABLED, Model } from '../../model/model.ts';
import { SHOWN_END, shownOf } from '../../model/shown.ts';
import type { System } from '../../model/system.ts';
import type { Run } from '../../properties/generators/index.ts';
import { Moves } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';

const UNJUDGED = 0;
const HOLDS = 1;
const VIOLATES = 2;

export class Trial {
  readonly system: System;
  readonly property: Property;
  readonly model: Model;
  readonly moves: Moves;
  private readonly judged = new Uint8Array(SHOWN_END);

  constructor(system: System, property: Property) {
    this.system = system;
    this.property = property;
    this.model = new Model(system, property.ghosts);
    this.moves = new Moves(this.model);
  }

  private violates(shown: number): boolean {
    if (this.judged[shown] === UNJUDGED) {
      this.judged[shown] = this.property.violated(shownOf(shown)) ? VIOLATES : HOLDS;
    }
    return this.judged[shown] === VIOLATES;
  }

  /**
   * The events of a run that can happen, up to the one that violates the property. Undefined if
   * none does.
   */
  violating(run: Run): number[] | undefined {
    const { model } = this;
    const happened: number[] = [];
    model.load(model.initial, 0);
    for (const event of run) {
      const shown = model.fire(event);
      if (shown === DISABLED) continue;
      happened.push(event);
      if (this.violates(shown)) return happened;
    }
    return undefined;
  }

  /** The state after each event of a run that can happen. The first is the initial state. */
  states(run: Run): Packed[] {
    const states = [this.model.initial];
    for (const place of run) {
      states.push(this.model.step(states.at(-1)!, this.model.events[place])!.state);
    }
    return states;
  }

  /** The indices of events in this system. Events that it lacks are left out. */
  places(run: Iterable<Event>): number[] {
    const places: number[] = [];
    for (const event of run) {
      const place = this.moves.placeOf(event);
      if (place !== undefined) places.push(place);
    }
    return places;
  }

  events(run: Run): Event[] {
    return run.map((place) => this.model.events[place]);
  }
}
