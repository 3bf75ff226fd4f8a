/** Places everything in a picture from top to bottom. */
import { wrap } from '../trace/wrap.ts';
import type { Arrow } from './arrow.ts';
import type { LaneEntry } from './entries.ts';
import type { Change, Row, Sequence } from './sequence.ts';
import type { Frame } from './svg-columns.ts';
import { MARGIN, TEXT_WIDTH, laneKinds, slotOf, wordsOf } from './svg-columns.ts';
import { labelOf } from './svg-gaps.ts';
import type { Kind } from './svg-style.ts';
import { sizeOf, textWidth } from './svg-style.ts';

/** The event and the note of a row, cut into lines that fit beside or above the lanes. */
export function textLines(row: Row, frame: Frame) {
  const room = (frame.narrow ? frame.width : TEXT_WIDTH) - 2 * MARGIN;
  const fit = (kind: Kind, text: string) => wrap(text, room, (line) => textWidth(kind, line));
  return {
    event: fit('event', `(${row.number}) ${row.text}`),
    note: fit('note', row.note),
    violates: row.violates.flatMap((name) => fit('verdict', `violates ${name}`)),
  };
}

const LINE = 16;

const heightOfText = (row: Row, frame: Frame): number => {
  const { event, note, violates } = textLines(row, frame);
  return (event.length + note.length + violates.length) * LINE + 10;
};

/** How far letters reach up and down from their baseline, at font size 1. */
const [ASCENT, DESCENT] = [0.8, 0.25];
/** The distance of an arrow from the letters of its label, so that its tip is clear of them. */
const CLEAR = 4.5;
/** How far an arrow's tip, a pill, and what was lost reach up and down. */
const [HEAD, PILL, LOSS] = [5, 10, 8];
/** The distance between the end of an entry and the arrow that changes it. */
const REACH = 9;
/** The least room between two things, and at the end of a row. */
const [APART, REST] = [3, 9];

/** A line of text and its baseline. */
export interface Word {
  readonly text: string;
  readonly y: number;
}

/** The lines of an arrow's label. Those above end at the arrow, and the others begin there. */
export function labelWords(frame: Frame, arrow: Arrow, y: number): Word[] {
  const kind = laneKinds(frame.narrow).label;
  const { above, below } = labelOf(arrow, kind, frame.labelWidth);
  const size = sizeOf(kind);
  const first = y - CLEAR - DESCENT * size - (above.length - 1) * (size + 1);
  const next = y + CLEAR + ASCENT * size;
  return [
    ...above.map((text, i) => ({ text, y: first + i * (size + 1) })),
    ...below.map((text, i) => ({ text, y: next + i * (size + 1) })),
  ];
}

/** How far an arrow reaches up and down, with its label and with the entries that it changes. */
function reachOf(frame: Frame, { arrows, changes }: Row, index: number) {
  const arrow = arrows[index];
  const size = sizeOf(laneKinds(frame.narrow).label);
  const words = labelWords(frame, arrow, 0).map(({ y }) => y);
  const isPill = arrow.from === arrow.to;
  const shape = isPill ? PILL : arrow.lost === true ? LOSS : HEAD;
  const bar = changes.some(({ at }) => at === index) ? REACH + 2 : 0;
  return {
    up: Math.max(shape, bar, ...words.map((y) => ASCENT * size - y)),
    down: Math.max(shape, bar, ...words.map((y) => y + DESCENT * size)),
  };
}

/** Whether an arrow crosses the bar of an entry, and does not only end there. */
function crosses(frame: Frame, arrow: Arrow, { lane, page }: Change): boolean {
  const { from, to, page: of, arrives, sent } = arrow;
  if (arrives !== undefined || sent !== undefined) return false;
  const { x } = slotOf(frame, lane, page);
  const [a, b] = [from, to].map((one) => slotOf(frame, one, of).x);
  // What an actor does alone stands at the right of its lane.
  if (from === to) return from === lane && a < x;
  return Math.min(a, b) < x && x < Math.max(a, b);
}

/** The first line of a bar's words from its top, and each further line. */
const [WORD, WORD_LINE] = [13, 12];

