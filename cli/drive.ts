/** Drives a long search: progress on a terminal, and Ctrl-C ends it with what it has. */
import { setImmediate } from 'node:timers/promises';
import type { Pieces } from '../checker/search/progress.ts';
import type { Search } from '../checker/search/search.ts';

/** Seconds between two looks at the keyboard and the clock. */
const SLICE = 0.1;
/** Nothing is shown of a search that ends sooner. */
const QUIET = 0.5;

/** Runs a search to its end, its limit, or the first SIGINT; the second one kills the command. */
export async function drive(search: Search): Promise<void> {
  const progress = new ProgressLine();
  await heeding(
    () => search.interrupt(),
    async () => {
      while (!search.run(SLICE)) {
        progress.show(search);
        // Signals are delivered between turns of the event loop only.
        await setImmediate();
      }
    },
  ).finally(() => progress.clear());
}

/** Does something during which the first SIGINT is heard; the second one kills the command. */
export async function heeding<T>(interrupt: () => void, body: () => Promise<T>): Promise<T> {
  process.once('SIGINT', interrupt);
  try {
    return await body();
  } finally {
    process.off('SIGINT', interrupt);
  }
}

/** One line on standard error, rewritten in place; nothing where that is no terminal. */
class ProgressLine {
  private shown = false;

  show({ size, seconds, depth }: Search): void {
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

/** What long work came to, and whether Ctrl-C ended it. */
export interface Conducted<T> {
  readonly value: T;
  readonly interrupted: boolean;
}

/**
 * Does long work to its end, or until the first SIGINT, with a line of progress on a terminal; the
 * second SIGINT kills the command. `what` is counted.
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
      // Signals are delivered between turns of the event loop only.
      await setImmediate();
    }
    return { value: piece.value, interrupted };
  }).finally(() => show(1, 1));
}

/** A line on a terminal of how many things are done, since when; all of them take it away. */
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

/** Columns of a line that is rewritten in place. */
const COLUMNS = 78;

/** Writes a line of progress over the one before. */
export const showLine = (line: string): void =>
  void process.stderr.write(`\r${line.padEnd(COLUMNS).slice(0, COLUMNS)}`);
export const clearLine = (): void => void process.stderr.write(`\r${' '.repeat(COLUMNS)}\r`);
