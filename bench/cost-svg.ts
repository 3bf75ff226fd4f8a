/** Draws the states that a search takes, with and without reductions, on a logarithmic scale. */
import { element, escapeXml, round } from '../checker/tell/xml.ts';

/** What one number of pages, CPUs and devices takes. Undefined is more than the limit. */
export interface CostRow {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
  readonly reduced: number | undefined;
  readonly full: number | undefined;
}

const WIDTH = 760;
const HEIGHT = 360;
const [LEFT, RIGHT, TOP, BOTTOM] = [84, 20, 40, 70];
const INK = '#1f2328';
const FAINT = '#d0d7de';
const LINES = { full: '#b3261e', reduced: '#0b5cad' } as const;
/** The scale begins at a hundred states, and ends above the limit. */
const FIRST_POWER = 2;

const text = (x: number, y: number, content: string, more: Record<string, string> = {}): string =>
  element('text', { x: round(x), y: round(y), fill: INK, ...more }, escapeXml(content));
const line = (x1: number, y1: number, x2: number, y2: number, stroke: string): string =>
  element('line', { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2), stroke });

interface Scales {
  readonly x: (index: number) => number;
  readonly y: (states: number) => number;
  readonly lastPower: number;
}

function scalesOf(rows: readonly CostRow[], limit: number): Scales {
  const lastPower = Math.ceil(Math.log10(limit));
  const step = (WIDTH - LEFT - RIGHT) / rows.length;
  const power = (HEIGHT - TOP - BOTTOM) / (lastPower - FIRST_POWER);
  return {
    x: (index) => LEFT + (index + 0.5) * step,
    y: (states) => HEIGHT - BOTTOM - (Math.log10(states) - FIRST_POWER) * power,
    lastPower,
  };
}

/** One line and its points. It ends in a hollow point wherever the limit was exceeded. */
function curve(
  rows: readonly CostRow[],
  name: keyof typeof LINES,
  { x, y }: Scales,
  limit: number,
): string {
  const stroke = LINES[name];
  const points = rows.map((row, index) => [round(x(index)), round(y(row[name] ?? limit))] as const);
  const dots = points.map(([cx, cy], index) => {
    const fill = rows[index][name] === undefined ? '#ffffff' : stroke;
    return element('circle', { cx, cy, r: 3.5, fill, stroke });
  });
  const path = points.map((point) => point.join(',')).join(' ');
  return element('polyline', { points: path, fill: 'none', stroke }) + dots.join('');
}

/** The marks of the scale of states. */
function scale({ y, lastPower }: Scales): string {
  const powers = Array.from({ length: lastPower - FIRST_POWER + 1 }, (_, n) => n + FIRST_POWER);
  return powers
    .map((power) => {
      const at = y(10 ** power);
      const label = (10 ** power).toLocaleString('en');
      const end = { 'text-anchor': 'end' };
      return line(LEFT, at, WIDTH - RIGHT, at, FAINT) + text(LEFT - 8, at + 4, label, end);
    })
    .join('');
}

/** The numbers of agents below the scale: pages of each column, CPUs and devices of each group. */
function numbers(rows: readonly CostRow[], { x }: Scales): string {
  const middle = { 'text-anchor': 'middle' };
  const bottom = HEIGHT - BOTTOM;
  const same = (a: CostRow, b: CostRow | undefined): boolean =>
    a.cpus === b?.cpus && a.devices === b.devices;
  const several = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
  const groups = rows.map((row, index) => {
    if (same(row, rows[index - 1])) return '';
    const size = rows.filter((other) => same(row, other)).length;
    const at = (x(index) + x(index + size - 1)) / 2;
    const start = x(index) - (x(1) - x(0)) / 2;
    const cpus = text(at, bottom + 38, several(row.cpus, 'CPU'), middle);
    const devices = text(at, bottom + 54, several(row.devices, 'device'), middle);
    return line(start, TOP, start, bottom + 58, FAINT) + cpus + devices;
  });
  const pages = rows.map((row, index) => text(x(index), bottom + 18, `${row.pages}`, middle));
  const label = text(LEFT - 8, bottom + 18, 'pages', { 'text-anchor': 'end' });
  return label + pages.join('') + groups.join('');
}

/** Draws the table as one picture that stands for itself. */
export function costSvg(rows: readonly CostRow[], limit: number): string {
  const scales = scalesOf(rows, limit);
  const { full, reduced } = LINES;
  const over = `a hollow point is more than ${limit.toLocaleString('en')}`;
  const content = [
    element('rect', { width: WIDTH, height: HEIGHT, fill: '#ffffff' }),
    text(LEFT, 22, 'states without reductions', { fill: full }),
    text(LEFT + 180, 22, 'states with reductions', { fill: reduced }),
    text(WIDTH - RIGHT, 22, over, { 'text-anchor': 'end' }),
    scale(scales),
    numbers(rows, scales),
    curve(rows, 'full', scales, limit),
    curve(rows, 'reduced', scales, limit),
  ].join('\n');
  const shape = { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` };
  const font = { 'font-family': 'sans-serif', 'font-size': 12 };
  const root = { xmlns: 'http://www.w3.org/2000/svg', role: 'img', ...shape, ...font };
  return `${element('svg', root, `\n${content}\n`)}\n`;
}