/**
 * The words of an entry from a change on. They are only what is new, and stand together below any
 * arrow that crosses the bar where it begins.
 */
function wordsAt(sequence: Sequence, frame: Frame, row: Row, y: number, c: Change): Word[] {
  if (c.is === undefined) return [];
  const known = c.was?.words ?? [];
  const fresh = c.is.words.filter((word) => !known.includes(word));
  const top = crosses(frame, row.arrows[c.at], c) ? y + HEAD : y - REACH;
  return wordsOf(c.is, fresh, sequence.pages.length > 1).map((text, i) => ({
    text,
    y: top + WORD + i * WORD_LINE,
  }));
}

const bottomOf = (words: readonly Word[]): number =>
  Math.max(-Infinity, ...words.map(({ y }) => y + 4));

/** The heights of the arrows of a row, and where they and the words of bars end. */
function arrowsFrom(top: number, sequence: Sequence, frame: Frame, row: Row) {
  const at: number[] = [];
  let bottom = top;
  const wordsOfChange = (change: Change) => wordsAt(sequence, frame, row, at[change.at], change);
  for (const [i, arrow] of row.arrows.entries()) {
    const { up, down } = reachOf(frame, row, i);
    // No arrow tears apart the words of a bar.
    const inTheWay = row.changes
      .filter((change) => change.at < i && crosses(frame, arrow, change))
      .map((change) => bottomOf(wordsOfChange(change)) + HEAD);
    const y = Math.max(bottom + APART + up, ...inTheWay);
    at.push(y);
    bottom = y + down;
  }
  return { at, bottom: Math.max(bottom, ...row.changes.map((c) => bottomOf(wordsOfChange(c)))) };
}

/** The height that a row needs. */
export function heightOf(sequence: Sequence, row: Row, frame: Frame): number {
  const text = heightOfText(row, frame);
  const arrows = arrowsFrom(0, sequence, frame, row).bottom + REST;
  // With whole pixels no seam is seen between the parts of a bar.
  return Math.ceil(frame.narrow ? text + arrows : Math.max(text, arrows));
}

export interface PlacedRow {
  readonly row: Row;
  readonly top: number;
  readonly bottom: number;
  /** Where the lanes are seen. In a narrow picture the text of the row interrupts them. */
  readonly open: readonly RowSpan[];
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

/** The top and the bottom of a row. */
export interface RowSpan {
  readonly top: number;
  readonly bottom: number;
}

/** What is left of spans without another one. */
const without = (spans: readonly RowSpan[], cut: RowSpan): RowSpan[] =>
  spans.flatMap(({ top, bottom }) =>
    [
      { top, bottom: Math.min(bottom, cut.top) },
      { top: Math.max(top, cut.bottom), bottom },
    ].filter((span) => span.top < span.bottom),
  );

/** The parts of a bar or a line that are seen in a row. */
export const seenIn = ({ open }: PlacedRow, from: number, to: number): RowSpan[] =>
  open
    .map(({ top, bottom }) => ({ top: Math.max(top, from), bottom: Math.min(bottom, to) }))
    .filter(({ top, bottom }) => top < bottom);

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
      const words = wordsAt(sequence, frame, row, y, change);
      const segment = { entry: is, words, from: y - REACH, to: bottom, ends: false };
      segments.push(segment);
      open.set(slot, segment);
    }
  }
  return segments;
}

/** Stacks rows of given heights below each other. */
export function stack(heights: readonly number[], top: number): RowSpan[] {
  let bottom = top;
  return heights.map((height) => ({ top: bottom, bottom: (bottom += height) }));
}

/** Places the rows of a sequence. Where something else stands in the lanes, they are cut. */
export function place(
  sequence: Sequence,
  frame: Frame,
  extents: readonly RowSpan[],
  cuts: readonly RowSpan[] = [],
): Placed {
  const rows = sequence.rows.map((row, i): PlacedRow => {
    const { top, bottom } = extents[i];
    const start = top + (frame.narrow ? heightOfText(row, frame) : 0);
    const { at } = arrowsFrom(start, sequence, frame, row);
    return { row, top, bottom, open: cuts.reduce(without, [{ top: start, bottom }]), at };
  });
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
