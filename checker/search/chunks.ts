/**
 * Tables grow by chunks, so that growing copies nothing. Only the first chunk begins small and
 * doubles until it is as large as all others. Most searches are small, and thousands of them run
 * one after another.
 */
export const CHUNK_BITS = 18;
/** The entries of a chunk. */
export const CHUNK = 1 << CHUNK_BITS;
export const CHUNK_MASK = CHUNK - 1;
/** The entries of the first chunk at its beginning. */
const FIRST = 1 << 10;

/** For how many entries a table has room that grows until it has room for so many. */
export function roomFor(entries: number, room: number): number {
  if (entries > CHUNK) return Math.max(room, Math.ceil(entries / CHUNK) * CHUNK);
  let grown = Math.max(room, FIRST);
  while (grown < entries) grown *= 2;
  return grown;
}

/** A table of one piece with twice the room, for what must not be cut into chunks. */
export function doubled(table: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(table.length * 2);
  larger.set(table);
  return larger;
}

/**
 * How many entries such growing allocates. While a first chunk is copied, the old one is still
 * there.
 */
export const addedFor = (entries: number, room: number): number =>
  entries <= room ? 0 : roomFor(entries, room) - (room < CHUNK ? 0 : room);
