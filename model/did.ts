/**
 * What a transition did, step by step, for whoever tells or draws it, or counts what it costs. A
 * search does not ask, and then nothing is written down.
 */
import type { StepVerb } from './operations.ts';

export interface Did {
  readonly step: StepVerb;
  /** The page that it was done to. */
  readonly page: number;
  /** Whether there was something to flush, to harvest or to zap. */
  readonly found: boolean;
  /** Inside an event of somebody else: an upgrade, a fork, a user's call. */
  readonly atOnce: boolean;
}
