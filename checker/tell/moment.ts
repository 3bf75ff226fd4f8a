/** One step of a replay, laid out for whoever tells about it. */
import type { Did } from '../../model/did.ts';
import type { Event } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import type { Operations } from '../../model/operation.ts';
import { operationsOf } from '../../model/events.ts';
import type { Shown } from '../../model/shown.ts';
import type { Parts } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Replay } from '../trace/replay.ts';
import type { PageSnapshot, Snapshot } from '../trace/snapshot.ts';
import { snapshot } from '../trace/snapshot.ts';
import type { TraceEnd } from '../trace/trace.ts';

export interface Moment {
  readonly parts: Parts;
  readonly operations: Operations;
  readonly number: number;
  readonly event: Event;
  readonly shown: Shown;
  /** What it did, step by step. */
  readonly did: readonly Did[];
  readonly violated: readonly Property[];
  /** What the last line of the trace says. */
  readonly verdict: TraceEnd;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The event's page, before and after, and its name. */
  readonly was: PageSnapshot;
  readonly is: PageSnapshot;
  readonly p: string;
}

/** The steps of a replay, one after the other. */
export function* momentsOf({ trace, model, steps }: Replay): Generator<Moment> {
  const operations = operationsOf(trace.system);
  let before = snapshot(model, model.initial);
  for (const { number, event, shown, violated, before: start, after: state } of steps) {
    const after = snapshot(model, state);
    yield {
      parts: trace.system,
      operations,
      number,
      event,
      shown,
      did: model.did(start, event),
      violated,
      verdict: trace.verdict,
      before,
      after,
      was: before.pages[event.page],
      is: after.pages[event.page],
      p: PAGE_NAMES[event.page],
    };
    before = after;
  }
}

/** Why a step went as it did: a note behind the event, and a sentence. */
export interface Because {
  readonly note: string;
  readonly sentence: string;
}
