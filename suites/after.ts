/** A run by the texts of its events, for tests of what single rules do. */
import { eventText } from '../model/events.ts';
import type { Packed, Transition } from '../model/model.ts';
import { Model } from '../model/model.ts';
import type { Parts } from '../model/system.ts';

interface After {
  readonly model: Model;
  readonly state: Packed;
  /** The last transition; undefined of the empty run. */
  readonly last: Transition | undefined;
}

/** Where a run leads to: its events, parted by commas. Throws if one of them cannot happen. */
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

/** The texts of all that can happen behind a run. */
export function enabledAfter(system: Parts, run: string): ReadonlySet<string> {
  const { model, state } = after(system, run);
  return new Set(model.enabled(state).map(eventText));
}
