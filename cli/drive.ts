/** Runs long work with its progress. Ctrl-C ends it, and it keeps what it has. */
import { setImmediate } from 'node:timers/promises';
import type { Pieces, Standing } from '../checker/search/progress.ts';
import { Meter, searchShown, tallyShown } from './progress.ts';

/** Seconds between two checks for signals and the time. */
const SLICE = 0.1;

/** A search, or several one after another. */
export interface Driven {
  /** The search that runs now, or ran last. */
  readonly search: Standing | undefined;
  /** Searches for about `seconds`. Returns true when it is over. */
  run(seconds: number): boolean;
  interrupt(): void;
}

/** Searches that run on several threads. */
type DrivenThreads = Omit<Driven, 'run'> & {
  runThreads(progress: () => void | Promise<void>): Promise<void>;
};

function showOn(meter: Meter, search: Standing | undefined): void {
  if (search !== undefined) meter.show(searchShown(search));
}

/** Runs a search to its end, its limit, or the first SIGINT. A second SIGINT kills the command. */
export async function drive(driven: Driven): Promise<void> {
  const meter = new Meter();
  const show = () => showOn(meter, driven.search);
  await heeding(
    () => driven.interrupt(),
    async () => {
      while (!driven.run(SLICE)) {
        show();
        // Signals are delivered only between turns of the event loop.
        await setImmediate();
      }
      show();
    },
  ).finally(() => meter.end());
}

/** The same for searches on several threads. */
export async function driveThreads(searches: DrivenThreads): Promise<void> {
  const meter = new Meter();
  await heeding(
    () => searches.interrupt(),
    () =>
      searches.runThreads(() => {
        showOn(meter, searches.search);
        // Signals are delivered only between turns of the event loop.
        return setImmediate();
      }),
  ).finally(() => meter.end());
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

/** The result of long work, and whether Ctrl-C ended it. */
export interface Conducted<T> {
  readonly value: T;
  readonly interrupted: boolean;
}

/**
 * Does long work to its end, or until the first SIGINT, with its progress. The second SIGINT kills
 * the command. `what` names the things that are counted.
 */
export async function conduct<T>(work: Pieces<T>, what: string): Promise<Conducted<T>> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  const progress = tally(what);
  return heeding(interrupt, async () => {
    let piece = work.next();
    for (; !piece.done; piece = work.next(interrupted)) {
      progress.show(...piece.value);
      // Signals are delivered only between turns of the event loop.
      await setImmediate();
    }
    return { value: piece.value, interrupted };
  }).finally(() => progress.end());
}

/** Shows how many things are done, and for how long it has run. end() removes the line. */
export function tally(what: string) {
  const meter = new Meter();
  return {
    show: (done: number, all: number, search?: Standing | undefined) =>
      meter.show(tallyShown(what, [done, all], meter.seconds, search)),
    end: () => meter.end(),
  };
}
