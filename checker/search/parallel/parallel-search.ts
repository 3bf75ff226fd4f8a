/**
 * An exhaustive search on several threads. It finds what a search on one thread finds: the same
 * states, transitions, depth and first shortest traces.
 */
import type { Worker } from 'node:worker_threads';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Event } from '../../../model/events.ts';
import { Model } from '../../../model/model.ts';
import type { Parts } from '../../../model/system.ts';
import { OBSERVERS } from '../../../model/system.ts';
import type { Property } from '../../../properties/index.ts';
import { ghostsOf } from '../../../properties/index.ts';
import type { Edge } from '../first-edges.ts';
import type { Threaded } from '../checking.ts';
import { processMemory } from '../memory.ts';
import type { How } from '../how.ts';
import type { Limits, Stop } from '../search.ts';
import { startThread } from '../thread.ts';
import { Families, Family } from './family.ts';
import type { Memory, Task } from './memory.ts';
import { ASKED, DEPTH, REASONS, newMemory } from './memory.ts';
import type { Report } from './part.ts';
import type { News } from './worker.ts';

/** Milliseconds between two looks at the clock and at the memory. */
const EVERY = 50;
/**
 * By what share of their bytes the tables may grow at once. The tables of slots of all parts double
 * at about the same time, and the old ones are still there.
 */
const GROWTH = 0.6;
const LEAST_GROWTH = 2 ** 23;

export class ParallelSearch implements Threaded {
  readonly threaded = true;
  readonly properties: readonly Property[];
  /** Threads search every state. */
  readonly exchanges = false;
  /** Seconds spent searching. */
  seconds = 0;
  /** If there was too little memory, it says which limit was met. */
  shortage: string | undefined;

  private readonly model: Model;
  private readonly limits: Limits;
  private readonly memory: Memory;
  private readonly tasks: readonly Task[];
  private readonly families: readonly Family[];
  private reports: readonly Report[] = [];

  constructor(
    parts: Parts,
    properties: readonly Property[],
    limits: Limits,
    jobs: number,
    { ghosts = ghostsOf(properties), seenBy = OBSERVERS }: Pick<How, 'ghosts' | 'seenBy'> = {},
  ) {
    this.properties = properties;
    this.limits = limits;
    this.model = new Model(parts, ghosts, { seenBy });
    this.memory = newMemory(jobs, this.model.size, this.model.events.length);
    this.families = Array.from({ length: jobs }, () => new Family());
    const ports = channels(jobs);
    const names = properties.map(({ name }) => name);
    this.tasks = ports.map((own, me) => {
      const kept = { ghosts, seenBy };
      return { me, parts, properties: names, limits, ...kept, memory: this.memory, ports: own };
    });
  }

  /** Searches to the end or to a limit. `progress` is called every now and then. */
  async run(progress: () => void = () => {}): Promise<void> {
    const begin = performance.now();
    const { timeLimit = Infinity } = this.limits;
    const look = () => {
      this.seconds = (performance.now() - begin) / 1000;
      if (this.seconds >= timeLimit) this.ask('time-limit');
      this.askForMemory();
      progress();
    };
    look();
    const workers: Worker[] = [];
    const clock = setInterval(look, EVERY);
    try {
      for (const task of this.tasks) workers.push(this.startPart(task));
      this.reports = await Promise.all(
        workers.map((worker, part) => this.reportOf(worker, this.families[part])),
      );
      this.seconds = (performance.now() - begin) / 1000;
    } finally {
      clearInterval(clock);
      await Promise.all(workers.map((worker) => worker.terminate()));
    }
  }

  /** Ends the search soon. What was found until then is kept. */
  interrupt(): void {
    this.ask('interrupted');
  }

  /** Ends the search soon if the tables could not grow. */
  private askForMemory(): void {
    if (this.shortage !== undefined) return;
    const memory = processMemory();
    const more = GROWTH * this.bytes + LEAST_GROWTH;
    if (memory.allows(this.bytes, more)) return;
    this.shortage = memory.ranOut(this.bytes, more);
    this.ask('max-memory');
  }

  private ask(reason: (typeof REASONS)[number]): void {
    Atomics.compareExchange(this.memory.control, ASKED, 0, REASONS.indexOf(reason) + 1);
  }

  /** Starts the thread of one part. */
  startPart(task: Task): Worker {
    const ports = task.ports.filter((port) => port !== undefined);
    return startThread('checker/search/parallel/worker', task, ports);
  }

  private reportOf(worker: Worker, family: Family): Promise<Report> {
    return new Promise((resolve, reject) => {
      worker.on('message', (news: News) => {
        if ('chunk' in news) family.take(news.chunk);
        else resolve(news.report);
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(new Error('a thread of the search ended without a result')));
    });
  }

  get size(): number {
    return Math.max(this.sumOf(this.memory.sizes), 1);
  }

  /** Bytes of the tables of all parts. */
  get bytes(): number {
    return this.sumOf(this.memory.bytes);
  }

  /** The sum over the parts of what has grown so far. */
  private sumOf(noted: Float64Array): number {
    const { jobs, places } = this.memory;
    let sum = 0;
    for (let part = 0; part < jobs; part++) {
      sum += Math.max(...noted.subarray(part * places, (part + 1) * places));
    }
    return sum;
  }

  get transitions(): number {
    return this.reports.reduce((sum, { transitions }) => sum + transitions, 0);
  }

  get depth(): number {
    return this.reports[0]?.depth ?? Atomics.load(this.memory.control, DEPTH);
  }

  get stopped(): Stop | undefined {
    return this.reports[0]?.stopped;
  }

  get complete(): boolean {
    return this.reports.length > 0 && this.stopped === undefined;
  }

  /** How many events that run has. */
  lengthOf(property: Property): number | undefined {
    return this.violation(property)?.length;
  }

  /** The least number of events of a run that was not searched; Infinity if all were. */
  get searchedTo(): number {
    return this.complete ? Infinity : this.depth + 1;
  }

  /** The first shortest run that violates the property, if one was found. */
  violation(property: Property): Event[] | undefined {
    return this.firstRun(property, ({ violations }) => violations);
  }

  /** The first shortest run that reaches the property's antecedent, if one was found. */
  witness(property: Property): Event[] | undefined {
    return this.firstRun(property, ({ witnesses }) => witnesses);
  }

  private firstRun(
    property: Property,
    edgesOf: (report: Report) => readonly (Edge | undefined)[],
  ): Event[] | undefined {
    const place = this.properties.indexOf(property);
    const [last] = this.reports
      .flatMap((report) => edgesOf(report)[place] ?? [])
      .toSorted((a, b) => a.parent - b.parent || a.event - b.event);
    if (last === undefined) return undefined;
    let edge: Omit<Edge, 'length'> = last;
    const families = new Families(this.families, this.reports[0].levels);
    const run = [this.model.events[edge.event]];
    while (edge.parent !== 0) {
      edge = families.edgeTo(edge.parent);
      run.push(this.model.events[edge.event]);
    }
    return run.reverse();
  }
}

/** A channel between every two parts. The list of a part has the port to each other one. */
function channels(jobs: number): (MessagePort | undefined)[][] {
  const ports: (MessagePort | undefined)[][] = Array.from({ length: jobs }, () => []);
  for (let a = 0; a < jobs; a++) {
    for (let b = 0; b < a; b++) ({ port1: ports[a][b], port2: ports[b][a] } = new MessageChannel());
  }
  return ports;
}
