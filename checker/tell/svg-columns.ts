/** Where everything stands in a picture from left to right. */
import { PAGE_NAMES } from '../../model/events.ts';
import type { LaneId } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Lane } from './lanes.ts';
import type { Sequence } from './sequence.ts';

/** The place of a page's entry in a lane: its middle and its width. */
export interface Slot {
  readonly x: number;
  readonly width: number;
}

interface Column extends Slot {
  readonly id: LaneId;
  /** By page; a lane that holds no entries has none. */
  readonly slots: ReadonlyMap<number, Slot>;
}

/** Columns of a picture: text at the left, or above the arrows where it is narrow. */
export interface Frame {
  readonly left: number;
  /** More than was asked for, if the lanes need more. */
  readonly width: number;
  readonly narrow: boolean;
  readonly columns: readonly Column[];
}

export const TEXT_WIDTH = 300;
export const MARGIN = 14;
/** Below this there is no room for the text beside the lanes. */
const NARROW = 640;

/** Mean width of a letter, of the proportional font, of that in bold, for a size of 1. */
export const LETTER = 0.54;
const BOLD = 0.7;
export const widthOf = (text: string, size = 11): number => text.length * size * LETTER;
export const boldWidth = (text: string, narrow: boolean): number =>
  text.length * (narrow ? 10 : 11) * BOLD;

/** The name of a lane, in as many lines as it has words. */
export const headLines = (title: string, narrow: boolean): string[] =>
  title.split(narrow ? /(?<=_)| / : ' ');

/** Wording of a bar: which page, how it looks, and what else there is to say. */
export function wordsOf(entry: LaneEntry, words: readonly string[], several: boolean): string[] {
  const plain = entry.look === 'cached';
  const name = several || (plain && words.length === 0) ? [PAGE_NAMES[entry.page]] : [];
  return [...name, ...(plain ? [] : [entry.look]), ...words];
}

const GAP = 3;
const BAR = 52;
/** Beside the words of a bar, and beside all that a lane holds. */
const [AROUND_WORD, AROUND_LANE] = [4, 10];

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** How wide the bars of a lane have to be for the words in them, page by page. */
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

/** A lane that holds entries takes more room, the more so the more pages there are. */
const weightOf = ({ holds }: Lane, pages: number): number => (holds ? 0.9 + 0.35 * pages : 0.9);

/** The bars of a lane beside each other, as wide as looks well where there is room. */
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

/** Divides the room; what it takes to read all that stands in a lane is its least width. */
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

/** By weight, but none gets less than its least. */
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

/** The middle of a lane. */
export const laneX = (frame: Frame, lane: LaneId): number => columnOf(frame, lane).x;

/** The place of a page in a lane; a lane that holds no entries has but its middle. */
export function slotOf(frame: Frame, lane: LaneId, page: number): Slot {
  const column = columnOf(frame, lane);
  return column.slots.get(page) ?? { x: column.x, width: 0 };
}
