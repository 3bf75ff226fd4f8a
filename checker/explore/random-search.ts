/** Runs a random search on one processor or several. The counts do not depend on their number. */
import { setImmediate } from 'node:timers/promises';
import { eventsOf } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import type { Counts } from '../../properties/generators/index.ts';
import { Distinct, addCounts, noCounts } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { threadsThatFit } from '../search/machine-memory.ts';
import { startThread } from '../search/thread.ts';
import type { ChunkResult } from './chunk.ts';
import { ChunkRunner } from './chunk.ts';
import type { Settings } from './settings.ts';
import { chunkCount, chunksOf, runsOf } from './settings.ts';
import type { Task } from './worker.ts';

export interface Control {
  /** The number of threads. */
  readonly jobs?: number;
  /** The time limit in seconds. */
  readonly timeLimit?: number;
  /** Ends the runs. */
  readonly stop?: AbortSignal;
  /** Lets signals be delivered. It is called between chunks; other threads need no such pause. */
  readonly look?: () => Promise<unknown>;
  readonly progress?: (now: RunsSoFar) => void;
}

export interface RunsSoFar {
  readonly counts: Counts;
  readonly runs: number;
  readonly seconds: number;
}

/** What runs have shown, as numbers that can be added. */
export interface Explored {
  readonly counts: Counts;
  /** The hashes of distinct states: Distinct.hashes(). */
  readonly hashes: Float64Array;
  /** The reason why not all runs were made. */
  readonly stopped?: 'time-limit' | 'interrupted';
  readonly seconds: number;
}

/** With fewer events, starting a thread takes longer than the search. */
const EVENTS_FOR_THREADS = 3_000_000;

/** Adds up chunks, and decides when no more chunk is started. */
class Gathering {
  counts: Counts;
  stopped: 'time-limit' | 'interrupted' | undefined;
  readonly chunks: Iterator<number>;
  private readonly distinct = new Distinct();
  private readonly start = performance.now();
  private readonly runs: number;
  private readonly control: Control;

  constructor(
    system: System,
    properties: readonly Property[],
    settings: Settings,
    control: Control,
  ) {
    const events = eventsOf(system, operationsOf(system));
    this.counts = noCounts(events.length, properties.length);
    this.chunks = chunksOf(settings);
    this.runs = runsOf(settings);
    this.control = control;
  }

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  /** The next chunk. Undefined if there is none, or if the search is to stop. */
  next(): number | undefined {
    const { stop, timeLimit = Infinity } = this.control;
    if (this.stopped !== undefined) return undefined;
    const { value, done } = this.chunks.next();
    if (done) return undefined;
    if (stop?.aborted === true) this.stopped = 'interrupted';
    else if (this.seconds >= timeLimit) this.stopped = 'time-limit';
    return this.stopped === undefined ? value : undefined;
  }

  /** Ends the runs, and does not wait for the chunks that threads are at. */
  giveUp(): void {
    this.stopped ??= 'interrupted';
  }

  add({ counts, hashes }: ChunkResult): void {
    this.counts = addCounts(this.counts, counts);
    this.distinct.join(hashes);
    this.control.progress?.({ counts: this.counts, runs: this.runs, seconds: this.seconds });
  }

  result(): Explored {
    const { counts, stopped, seconds } = this;
    const hashes = this.distinct.hashes();
    return { counts, hashes, ...(stopped === undefined ? {} : { stopped }), seconds };
  }
}

/** Makes the runs of a shard. */
export async function run(
  system: System,
  properties: readonly Property[],
  settings: Settings,
  control: Control = {},
): Promise<Explored> {
  const gathering = new Gathering(system, properties, settings, control);
  const { jobs = 1 } = control;
  const threads = threadsThatFit(Math.min(jobs, chunkCount(settings)));
  if (threads <= 1 || runsOf(settings) * settings.length < EVENTS_FOR_THREADS) {
    await runHere(new ChunkRunner(system, properties, settings), gathering, control.look);
  } else {
    const names = properties.map(({ name }) => name);
    const task: Task = { system, properties: names, settings };
    await Promise.all(Array.from({ length: threads }, () => runThere(task, gathering, control.stop)));
  }
  return gathering.result();
}

async function runHere(
  runner: ChunkRunner,
  gathering: Gathering,
  look: Control['look'] = setImmediate,
): Promise<void> {
  for (let chunk = gathering.next(); chunk !== undefined; chunk = gathering.next()) {
    gathering.add(runner.run(chunk));
    await look();
  }
}

/** Feeds one thread until no chunk is left. It ends at once if it is told to stop. */
async function runThere(
  task: Task,
  gathering: Gathering,
  stop: AbortSignal | undefined,
): Promise<void> {
  const worker = startThread('checker/explore/worker', task);
  try {
    await new Promise<void>((resolve, reject) => {
      stop?.addEventListener('abort', () => {
        gathering.giveUp();
        resolve();
      });
      const feed = () => {
        const chunk = gathering.next();
        if (chunk === undefined) resolve();
        else worker.postMessage(chunk);
      };
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('a worker thread ended')));
      worker.on('message', (result: ChunkResult) => {
        gathering.add(result);
        feed();
      });
      feed();
    });
  } finally {
    worker.removeAllListeners('exit');
    await worker.terminate();
  }
}
