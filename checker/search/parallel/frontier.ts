/** The states of the level that is being expanded, in the order of their numbers. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

/** A piece of the frontier, which all parts share. */
export type Strip = Int32Array<SharedArrayBuffer>;

export class Frontier {
  private readonly strips: Strip[] = [];
  private readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  get bytes(): number {
    return this.strips.length * CHUNK * this.width * 4;
  }

  /** How many pieces so many states need. */
  static stripsFor(states: number): number {
    return Math.ceil(states / CHUNK);
  }

  get length(): number {
    return this.strips.length;
  }

  /** Takes a piece that another thread has made. */
  take(strip: Strip): void {
    this.strips.push(strip);
  }

  /** Makes the next piece. */
  extend(): Strip {
    const strip = new Int32Array(new SharedArrayBuffer(CHUNK * this.width * 4));
    this.strips.push(strip);
    return strip;
  }

  /** Copies a state to the beginning of `words`. */
  read(index: number, words: Int32Array): void {
    const strip = this.strips[index >>> CHUNK_BITS];
    let from = (index & (CHUNK - 1)) * this.width;
    for (let i = 0; i < this.width; i++) words[i] = strip[from++];
  }

  write(index: number, words: Int32Array): void {
    const strip = this.strips[index >>> CHUNK_BITS];
    let to = (index & (CHUNK - 1)) * this.width;
    for (let i = 0; i < this.width; i++) strip[to++] = words[i];
  }
}
