/**
 * What a transition did, step by step, for whoever tells or draws it, or counts what it costs. A
 * search does not ask, and then nothing is written down.
 */
export interface Did {
  /** The step, in the words of a trace. */
  readonly step: string;
  /** The page that it was done to. */
  readonly page: number;
  /** Whether there was something to flush, to harvest or to zap. */
  readonly found: boolean;
  /** Inside an event of somebody else: an upgrade, a fork, a call of a user. */
  readonly atOnce: boolean;
}
