/**
 * Draws one trace on two systems as one picture. The rows stand side by side, and a line marks
 * where the systems begin to differ.
 */
import type { SideBySide } from './pair.ts';
import type { Row, Sequence } from './sequence.ts';
import type { SvgOptions } from './svg.ts';
import { HEAD, WIDE, drawing, heading, legend, prefixOf, root } from './svg.ts';
import type { Frame } from './svg-columns.ts';
import { frameOf, widthOf } from './svg-columns.ts';
import type { RowSpan, Placed } from './svg-layout.ts';
import { heightOf, place, stack } from './svg-layout.ts';
import { path, rect, text } from './svg-shapes.ts';
import { round } from './xml.ts';

/** Pixels between the two sides. */
const GAP = 16;
const ABSENT = 40;

/** A line across both sides, above the row in which they begin to differ. */
function parting(top: number, width: number): string {
  const label = 'they part here';
  const half = (widthOf(label, 12) + 20) / 2;
  const box = { left: width / 2 - half, right: width / 2 + half, top: top - 10, bottom: top + 10 };
  return (
    path('parting', `M0 ${round(top)}H${round(width)}`) +
    rect('pill', box, { rx: 10 }) +
    text(width / 2, top + 4, 'mention', label)
  );
}

/** A row extends to the beginning of the next row on its side. */
function extentsOf(sequence: Sequence, rows: readonly (Row | undefined)[], lines: RowSpan[]) {
  const places = sequence.rows.map((row) => rows.indexOf(row));
  const ends = sequence.rows.length === 0 || places.at(-1) === rows.length - 1;
  return places.map((at, i): RowSpan => {
    const next = places[i + 1] ?? (ends ? lines.length : at + 1);
    return { top: lines[at].top, bottom: lines[next - 1].bottom };
  });
}

function linesOf(pair: SideBySide, frames: readonly Frame[], top: number): RowSpan[] {
  const heights = pair.rows.map(({ left, right }) =>
    Math.max(
      left ? heightOf(pair.left, left, frames[0]) : 0,
      right ? heightOf(pair.right, right, frames[1]) : 0,
      ABSENT,
    ),
  );
  return stack(heights, top);
}

export function sideBySideSvg(pair: SideBySide, options: SvgOptions = {}): string {
  const { left, right, rows, parts } = pair;
  const { width: asked = WIDE, prefix = prefixOf([left, right], asked) } = options;
  const half = (asked - GAP) / 2;
  const first = frameOf(left, 0, half);
  const frames = [first, frameOf(right, first.width + GAP, half)];
  const width = first.width + GAP + frames[1].width;
  const heads = [
    heading(left, 0, first.width),
    heading({ ...right, name: 'The same events on' }, frames[1].left, frames[1].width),
  ];
  const top = Math.max(...heads.map(({ height }) => height));
  const lines = linesOf(pair, frames, top + HEAD);
  const sides: Placed[] = [
    place(
      left,
      frames[0],
      extentsOf(
        left,
        rows.map((row) => row.left),
        lines,
      ),
    ),
    place(
      right,
      frames[1],
      extentsOf(
        right,
        rows.map((row) => row.right),
        lines,
      ),
    ),
  ];
  const absent = rows.flatMap((row, i) =>
    row.absent === undefined
      ? []
      : [text(frames[1].left + 14, lines[i].top + 22, 'absent', row.absent)],
  );
  const below = legend([left, right], width, lines.at(-1)!.bottom + 14, prefix);
  return root([left, right], [width, below.bottom], prefix, [
    ...heads.map(({ drawn }) => drawn),
    ...sides.flatMap((side, i) => drawing(side, top, prefix, i === 0 ? 'left-' : 'right-')),
    ...absent,
    parts === undefined ? '' : parting(lines[parts].top, width),
    below.drawn,
  ]);
}
