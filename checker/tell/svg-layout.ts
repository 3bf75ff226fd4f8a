/** Places everything in a picture from top to bottom. */
import { wrap } from '../trace/wrap.ts';
import type { Arrow } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Change, Row, Sequence } from './sequence.ts';
import type { Frame } from './svg-columns.ts';
import { LETTER, MARGIN, TEXT_WIDTH, slotOf, wordsOf } from './svg-columns.ts';

/** The mean width of a letter of the monospaced font at font size 1. */
const MONO = 0.61;

/** The event and the note of a row, cut into lines that fit beside or above the lanes. */
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
/** Height of an arrow with its label above it. What the arrow changes stands below it. */
const ARROW = 25;
const BELOW = 12;
/** Room below the last arrow for the label of an entry that begins there. */
const REST = 26;

const effectOf = ({ label }: Arrow): string | undefined => label.split(', ').slice(1).join(', ');

/** The label above an arrow, and the text below it. */
export const labelsOf = (arrow: Arrow): readonly [string, string] => [
  arrow.label.split(', ')[0],
  effectOf(arrow) ?? '',
];

const heightOfText = (row: Row, frame: Frame): number => {
  const { event, note, violates } = textLines(row, frame);
  return (event.length + note.length + violates.length) * LINE + 10;
};

/** The heights of the arrows of a row, and where they end. */
function arrowsFrom(top: number, { arrows }: Row): { at: number[]; bottom: number } {
  let y = top;
  const at = arrows.map((arrow) => {
    const here = y + ARROW;
    y = here + (effectOf(arrow) ? BELOW : 0);
    return here;
  });
  return { at, bottom: y };
}

/** The distance between the end of an entry and the arrow that changes it. */
const REACH = 9;

/** The first line of a bar's words, each further line, and how far a line reaches up and down. */
const [WORD, WORD_LINE, UP, DOWN] = [13, 12, 9, 3];

/** A line of a bar's words and its baseline. */
export interface Word {
  readonly text: string;
  readonly y: number;
}

/**
 * The spans of height where arrows to other lanes, or actions of this lane, cross an entry's bar.
 */
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

/**
 * The words of an entry from a change on. They are only what is new, and keep clear of the arrows.
 */
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

/** The height that a row needs. */
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
  /** The height of each arrow. */
  readonly at: readonly number[];
}

/** An entry while it looks the same. */
export interface Segment {
  readonly entry: LaneEntry;
  /** The words beside its look: what was not true of it before. */
  readonly words: readonly Word[];
  readonly from: number;
  to: number;
  /** The entry disappears, and does not merely look different. Never set in the last row. */
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

/** The top and the bottom of a row. */
export interface RowSpan {
  readonly top: number;
  readonly bottom: number;
}

/** Stacks rows of given heights below each other. */
export function stack(heights: readonly number[], top: number): RowSpan[] {
  let bottom = top;
  return heights.map((height) => ({ top: bottom, bottom: (bottom += height) }));
}

/** Places the rows of a sequence. */
export function place(sequence: Sequence, frame: Frame, extents: readonly RowSpan[]): Placed {
  const rows = sequence.rows.map((row, i) => placeRow(row, frame, extents[i]));
  const bottom = extents.at(-1)?.bottom ?? 0;
  return { sequence, frame, rows, segments: segmentsOf(sequence, frame, rows, bottom), bottom };
}

/** Where an arrow touches a lane: at the bar of its page, or at the place of that bar. */
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
