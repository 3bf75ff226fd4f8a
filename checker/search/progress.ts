/**
 * Reports the progress of long work to its caller. This file uses nothing that only Node or only a
 * browser has.
 */

import { processMemory } from './memory.ts';

/** Is told how many searches are finished, and how many there are. */
export type Progress = (done: number, all: number) => void;

/**
 * Long work that is done in pieces. Between two pieces it yields its progress, and is told whether
 * to stop. If so it returns the result that it has. A caller that once said stop must say so every
 * time.
 */
export type Pieces<T> = Generator<Told, T, boolean>;

/** How many small steps, such as a look at an edge, are one piece of work. They take milliseconds. */
export const STEPS = 1 << 16;

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

/** The same work, which has so many seconds more when its caller tells it to stop. */
export function* graced<T>(work: Pieces<T>, seconds: number): Pieces<T> {
  let told = Infinity;
  let piece = work.next();
  while (!piece.done) {
    if (yield piece.value) told = Math.min(told, performance.now());
    piece = work.next(performance.now() - told >= seconds * 1000);
  }
  return piece.value;
}

/** The same work, and whether it was told to stop. */
export function* noting<T>(work: Pieces<T>): Pieces<{ value: T; stopped: boolean }> {
  let stopped = false;
  let piece = work.next();
  for (; !piece.done; piece = work.next(stopped)) stopped = yield piece.value;
  return { value: piece.value, stopped };
}

/** The same work, which keeps objects: it is also told to stop once there is no room for more. */
export function* withinMemory<T>(work: Pieces<T>, memory = processMemory()): Pieces<T> {
  let lacks = false;
  let piece = work.next();
  while (!piece.done) {
    const stop = yield piece.value;
    if (!stop && !lacks && !memory.allowsObjects()) {
      lacks = true;
      memory.ranOutOfObjects();
    }
    piece = work.next(stop || lacks);
  }
  return piece.value;
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
