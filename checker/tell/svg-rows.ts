/** Draws each row of a picture by itself, so that a page may show them one after the other. */
import type { Arrow, ArrowKind } from './arrow.ts';
import type { Appearance } from './entries.ts';
import type { Row } from './sequence.ts';
import type { Placed, PlacedRow, Segment } from './svg-layout.ts';
import { boldWidth, slotOf, widthOf } from './svg-columns.ts';
import { labelsOf, textLines, touchX } from './svg-layout.ts';
import type { Box } from './svg-shapes.ts';
import { path, rect, text } from './svg-shapes.ts';
import { element, escapeXml, round } from './xml.ts';

/** The box that each word in a bar takes. */
function wordBoxes(placed: Placed): readonly Box[] {
  const { narrow } = placed.frame;
  return placed.segments.flatMap(({ entry, words }) => {
    const { x } = slotOf(placed.frame, entry.lane, entry.page);
    return words.map(({ text: word, y }) => {
      const half = boldWidth(word, narrow) / 2;
      return { left: x - half, right: x + half, top: y - 9, bottom: y + 2 };
    });
  });
}

const [SIDESTEP, SIDESTEPS] = [4, 30];

/** Places a label at `x`, or as near to it as it can be read beside the words of the bars. */
function clearX(placed: Placed, x: number, y: number, label: string): number {
  const { left, width, narrow } = placed.frame;
  const half = widthOf(label, narrow ? 10 : 11) / 2 + 1;
  const inTheWay = wordBoxes(placed).filter(({ top, bottom }) => top < y + 3 && y - 10 < bottom);
  const isClear = (at: number) =>
    at - half >= left &&
    at + half <= left + width &&
    inTheWay.every((box) => at + half <= box.left || box.right <= at - half);
  for (let step = 0; step <= SIDESTEPS * SIDESTEP; step += SIDESTEP) {
    for (const at of [x - step, x + step]) if (isClear(at)) return at;
  }
  return x;
}

const labelAt = (placed: Placed, x: number, y: number, label: string): string =>
  label === ''
    ? ''
    : text(clearX(placed, x, y, label), y, placed.frame.narrow ? 'narrow-label' : 'label', label);

const HATCHED: Readonly<Partial<Record<Appearance, string>>> = {
  unseen: 'hatch-cached',
  stale: 'hatch-wrong',
  revoked: 'hatch-wrong',
};

/** Draws the part of an entry's bar that lies in a row. */
function bar(placed: Placed, { top, bottom }: PlacedRow, segment: Segment, prefix: string): string {
  const { entry, from, to, ends } = segment;
  const [y0, y1] = [Math.max(from, top), Math.min(to, bottom)];
  if (y0 >= y1) return '';
  const { x: middle, width } = slotOf(placed.frame, entry.lane, entry.page);
  const [x0, x1] = [round(middle - width / 2), round(middle + width / 2)];
  const hatch = HATCHED[entry.look];
  const fill = hatch === undefined ? {} : { fill: `url(#${prefix}${hatch})` };
  const sides =
    `M${x0} ${round(y0)}V${round(y1)}M${x1} ${round(y0)}V${round(y1)}` +
    (from >= top ? `M${x0} ${round(from)}H${x1}` : '') +
    (to <= bottom && ends ? `M${x0} ${round(to)}H${x1}` : '');
  const box = { left: x0, right: x1, top: y0, bottom: y1 };
  return rect(`${entry.look}-bar`, box, fill) + path(`${entry.look}-side`, sides);
}

/** Draws the words of a bar in the row where the bar begins, above the arrows. */
function barWords({ frame }: Placed, { top, bottom }: PlacedRow, segment: Segment): string {
  const { entry, from, words: lines } = segment;
  if (from < top || from >= bottom) return '';
  const { x } = slotOf(frame, entry.lane, entry.page);
  const kind = frame.narrow
    ? (`${entry.look}-narrow-word` as const)
    : (`${entry.look}-word` as const);
  return lines.map((word) => text(x, word.y, kind, word.text)).join('');
}

const TIP = 8;

