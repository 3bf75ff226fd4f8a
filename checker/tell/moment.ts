/** One step of a replay, with everything that an explanation or a picture needs. */
import type { Did, DidOf } from '../../model/did.ts';
import type { Event } from '../../model/events.ts';
import { kindOf, operationsOf, placeName } from '../../model/events.ts';
import type { Model } from '../../model/model.ts';
import type { Operations, ThreadName } from '../../model/operation.ts';
import type { Shown } from '../../model/shown.ts';
import type { Parts } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { ReplayStep } from '../trace/replay.ts';
import type { PageSnapshot, Snapshot } from '../trace/snapshot.ts';
import { snapshot } from '../trace/snapshot.ts';
import type { Trace, TraceEnd } from '../trace/trace.ts';

export interface Moment {
  readonly parts: Parts;
  readonly operations: Operations;
  readonly number: number;
  readonly event: Event;
  readonly shown: Shown;
  /** What the model did in this step, in order. */
  readonly did: readonly Did[];
  /** For a kernel thread: what its operation did since it began, including this step. */
  readonly operation: readonly Did[];
  readonly violated: readonly Property[];
  /** The statement of the trace's last line. */
  readonly verdict: TraceEnd;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** The page of the event before and after it, and the name of that page. */
  readonly was: PageSnapshot;
  readonly is: PageSnapshot;
  readonly p: string;
}

/** Selects the notes of one kind. */
export const notesOf = <W extends Did['what']>(did: readonly Did[], what: W): DidOf<W>[] =>
  did.filter((one): one is DidOf<W> => one.what === what);

/** Collects what the operations of kernel threads have done so far. */
class Operating {
  private readonly sofar = new Map<ThreadName, readonly Did[]>();

  add(event: Event, did: readonly Did[], before: Snapshot): readonly Did[] {
    const { thread } = kindOf(event);
    if (thread === undefined) return did;
    const begins = before[thread].at === 0;
    const all = begins ? did : [...(this.sofar.get(thread) ?? []), ...did];
    this.sofar.set(thread, all);
    return all;
  }
}

/** How many moments are one piece of work. */
export const PIECE = 64;

/** A replay, whose steps may be made one by one. */
interface Replayed {
  readonly trace: Pick<Trace, 'system' | 'verdict'>;
  readonly model: Model;
  readonly steps: Iterable<ReplayStep>;
}

/**
 * The steps of a replay, one after the other. `known` are its first moments, if they were made
 * before; then only the others are made.
 */
export function* momentsOf(
  { trace, model, steps }: Replayed,
  known: readonly Moment[] = [],
): Generator<Moment> {
  const operations = operationsOf(trace.system);
  const operating = new Operating();
  for (const { event, did, before } of known) operating.add(event, did, before);
  let before = known.at(-1)?.after ?? snapshot(model, model.initial);
  for (const step of steps) {
    const { number, event, shown, violated, before: start, after: state } = step;
    if (number <= known.length) continue;
    const after = snapshot(model, state);
    const did = model.did(start, event);
    yield {
      parts: trace.system,
      operations,
      number,
      event,
      shown,
      did,
      operation: operating.add(event, did, before),
      violated,
      verdict: trace.verdict,
      before,
      after,
      was: before.pages[event.page],
      is: after.pages[event.page],
      p: placeName(event),
    };
    before = after;
  }
}
