/**
 * Draws a plot of accuracy against cost as SVG. The points have labels, and one colour suffices, so
 * that it can be printed.
 */
import { lettersWidth } from '../tell/letter-widths.ts';
import { DARK, LIGHT, SANS } from '../tell/svg-style.ts';
import { element, escapeXml, round } from '../tell/xml.ts';
import type { CostPlot, CostPoint } from './cost-plot.ts';

/** The class on the root of a plot. */
const CLASS = 'youngcheck-plot';

export const SIZE = { width: 460, height: 300 } as const;
const LEFT = 58;
const RIGHT = 24;
const TOP = 16;
const BOTTOM = 46;
const RADIUS = 5;
const SIZE_OF_TEXT = 11;
/** The height of a label, and the room around it. */
const LINE = 14;
const PAD = 3;

/** A rectangle: its upper left corner and its size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedLabel {
  readonly point: CostPoint;
  readonly text: string;
  readonly at: readonly [number, number];
  readonly box: Box;
}

/** Whether two boxes overlap. */
export const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** The end of an axis, and the distance of its marks: 1, 2 or 5 times a power of ten. */
export function axisOf(largest: number): { readonly end: number; readonly step: number } {
  if (largest <= 0) return { end: 1, step: 0.25 };
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => largest / n <= 5)!;
  return { end: Math.ceil(largest / step - 1e-9) * step, step };
}

interface Scales {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly across: ReturnType<typeof axisOf>;
  readonly up: ReturnType<typeof axisOf>;
}

function scalesOf(points: readonly CostPoint[]): Scales {
  const across = axisOf(Math.max(...points.map(({ cost }) => cost)));
  const up = axisOf(Math.max(...points.map(({ missed }) => missed)));
  return {
    x: (value) => LEFT + (value / across.end) * (SIZE.width - LEFT - RIGHT),
    y: (value) => SIZE.height - BOTTOM - (value / up.end) * (SIZE.height - TOP - BOTTOM),
    across,
    up,
  };
}

/** The name of the first driver, and how many others have the same values. */
export function labelOf({ drivers }: CostPoint): string {
  const [first, ...others] = drivers;
  return others.length === 0 ? first : `${first} + ${others.length}`;
}

const inside = ({ x, y, width, height }: Box): boolean =>
  x >= LEFT && x + width <= SIZE.width && y >= 0 && y + height <= SIZE.height - BOTTOM;

/** The possible boxes of a label, the nearest to its point first. */
function* boxesFor([x, y]: readonly [number, number], width: number): Generator<Box> {
  const height = LINE;
  const gap = RADIUS + PAD;
  for (let away = 0; away < SIZE.height; away += LINE) {
    for (const side of [-1, 1]) {
      const middle = y + side * away - height / 2;
      yield { x: x + gap, y: middle, width, height };
      yield { x: x - gap - width, y: middle, width, height };
      yield { x: x - width / 2, y: middle + side * (gap + height / 2), width, height };
    }
  }
}

/** Places every label where it covers no point and no other label. */
export function placeLabels(points: readonly CostPoint[]): PlacedLabel[] {
  const { x, y } = scalesOf(points);
  const dots = points.map(({ cost, missed }) => ({
    x: x(cost) - RADIUS,
    y: y(missed) - RADIUS,
    width: 2 * RADIUS,
    height: 2 * RADIUS,
  }));
  const taken: Box[] = [...dots];
  return points.map((point) => {
    const at = [x(point.cost), y(point.missed)] as const;
    const text = labelOf(point);
    const free = (box: Box) => inside(box) && !taken.some((other) => overlap(box, other));
    const box = [...boxesFor(at, lettersWidth(text, 'plain') * SIZE_OF_TEXT + PAD)].find(free);
    if (box === undefined) throw new Error(`no room for the label '${text}'`);
    taken.push(box);
    return { point, text, at, box };
  });
}

const FILL = { fill: LIGHT.ink };
const LINES = { fill: 'none', stroke: LIGHT.ink };
const FAINT = { ...LINES, 'stroke-width': 0.6, opacity: 0.45 };
const KINDS = {
  name: FILL,
  end: { ...FILL, 'text-anchor': 'end' },
  middle: { ...FILL, 'text-anchor': 'middle' },
  axis: { ...LINES, 'stroke-width': 1.2 },
  grid: { ...FAINT, 'stroke-dasharray': '2 3' },
  leader: FAINT,
  dot: FILL,
} as const;
type Kind = keyof typeof KINDS;
/** What every renderer understands: the look of a shape as attributes. */
const paint = (kind: Kind) => ({ class: kind, ...KINDS[kind] });

