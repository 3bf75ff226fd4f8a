/** Places everything in a picture from left to right. */
import { PAGE_NAMES } from '../../model/ranges.ts';
import type { Arrow, LaneId } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Lane } from './lanes.ts';
import type { Sequence } from './sequence.ts';
import type { Demand } from './svg-gaps.ts';
import { BROKEN, SHORT, WHOLE, demandsOf, needsOf } from './svg-gaps.ts';
import type { Kind } from './svg-style.ts';
import { textWidth } from './svg-style.ts';

/** The place of a page's entry in a lane: the middle and the width. */
export interface Slot {
  readonly x: number;
  readonly width: number;
}

/** A lane: the middle and the width of all its entries. */
interface Column extends Slot {
  readonly id: LaneId;
  /** The slots by page. A lane that holds no entries has none. */
  readonly slots: ReadonlyMap<number, Slot>;
}

/**
 * The columns of a picture. The text stands at the left, or above the arrows if the picture is
 * narrow.
 */
export interface Frame {
  readonly left: number;
  /** The width in pixels. It is larger than the asked width if the lanes need more. */
  readonly width: number;
  readonly narrow: boolean;
  /** The width in pixels of the labels of arrows, if the words fit. */
  readonly labelWidth: number;
  readonly columns: readonly Column[];
}

export const TEXT_WIDTH = 300;
export const MARGIN = 14;
/** The width in pixels below which the text does not fit beside the lanes. */
export const NARROW = 640;

/** The kinds of the texts in the lanes. */
export const laneKinds = (narrow: boolean) =>
  narrow
    ? ({ head: 'narrow-head', holds: 'narrow-holds', label: 'narrow-label' } as const)
    : ({ head: 'head', holds: 'holds', label: 'label' } as const);

/** The kind of a word in the bar of an entry. */
export const wordKind = ({ look }: LaneEntry, narrow: boolean): Kind =>
  narrow ? `${look}-narrow-word` : `${look}-word`;

/** Splits the name of a lane into lines; a narrow picture has one word on each line. */
export const headLines = (title: string, narrow: boolean): string[] =>
  title.split(narrow ? /(?<=_)| / : ' ');

/** The words of a bar: the page, its look, and what else there is to say. */
export function wordsOf(entry: LaneEntry, words: readonly string[], several: boolean): string[] {
  const plain = entry.look === 'cached';
  const name = several || (plain && words.length === 0) ? [PAGE_NAMES[entry.page]] : [];
  return [...name, ...(plain ? [] : entry.look.split('-')), ...words];
}

/** Between the bars of a lane, between the lanes, and between their names. */
const [GAP, GAP_OF_LANES, GAP_OF_HEADS] = [3, 12, 8];
/** Room in pixels around the words of a bar. */
const AROUND_WORD = 6;

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The width of each page's bar in a lane, so that its words fit. */
function barsOf({ rows, pages }: Sequence, lane: Lane, narrow: boolean, least: number): number[] {
  if (lane.holds === undefined) return [];
  const entries = rows.flatMap((row) => row.entries).filter((entry) => entry.lane === lane.id);
  return pages.map((page) => {
    const widths = entries
      .filter((entry) => entry.page === page)
      .flatMap((entry) =>
        wordsOf(entry, entry.words, true).map((word) => textWidth(wordKind(entry, narrow), word)),
      );
    return Math.max(least, AROUND_WORD + Math.max(10, ...widths));
  });
}

function headWidth({ title, holds }: Lane, narrow: boolean): number {
  const kinds = laneKinds(narrow);
  const heads = headLines(title, narrow).map((word) => textWidth(kinds.head, word));
  return Math.max(...heads, textWidth(kinds.holds, holds ?? ''));
}

const widthOfBars = (bars: readonly number[]): number =>
  sum(bars) + Math.max(0, bars.length - 1) * GAP;

/** Places the bars of a lane side by side. */
function slotsAt(x: number, pages: readonly number[], bars: readonly number[]) {
  let left = x - widthOfBars(bars) / 2;
  return new Map(
    bars.map((width, i) => {
      const slot = { x: left + width / 2, width };
      left += width + GAP;
      return [pages[i], slot] as const;
    }),
  );
}

/** Bars and distances of lanes, before there is a place for them. */
interface Plan {
  readonly labelWidth: number;
  readonly bars: readonly (readonly number[])[];
  /** From the left edge to the first lane, from each lane to the next, and to the right edge. */
  readonly distances: readonly number[];
}

/** How wide bars and labels are: as looks well, or else as little as they can do with. */
const SIZES = [
  { bar: 52, labelWidth: WHOLE },
  { bar: 44, labelWidth: WHOLE },
  { bar: 28, labelWidth: WHOLE },
  { bar: 28, labelWidth: BROKEN },
  { bar: 0, labelWidth: SHORT },
] as const;

