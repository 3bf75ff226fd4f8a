/** One trace on two systems as one picture: row beside row, with a mark where they part. */
import type { SideBySide } from './side-by-side.ts';
import type { SvgOptions } from './svg.ts';
import { HEAD, WIDE, drawing, heading, legend, line, root } from './svg.ts';
import type { Placed } from './svg-layout.ts';
import { frameOf, heightsOf, place, widthOf } from './svg-layout.ts';
import { element, round } from './xml.ts';

/** Between the two. */
const GAP = 16;

/** A line across both where they part. */
function parting({ rows }: Placed, parts: number | undefined, width: number): string {
  const row = rows.find(({ row: { number } }) => number === parts);
  if (row === undefined) return '';
  const label = `they part at (${parts})`;
  const room = widthOf(label, 12) + 20;
  const box = { x: round((width - room) / 2), y: round(row.top - 10), width: round(room) };
  return (
    element('path', { class: 'parting', d: `M0 ${round(row.top)}H${round(width)}` }) +
    element('rect', { class: 'pill', ...box, height: 20, rx: 10 }) +
    line(width / 2, row.top + 4, 'mention', label)
  );
}

export function sideBySideSvg(
  { left, right, parts }: SideBySide,
  options: SvgOptions = {},
): string {
  const { width = WIDE, prefix = '' } = options;
  const half = (width - GAP) / 2;
  const frames = [frameOf(0, half), frameOf(half + GAP, half)];
  const sides = [left, right];
  const heads = [
    heading(left, frames[0].left, half),
    heading({ ...right, name: 'The same events on' }, frames[1].left, half),
  ];
  const top = Math.max(...heads.map(({ height }) => height));
  const [one, other] = sides.map((side, i) => heightsOf(side, frames[i]));
  const heights = one.map((height, i) => Math.max(height, other[i]));
  const placed = sides.map((side, i) => place(side, frames[i], heights, top + HEAD));
  const below = legend(sides, width, placed[0].bottom + 14, prefix);
  return root(sides, [width, below.bottom], prefix, [
    ...heads.map(({ drawn }) => drawn),
    ...placed.flatMap((side, i) => drawing(side, top, prefix, i === 0 ? 'left-' : 'right-')),
    parting(placed[0], parts, width),
    below.drawn,
  ]);
}
