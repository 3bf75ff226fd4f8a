/** Which of the events that are needed a log does not have, and what that costs. */
import type { NeededEvent } from './needed.ts';
import { NEEDED } from './needed.ts';
import type { LogSummary } from './summary.ts';

export interface Missing {
  readonly event: NeededEvent;
  /** Why: the capture script could not set it up, or the log just has none. */
  readonly why: 'not recorded' | 'not in the log';
}

/**
 * The needed events that are missing. An event that the capture script noted as recorded did not
 * happen, and is not missing; one whose alternative is there is not either.
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
