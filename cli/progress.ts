/**
 * Shows on standard error how far long work has come: a line that is rewritten on a terminal, or
 * one JSON document a second for tools, or nothing.
 */
import type { Estimate } from '../checker/search/estimate.ts';
import { estimateOf } from '../checker/search/estimate.ts';
import { bytesText } from '../checker/search/memory.ts';
import type { Standing } from '../checker/search/progress.ts';
import { tell, tellOver } from './output.ts';

export const PROGRESS = ['line', 'json', 'none'] as const;
type How = (typeof PROGRESS)[number];

let how: How = 'line';

/** Chooses how progress is shown, by all commands of this process. */
export function setProgress(chosen: How): void {
  how = chosen;
}

/** Milliseconds before a line is first shown. Work that ends sooner shows none. */
const QUIET = 500;
/** Milliseconds between two lines, and between two JSON documents. */
const EVERY = { line: 100, json: 1000, none: Infinity };
/** The width of the line where the terminal does not say its own. */
const COLUMNS = 78;

/** What is shown of work, in words or as the fields of a document. */
export interface Shown {
  readonly line: () => string;
  readonly fields: () => object;
}

/** Shows the progress of one piece of work, not more often than is good. */
export class Meter {
  private readonly start = performance.now();
  private told = -Infinity;
  private last: Shown | undefined;

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  show(shown: Shown | undefined): void {
    if (shown === undefined) return;
    this.last = shown;
    const now = performance.now();
    if (now - this.told < EVERY[how]) return;
    if (how === 'json') this.write(shown, false);
    else if (now - this.start >= QUIET && process.stderr.isTTY) showLine(shown.line());
    else return;
    this.told = now;
  }

  /** Ends with the last document, or removes the line. */
  end(): void {
    if (how === 'json') this.write(this.last, true);
    else if (how === 'line' && this.told > 0) clearLine();
    this.last = undefined;
  }

  private write(shown: Shown | undefined, done: boolean): void {
    const seconds = Number(this.seconds.toFixed(3));
    tell(`${JSON.stringify({ done, seconds, ...shown?.fields() })}\n`);
  }
}

/** How far one search has come. */
export const searchShown = (search: Standing): Shown => ({
  line: () => searchLine(search),
  fields: () => searchFields(search),
});

/** How many of the things are done, and how far the search has come that is going on. */
export const tallyShown = (
  what: string,
  [done, all]: readonly [number, number],
  seconds: number,
  search: Standing | undefined,
): Shown => ({
  line: () => {
    const [part, whole] = [done, all].map((n) => n.toLocaleString('en'));
    const line = `${part} of ${whole} ${what}, ${seconds.toFixed(0)} s`;
    return search === undefined
      ? `${line} (Ctrl-C: stop and print)`
      : `${line}: ${searchLine(search)}`;
  },
  fields: () => ({
    what,
    finished: done,
    all,
    ...(search === undefined ? {} : { search: searchFields(search) }),
  }),
});

const MILLION = 1e6;
const short = (n: number): string =>
  n < MILLION ? n.toLocaleString('en') : `${(n / MILLION).toFixed(n < 10 * MILLION ? 2 : 1)} M`;

function searchLine(search: Standing): string {
  const { size, queue, depth, bytes, seconds } = search;
  const rate = (size / seconds / MILLION).toFixed(2);
  const waiting = queue === undefined ? '' : `queue ${short(queue)}, `;
  return (
    `${short(size)} states, ${rate} M/s, ${waiting}depth ${depth}, ` +
    `${bytesText(bytes)}, ${seconds.toFixed(0)} s, ${leftText(leftOf(search))}`
  );
}

function searchFields(search: Standing) {
  const { size, queue, transitions, depth, bytes, seconds } = search;
  return {
    states: size,
    statesPerSecond: seconds > 0 ? Math.round(size / seconds) : 0,
    transitions,
    queue: queue ?? null,
    depth,
    memory: bytes,
    searching: Number(seconds.toFixed(3)),
    estimate: estimateFor(search),
    left: leftOf(search) ?? null,
  };
}

/** A search without a queue has found all. */
const estimateFor = ({ size, queue, levels = [] }: Standing): Estimate =>
  queue === 0 ? { least: size, most: size } : estimateOf(levels, size);

interface Left {
  readonly least: number;
  readonly most: number;
}

/** The seconds that are left at this rate, by the guess how many states there are. */
function leftOf(search: Standing): Left | undefined {
  const { size, queue, seconds } = search;
  const { least, most } = estimateFor(search);
  if (most === undefined || queue === undefined || queue === size) return undefined;
  const expanded = size - queue;
  const secondsOf = (states: number) => Math.ceil(((states - expanded) * seconds) / expanded);
  return { least: secondsOf(least), most: secondsOf(most) };
}

/** The largest unit first. */
const UNITS = [
  [86400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

function leftText(left: Left | undefined): string {
  if (left === undefined) return 'left: unknown';
  const [size, unit] = UNITS.find(([seconds]) => left.most >= 2 * seconds) ?? UNITS[3];
  const [from, to] = [left.least, left.most].map((n) => Math.round(n / size));
  return `left ${from}-${to} ${unit}`;
}

/** Writes a line of progress over the previous one. */
export function showLine(line: string): void {
  const columns = Math.min(COLUMNS, (process.stderr.columns || COLUMNS + 1) - 1);
  tellOver(line.padEnd(columns).slice(0, columns));
}

export function clearLine(): void {
  const columns = Math.min(COLUMNS, (process.stderr.columns || COLUMNS + 1) - 1);
  tellOver(' '.repeat(columns));
  tellOver('');
}
