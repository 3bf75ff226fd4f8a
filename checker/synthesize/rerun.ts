/**
 * Plays a run of one system on another one, which takes more or other steps. What comes out is a
 * run of that system: if it violates the property, nothing has to be searched.
 */
import type { Event } from '../../model/events.ts';
import { eventText, kindOf } from '../../model/events.ts';
import type { Packed } from '../../model/model.ts';
import { Model } from '../../model/model.ts';
import type { Scope, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';

/** A run in its scope, by the texts of its events. */
export interface ToldRun {
  readonly scope: Scope;
  readonly events: readonly string[];
}

/** How many events of its own a system may put in before the next event of the run. */
const MOST = 6;

/** An event that a thread in the middle of an operation takes, or a device that it waits for. */
const isBetween = (event: Event): boolean =>
  kindOf(event).step === true || event.verb === 'handle-invalidation';

class Rerun {
  private readonly model: Model;
  private readonly byText: ReadonlyMap<string, Event>;
  private readonly between: readonly Event[];
  private readonly property: Property;
  private state: Packed;
  private violated = false;
  readonly run: Event[] = [];

  constructor(system: System, property: Property) {
    this.model = new Model(system, property.ghosts);
    this.byText = new Map(this.model.events.map((event) => [eventText(event), event]));
    this.between = this.model.events.filter(isBetween);
    this.property = property;
    this.state = this.model.initial;
  }

  private take(event: Event): boolean {
    const transition = this.model.step(this.state, event);
    if (transition === undefined) return false;
    this.state = transition.state;
    this.run.push(event);
    this.violated ||= this.property.violated(transition.shown);
    return true;
  }

  /** Takes steps of its own until an event is possible. */
  private reach(event: Event): boolean {
    for (let i = 0; i <= MOST && !this.violated; i++) {
      if (this.take(event)) return true;
      if (!this.between.some((step) => this.take(step))) return false;
    }
    return false;
  }

  /** Whether the run violates the property. Steps that this system cannot take are left out. */
  play(texts: readonly string[]): boolean {
    for (const text of texts) {
      const event = this.byText.get(text);
      if (event === undefined) continue;
      const taken = this.reach(event);
      if (this.violated) return true;
      if (!taken && !isBetween(event)) return false;
    }
    return false;
  }
}

/** A run of the system that violates the property, made from a run of another one. */
export function rerun(system: System, property: Property, told: ToldRun): Event[] | undefined {
  const again = new Rerun({ ...system, scope: told.scope }, property);
  return again.play(told.events) ? again.run : undefined;
}
