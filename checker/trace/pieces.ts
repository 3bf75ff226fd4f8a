/**
 * Reports the progress of long work to its caller. This file uses nothing that only Node or only a
 * browser has.
 */

/** Is told how many searches are finished, and how many there are. */
export type Progress = (done: number, all: number) => void;

/**
 * Long work that is done in pieces. Between two pieces it yields its progress, and is told whether
 * to stop. If so it returns the result that it has. A caller that once said stop must say so every
 * time.
 */
export type Pieces<T> = Generator<Told, T, boolean>;

/** How many small steps, as a look at an edge, are one piece of work. They take milliseconds. */
export const STEPS = 1 << 16;

/** How many states are expanded in one piece of work. They take some hundredths of a second. */
export const STATES = 1 << 12;

/** How much is done, and the search that is going on, if it is one. */
export type Told = readonly [done: number, all: number, search?: Standing | undefined];

/** How far a search has come. */
export interface Standing {
  /** The states that were found. */
  readonly size: number;
  /** Those that were not expanded yet. On several threads it is not known, nor are the levels. */
  readonly queue?: number;
  readonly transitions: number;
  readonly depth: number;
  /** How many states each depth has. */
  readonly levels?: readonly number[];
  /** Bytes of its tables. */
  readonly bytes: number;
  readonly seconds: number;
}

/** Is thrown by work that has nothing to show when it is told to stop. */
export class Interrupted extends Error {}

/** One place in such work where it may be told to stop. */
export function* going(...told: Told): Pieces<void> {
  if (yield told) throw new Interrupted();
}

/** Work as a part of such work, which cannot use what it has found when it is told to stop. */
export function* insisting<T>(work: Pieces<T>): Pieces<T> {
  const { value, stopped } = yield* noting(work);
  if (stopped) throw new Interrupted();
  return value;
}

/** The result of such work. Undefined if it was told to stop. */
export function* unlessInterrupted<T>(work: Pieces<T>): Pieces<T | undefined> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}

/** Maps a list, as a part of such work. So many of its items are one piece. */
export function* mapping<T, U>(
  items: Iterable<T>,
  size: number,
  map: (item: T, index: number) => U,
): Pieces<U[]> {
  const mapped: U[] = [];
  for (const item of items) {
    const { length } = mapped;
    if (length % size === size - 1) yield* going(length, length);
    mapped.push(map(item, length));
  }
  return mapped;
}

/** Does all of the work without a pause. */
export function whole<T>(work: Pieces<T>): T {
  let piece = work.next();
  while (!piece.done) piece = work.next(false);
  return piece.value;
}

/** The same work with a time limit: it is also told to stop once `seconds` have passed. */
export function* limited<T>(work: Pieces<T>, seconds: number): Pieces<T> {
  const start = performance.now();
  let piece = work.next();
  while (!piece.done) {
    const stop = yield piece.value;
    piece = work.next(stop || performance.now() - start >= seconds * 1000);
  }
  return piece.value;
}

/** The same work, which goes on for a while when its caller tells it to stop. */
export function* graced<T>(work: Pieces<T>, mayGoOn: () => boolean): Pieces<T> {
  let piece = work.next();
  while (!piece.done) piece = work.next((yield piece.value) && !mayGoOn());
  return piece.value;
}

/** True until so many seconds have passed since it was first asked. */
export function forSeconds(seconds: number): () => boolean {
  let start: number | undefined;
  return () => performance.now() - (start ??= performance.now()) < seconds * 1000;
}

/** True so many times. */
export function forPieces(count: number): () => boolean {
  let left = count;
  return () => left-- > 0;
}

/** The same work, and whether it was told to stop. */
export function* noting<T>(work: Pieces<T>): Pieces<{ value: T; stopped: boolean }> {
  let stopped = false;
  let piece = work.next();
  for (; !piece.done; piece = work.next(stopped)) stopped = yield piece.value;
  return { value: piece.value, stopped };
}

/**
 * Work that is part of a larger task. The larger task's progress is yielded in place of its own,
 * with the search that is going on.
 */
export function* partOf<T>(work: Pieces<T>, [done, all]: Told): Pieces<T> {
  let piece = work.next();
  while (!piece.done) piece = work.next(yield [done, all, piece.value[2]]);
  return piece.value;
}
