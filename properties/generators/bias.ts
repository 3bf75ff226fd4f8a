/** The preferences of a random walk. Each is a probability from 0 to 1. */

export interface Bias {
  /** The probability that the next event is about the same page as the one before. */
  readonly samePage: number;
  /** The probability that a look at the page follows an access. */
  readonly lookAfterAccess: number;
  /** The probability that a kernel operation is held open while a device or another actor acts. */
  readonly holdOpen: number;
  /**
   * The probability that a pending message of a device is carried on before anything new begins.
   */
  readonly carryOn: number;
  /**
   * The probability that a page, a permission or a cache entry is taken away, or a use forgotten.
   */
  readonly takeAway: number;
  /** The probability of a look that does not follow an access. */
  readonly look: number;
  /** The probability that an access is by a CPU and not by a device. */
  readonly cpu: number;
  /** The probability, for each of those above but samePage, that a run draws it anew. */
  readonly vary: number;
  /** The probability that a run keeps to page A, and to some agents and kinds of events. */
  readonly narrow: number;
  /** The probability that a run begins with one of the given beginnings, if there are any. */
  readonly resume: number;
}

/**
 * The default. It was chosen by how few runs find the violations of the presets: docs/exploring.md.
 */
export const DEFAULT_BIAS: Bias = {
  samePage: 0.85,
  lookAfterAccess: 0.35,
  holdOpen: 0.5,
  carryOn: 0.5,
  takeAway: 0.12,
  look: 0.15,
  cpu: 0.25,
  vary: 0,
  narrow: 0,
  resume: 0.8,
};

/** No preference. A drawn event still has to be enabled. */
export const NO_BIAS: Bias = {
  samePage: 0,
  lookAfterAccess: 0,
  holdOpen: 1,
  carryOn: 0,
  takeAway: 0,
  look: 0,
  cpu: 0,
  vary: 0,
  narrow: 0,
  resume: 0,
};
