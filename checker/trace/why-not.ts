/** Explains why an event cannot happen in a state, by its first guard that fails. */
import type { Names } from '../../model/event.ts';
import type { Event } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import type { Step } from '../../model/operation.ts';
import { THREADS } from '../../model/operation.ts';
import { operationsOf } from '../../model/events.ts';
import { deviceWords } from './device-words.ts';
import { snapshot } from './snapshot.ts';

/** Says which operation a thread has begun, and its next step. */
function doing({ at, page }: { at: number; page: number }, steps: readonly Step[]): string {
  const { operation, verb } = steps[at];
  const p = PAGE_NAMES[page];
  return `its ${operation.name} ${p}, next comes ${verb} ${p}`;
}

/** Explains why the event cannot happen. Undefined if it can. */
export function whyNot(model: Model, state: Packed, event: Event): string | undefined {
  const { parts } = model;
  const is = snapshot(model, state);
  const { steps } = operationsOf(parts);
  const thread = THREADS.find((name) => name === event.actor);
  const busy = thread !== undefined && is[thread].at !== 0;
  const names: Names = {
    ...deviceWords(parts),
    p: PAGE_NAMES[event.page],
    dev: `dev${event.unit}`,
    cpu: `cpu${event.unit}`,
    holder: THREADS.find((name) => is[name].at !== 0 && is[name].page === event.page) ?? '',
    thread: thread ?? '',
    doing: busy ? doing(is[thread], steps) : '',
    page: (index) => PAGE_NAMES[index],
  };
  return model.whyNot(state, event, names);
}
