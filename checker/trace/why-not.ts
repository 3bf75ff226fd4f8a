/** Explains why an event cannot happen in a state, by its first guard that fails. */
import type { Names } from '../../model/event.ts';
import type { Event } from '../../model/events.ts';
import { kindOf, placeName } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import type { Step, ThreadName } from '../../model/operation.ts';
import { THREADS } from '../../model/operation.ts';
import type { Run } from '../../model/ranges.ts';
import { PAGE_NAMES, placesOf, runName } from '../../model/ranges.ts';
import { operationsOf } from '../../model/events.ts';
import { deviceWords } from './device-words.ts';
import { snapshot } from './snapshot.ts';

/** Says which operation a thread has begun, and its next step. */
function doing(
  { at, page }: { at: number; page: number },
  steps: readonly Step[],
  places: readonly Run[],
): string {
  const { operation, verb } = steps[at];
  const p = runName(places[page]);
  return `its ${operation.name} ${p}, next comes ${verb} ${p}`;
}

/** Explains why the event cannot happen. Undefined if it can. */
export function whyNot(model: Model, state: Packed, event: Event): string | undefined {
  const { parts } = model;
  const is = snapshot(model, state);
  const { steps } = operationsOf(parts);
  const { thread } = kindOf(event);
  const places = placesOf(parts);
  const overlaps = ({ from, to }: Run) => from <= event.to && event.page <= to;
  const holds = (name: ThreadName) =>
    is[name].at !== 0 && steps[is[name].at].locked && overlaps(places[is[name].page]);
  const busy = thread !== undefined && is[thread].at !== 0;
  const names: Names = {
    ...deviceWords(parts),
    p: placeName(event),
    dev: `dev${event.unit}`,
    cpu: `cpu${event.unit}`,
    holder: THREADS.find(holds) ?? '',
    thread: thread ?? '',
    doing: busy ? doing(is[thread], steps, places) : '',
    page: (index) => PAGE_NAMES[index],
  };
  return model.whyNot(state, event, names);
}
