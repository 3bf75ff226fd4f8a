/**
 * A list of numbers that grows by chunks. A JavaScript array's limit does not bind it.
 */
import { CHUNK, CHUNK_BITS, CHUNK_MASK, addedFor, roomFor } from './chunks.ts';

type NumberArray = Uint16Array | Uint32Array;
type NumberChunk<A> = { new (length: number): A; readonly BYTES_PER_ELEMENT: number };

export class Numbers<A extends NumberArray> {
  length = 0;
  /** For how many numbers there is room. */
  private room = 0;
  private readonly chunks: A[] = [];
  private readonly Chunk: NumberChunk<A>;

  constructor(Chunk: NumberChunk<A>) {
    this.Chunk = Chunk;
  }

  get bytes(): number {
    return this.room * this.Chunk.BYTES_PER_ELEMENT;
  }

  at(index: number): number {
    return this.chunks[index >>> CHUNK_BITS][index & CHUNK_MASK];
  }

  /** Bytes that `count` more numbers would add. */
  growth(count: number): number {
    return addedFor(this.length + count, this.room) * this.Chunk.BYTES_PER_ELEMENT;
  }

  push(value: number): void {
    const { length } = this;
    if (length === this.room) this.makeRoom();
    this.chunks[length >>> CHUNK_BITS][length & CHUNK_MASK] = value;
    this.length = length + 1;
  }

  private makeRoom(): void {
    const { chunks, room } = this;
    const grown = roomFor(room + 1, room);
    const chunk = new this.Chunk(Math.min(grown, CHUNK));
    if (room < CHUNK) {
      if (room > 0) chunk.set(chunks[0]);
      chunks[0] = chunk;
    } else chunks.push(chunk);
    this.room = grown;
  }
}