/** An answer is dashed, and a posted write dotted. */
const SHAFTS: Readonly<Partial<Record<ArrowKind, 'answer' | 'posted-write'>>> = {
  completion: 'answer',
  'invalidation-completion': 'answer',
  'posted-write': 'posted-write',
};
const shaftOf = (kind: ArrowKind) => SHAFTS[kind] ?? 'arrow';

function tip(x: number, y: number, angle: number, kind: ArrowKind): string {
  const corner = (turn: number) =>
    `${round(x - TIP * Math.cos(angle + turn))} ${round(y - TIP * Math.sin(angle + turn))}`;
  const of = shaftOf(kind) === 'answer' ? 'answer-tip' : 'tip';
  return path(of, `M${round(x)} ${round(y)}L${corner(0.42)}L${corner(-0.42)}Z`);
}

/** Draws something that an actor does alone: a label on its lane. */
function pill(placed: Placed, { from, label, page }: Arrow, y: number): string {
  const x = slotOf(placed.frame, from, page).x;
  const whole = label.replace(', ', ' ');
  const width = widthOf(whole) + 12;
  return (
    rect(
      'pill',
      { left: x - width / 2, right: x + width / 2, top: y - 9, bottom: y + 9 },
      { rx: 9 },
    ) + text(x, y + 4, 'label', whole)
  );
}

const OTHER = { from: 'to', to: 'from' } as const;

/** Where one end of an arrow is. */
const touches = (placed: Placed, arrow: Arrow, end: 'from' | 'to', y: number): number => {
  const { page } = arrow;
  const towards = slotOf(placed.frame, arrow[OTHER[end]], page).x;
  return touchX(placed, { lane: arrow[end], page }, y, towards);
};

/** Draws an arrow that is sent and arrives in the same step. */
function straight(placed: Placed, arrow: Arrow, y: number): string {
  const { kind } = arrow;
  const [x0, x1] = [touches(placed, arrow, 'from', y), touches(placed, arrow, 'to', y)];
  const [above, below] = labelsOf(arrow);
  const middle = (x0 + x1) / 2;
  return (
    path(shaftOf(kind), `M${round(x0)} ${round(y)}H${round(x1)}`) +
    tip(x1, y, x1 > x0 ? 0 : Math.PI, kind) +
    labelAt(placed, middle, y - 5, above) +
    labelAt(placed, middle, y + 13, below)
  );
}

/** Where something begins and ends that was sent earlier. */
interface Flight {
  readonly arrow: Arrow;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

/** Everything that is in flight between two rows. */
export function flightsOf(placed: Placed): Flight[] {
  const { rows, bottom } = placed;
  return rows.flatMap(({ row, at }) =>
    row.arrows.flatMap((arrow, i): Flight[] => {
      if (arrow.arrives === undefined) return [];
      const from = [touches(placed, arrow, 'from', at[i]), at[i]] as const;
      const landing = rows.find((other) => other.row.number === arrow.arrives);
      if (landing === undefined) {
        const target = slotOf(placed.frame, arrow.to, arrow.page).x;
        return [{ arrow, from, to: [from[0] + (target - from[0]) * 0.6, bottom] }];
      }
      const index = landing.row.arrows.findIndex(
        (other) =>
          other.kind === arrow.kind &&
          other.to === arrow.to &&
          other.page === arrow.page &&
          other.sent === row.number,
      );
      const y = landing.at[index];
      return [{ arrow, from, to: [touches(placed, arrow, 'to', y), y] }];
    }),
  );
}

/** Draws the part of it that lies in a row. */
function flight({ top, bottom, row }: PlacedRow, { arrow, from, to }: Flight): string {
  const [y0, y1] = [Math.max(from[1], top), Math.min(to[1], bottom)];
  if (y0 >= y1) return '';
  const at = (y: number) => from[0] + ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]);
  const line = path(
    shaftOf(arrow.kind),
    `M${round(at(y0))} ${round(y0)}L${round(at(y1))} ${round(y1)}`,
  );
  if (arrow.arrives !== row.number) return line;
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  return line + tip(to[0], to[1], angle, arrow.kind);
}