const text = (x: number, y: number, kind: Kind, content: string): string =>
  element('text', { x: round(x), y: round(y), ...paint(kind) }, escapeXml(content));
const path = (kind: Kind, d: string): string => element('path', { ...paint(kind), d });

const marks = ({ end, step }: ReturnType<typeof axisOf>): number[] =>
  Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);

const numberText = (value: number): string => String(Number(value.toFixed(3)));

function axes({ x, y, across, up }: Scales): string {
  const [bottom, right] = [SIZE.height - BOTTOM, SIZE.width - RIGHT];
  const grid = marks(up).map((value) => path('grid', `M${LEFT} ${round(y(value))}H${right}`));
  const left = marks(up).map((value) => text(LEFT - 8, y(value) + 4, 'end', numberText(value)));
  const below = marks(across).map((value) =>
    text(x(value), bottom + 17, 'middle', numberText(value)),
  );
  const titles =
    text((LEFT + right) / 2, SIZE.height - 8, 'middle', 'ATC invalidations per look') +
    element(
      'text',
      { ...paint('middle'), transform: `translate(14 ${(TOP + bottom) / 2}) rotate(-90)` },
      'looks that miss a device',
    );
  const frame = path('axis', `M${LEFT} ${TOP}V${bottom}H${right}`);
  return [...grid, ...left, ...below, titles, frame].join('');
}

/** The place in a box that is nearest to a point. */
const nearest = ({ x, y, width, height }: Box, [left, top]: PlacedLabel['at']) =>
  [Math.min(Math.max(left, x), x + width), Math.min(Math.max(top, y), y + height)] as const;

/** The distance of a label from a point: its own or another. */
export function away({ box }: PlacedLabel, at: PlacedLabel['at']): number {
  const [x, y] = nearest(box, at);
  return Math.hypot(x - at[0], y - at[1]);
}

/** A line from a point to a label that is not beside it. */
export function leader(label: PlacedLabel): string {
  const { at, box } = label;
  if (away(label, at) <= RADIUS + PAD + 0.1) return '';
  const [x, y] = nearest(box, at);
  return path('leader', `M${round(at[0])} ${round(at[1])}L${round(x)} ${round(y)}`);
}

/** The colours of dark screens. Attributes have those of light screens and of paper. */
const style = (): string =>
  [
    '@media screen and (prefers-color-scheme:dark){',
    `.${CLASS} .ground{fill:${DARK.ground}}`,
    `.${CLASS} text,.${CLASS} .dot{fill:${DARK.ink}}`,
    `.${CLASS} .axis,.${CLASS} .grid,.${CLASS} .leader{stroke:${DARK.ink}}`,
    '}',
  ].join('\n');

/** Says how the numbers were measured. */
export const howText = ({ how }: CostPlot): string =>
  how === 'graph' ? 'over the reachable graph' : 'over long random walks';

/** Draws the plot, in colours for light, dark and paper. */
export function costSvg(plot: CostPlot): string {
  const { points, kernel, scope } = plot;
  const labels = placeLabels(points);
  const dots = labels.map(({ at: [x, y] }) =>
    element('circle', { ...paint('dot'), cx: round(x), cy: round(y), r: RADIUS }),
  );
  const names = labels.map(({ text: label, box }) =>
    text(box.x, box.y + LINE - PAD, 'name', label),
  );
  const title = `Accuracy against cost on ${kernel}, scope ${scope}, ${howText(plot)}`;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: CLASS,
      'font-family': SANS,
      'font-size': SIZE_OF_TEXT,
      viewBox: `0 0 ${SIZE.width} ${SIZE.height}`,
      width: SIZE.width,
      height: SIZE.height,
      role: 'img',
      'aria-label': title,
    },
    [
      element('title', {}, escapeXml(title)),
      element('style', {}, style()),
      element('rect', { class: 'ground', fill: LIGHT.ground, ...SIZE }),
      axes(scalesOf(points)),
      ...labels.map(leader),
      ...dots,
      ...names,
    ].join('\n'),
  )}\n`;
}
