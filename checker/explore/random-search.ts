/** Runs a random search on one processor or several. The counts do not depend on their number. */
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
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
import type { Learned } from './learning.ts';
import { Learning } from './learning.ts';
import type { Settings } from './settings.ts';
import { chunkCount, epochChunks, runsOf } from './settings.ts';
import type { Order, Task } from './worker.ts';

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
  /** For each property, the beginnings of the epoch whose run violated it first. */
  readonly beginnings?: readonly (string | undefined)[];
  readonly learned?: Learned;
}

/** With fewer events, starting a thread takes longer than the search. */
const EVENTS_FOR_THREADS = 3_000_000;

/** Adds up chunks, and decides when no more chunk is started. */
class Gathering {
  counts: Counts;
  stopped: 'time-limit' | 'interrupted' | undefined;
  private readonly distinct = new Distinct();
  private readonly start = performance.now();
  private readonly settings: Settings;
  private readonly control: Control;
  private readonly learning: Learning | undefined;
  private readonly foundWith: (string | undefined)[];
  /** The next chunk, and the end of this epoch. */
  private chunk = 0;
  private end = 0;

  constructor(
    system: System,
    properties: readonly Property[],
    settings: Settings,
    control: Control,
  ) {
    const events = eventsOf(system, operationsOf(system));
    this.counts = noCounts(events.length, properties.length);
    this.foundWith = properties.map(() => undefined);
    this.settings = settings;
    this.control = control;
    const { learn, beginnings } = settings;
    this.learning = learn ? new Learning(system, properties, beginnings) : undefined;
  }

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  private get beginnings(): string {
    return this.learning?.beginnings ?? this.settings.beginnings;
  }

  /** Begins the next epoch. Whether there is one. */
  beginEpoch(): boolean {
    const { settings } = this;
    if (this.stopped !== undefined || this.chunk >= chunkCount(settings)) return false;
    if (this.chunk > 0) this.learning?.endEpoch();
    this.end = Math.min(this.chunk + epochChunks(settings), chunkCount(settings));
    return true;
  }

  /** The next chunk of this epoch. Undefined if there is none, or if the search is to stop. */
  next(): Order | undefined {
    const { stop, timeLimit = Infinity } = this.control;
    if (this.stopped !== undefined || this.chunk >= this.end) return undefined;
    if (stop?.aborted === true) this.stopped = 'interrupted';
    else if (this.seconds >= timeLimit) this.stopped = 'time-limit';
    if (this.stopped !== undefined) return undefined;
    return { chunk: this.chunk++, beginnings: this.beginnings };
  }

  /** Ends the runs, and does not wait for the chunks that threads are at. */
  giveUp(): void {
    this.stopped ??= 'interrupted';
  }

  add({ chunk, beginnings }: Order, { counts, hashes, reached }: ChunkResult): void {
    this.counts = addCounts(this.counts, counts);
    this.distinct.join(hashes);
    for (const [i, first] of counts.first.entries()) {
      if (first !== undefined) this.foundWith[i] ??= beginnings;
    }
    if (reached !== undefined) this.learning?.add(chunk, reached);
    const runs = runsOf(this.settings);
    this.control.progress?.({ counts: this.counts, runs, seconds: this.seconds });
  }

  result(): Explored {
    const { counts, foundWith, learning, stopped, seconds } = this;
    const hashes = this.distinct.hashes();
    learning?.endEpoch();
    return {
      counts,
      hashes,
      ...(stopped === undefined ? {} : { stopped }),
      seconds,
      ...(learning === undefined ? {} : { beginnings: foundWith, learned: learning.learned }),
    };
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
  const most = Math.min(jobs, chunkCount(settings), epochChunks(settings));
  const threads = threadsThatFit(most);
  if (threads <= 1 || runsOf(settings) * settings.length < EVENTS_FOR_THREADS) {
    await runHere(new ChunkRunner(system, properties, settings), gathering, control.look);
  } else {
    const names = properties.map(({ name }) => name);
    const task: Task = { system, properties: names, settings };
    await runThere(task, threads, gathering, control.stop);
  }
  return gathering.result();
}

async function runHere(
  runner: ChunkRunner,
  gathering: Gathering,
  look: Control['look'] = setImmediate,
): Promise<void> {
  while (gathering.beginEpoch()) {
    for (let order = gathering.next(); order !== undefined; order = gathering.next()) {
      runner.beginWith(order.beginnings);
      gathering.add(order, runner.run(order.chunk));
      await look();
    }
  }
}

/** Feeds some threads until no chunk is left. It ends at once if it is told to stop. */
async function runThere(
  task: Task,
  threads: number,
  gathering: Gathering,
  stop: AbortSignal | undefined,
): Promise<void> {
  const workers = Array.from({ length: threads }, () =>
    startThread('checker/explore/worker', task),
  );
  const stopped = new Promise<void>((resolve) => {
    stop?.addEventListener('abort', () => {
      gathering.giveUp();
      resolve();
    });
  });
  try {
    while (gathering.beginEpoch()) {
      const fed = Promise.all(workers.map((worker) => feed(worker, gathering)));
      await Promise.race([fed, stopped]);
    }
  } finally {
    for (const worker of workers) worker.removeAllListeners();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** Feeds a thread until no chunk of this epoch is left. */
function feed(worker: Worker, gathering: Gathering): Promise<void> {
  worker.removeAllListeners();
  return new Promise<void>((resolve, reject) => {
    let order: Order | undefined;
    const next = () => {
      order = gathering.next();
      if (order === undefined) resolve();
      else worker.postMessage(order);
    };
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('a worker thread ended')));
    worker.on('message', (result: ChunkResult) => {
      gathering.add(order!, result);
      next();
    });
    next();
  });
}
