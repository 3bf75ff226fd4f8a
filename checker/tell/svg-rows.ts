/** Draws each row of a picture by itself, so that a page may show them one after the other. */
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import type { Row } from './sequence.ts';
import type { Gap } from './svg-columns.ts';
import { MARGIN, gapAlong, gapBeside, laneKinds, slotOf, wordKind } from './svg-columns.ts';
import {
  AROUND_LABEL,
  AROUND_PILL,
  CROSS,
  LINK,
  labelOf,
  labelWidthOf,
  pillText,
} from './svg-gaps.ts';
import type { Placed, PlacedRow, Segment } from './svg-layout.ts';
import { labelWords, seenIn, textLines, touchX } from './svg-layout.ts';
import { path, rect, text } from './svg-shapes.ts';
import { HATCHED, textWidth } from './svg-style.ts';
import { element, escapeXml, round } from './xml.ts';

/** Draws the part of an entry's bar that lies in a row. */
function bar(placed: Placed, row: PlacedRow, segment: Segment, prefix: string): string {
  const { entry, from, to, ends } = segment;
  const { x: middle, width } = slotOf(placed.frame, entry.lane, entry.page);
  const [x0, x1] = [round(middle - width / 2), round(middle + width / 2)];
  const hatch = HATCHED[entry.look];
  const fill = hatch === undefined ? {} : { fill: `url(#${prefix}${hatch})` };
  const drawn = seenIn(row, from, to).map(({ top, bottom }) => {
    const [y0, y1] = [round(top), round(bottom)];
    const sides =
      `M${x0} ${y0}V${y1}M${x1} ${y0}V${y1}` +
      (from === top ? `M${x0} ${y0}H${x1}` : '') +
      (to === bottom && ends ? `M${x0} ${y1}H${x1}` : '');
    const box = { left: x0, right: x1, top, bottom };
    return rect(`${entry.look}-bar`, box, fill) + path(`${entry.look}-side`, sides);
  });
  return drawn.join('');
}

