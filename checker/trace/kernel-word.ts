/** A word that a kernel developer knows, and what it is here. */

/** What a developer has in hand. Each of its names finds it. */
export interface KernelWord {
  readonly name: string;
  /** The kernel versions that have it, if not all have it. */
  readonly versions?: string;
  /** Its names in C and in specifications. */
  readonly also: readonly string[];
  /**
   * What to write: fields of a driver, or actions of a callback. An empty list says that there is
   * nothing to write. It is undefined where the model has no such thing.
   */
  readonly write: readonly string[] | undefined;
  readonly sentence: string;
  readonly source: string;
}
