/** Where everything stands in a picture. */
import { wrap } from '../../trace/wrap.ts';
import type { Arrow, LaneId } from './arrow.ts';
import type { Entry } from './entries.ts';
import type { Lane } from './lanes.ts';
import type { Row, Sequence } from './sequence.ts';

/** Columns of a picture: text at the left, or above the arrows where it is narrow. */
export interface Frame {
  readonly left: number;
  readonly width: number;
  readonly narrow: boolean;
  /** The lanes' share. */
  readonly lanesLeft: number;
  readonly lanesWidth: number;
}

const TEXT_WIDTH = 300;
const MARGIN = 14;
/** Below this there is no room for the text beside the lanes. */
const NARROW = 640;

export function frameOf(left: number, width: number): Frame {
  const narrow = width < NARROW;
  const lanesLeft = left + (narrow ? MARGIN / 2 : TEXT_WIDTH + MARGIN);
  return { left, width, narrow, lanesLeft, lanesWidth: left + width - MARGIN / 2 - lanesLeft };
}

/** Mean width of a letter, of the proportional font and of the other, for a size of 1. */
const LETTER = 0.54;
const MONO = 0.61;
export const widthOf = (text: string, size = 11): number => text.length * size * LETTER;

/** Lines of text that fit beside or above the lanes. */
export function textLines(row: Row, frame: Frame) {
  const room = (frame.narrow ? frame.width : TEXT_WIDTH) - 2 * MARGIN;
  const fit = (text: string, letter: number) => wrap(text, Math.floor(room / (12 * letter)));
  return {
    event: fit(`(${row.number}) ${row.text}`, MONO),
    note: fit(row.note, LETTER),
    violates: row.violates.flatMap((name) => fit(`violates ${name}`, LETTER * 1.1)),
  };
}

const LINE = 16;
/** An arrow, with its label above it; what it does stands below. */
const ARROW = 25;
const BELOW = 12;
/** Below the last arrow, room for the label of an entry that begins there. */
const REST = 26;

const effectOf = ({ label }: Arrow): string | undefined => label.split(', ').slice(1).join(', ');

/** The label above an arrow, and what stands below it. */
export const labelsOf = (arrow: Arrow): readonly [string, string] => [
  arrow.label.split(', ')[0],
  effectOf(arrow) ?? '',
];

const heightOfText = (row: Row, frame: Frame): number => {
  const { event, note, violates } = textLines(row, frame);
  return (event.length + note.length + violates.length) * LINE + 10;
};

const heightOfArrows = ({ arrows }: Row): number =>
  arrows.reduce((sum, arrow) => sum + ARROW + (effectOf(arrow) ? BELOW : 0), 0) + REST;

/** How high a row has to be. */
export function heightOf(row: Row, frame: Frame): number {
  const [text, arrows] = [heightOfText(row, frame), heightOfArrows(row)];
  return frame.narrow ? text + arrows : Math.max(text, arrows);
}

export interface PlacedRow {
  readonly row: Row;
  readonly top: number;
  readonly bottom: number;
  /** Per arrow. */
  readonly at: readonly number[];
}

/** An entry from where it begins to look like this to where it ends. */
export interface Segment {
  readonly entry: Entry;
  /** What is to be said of it beside its look: what was not so before. */
  readonly words: readonly string[];
  readonly from: number;
  to: number;
  /** It was told to go, rather than to look otherwise; not in the last row. */
  ends: boolean;
}

export interface Placed {
  readonly sequence: Sequence;
  readonly frame: Frame;
  readonly rows: readonly PlacedRow[];
  readonly segments: readonly Segment[];
  readonly bottom: number;
}

function placeRow(row: Row, frame: Frame, { top, bottom }: Extent): PlacedRow {
  let y = top + (frame.narrow ? heightOfText(row, frame) - 6 : 0);
  const at = row.arrows.map((arrow) => {
    const here = y + ARROW;
    y = here + (effectOf(arrow) ? BELOW : 0);
    return here;
  });
  return { row, top, bottom, at };
}

