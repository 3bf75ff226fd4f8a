/** Where everything stands in a picture from top to bottom. */
import { wrap } from '../trace/wrap.ts';
import type { Arrow } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Change, Row, Sequence } from './sequence.ts';
import type { Frame } from './svg-columns.ts';
import { LETTER, MARGIN, TEXT_WIDTH, slotOf, wordsOf } from './svg-columns.ts';

/** Mean width of a letter of the other font, for a size of 1. */
const MONO = 0.61;

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

/** Where the arrows of a row are, and where they end. */
function arrowsFrom(top: number, { arrows }: Row): { at: number[]; bottom: number } {
  let y = top;
  const at = arrows.map((arrow) => {
    const here = y + ARROW;
    y = here + (effectOf(arrow) ? BELOW : 0);
    return here;
  });
  return { at, bottom: y };
}

/** How far from the arrow that changes it an entry's end is drawn. */
const REACH = 9;

/** First line of a bar's words, and the others; how far a line reaches up and down. */
const [WORD, WORD_LINE, UP, DOWN] = [13, 12, 9, 3];

/** A line of a bar's words, with its baseline. */
export interface Word {
  readonly text: string;
  readonly y: number;
}

/** What is drawn across the place of an entry: arrows to somewhere else, and what is done there. */
function across(frame: Frame, { arrows }: Row, at: readonly number[], { lane, page }: Change) {
  const here = slotOf(frame, lane, page);
  const isBetween = (x: number, ...ends: readonly number[]) =>
    Math.min(...ends) < x && x < Math.max(...ends);
  return arrows.flatMap(({ from, to, page: of, arrives, sent }, i) => {
    if (from === to) return from === lane ? [{ top: at[i] - 10, bottom: at[i] + 10 }] : [];
    if (arrives !== undefined || sent !== undefined) return [];
    const ends = [from, to].map((one) => slotOf(frame, one, of).x);
    return isBetween(here.x, ...ends) ? [{ top: at[i] - 1, bottom: at[i] + 1 }] : [];
  });
}

/** What is said of an entry from a change on: what was not so before, clear of the arrows. */
function wordsAt(sequence: Sequence, frame: Frame, row: Row, at: readonly number[], c: Change) {
  if (c.is === undefined) return [];
  const known = c.was?.words ?? [];
  const fresh = c.is.words.filter((word) => !known.includes(word));
  const inTheWay = across(frame, row, at, c);
  let y = at[c.at] - REACH + WORD - WORD_LINE;
  return wordsOf(c.is, fresh, sequence.pages.length > 1).map((text): Word => {
    y += WORD_LINE;
    for (const { top, bottom } of inTheWay) if (y - UP < bottom && top < y + DOWN) y = bottom + UP;
    return { text, y };
  });
}

/** How high a row has to be. */
export function heightOf(sequence: Sequence, row: Row, frame: Frame): number {
  const text = heightOfText(row, frame);
  const { at, bottom } = arrowsFrom(0, row);
  const words = row.changes.flatMap((change) => wordsAt(sequence, frame, row, at, change));
  const arrows = Math.max(bottom + REST, ...words.map(({ y }) => y + 8));
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
  readonly entry: LaneEntry;
  /** What is to be said of it beside its look: what was not so before. */
  readonly words: readonly Word[];
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

function placeRow(row: Row, frame: Frame, { top, bottom }: RowSpan): PlacedRow {
  const start = top + (frame.narrow ? heightOfText(row, frame) - 6 : 0);
  return { row, top, bottom, at: arrowsFrom(start, row).at };
}

function segmentsOf(sequence: Sequence, frame: Frame, rows: readonly PlacedRow[], bottom: number) {
  const segments: Segment[] = [];
  const open = new Map<string, Segment>();
  for (const { row, at } of rows) {
    for (const change of row.changes) {
      const { lane, page, is } = change;
      const slot = `${lane} ${page}`;
      const y = at[change.at];
      const before = open.get(slot);
      if (before !== undefined) {
        before.to = is === undefined ? y + REACH : y - REACH;
        before.ends = is === undefined;
        open.delete(slot);
      }
      if (is === undefined) continue;
      const words = wordsAt(sequence, frame, row, at, change);
      const segment = { entry: is, words, from: y - REACH, to: bottom, ends: false };
      segments.push(segment);
      open.set(slot, segment);
    }
  }
  return segments;
}

/** From where to where a row goes. */
export interface RowSpan {
  readonly top: number;
  readonly bottom: number;
}

/** Rows of given heights below each other. */
export function stack(heights: readonly number[], top: number): RowSpan[] {
  let bottom = top;
  return heights.map((height) => ({ top: bottom, bottom: (bottom += height) }));
}

/** Places rows. */
export function place(sequence: Sequence, frame: Frame, extents: readonly RowSpan[]): Placed {
  const rows = sequence.rows.map((row, i) => placeRow(row, frame, extents[i]));
  const bottom = extents.at(-1)?.bottom ?? 0;
  return { sequence, frame, rows, segments: segmentsOf(sequence, frame, rows, bottom), bottom };
}

/** Where an arrow touches a lane: at the bar of its page, or where that would be. */
export function touchX(
  { frame, segments }: Placed,
  { lane, page }: Pick<LaneEntry, 'lane' | 'page'>,
  y: number,
  towards: number,
): number {
  const { x, width } = slotOf(frame, lane, page);
  const isThere = segments.some(
    ({ entry, from, to }) => entry.lane === lane && entry.page === page && from <= y && y <= to,
  );
  return isThere ? x + (Math.sign(towards - x) * width) / 2 : x;
}
