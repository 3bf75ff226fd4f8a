/**
 * Runs a long search with a progress line on a terminal. Ctrl-C ends it, and it keeps what it has.
 */
import { setImmediate } from 'node:timers/promises';
import type { Pieces } from '../checker/search/progress.ts';

/** Seconds between two checks for signals and the time. */
const SLICE = 0.1;
/** Seconds. No progress is shown of a search that ends sooner. */
const QUIET = 0.5;

/** A search, or several one after another. */
export interface Driven {
  /** The states of the search that runs. */
  readonly size: number;
  readonly depth: number;
  /** Seconds spent so far. */
  readonly seconds: number;
  /** Searches for about `seconds`. Returns true when it is over. */
  run(seconds: number): boolean;
  interrupt(): void;
}

/** Runs a search to its end, its limit, or the first SIGINT. A second SIGINT kills the command. */
export async function drive(search: Driven): Promise<void> {
  const progress = new ProgressLine();
  await heeding(
    () => search.interrupt(),
    async () => {
      while (!search.run(SLICE)) {
        progress.show(search);
        // Signals are delivered only between turns of the event loop.
        await setImmediate();
      }
    },
  ).finally(() => progress.clear());
}

/** Runs `body`. The first SIGINT calls `interrupt`, and the second one kills the command. */
export async function heeding<T>(interrupt: () => void, body: () => Promise<T>): Promise<T> {
  process.once('SIGINT', interrupt);
  try {
    return await body();
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** One line on standard error that is rewritten in place. Without a terminal it shows nothing. */
class ProgressLine {
  private shown = false;

  show({ size, seconds, depth }: Driven): void {
    if (!process.stderr.isTTY || seconds < QUIET) return;
    const rate = (size / seconds / 1e6).toFixed(2);
    const line =
      `${size.toLocaleString('en')} states, ${rate} M/s, depth ${depth}, ` +
      `${seconds.toFixed(0)} s (Ctrl-C: stop and print)`;
    showLine(line);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) clearLine();
  }
}

/** Milliseconds between two lines of progress. */
const SHOW_EVERY = 100;

/** The result of long work, and whether Ctrl-C ended it. */
export interface Conducted<T> {
  readonly value: T;
  readonly interrupted: boolean;
}

/**
 * Does long work to its end, or until the first SIGINT, with a line of progress on a terminal. The
 * second SIGINT kills the command. `what` names the things that are counted.
 */
export async function conduct<T>(work: Pieces<T>, what: string): Promise<Conducted<T>> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  const show = tally(what);
  return heeding(interrupt, async () => {
    let piece = work.next();
    for (; !piece.done; piece = work.next(interrupted)) {
      show(...piece.value);
      // Signals are delivered only between turns of the event loop.
      await setImmediate();
    }
    return { value: piece.value, interrupted };
  }).finally(() => show(1, 1));
}

/**
 * Shows on a terminal how many things are done, and for how long it has run. Removes the line at
 * the end.
 */
export function tally(what: string): (done: number, all: number) => void {
  const start = performance.now();
  let last = -Infinity;
  return (done, all) => {
    const now = performance.now();
    if (!process.stderr.isTTY || (done < all && now - last < SHOW_EVERY)) return;
    last = now;
    const [part, whole] = [done, all].map((n) => n.toLocaleString('en'));
    const seconds = ((now - start) / 1000).toFixed(0);
    const line = `${part} of ${whole} ${what}, ${seconds} s (Ctrl-C: stop and print)`;
    if (done < all) showLine(line);
    else clearLine();
  };
}

/** The width of the line that is rewritten in place. */
const COLUMNS = 78;

/** Writes a line of progress over the previous one. */
export const showLine = (line: string): void =>
  void process.stderr.write(`\r${line.padEnd(COLUMNS).slice(0, COLUMNS)}`);
export const clearLine = (): void => void process.stderr.write(`\r${' '.repeat(COLUMNS)}\r`);
