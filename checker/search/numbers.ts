/**
 * A list of numbers that grows by chunks. It copies nothing, and a JavaScript array's limit does
 * not bind it.
 */
const CHUNK_BITS = 18;
const CHUNK = 1 << CHUNK_BITS;

type NumberArray = Uint16Array | Uint32Array;
type NumberChunk<A> = { new (length: number): A; readonly BYTES_PER_ELEMENT: number };

export class Numbers<A extends NumberArray> {
  length = 0;
  private readonly chunks: A[] = [];
  private readonly Chunk: NumberChunk<A>;

  constructor(Chunk: NumberChunk<A>) {
    this.Chunk = Chunk;
  }

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  at(index: number): number {
    return this.chunks[index >>> CHUNK_BITS][index & (CHUNK - 1)];
  }

  /** Bytes that `count` more numbers would add. */
  growth(count: number): number {
    const chunks = Math.ceil((this.length + count) / CHUNK) - this.chunks.length;
    return Math.max(0, chunks) * CHUNK * this.Chunk.BYTES_PER_ELEMENT;
  }

  push(value: number): void {
    const offset = this.length & (CHUNK - 1);
    if (offset === 0) this.chunks.push(new this.Chunk(CHUNK));
    this.chunks[this.length >>> CHUNK_BITS][offset] = value;
    this.length++;
  }
}
