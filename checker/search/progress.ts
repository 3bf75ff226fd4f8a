/** How whoever waits is told how far something is; free of what only node or a browser has. */

/** How many searches are over, of how many. */
export type Progress = (done: number, all: number) => void;

/**
 * Long work in pieces. Between two of them it tells how far it is, and hears whether to stop: then
 * it returns what it has. Once it was told to stop it is told so each time.
 */
export type Pieces<T> = Generator<readonly [done: number, all: number], T, boolean>;

/** Does long work at one go. */
export function whole<T>(work: Pieces<T>): T {
  let piece = work.next();
  while (!piece.done) piece = work.next(false);
  return piece.value;
}

/** The same work; it is told to stop when `seconds` are over, too. */
export function* limited<T>(work: Pieces<T>, seconds: number): Pieces<T> {
  const start = performance.now();
  let piece = work.next();
  while (!piece.done) {
    const stop = yield piece.value;
    piece = work.next(stop || performance.now() - start >= seconds * 1000);
  }
  return piece.value;
}

/** Work that is a part of a larger one, which alone says how far it is. */
export function* partOf<T>(work: Pieces<T>, told: readonly [done: number, all: number]): Pieces<T> {
  let piece = work.next();
  while (!piece.done) piece = work.next(yield told);
  return piece.value;
}
