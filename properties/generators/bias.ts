/** What a random walk prefers, as named options. Each is a chance from 0 to 1. */

export interface Bias {
  /** The next event is about the same page as the one before. */
  readonly samePage: number;
  /** An access is followed by a look at its page. */
  readonly lookAfterAccess: number;
  /** A kernel operation that has begun is held open, while the device or somebody else acts. */
  readonly holdOpen: number;
  /** What a device has asked for or owes is carried on before anything new begins. */
  readonly carryOn: number;
  /** A page, a permission or a cached entry is taken away, or its use forgotten. */
  readonly takeAway: number;
  /** A look out of the blue: not behind an access. */
  readonly look: number;
  /** An access is a CPU's, not a device's. */
  readonly cpu: number;
}

/** Chosen by how many runs it takes to find the violations of the presets: docs/exploring.md. */
export const DEFAULT_BIAS: Bias = {
  samePage: 0.85,
  lookAfterAccess: 0.35,
  holdOpen: 0.5,
  carryOn: 0.5,
  takeAway: 0.12,
  look: 0.15,
  cpu: 0.25,
};

/** No preferences but that a drawn event is enabled. */
export const NO_BIAS: Bias = {
  samePage: 0,
  lookAfterAccess: 0,
  holdOpen: 1,
  carryOn: 0,
  takeAway: 0,
  look: 0,
  cpu: 0,
};
