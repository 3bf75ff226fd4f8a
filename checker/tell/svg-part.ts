/**
 * Draws those rows of a long picture that are in view. A picture of 2,000 rows takes seconds, and
 * nobody sees more than twenty of them.
 */
import type { Sequence } from './sequence.ts';
import { HEAD, drawing, root } from './svg.ts';
import { NARROW, frameOf } from './svg-columns.ts';
import type { Placed, PlacedRow } from './svg-layout.ts';
import { heightOf, place, stack } from './svg-layout.ts';
import { drawRow } from './svg-rows.ts';

/** Places the rows of a picture below each other, the first at height 0. */
export function placeRows(sequence: Sequence, width: number): Placed {
  const wide = frameOf(sequence, 0, width);
  // Where the words do not fit beside many lanes, they stand above the arrows.
  const frame = wide.width > width ? frameOf(sequence, 0, Math.min(width, NARROW - 1)) : wide;
  const heights = sequence.rows.map((row) => heightOf(sequence, row, frame));
  return place(sequence, frame, stack(heights, 0));
}

/** Draws the names of the lanes, which stand above the rows. */
export function headsSvg(placed: Placed, prefix: string): string {
  const nothing = { ...placed, rows: [], sequence: { ...placed.sequence, rows: [] } };
  const size = [placed.frame.width, HEAD] as const;
  return root([nothing.sequence], size, prefix, drawing(nothing, 0, prefix));
}

/** Draws the rows from one index up to another, which is not drawn. */
export function rowsSvg(placed: Placed, from: number, to: number, prefix: string): string {
  const shown = placed.rows.slice(from, to);
  const [top, bottom] = [shown[0]?.top ?? 0, shown.at(-1)?.bottom ?? 0];
  const part = partOf(placed, shown);
  const drawn = shown.map((row) => drawRow(part, row, prefix));
  const rows = shown.map(({ row }) => row);
  const size = [placed.frame.width, bottom - top] as const;
  const moved = `<g transform="translate(0 ${-Math.round(top * 10) / 10})">`;
  return root([{ ...placed.sequence, rows }], size, prefix, [moved, ...drawn, '</g>']);
}

/** What must be known of a picture to draw some of its rows. */
function partOf(placed: Placed, shown: readonly PlacedRow[]): Placed {
  const [first, last] = [shown[0]?.row.number ?? 0, shown.at(-1)?.row.number ?? 0];
  // What is in flight here began further above, or arrives further below.
  const touching = new Set(shown.map(({ row }) => row.number));
  // A violation is parted from one in the row above.
  touching.add(first - 1);
  for (const { row } of placed.rows.slice(0, last)) {
    for (const { arrives } of row.arrows) {
      if (arrives === undefined || (arrives !== 'never' && arrives < first)) continue;
      touching.add(row.number);
      if (arrives !== 'never') touching.add(arrives);
    }
  }
  const rows = placed.rows.filter(({ row }) => touching.has(row.number));
  const segments = placed.segments.filter((segment) =>
    rows.some(({ top, bottom }) => segment.from <= bottom && top <= segment.to),
  );
  return { ...placed, rows, segments };
}
