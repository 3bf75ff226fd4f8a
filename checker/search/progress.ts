/** Long work in pieces that ends where there is too little memory. */
import type { Pieces } from '../trace/pieces.ts';
import { processMemory } from './memory.ts';

export * from '../trace/pieces.ts';

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
