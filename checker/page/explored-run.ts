/**
 * A reader's run through a system: the events so far, the possible next events, and the violations.
 */
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Parts, System } from '../../model/system.ts';
import { termFor } from '../trace/device-words.ts';
import { VOCABULARY } from '../../model/vocabulary.ts';
import type { Property } from '../../properties/index.ts';
import { propertiesFor } from '../../properties/index.ts';
import { printEvent } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import { follow } from '../trace/replay.ts';
import { whyNot } from '../trace/why-not.ts';

/** An event that can or cannot happen next. */
export interface PossibleEvent {
  readonly event: Event;
  readonly text: string;
  /** The kernel function, or the rule of a specification. */
  readonly source: string;
  readonly sentence: string;
}

export interface Impossible {
  readonly text: string;
  readonly why: string;
}

/** What the run so far shows about a property. */
export interface PropertyStanding {
  readonly property: Property;
  /** The first step that violates it, or the first that reaches what it speaks of. */
  readonly violatedAt?: number;
  readonly reachedAt?: number;
}

/** The violated ones come first, in the order of their steps. A reader looks for these. */
export const violatedFirst = (standings: readonly PropertyStanding[]): PropertyStanding[] => {
  const stepOf = ({ violatedAt = Number.MAX_SAFE_INTEGER }: PropertyStanding) => violatedAt;
  return standings.toSorted((a, b) => stepOf(a) - stepOf(b));
};

export class ExploredRun {
  readonly system: System;
  readonly replayed: Replay;
  readonly events: readonly Event[];

  /**
   * Throws a Complaint if an event cannot happen. What the run has in common with an earlier one of
   * the same system is not run again.
   */
  constructor(system: System, events: readonly Event[], earlier?: ExploredRun) {
    this.system = system;
    this.events = events;
    const known = earlier?.system === system ? earlier.replayed : undefined;
    this.replayed = follow(system, events, {}, known);
  }

  private get state() {
    const { model, steps } = this.replayed;
    return steps.at(-1)?.after ?? model.initial;
  }

  /** The events that can happen now, in the model's order. */
  get possible(): PossibleEvent[] {
    return this.replayed.model
      .enabled(this.state)
      .map((event) => possibleEventOf(event, this.system));
  }

  /** The events that cannot happen now. */
  get impossibleEvents(): readonly Event[] {
    const { model } = this.replayed;
    const enabled = new Set(model.enabled(this.state));
    return model.events.filter((event) => !enabled.has(event));
  }

  /** The same with the reasons. */
  get impossible(): Impossible[] {
    return this.impossibleEvents.map((event) => ({
      text: printEvent(event, this.system.scope),
      why: whyNot(this.replayed.model, this.state, event) ?? 'not now',
    }));
  }

  get standings(): PropertyStanding[] {
    const { steps } = this.replayed;
    return propertiesFor(this.system).map((property) => {
      const violated = steps.find((step) => step.violated.includes(property))?.number;
      const reached = steps.find(({ shown }) => property.witnessed(shown))?.number;
      return {
        property,
        ...(violated === undefined ? {} : { violatedAt: violated }),
        ...(reached === undefined ? {} : { reachedAt: reached }),
      };
    });
  }
}

/**
 * The event's entry in the vocabulary. There `dev0`, `cpu0` and `A` stand for any device, CPU and
 * page.
 */
const TERMS = new Map(VOCABULARY.map((term) => [term.text.replace(/ == .*/, ''), term]));

/** Describes an event by the vocabulary. */
export function possibleEventOf(event: Event, { driver }: Parts): PossibleEvent {
  const text = eventText(event);
  const first = text.replace(/\b(dev|cpu)\d/g, '$10').replace(/ [A-D](?:-[A-D])?$/, ' A');
  // The vocabulary has the steps of an operation once, under kswapd.
  const term = TERMS.get(first) ?? TERMS.get(first.replace('page_idle:', 'kswapd:'));
  const said = term && termFor(driver, term);
  return { event, text, source: said?.source ?? '', sentence: said?.sentence ?? '' };
}

/** The events of a run that can also happen in another system, up to the first that cannot. */
export function carriedOver(system: System, events: readonly Event[]): Event[] {
  const model = new Model(system, []);
  const known = new Map(model.events.map((event) => [eventText(event), event]));
  const run: Event[] = [];
  let state = model.initial;
  for (const event of events) {
    const same = known.get(eventText(event));
    const transition = same && model.step(state, same);
    if (transition === undefined) break;
    run.push(same!);
    state = transition.state;
  }
  return run;
}