/** The least distances at which no name of a lane, no bar and no label meets another. */
function planOf(
  sequence: Sequence,
  narrow: boolean,
  { bar, labelWidth }: (typeof SIZES)[number],
): Plan {
  const { lanes, pages } = sequence;
  const bars = lanes.map((lane) => barsOf(sequence, lane, narrow, bar / pages.length ** 0.5));
  const heads = lanes.map((lane) => headWidth(lane, narrow) / 2);
  const bodies = bars.map((each) => widthOfBars(each) / 2);
  const demands: Demand[] = demandsOf(sequence, laneKinds(narrow).label, labelWidth);
  const needs = needsOf(demands, lanes.length + 1);
  const distances = needs.map((need, gap) => {
    const sides = [gap - 1, gap].filter((lane) => lane in lanes);
    const isInside = sides.length === 2;
    const between = isInside ? GAP_OF_HEADS : 2;
    return Math.max(
      sum(sides.map((lane) => bodies[lane])) + Math.max(need, isInside ? GAP_OF_LANES : 2),
      sum(sides.map((lane) => heads[lane])) + between,
    );
  });
  return { labelWidth, bars, distances };
}

/** The width of the longest word that stands above or beside the lanes, as no word is broken. */
function longestWord({ setup, machine, rows }: Sequence, narrow: boolean): number {
  const texts: (readonly [Kind, string])[] = [...setup, ...machine].map((line) => ['setup', line]);
  for (const { text, note, violates } of narrow ? rows : []) {
    texts.push(['event', text], ['note', note]);
    texts.push(...violates.map((name) => ['verdict', name] as const));
  }
  const words = texts.flatMap(([kind, line]) =>
    line.split(' ').map((word) => [kind, word] as const),
  );
  return Math.max(0, ...words.map(([kind, word]) => textWidth(kind, word)));
}

/** Divides the room among the lanes. */
export function frameOf(sequence: Sequence, left: number, asked: number): Frame {
  const { lanes, pages } = sequence;
  const narrow = asked < NARROW;
  const before = narrow ? MARGIN / 2 : TEXT_WIDTH + MARGIN;
  const plans = SIZES.map((size) => planOf(sequence, narrow, size));
  const widthFor = ({ distances }: Plan) => Math.ceil(before + sum(distances) + MARGIN / 2);
  const plan = plans.find((one) => widthFor(one) <= asked) ?? plans.at(-1)!;
  const { bars, distances, labelWidth } = plan;
  const words = Math.ceil(longestWord(sequence, narrow) + 2 * MARGIN);
  const width = Math.max(asked, widthFor(plan), words);
  const weights = distances.map((_, gap) => (gap % lanes.length === 0 ? 0.5 : 1));
  const room = width - before - MARGIN / 2;
  const spaces = spread(room, distances, weights);
  let x = left + before;
  const columns = lanes.map(({ id }, i): Column => {
    x += spaces[i];
    return { id, x, width: widthOfBars(bars[i]), slots: slotsAt(x, pages, bars[i]) };
  });
  return { left, width, narrow, labelWidth, columns };
}

/** Divides the room by weight. No part gets less than its least. */
function spread(room: number, least: readonly number[], weights: readonly number[]): number[] {
  const short = new Set<number>();
  for (;;) {
    const taken = sum(least.filter((_, i) => short.has(i)));
    const unit = (room - taken) / sum(weights.filter((_, i) => !short.has(i)));
    const next = least.findIndex((width, i) => !short.has(i) && weights[i] * unit < width);
    if (next < 0) return least.map((width, i) => (short.has(i) ? width : weights[i] * unit));
    short.add(next);
  }
}

const columnOf = ({ columns }: Frame, lane: LaneId): Column =>
  columns.find(({ id }) => id === lane)!;

/** The middle of a lane in pixels. */
export const laneX = (frame: Frame, lane: LaneId): number => columnOf(frame, lane).x;

/** The place of a page in a lane. A lane that holds no entries has only its middle. */
export function slotOf(frame: Frame, lane: LaneId, page: number): Slot {
  const column = columnOf(frame, lane);
  return column.slots.get(page) ?? { x: column.x, width: 0 };
}

/** The room between two lanes, in which no bar is ever. */
export interface Gap {
  readonly left: number;
  readonly right: number;
}

/** The gap at the left of a lane by its index; beyond the last lane it ends at the margin. */
function gapAt({ left, width, narrow, columns }: Frame, index: number): Gap {
  const [before, after] = [columns[index - 1], columns[index]];
  return {
    left: before ? before.x + before.width / 2 : left + (narrow ? MARGIN / 2 : TEXT_WIDTH + MARGIN),
    right: after ? after.x - after.width / 2 : left + width - MARGIN / 2,
  };
}

/** The gap beside a lane at its right or its left side. */
export function gapBeside(frame: Frame, lane: LaneId, side: 'left' | 'right'): Gap {
  const index = frame.columns.findIndex(({ id }) => id === lane);
  return gapAt(frame, side === 'left' ? index : index + 1);
}

/** The gap on an arrow's way in which a label of a width fits: the nearest to its middle. */
export function gapAlong(frame: Frame, { from, to }: Arrow, width: number): Gap {
  const [first, last] = [from, to]
    .map((lane) => frame.columns.findIndex(({ id }) => id === lane))
    .sort((a, b) => a - b);
  const middle = (frame.columns[first].x + frame.columns[last].x) / 2;
  const gaps = Array.from({ length: last - first }, (_, i) => gapAt(frame, first + 1 + i));
  // One fits, because the plan has made it as wide, up to the rounding of sums.
  const fitting = gaps.filter(({ left, right }) => right - left >= width - 0.01);
  const far = ({ left, right }: Gap) => Math.abs((left + right) / 2 - middle);
  return fitting.sort((a, b) => far(a) - far(b))[0];
}
