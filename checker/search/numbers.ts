/**
 * A list of numbers that grows by chunks. It copies nothing, and a JavaScript array's limit does
 * not bind it.
 */
const CHUNK_BITS = 18;
const CHUNK = 1 << CHUNK_BITS;

type NumberArray = Uint16Array | Uint32Array;

export class Numbers<A extends NumberArray> {
  length = 0;
  private readonly chunks: A[] = [];
  private readonly Chunk: new (length: number) => A;

  constructor(Chunk: new (length: number) => A) {
    this.Chunk = Chunk;
  }

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  at(index: number): number {
    return this.chunks[index >>> CHUNK_BITS][index & (CHUNK - 1)];
  }

  push(value: number): void {
    const offset = this.length & (CHUNK - 1);
    if (offset === 0) this.chunks.push(new this.Chunk(CHUNK));
    this.chunks[this.length >>> CHUNK_BITS][offset] = value;
    this.length++;
  }
}