/** Places the label: at the beginning in the row of sending, at the end in the row of arrival. */
function flightLabel(placed: Placed, arrow: Arrow, y: number): string {
  const [a, b] = [arrow.from, arrow.to].map((lane) => slotOf(placed.frame, lane, arrow.page).x);
  const sends = arrow.arrives !== undefined;
  const reach =
    slotOf(placed.frame, sends ? arrow.from : arrow.to, arrow.page).width / 2 +
    widthOf(arrow.label) / 2 +
    8;
  const x = sends ? a + Math.sign(b - a) * reach : b + Math.sign(a - b) * reach;
  const word = arrow.lost === true ? '' : arrow.label;
  if (!sends) return arrow.lost === true ? lost(placed, arrow, y) : '';
  return labelAt(placed, x, y - 5, word);
}

function lost(placed: Placed, arrow: Arrow, y: number): string {
  const x = touches(placed, arrow, 'to', y);
  const cross = `M${round(x - 6)} ${round(y - 6)}l12 12m0 -12l-12 12`;
  const side = Math.sign(slotOf(placed.frame, arrow.from, arrow.page).x - x);
  return path('lost', cross) + labelAt(placed, x + side * 34, y - 5, arrow.label);
}

function arrowOf(placed: Placed, arrow: Arrow, y: number): string {
  if (arrow.from === arrow.to) return pill(placed, arrow, y);
  if (arrow.arrives !== undefined || arrow.sent !== undefined) return flightLabel(placed, arrow, y);
  return straight(placed, arrow, y);
}

/** Draws the words of a row. Where they stand in the way of lanes they get a background. */
function words({ frame }: Placed, { row, top }: PlacedRow): string {
  const { event, note, violates } = textLines(row, frame);
  const lines = [
    ...event.map((line) => ['event', line] as const),
    ...note.map((line) => ['note', line] as const),
    ...violates.map((line) => ['verdict', line] as const),
  ];
  const x = frame.left + 14;
  return lines
    .map(([kind, line], i) => {
      const y = top + 19 + i * 16;
      const width = widthOf(line, kind === 'note' ? 12 : 13.4) + 8;
      const box = { left: x - 4, right: x - 4 + width, top: y - 12, bottom: y + 4 };
      const ground = frame.narrow ? rect(groundOf(row), box, { 'fill-opacity': 0.7 }) : '';
      return ground + text(x, y, kind, line);
    })
    .join('');
}

const groundOf = ({ number, violates }: Row): 'wrong' | 'stripe' | 'ground' =>
  violates.length > 0 ? 'wrong' : number % 2 === 0 ? 'stripe' : 'ground';

/** Draws a bar at the left edge, which marks a violation. */
const wrongMark = ({ frame: { left } }: Placed, { top, bottom }: PlacedRow): string =>
  rect('edge', { left, right: left + 5, top, bottom });

/** Draws one row: its background, the lifelines, what the lanes hold, the arrows and the words. */
export function drawRow(placed: Placed, drawn: PlacedRow, prefix: string, side = ''): string {
  const { frame, sequence, segments } = placed;
  const { left, width } = frame;
  const { row, top, bottom } = drawn;
  const wrong = row.violates.length > 0;
  const ground = rect(groundOf(row), { left, right: left + width, top, bottom });
  // One slot for each page: an arrow ends at it if there is no entry.
  const slots = sequence.lanes.flatMap(({ id }) =>
    sequence.pages.map((p) => slotOf(frame, id, p).x),
  );
  const lives = [...new Set(slots)].map((x) =>
    path('life', `M${round(x)} ${round(top)}V${round(bottom)}`),
  );
  return element(
    'g',
    {
      id: `${prefix}${side}step-${row.number}`,
      class: 'row',
      'data-step': row.number,
    },
    [
      element('title', {}, escapeXml(`(${row.number}) ${row.text}. ${row.sentence}`)),
      ground,
      wrong ? wrongMark(placed, drawn) : '',
      ...lives,
      ...segments.map((segment) => bar(placed, drawn, segment, prefix)),
      ...flightsOf(placed).map((one) => flight(drawn, one)),
      ...row.arrows.map((arrow, i) => arrowOf(placed, arrow, drawn.at[i])),
      ...segments.map((segment) => barWords(placed, drawn, segment)),
      words(placed, drawn),
    ].join(''),
  );
}
