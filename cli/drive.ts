/** Runs long work with its progress. Ctrl-C or SIGTERM ends it, and it keeps what it has. */
import { setImmediate } from 'node:timers/promises';
import { processMemory } from '../checker/search/memory.ts';
import type { Pieces, Standing, Told } from '../checker/search/progress.ts';
import { interruptOfProcess } from './interrupt.ts';
import type { Shown } from './progress.ts';
import { Meter, searchShown, tallyShown } from './progress.ts';

/** Searches, one after another. */
interface Driven {
  /** The search that runs now, or ran last. */
  readonly search: Standing | undefined;
  pieces(): Pieces<void>;
}

/** Searches that run on several threads. */
interface DrivenThreads {
  readonly search: Standing | undefined;
  interrupt(): void;
  runThreads(progress: () => void | Promise<void>): Promise<void>;
}

/** Does work piece by piece, and looks for an interrupt after each. */
async function inPieces<T>(work: Pieces<T>, show: (told: Told) => void): Promise<T> {
  const interrupt = interruptOfProcess();
  let piece = work.next();
  for (; !piece.done; piece = work.next(await interrupt.look())) show(piece.value);
  return piece.value;
}

/** The same, and shows how far it has come. */
const inSight = <T>(
  work: Pieces<T>,
  meter: Meter,
  shown: (told: Told) => Shown | undefined,
): Promise<T> => inPieces(work, (told) => meter.show(shown(told))).finally(() => meter.end());

const shownOf = (search: Standing | undefined): Shown | undefined =>
  search === undefined ? undefined : searchShown(search);

/** Runs searches to their end, to a limit, or to the interrupt. */
export const drive = (searches: Driven): Promise<void> =>
  inSight(searches.pieces(), new Meter(), ([, , search]) => shownOf(search));

/** The same for searches on several threads. */
export async function driveThreads(searches: DrivenThreads): Promise<void> {
  const meter = new Meter();
  await until(
    () => searches.interrupt(),
    () =>
      searches.runThreads(() => {
        meter.show(shownOf(searches.search));
        // Signals are delivered only between turns of the event loop.
        return setImmediate();
      }),
  ).finally(() => meter.end());
}

/** Waits for work that others do. The interrupt, if it comes, is passed on to them. */
export async function until<T>(interrupt: () => void, body: () => Promise<T>): Promise<T> {
  const { signal } = interruptOfProcess();
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  return body().finally(() => signal.removeEventListener('abort', interrupt));
}

/** The result of long work, and whether it was interrupted. */
export interface Conducted<T> {
  readonly value: T;
  readonly interrupted: boolean;
}

/** Does long work with its progress. `what` names the things that are counted. */
export async function conduct<T>(work: Pieces<T>, what: string): Promise<Conducted<T>> {
  const meter = new Meter();
  const value = await inSight(work, meter, ([done, all, search]) =>
    tallyShown(what, [done, all], meter.seconds, search),
  );
  return { value, interrupted: interruptOfProcess().came };
}

/** Does long work of which no progress is shown, as it comes behind some that has shown its own. */
export const quietly = <T>(work: Pieces<T>): Promise<T> => inPieces(work, () => {});

/** Says that work was stopped, and by which limit of memory, if it was one. */
export function stoppedText(what: string): string {
  const { shortage } = processMemory();
  return `${what}${shortage === undefined ? '' : `, too little memory: ${shortage}`}\n`;
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
