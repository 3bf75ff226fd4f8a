/**
 * A turn of a workload: somebody accesses a page, or nobody accesses any. A long stream of turns is
 * kept as one array of numbers.
 */

/** The kinds of accesses: by whom, and whether one writes. They are the first of PAGE_EVENTS. */
export const ACCESS = { devRead: 0, devWrite: 1, cpuRead: 2, cpuWrite: 3 } as const;

const KINDS = 4;

/** Nobody accesses a page. */
export const PAUSE = -1;

/** The most pages of which a turn can name one. */
export const MOST_PAGES = 100_000;

export const turnOf = (page: number, byCpu: boolean, isWrite: boolean): number =>
  page * KINDS + (byCpu ? ACCESS.cpuRead : ACCESS.devRead) + (isWrite ? 1 : 0);

/** The page of a turn that is no pause. */
export const pageOfTurn = (turn: number): number => Math.floor(turn / KINDS);

/** The kind of access of a turn that is no pause, as in ACCESS. */
export const accessOfTurn = (turn: number): number => turn % KINDS;

/** Makes the turns of one run, one after the other. */
export interface Turns {
  /** Writes the next turns into an array. Returns how many; fewer than fit where they end. */
  fill(into: Int32Array): number;
}

/** Where the turns of a workload come from. */
export interface Source {
  /** The workload with its parameters, as it is printed. */
  readonly text: string;
  /** Every run has the same turns. */
  readonly isFixed: boolean;
  /** Some turn is a write; some is an access of a CPU. */
  readonly hasWrites: boolean;
  readonly hasCpus: boolean;
  /** How many turns there are. Undefined if there is no end. */
  readonly length: number | undefined;
  /** The turns of one run. */
  turns(seed: number): Turns;
}