/** Draws the words of a bar in the row where the bar begins, on a ground that hides the hatch. */
function barWords({ frame }: Placed, { row, top, bottom }: PlacedRow, segment: Segment): string {
  const { entry, from, words } = segment;
  if (from < top || from >= bottom) return '';
  const { x } = slotOf(frame, entry.lane, entry.page);
  const kind = wordKind(entry, frame.narrow);
  const drawn = words.map(({ text: word, y }) => {
    const half = textWidth(kind, word) / 2 + 1;
    const box = { left: x - half, right: x + half, top: y - 10, bottom: y + 3 };
    const ground = HATCHED[entry.look] === undefined ? '' : rect(groundOf(row), box);
    return ground + text(x, y, kind, word);
  });
  return drawn.join('');
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

/** Draws what an actor does alone: on its lane, or beside it if the lane holds entries. */
function pill(placed: Placed, arrow: Arrow, y: number): string {
  const { frame } = placed;
  const { from, page } = arrow;
  const kind = laneKinds(frame.narrow).label;
  const { x, width } = slotOf(frame, from, page);
  const half = textWidth(kind, pillText(arrow)) / 2 + AROUND_PILL;
  const middle = width === 0 ? x : gapBeside(frame, from, 'right').left + LINK + half;
  const start = touchX(placed, { lane: from, page }, y, middle);
  const link = width === 0 ? '' : path('link', `M${round(start)} ${round(y)}H${round(middle)}`);
  const box = { left: middle - half, right: middle + half, top: y - 9, bottom: y + 9 };
  return link + rect('pill', box, { rx: 9 }) + text(middle, y + 4, kind, pillText(arrow));
}

const OTHER = { from: 'to', to: 'from' } as const;

/** Where one end of an arrow is. */
const touches = (placed: Placed, arrow: Arrow, end: 'from' | 'to', y: number): number => {
  const { page } = arrow;
  const towards = slotOf(placed.frame, arrow[OTHER[end]], page).x;
  return touchX(placed, { lane: arrow[end], page }, y, towards);
};

/** Draws the label of an arrow, its lines around the middle of a gap. */
function label({ frame }: Placed, row: Row, arrow: Arrow, y: number, { left, right }: Gap): string {
  const kind = laneKinds(frame.narrow).label;
  const x = (left + right) / 2;
  const drawn = labelWords(frame, arrow, y).map((line) => {
    const half = textWidth(kind, line.text) / 2;
    const box = { left: x - half, right: x + half, top: line.y - 8, bottom: line.y + 2 };
    // It hides whatever is in flight behind the label.
    return rect(groundOf(row), box) + text(x, line.y, kind, line.text);
  });
  return drawn.join('');
}

/** The width of the label of an arrow. */
function widthOfLabel({ frame }: Placed, arrow: Arrow): number {
  const kind = laneKinds(frame.narrow).label;
  return labelWidthOf(labelOf(arrow, kind, frame.labelWidth), kind);
}

/** Draws an arrow that is sent and arrives in the same step. */
function straight(placed: Placed, row: Row, arrow: Arrow, y: number): string {
  const { kind } = arrow;
  const [x0, x1] = [touches(placed, arrow, 'from', y), touches(placed, arrow, 'to', y)];
  const gap = gapAlong(placed.frame, arrow, widthOfLabel(placed, arrow) + 2 * AROUND_LABEL);
  return (
    path(shaftOf(kind), `M${round(x0)} ${round(y)}H${round(x1)}`) +
    tip(x1, y, x1 > x0 ? 0 : Math.PI, kind) +
    label(placed, row, arrow, y, gap)
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
function flight(row: PlacedRow, { arrow, from, to }: Flight): string {
  const at = (y: number) => from[0] + ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]);
  const line = seenIn(row, from[1], to[1])
    .map(
      ({ top, bottom }) => `M${round(at(top))} ${round(top)}L${round(at(bottom))} ${round(bottom)}`,
    )
    .join('');
  if (line === '') return '';
  const shaft = path(shaftOf(arrow.kind), line);
  if (arrow.arrives !== row.row.number) return shaft;
  const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
  return shaft + tip(to[0], to[1], angle, arrow.kind);
}

/** Places a label of what is in flight beside a lane, at the side towards another lane. */
function beside(placed: Placed, lane: LaneId, other: LaneId, arrow: Arrow, away: number): Gap {
  const isRight =
    slotOf(placed.frame, other, arrow.page).x > slotOf(placed.frame, lane, arrow.page).x;
  const { left, right } = gapBeside(placed.frame, lane, isRight ? 'right' : 'left');
  const width = widthOfLabel(placed, arrow);
  return isRight
    ? { left: left + away, right: left + away + width }
    : { left: right - away - width, right: right - away };
}

/** Labels what is sent in this row, and crosses out what arrives in it and is dropped. */
function inFlight(placed: Placed, row: Row, arrow: Arrow, y: number): string {
  const { from, to } = arrow;
  if (arrow.arrives !== undefined) {
    return label(placed, row, arrow, y, beside(placed, from, to, arrow, AROUND_LABEL));
  }
  if (arrow.lost !== true) return '';
  const x = touches(placed, arrow, 'to', y);
  const cross = `M${round(x - 6)} ${round(y - 6)}l12 12m0 -12l-12 12`;
  const gap = beside(placed, to, from, arrow, AROUND_LABEL + CROSS);
  return path('lost', cross) + label(placed, row, arrow, y, gap);
}

function arrowOf(placed: Placed, row: Row, arrow: Arrow, y: number): string {
  if (arrow.from === arrow.to) return pill(placed, arrow, y);
  const flies = arrow.arrives !== undefined || arrow.sent !== undefined;
  return flies ? inFlight(placed, row, arrow, y) : straight(placed, row, arrow, y);
}

/** Draws the words of a row. */
function words({ frame }: Placed, { row, top }: PlacedRow): string {
  const { event, note, violates } = textLines(row, frame);
  const lines = [
    ...event.map((line) => ['event', line] as const),
    ...note.map((line) => ['note', line] as const),
    ...violates.map((line) => ['verdict', line] as const),
  ];
  return lines
    .map(([kind, line], i) => text(frame.left + MARGIN, top + 19 + i * 16, kind, line))
    .join('');
}

const groundOf = ({ number, violates }: Row): 'wrong' | 'stripe' | 'ground' =>
  violates.length > 0 ? 'wrong' : number % 2 === 0 ? 'stripe' : 'ground';

/** Marks a violation at the left edge, and parts it from a violation in the row above. */
function wrongMark({ frame, sequence: { rows } }: Placed, { row, top, bottom }: PlacedRow): string {
  const { left, width } = frame;
  const before = rows[rows.indexOf(row) - 1];
  const isAgain = before !== undefined && before.violates.length > 0;
  const border = `M${round(left)} ${round(top)}H${round(left + width)}`;
  const edge = rect('edge', { left, right: left + 5, top: top + 2, bottom: bottom - 2 });
  return edge + (isAgain ? path('border', border) : '');
}

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
    drawn.open.map((span) => `M${round(x)} ${round(span.top)}V${round(span.bottom)}`).join(''),
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
      path('life', lives.join('')),
      ...segments.map((segment) => bar(placed, drawn, segment, prefix)),
      ...flightsOf(placed).map((one) => flight(drawn, one)),
      ...row.arrows.map((arrow, i) => arrowOf(placed, row, arrow, drawn.at[i])),
      ...segments.map((segment) => barWords(placed, drawn, segment)),
      words(placed, drawn),
    ].join(''),
  );
}
