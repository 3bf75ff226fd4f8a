/** Places everything in a picture from left to right. */
import { PAGE_NAMES } from '../../model/events.ts';
import type { LaneId } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Lane } from './lanes.ts';
import type { Sequence } from './sequence.ts';

/** The place of a page's entry in a lane: the middle and the width. */
export interface Slot {
  readonly x: number;
  readonly width: number;
}

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
  readonly columns: readonly Column[];
}

export const TEXT_WIDTH = 300;
export const MARGIN = 14;
/** The width in pixels below which the text does not fit beside the lanes. */
const NARROW = 640;

/** The mean width of a letter at font size 1, in the proportional font and in its bold style. */
export const LETTER = 0.54;
const BOLD = 0.7;
export const widthOf = (text: string, size = 11): number => text.length * size * LETTER;
export const boldWidth = (text: string, narrow: boolean): number =>
  text.length * (narrow ? 10 : 11) * BOLD;

/** Splits the name of a lane into lines; a narrow picture has one word on each line. */
export const headLines = (title: string, narrow: boolean): string[] =>
  title.split(narrow ? /(?<=_)| / : ' ');

/** The words of a bar: the page, its look, and what else there is to say. */
export function wordsOf(entry: LaneEntry, words: readonly string[], several: boolean): string[] {
  const plain = entry.look === 'cached';
  const name = several || (plain && words.length === 0) ? [PAGE_NAMES[entry.page]] : [];
  return [...name, ...(plain ? [] : [entry.look]), ...words];
}

const GAP = 3;
const BAR = 52;
/** Room in pixels around the words of a bar, and around all bars of a lane. */
const [AROUND_WORD, AROUND_LANE] = [4, 10];

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** The least width of each page's bar in a lane, so that its words fit. */
function leastBars({ rows, pages }: Sequence, { id, holds }: Lane, narrow: boolean): number[] {
  if (holds === undefined) return [];
  const entries = rows.flatMap((row) => row.entries).filter(({ lane }) => lane === id);
  return pages.map((page) => {
    const words = entries
      .filter((entry) => entry.page === page)
      .flatMap((entry) => wordsOf(entry, entry.words, true));
    return AROUND_WORD + Math.max(12, ...words.map((word) => boldWidth(word, narrow)));
  });
}

function leastLane({ title, holds }: Lane, bars: readonly number[], narrow: boolean): number {
  const heads = headLines(title, narrow).map((word) => boldWidth(word, narrow) * 1.08);
  const held = widthOf(holds ?? '', narrow ? 9.5 : 11);
  const all = sum(bars) + Math.max(0, bars.length - 1) * GAP;
  return AROUND_LANE + Math.max(...heads, held, all);
}

/** A lane's share of the room. A lane that holds entries gets more, and more for each page. */
const weightOf = ({ holds }: Lane, pages: number): number => (holds ? 0.9 + 0.35 * pages : 0.9);

/** Places the bars of a lane side by side, as wide as looks well where there is room. */
function slotsOf({ x, width }: Slot, pages: readonly number[], bars: readonly number[]) {
  const room = Math.min(BAR * bars.length, width * 0.72 - (bars.length - 1) * GAP);
  const more = Math.max(0, room - sum(bars)) / bars.length;
  let left = x - (sum(bars) + more * bars.length + (bars.length - 1) * GAP) / 2;
  return new Map(
    bars.map((bar, i) => {
      const slot = { x: left + (bar + more) / 2, width: bar + more };
      left += slot.width + GAP;
      return [pages[i], slot] as const;
    }),
  );
}

/** Divides the room among the lanes. The least width of a lane is the width of its texts. */
export function frameOf(sequence: Sequence, left: number, asked: number): Frame {
  const { lanes, pages } = sequence;
  const narrow = asked < NARROW;
  const lanesLeft = left + (narrow ? MARGIN / 2 : TEXT_WIDTH + MARGIN);
  const bars = lanes.map((lane) => leastBars(sequence, lane, narrow));
  const least = lanes.map((lane, i) => leastLane(lane, bars[i], narrow));
  const width = Math.max(asked, Math.ceil(lanesLeft - left + sum(least) + MARGIN / 2));
  const weights = lanes.map((lane) => weightOf(lane, pages.length));
  const room = left + width - MARGIN / 2 - lanesLeft;
  const widths = spread(room, least, weights);
  let at = lanesLeft;
  const columns = lanes.map(({ id }, i): Column => {
    const column = { x: at + widths[i] / 2, width: widths[i] };
    at += widths[i];
    return { id, ...column, slots: slotsOf(column, pages, bars[i]) };
  });
  return { left, width, narrow, columns };
}

/** Divides the room by weight. No lane gets less than its least width. */
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
