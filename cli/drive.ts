/** Drives a long search: progress on a terminal, and Ctrl-C ends it with what it has. */
import { setImmediate } from 'node:timers/promises';
import type { Search } from '../checker/search/search.ts';

/** Seconds between two looks at the keyboard and the clock. */
const SLICE = 0.1;
/** Nothing is shown of a search that ends sooner. */
const QUIET = 0.5;

/** Runs a search to its end, its limit, or the first SIGINT; the second one kills the command. */
export async function drive(search: Search): Promise<void> {
  const interrupt = () => search.interrupt();
  process.once('SIGINT', interrupt);
  const progress = new Progress();
  try {
    while (!search.run(SLICE)) {
      progress.show(search);
      // Signals are delivered between turns of the event loop only.
      await setImmediate();
    }
  } finally {
    process.off('SIGINT', interrupt);
    progress.clear();
  }
}

/** One line on standard error, rewritten in place; nothing where that is no terminal. */
class Progress {
  private shown = false;

  show({ size, seconds, depth }: Search): void {
    if (!process.stderr.isTTY || seconds < QUIET) return;
    const rate = (size / seconds / 1e6).toFixed(2);
    const line =
      `${size.toLocaleString('en')} states, ${rate} M/s, depth ${depth}, ` +
      `${seconds.toFixed(0)} s (Ctrl-C: stop and print)`;
    process.stderr.write(`\r${line.padEnd(78).slice(0, 78)}`);
    this.shown = true;
  }

  clear(): void {
    if (this.shown) process.stderr.write(CLEAR);
  }
}

/** A line on a terminal of how many things are done; the last one takes it away. */
export const tally =
  (what: string) =>
  (done: number, all: number): void => {
    if (!process.stderr.isTTY) return;
    process.stderr.write(done < all ? `\r${done} of ${all} ${what}` : CLEAR);
  };
const CLEAR = `\r${' '.repeat(78)}\r`;
