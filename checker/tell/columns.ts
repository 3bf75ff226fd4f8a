/** Prints a trace with a column for each actor, as comments in the kernel show a race. */
import { LANE_ORDER } from './lanes.ts';
import type { Pieces } from '../trace/pieces.ts';
import { mapping, whole } from '../trace/pieces.ts';
import { WIDTH, printEvent } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import { verdictText } from '../trace/trace.ts';

/** How many rows are one piece of work. */
const PIECE = 1024;

/** Blanks between two columns: as many as the width allows. */
const GAPS = [2, 1];

/** An event in its actor's column: the text without the actor's name. */
interface Cell {
  readonly actor: string;
  readonly text: string;
}

/**
 * Prints a trace in columns. Time runs down, and each line has one event. Only actors that act get
 * one.
 */
export const columns = (replay: Replay): string => whole(drawingColumns(replay));

/** The same in pieces. */
export function* drawingColumns({ trace, steps }: Replay): Pieces<string> {
  const cells = yield* mapping(steps, PIECE, ({ event, answer }) =>
    cellOf(printEvent(event, trace.system.scope, answer)),
  );
  const actors = LANE_ORDER.filter((name) => cells.some(({ actor }) => actor === name));
  const margin = `(${steps.length}) `.length;
  const left = place(actors, cells, margin);
  const row = (parts: readonly (readonly [number, string])[]) =>
    parts.reduce((line, [column, text]) => line.padEnd(column) + text, '');
  const rows = yield* mapping(cells, PIECE, ({ actor, text }, i) =>
    row([
      [0, `(${i + 1})`],
      [startOf(left.get(actor)!, text, margin), text],
    ]),
  );
  return `${[
    row(actors.map((actor) => [left.get(actor)!, actor])),
    row(actors.map((actor) => [left.get(actor)!, '-'.repeat(actor.length)])),
    ...rows,
    '',
    verdictText(trace.verdict),
  ].join('\n')}\n`;
}

/** Where a text begins: in its column, or before it where it would reach beyond the width. */
const startOf = (column: number, text: string, margin: number): number =>
  Math.min(column, Math.max(margin, WIDTH - text.length));

function cellOf(text: string): Cell {
  const colon = text.indexOf(': ');
  return { actor: text.slice(0, colon), text: text.slice(colon + 2) };
}

/**
 * Places the columns. A line has one event, so that its text may reach under the columns to the
 * right. If all texts fit, each column is as wide as its texts; otherwise the columns get narrower.
 */
function place(
  actors: readonly string[],
  cells: readonly Cell[],
  margin: number,
): ReadonlyMap<string, number> {
  const widths = actors.map((name) =>
    cells.reduce(
      (most, { actor, text }) => (actor === name ? Math.max(most, text.length) : most),
      0,
    ),
  );
  let left = new Map<string, number>();
  for (const gap of GAPS) {
    for (let most = WIDTH; most >= 0; most--) {
      left = new Map();
      let column = margin;
      let end = 0;
      for (const [i, actor] of actors.entries()) {
        left.set(actor, column);
        end = Math.max(end, column + widths[i], column + actor.length);
        column += Math.max(actor.length, Math.min(widths[i], most)) + gap;
      }
      if (end <= WIDTH) return left;
    }
  }
  return left;
}
