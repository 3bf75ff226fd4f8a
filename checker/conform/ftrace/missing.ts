/** Finds the needed events that a log lacks. */
import type { NeededEvent } from './probe.ts';
import { NEEDED } from './needed.ts';
import type { LogSummary } from './summary.ts';

export interface Missing {
  readonly event: NeededEvent;
  /** The reason: the capture script could not set it up, or the log just has none. */
  readonly why: 'not recorded' | 'not in the log';
}

/**
 * The needed events that are missing. If the capture script noted an event as recorded, it did not
 * happen and is not missing. An event whose alternative is in the log is not missing either.
 */
export function missing({ names, capture }: LogSummary): Missing[] {
  const there = (name: string): boolean =>
    names.has(name) || (capture?.has.includes(name) ?? false);
  return NEEDED.filter(({ name, or }) => !there(name) && !(or !== undefined && there(or))).map(
    (event) => ({
      event,
      why: capture?.lacks.includes(event.name) === true ? 'not recorded' : 'not in the log',
    }),
  );
}