/** How far from the arrow that changes it an entry's end is drawn. */
const REACH = 9;

function segmentsOf(rows: readonly PlacedRow[], bottom: number): Segment[] {
  const segments: Segment[] = [];
  const open = new Map<string, Segment>();
  for (const { row, at } of rows) {
    for (const { lane, page, at: arrow, is } of row.changes) {
      const slot = `${lane} ${page}`;
      const y = at[arrow];
      const before = open.get(slot);
      if (before !== undefined) {
        before.to = is === undefined ? y + REACH : y - REACH;
        before.ends = is === undefined;
        open.delete(slot);
      }
      if (is === undefined) continue;
      const known = before?.entry.words ?? [];
      const words = is.words.filter((word) => !known.includes(word));
      const segment = { entry: is, words, from: y - REACH, to: bottom, ends: false };
      segments.push(segment);
      open.set(slot, segment);
    }
  }
  return segments;
}

/** From where to where a row goes. */
export interface Extent {
  readonly top: number;
  readonly bottom: number;
}

/** Rows of given heights below each other. */
export function stack(heights: readonly number[], top: number): Extent[] {
  let bottom = top;
  return heights.map((height) => ({ top: bottom, bottom: (bottom += height) }));
}

/** Places rows. */
export function place(sequence: Sequence, frame: Frame, extents: readonly Extent[]): Placed {
  const rows = sequence.rows.map((row, i) => placeRow(row, frame, extents[i]));
  const bottom = extents.at(-1)?.bottom ?? 0;
  return { sequence, frame, rows, segments: segmentsOf(rows, bottom), bottom };
}

/** A lane that holds entries takes more room, the more so the more pages there are. */
const weightOf = ({ holds }: Lane, pages: number): number => (holds ? 0.9 + 0.35 * pages : 0.9);

/** Where a lane is: its middle and its width. */
function laneRoom({ sequence, frame }: Placed, is: (lane: Lane) => boolean) {
  const { lanes, pages } = sequence;
  const weights = lanes.map((lane) => weightOf(lane, pages.length));
  const unit = frame.lanesWidth / weights.reduce((sum, weight) => sum + weight, 0);
  const index = lanes.findIndex(is);
  const before = weights.slice(0, index).reduce((sum, weight) => sum + weight, 0);
  return {
    x: frame.lanesLeft + (before + weights[index] / 2) * unit,
    width: weights[index] * unit,
  };
}

/** The middle of a lane. */
export const laneX = (placed: Placed, id: LaneId): number =>
  laneRoom(placed, (lane) => lane.id === id).x;

const GAP = 3;
const BAR = 52;

/** Width of an entry's bar: pages stand side by side in a lane. */
export function barWidth(placed: Placed): number {
  const { frame, sequence } = placed;
  const room = laneRoom(placed, ({ id }) => id === 'table').width * (frame.narrow ? 0.53 : 0.72);
  const { length } = sequence.pages;
  return Math.min(BAR, (room - (length - 1) * GAP) / length);
}

/** The middle of a page's place in a lane; a lane that holds no entries has but one. */
export function slotX(placed: Placed, lane: LaneId, page: number): number {
  const { lanes, pages } = placed.sequence;
  const x = laneX(placed, lane);
  if (lanes.find(({ id }) => id === lane)?.holds === undefined) return x;
  const step = barWidth(placed) + GAP;
  return x + (pages.indexOf(page) - (pages.length - 1) / 2) * step;
}

/** Where an arrow touches a lane: at the bar of its page, or where that would be. */
export function touchX(
  placed: Placed,
  { lane, page }: Pick<Entry, 'lane' | 'page'>,
  y: number,
  towards: number,
): number {
  const x = slotX(placed, lane, page);
  const isThere = placed.segments.some(
    ({ entry, from, to }) => entry.lane === lane && entry.page === page && from <= y && y <= to,
  );
  return isThere ? x + (Math.sign(towards - x) * barWidth(placed)) / 2 : x;
}
