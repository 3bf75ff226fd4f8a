/** Runs the model by the texts of events, for tests of single rules. */
import { eventText } from '../model/events.ts';
import type { Packed, Transition } from '../model/model.ts';
import { Model } from '../model/model.ts';
import type { Parts } from '../model/system.ts';

interface After {
  readonly model: Model;
  readonly state: Packed;
  /** The last transition; undefined if the run is empty. */
  readonly last: Transition | undefined;
}

/**
 * The state to which a run leads. Its events are separated by commas. Throws if one of them cannot
 * happen.
 */
export function after(system: Parts, run: string): After {
  const model = new Model(system);
  let state = model.initial;
  let last: Transition | undefined;
  for (const text of run === '' ? [] : run.split(', ')) {
    const event = model.events.find((each) => eventText(each) === text);
    last = event && model.step(state, event);
    if (last === undefined) throw new Error(`${text} cannot happen`);
    ({ state } = last);
  }
  return { model, state, last };
}

/** The texts of all events that can happen after a run. */
export function enabledAfter(system: Parts, run: string): ReadonlySet<string> {
  const { model, state } = after(system, run);
  return new Set(model.enabled(state).map(eventText));
}
