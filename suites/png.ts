/** Reads the colours of a PNG file with 8 bits for each of red, green, blue, and maybe alpha. */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** How many pixels have a colour, written `#rrggbb`; those that are not opaque are `clear`. */
  readonly colours: ReadonlyMap<string, number>;
}

const SIGNATURE = 8;
/** The bytes of a pixel by the type of colours that the header tells. */
const BYTES: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/** The chunks of a file: the type and the data of each. */
function* chunksOf(file: Buffer): Generator<readonly [string, Buffer]> {
  for (let at = SIGNATURE; at < file.length;) {
    const length = file.readUInt32BE(at);
    yield [file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, at + 8 + length)];
    at += length + 12;
  }
}

/** The predictor of the format that is named after Paeth. */
function paeth(left: number, above: number, corner: number): number {
  const all = left + above - corner;
  const [a, b, c] = [Math.abs(all - left), Math.abs(all - above), Math.abs(all - corner)];
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

/** What a filter guesses of a byte from those before it. */
function guess(filter: number, left: number, above: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above;
  return filter === 3 ? (left + above) >> 1 : paeth(left, above, corner);
}

/** Undoes the filter of one row of pixels, in place. */
function unfilter(filter: number, row: Buffer, before: Buffer, bytes: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < bytes ? 0 : row[i - bytes];
    const corner = i < bytes ? 0 : before[i - bytes];
    row[i] += guess(filter, left, before[i], corner);
  }
}

export function readPng(file: Buffer): Pixels {
  const chunks = [...chunksOf(file)];
  const header = chunks.find(([type]) => type === 'IHDR')![1];
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bytes = BYTES[header[9]];
  if (header[8] !== 8 || bytes === undefined) throw new Error('a form of PNG that nobody needs');
  const data = inflateSync(
    Buffer.concat(chunks.filter(([type]) => type === 'IDAT').map(([, part]) => part)),
  );
  /** By the bytes of red, green and blue as one number, or -1. */
  const counts = new Map<number, number>();
  const size = width * bytes;
  let before = Buffer.alloc(size);
  for (let y = 0; y < height; y++) {
    const at = y * (size + 1);
    const row = data.subarray(at + 1, at + 1 + size);
    unfilter(data[at], row, before, bytes);
    before = row;
    for (let x = 0; x < size; x += bytes) {
      const isClear = bytes === 4 && row[x + 3] < 255;
      const colour = isClear ? -1 : row.readUIntBE(x, 3);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  }
  const colours = [...counts].map(
    ([colour, count]) =>
      [colour < 0 ? 'clear' : `#${colour.toString(16).padStart(6, '0')}`, count] as const,
  );
  return { width, height, colours: new Map(colours) };
}
