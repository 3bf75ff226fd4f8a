/** Searches for the shortest way on from a state to a step that is as a reader says. */
import type { Event } from '../../model/events.ts';
import { kindOf, operationsOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Field } from '../tell/states.ts';
import { fieldsIn } from '../tell/states.ts';
import { printEvent } from '../trace/print.ts';
import { follow } from '../trace/replay.ts';
import { snapshot } from '../trace/snapshot.ts';
import { Reachable } from './reachable.ts';
import { parseUntil } from './until.ts';

/** States. Each is told in words and kept, so that there are fewer than in a search by numbers. */
export const MAX_WAY_STATES = 10_000;
/** How many transitions are one piece of work. */
const PIECE = 500;

export interface WayOn {
  /** The events that lead to such a step, if one was found; by their places among all events. */
  readonly run?: readonly number[];
  /** Every state that can be reached from there was searched. */
  readonly complete: boolean;
  readonly states: number;
  /** All runs of so many events were searched. */
  readonly depth: number;
}

interface SoFar {
  readonly states: number;
  readonly depth: number;
}

/** Searches behind the events `after`. A text that says nothing of a state is a Complaint. */
export function* wayOn(
  system: System,
  after: readonly Event[],
  text: string,
  maxStates = MAX_WAY_STATES,
): Generator<SoFar, WayOn, void> {
  const model = new Model(system);
  const operations = operationsOf(system);
  const first = follow(system, after).steps.at(-1)?.after ?? model.initial;
  const reachable = new Reachable(model, first);
  const fields: (readonly Field[])[] = [];
  const fieldsOf = (state: number) =>
    (fields[state] ??= fieldsIn(snapshot(model, reachable.state(state)), system, operations));
  const until = parseUntil(
    text,
    fieldsOf(0).map(({ name }) => name),
  );
  let count = 0;
  for (const { from, to, event, shown } of reachable.edges(maxStates)) {
    const { size: states, depth } = reachable;
    if (++count % PIECE === 0) yield { states, depth };
    const step = {
      text: printEvent(event, system.scope, shown.answer),
      role: kindOf(event).role,
      violates: PROPERTIES.filter(({ violated }) => violated(shown)).map(({ name }) => name),
      fields: fieldsOf(to),
    };
    if (!until(step)) continue;
    const run = [...reachable.runTo(from), event].map(({ index }) => index);
    return { run, complete: false, states, depth };
  }
  const { complete, size: states, depth } = reachable;
  return { complete, states, depth };
}
