/**
 * Draws one trace on two systems as one picture. The rows stand side by side, and a line marks
 * where the systems begin to differ.
 */
import { wrap } from '../trace/wrap.ts';
import type { Beside, SideBySide } from './pair.ts';
import type { Row, Sequence } from './sequence.ts';
import type { SvgOptions } from './svg.ts';
import { HEAD, WIDE, drawing, heading, legend, prefixOf, root } from './svg.ts';
import type { Frame } from './svg-columns.ts';
import { MARGIN, TEXT_WIDTH, frameOf } from './svg-columns.ts';
import type { RowSpan, Placed } from './svg-layout.ts';
import { heightOf, place, stack } from './svg-layout.ts';
import { path, rect, text } from './svg-shapes.ts';
import { textWidth } from './svg-style.ts';
import { round } from './xml.ts';

/** Pixels between the two sides. */
const GAP = 16;
const ABSENT = 40;

/** Height in pixels of the strip that says where the systems begin to differ. */
const STRIP = 26;

/** A line across both sides, in a strip above the row in which they begin to differ. */
function parting(top: number, width: number): string {
  const label = 'they part here';
  const [x, y] = [width / 2, top - STRIP / 2];
  const half = textWidth('mention', label) / 2 + 10;
  return (
    path('parting', `M0 ${round(y)}H${round(width)}`) +
    rect('pill', { left: x - half, right: x + half, top: y - 10, bottom: y + 10 }, { rx: 10 }) +
    text(x, y + 4, 'mention', label)
  );
}

/** What stands in place of a row that a system cannot follow. */
const absentLines = ({ absent = '' }: Beside, { width }: Frame): string[] =>
  wrap(absent, Math.min(width, TEXT_WIDTH) - 2 * MARGIN, (line) => textWidth('absent', line));

const ABSENT_LINE = 16;

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
  const heights = pair.rows.map((row, i) => {
    const { left, right } = row;
    const rows = Math.max(
      left ? heightOf(pair.left, left, frames[0]) : 0,
      right ? heightOf(pair.right, right, frames[1]) : 0,
      ABSENT,
      absentLines(row, frames[1]).length * ABSENT_LINE + 10,
    );
    return rows + (i === pair.parts ? STRIP : 0);
  });
  return stack(heights, top).map((span, i) =>
    i === pair.parts ? { ...span, top: span.top + STRIP } : span,
  );
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
  const strip =
    parts === undefined ? [] : [{ top: lines[parts].top - STRIP, bottom: lines[parts].top }];
  const missing = lines.filter((_, i) => rows[i].absent !== undefined);
  const placeSide = (side: 'left' | 'right', i: 0 | 1, cuts: readonly RowSpan[]): Placed => {
    const own = rows.map((row) => row[side]);
    return place(pair[side], frames[i], extentsOf(pair[side], own, lines), cuts);
  };
  const sides = [placeSide('left', 0, strip), placeSide('right', 1, [...strip, ...missing])];
  const absent = rows.flatMap((row, i) =>
    absentLines(row, frames[1]).map((line, n) =>
      text(frames[1].left + MARGIN, lines[i].top + 22 + n * ABSENT_LINE, 'absent', line),
    ),
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
