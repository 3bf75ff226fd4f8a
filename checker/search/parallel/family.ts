/**
 * Parents and events of the states of all parts, in shared memory. States have the numbers that a
 * search on one thread gives them. A part keeps its states in the order of these numbers, so that
 * nothing but the parents has to be stored.
 *
 * Let K(s) be the pair of the number of a state's parent and of the event that leads to the state.
 * A search on one thread numbers the states of a level in the order of K.
 */
import type { Edge } from '../first-edges.ts';

const CHUNK_BITS = 18;
const CHUNK = 1 << CHUNK_BITS;

/** A piece of the lists of a part. */
export interface Chunk {
  readonly parents: Uint32Array<SharedArrayBuffer>;
  readonly events: Uint16Array<SharedArrayBuffer>;
}

/** The parents and events of the states of one part. */
export class Family {
  private readonly chunks: Chunk[] = [];

  get bytes(): number {
    return this.chunks.length * CHUNK * 6;
  }

  /** Takes a chunk that another thread has made. */
  take(chunk: Chunk): void {
    this.chunks.push(chunk);
  }

  /** Makes the next chunk. */
  extend(): Chunk {
    const chunk = {
      parents: new Uint32Array(new SharedArrayBuffer(CHUNK * 4)),
      events: new Uint16Array(new SharedArrayBuffer(CHUNK * 2)),
    };
    this.chunks.push(chunk);
    return chunk;
  }

  /** Whether there is no room for state `index`. */
  lacks(index: number): boolean {
    return index >>> CHUNK_BITS === this.chunks.length;
  }

  set(index: number, parent: number, event: number): void {
    const { parents, events } = this.chunks[index >>> CHUNK_BITS];
    parents[index & (CHUNK - 1)] = parent;
    events[index & (CHUNK - 1)] = event;
  }

  parent(index: number): number {
    return this.chunks[index >>> CHUNK_BITS].parents[index & (CHUNK - 1)];
  }

  event(index: number): number {
    return this.chunks[index >>> CHUNK_BITS].events[index & (CHUNK - 1)];
  }

  /** Whether K of state `index` is less than that of another part's state. */
  precedes(index: number, other: Family, state: number): boolean {
    const difference = this.parent(index) - other.parent(state);
    return difference < 0 || (difference === 0 && this.event(index) < other.event(state));
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The family trees of all parts after the search. */
export class Families {
  private readonly families: readonly Family[];
  /** How many states each part has above each level. */
  private readonly levels: readonly (readonly number[])[];

  constructor(families: readonly Family[], levels: readonly (readonly number[])[]) {
    this.families = families;
    this.levels = levels;
  }

  /** The edge over which a state was first reached. */
  edgeTo(number: number): Omit<Edge, 'length'> {
    const level = this.levels.findLastIndex((above) => sum(above) <= number);
    for (let part = 0; part < this.families.length; part++) {
      const index = this.indexOf(number, part, level);
      if (this.numberOf(part, index, level) !== number) continue;
      const family = this.families[part];
      return { parent: family.parent(index), event: family.event(index) };
    }
    throw new Error(`no part has state ${number}`);
  }

  /** The first state of a part's level whose number is not less. */
  private indexOf(number: number, part: number, level: number): number {
    return first(this.levels[level][part], this.levels[level + 1][part], (index) => {
      return this.numberOf(part, index, level) >= number;
    });
  }

  /** The number of a state. One more than any of the level, if it is not in the level. */
  private numberOf(part: number, index: number, level: number): number {
    const [above, end] = [this.levels[level], this.levels[level + 1]];
    if (index === end[part]) return sum(end);
    const own = this.families[part];
    return sum(
      this.families.map((family, other) =>
        first(above[other], end[other], (i) => !family.precedes(i, own, index)),
      ),
    );
  }
}

/** The first number from `low` that is `enough`; `end` if there is none. */
function first(low: number, end: number, enough: (number: number) => boolean): number {
  while (low < end) {
    const middle = Math.floor((low + end) / 2);
    if (enough(middle)) end = middle;
    else low = middle + 1;
  }
  return low;
}
