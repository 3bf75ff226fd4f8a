/**
 * Runs systems on the same turns, one workload after the other. All systems take a batch of turns
 * before any takes the next one. So what there is when the work is told to stop can be compared.
 */
import type { OptionalEvent, Parts, Scope, System } from '../../model/system.ts';
import { DEFAULTS } from '../../model/system.ts';
import { misfitOf } from '../../model/misfit.ts';
import { Complaint } from '../trace/complaint.ts';
import type { Pieces, Told } from '../trace/pieces.ts';
import type { Counts } from './counts.ts';
import type { Room } from './reclaim.ts';
import { Memory, Pagewise } from './reclaim.ts';
import type { Source, Turns } from './turn.ts';
import { PAUSE } from './turn.ts';

/** What a workload is run with. */
export interface Plan {
  readonly source: Source;
  readonly room: Room;
  /** How many turns each run has, and how many of them at its begin are not counted. */
  readonly turns: number;
  readonly warmUp: number;
  /** How many runs there are, if they differ. */
  readonly runs: number;
  readonly seed: number;
}

/**
 * Runs that are all the same are one run, cut into so many batches. It is not cut if a batch would
 * have fewer turns than this: batches that are short depend on each other.
 */
const BATCHES = 10;
const LEAST = 100;

/** What one sample has counted: a run, or a batch of the only run. */
export interface Sample {
  /** The turns that were counted, and those of them in which nobody accessed a page. */
  readonly turns: number;
  readonly pauses: number;
  readonly counts: Counts;
}

export interface SystemRun {
  readonly system: System;
  readonly samples: readonly Sample[];
  /** The run and the turn in which no frame was to be had, both counted from 1. */
  readonly out: { readonly run: number; readonly turn: number } | undefined;
}

export interface Measured {
  readonly plan: Plan;
  /** What one sample is. */
  readonly sampledBy: 'runs' | 'batches';
  readonly systems: readonly SystemRun[];
  /** The work was told to stop before all samples were there. */
  readonly isCut: boolean;
}

/** The scope in which each page is: one page, and whoever accesses it in the workload. */
export function scopeOf({ kernel }: Parts, { hasWrites, hasCpus }: Source): Scope {
  const events: OptionalEvent[] = ['unmap', 'lru'];
  if (hasWrites) events.push('write');
  if (kernel.lru === 'multi-gen') events.push('walk');
  return { ...DEFAULTS.scope, cpus: hasCpus ? 1 : 0, observers: ['reclaim'], events };
}

/** The system as it is run. */
export const inScope = <P extends Parts>(system: P, source: Source): P => ({
  ...system,
  scope: scopeOf(system, source),
});

/** The most pages of a system with a step that acts on all of them. */
const MOST_WITH_MM = 10_000;

/** Refuses a system that cannot be run on a workload. */
export function refuseUnfit(name: string, system: Parts, { source, room }: Plan): void {
  const parts = inScope(system, source);
  const misfit = misfitOf(parts);
  if (misfit !== undefined) {
    throw new Complaint(`${name}: ${misfit.reason}, and here every operation is one event`);
  }
  const { neighbours } = new Pagewise(parts);
  const reachesAll = neighbours.reaches.some((reach) => reach?.all);
  if (reachesAll && room.pages > MOST_WITH_MM) {
    const message = `${name}: one of its steps acts on all pages, so there can be ${MOST_WITH_MM}`;
    throw new Complaint(message, undefined, { hint: `--pages ${MOST_WITH_MM}` });
  }
}

/** The seeds of the runs differ, and those of neighbouring seeds do, too. */
const SEED_STEP = 0x9e3779b1;
const seedOf = (seed: number, run: number): number => (seed + Math.imul(run, SEED_STEP)) | 0;

/** How many turns all systems take before any takes more. A step may act on all pages in a turn. */
const CHUNK = 1 << 12;
const PAGES_A_CHUNK = 1 << 22;
const chunkOf = (pages: number): number =>
  Math.max(1, Math.min(CHUNK, Math.floor(PAGES_A_CHUNK / pages)));

/** One system in one run. */
class Lane {
  readonly samples: Sample[] = [];
  out: SystemRun['out'];
  private memory: Memory;
  private readonly system: System;
  private readonly pagewise: Pagewise;
  private readonly room: Room;

  constructor(system: System, source: Source, room: Room) {
    this.system = system;
    this.pagewise = new Pagewise(inScope(system, source));
    this.room = room;
    this.memory = new Memory(this.pagewise, room);
  }

  begins(): void {
    this.memory = new Memory(this.pagewise, this.room);
  }

  /** Takes turns. The first of them is number `at` of the run, counted from 0. */
  take(turns: Int32Array, run: number, at: number): void {
    const { memory } = this;
    for (let i = 0; i < turns.length; i++) {
      memory.take(turns[i]);
      if (!memory.isOut) continue;
      this.out ??= { run: run + 1, turn: at + i + 1 };
      return;
    }
  }

  /** What was counted so far does not count. */
  forgets(): void {
    this.memory.drain();
  }

  ends(turns: number, pauses: number): void {
    this.samples.push({ turns, pauses, counts: this.memory.drain() });
  }

  get result(): SystemRun {
    const { system, samples, out } = this;
    return { system, samples, out };
  }
}

/** The turns of a run from one place on, in the order of their chunks. */
class Chunks {
  private readonly turns: Turns;
  private readonly chunk: Int32Array;

  constructor(turns: Turns, size: number) {
    this.turns = turns;
    this.chunk = new Int32Array(size);
  }

  /** The next turns, so many at most. */
  next(most: number): Int32Array {
    const room = this.chunk.subarray(0, Math.min(most, this.chunk.length));
    return room.subarray(0, this.turns.fill(room));
  }
}

const pausesIn = (turns: Int32Array): number =>
  turns.reduce((n, t) => n + (t === PAUSE ? 1 : 0), 0);

/** The lengths of the parts into which the counted turns of a run are cut. */
function partsOf(counted: number, sampledBy: Measured['sampledBy']): number[] {
  if (sampledBy === 'runs') return [counted];
  const parts = counted < BATCHES * LEAST ? 1 : BATCHES;
  return Array.from(
    { length: parts },
    (_, i) => Math.floor((counted * (i + 1)) / parts) - Math.floor((counted * i) / parts),
  );
}

/** One run of all systems. */
class Run {
  private readonly chunks: Chunks;
  private readonly lanes: readonly Lane[];
  private readonly number: number;
  /** How many turns were taken, and what is left to be told of them. */
  private at = 0;
  private turns = 0;
  private pauses = 0;

  constructor(turns: Turns, lanes: readonly Lane[], number: number, pages: number) {
    this.chunks = new Chunks(turns, chunkOf(pages));
    this.lanes = lanes;
    this.number = number;
    for (const lane of lanes) lane.begins();
  }

  /** All systems take some turns. Says whether the work is told to stop before they have. */
  *takes(count: number, [before, all]: Told): Pieces<boolean> {
    for (let left = count; left > 0;) {
      if (yield [before + this.at, all]) return true;
      const chunk = this.chunks.next(left);
      for (const lane of this.lanes) lane.take(chunk, this.number, this.at);
      this.pauses += pausesIn(chunk);
      this.turns += chunk.length;
      this.at += chunk.length;
      left -= chunk.length;
    }
    return false;
  }

  /** The turns that were taken are a sample, or they do not count. */
  endsPart(isSample: boolean): void {
    for (const lane of this.lanes) {
      if (isSample) lane.ends(this.turns, this.pauses);
      else lane.forgets();
    }
    this.turns = this.pauses = 0;
  }

  /** The work is told to stop. What was counted is a sample if there is no other. */
  isStopped(): void {
    if (this.turns > 0 && this.lanes.every(({ samples }) => samples.length === 0)) {
      this.endsPart(true);
    }
  }
}

/**
 * Runs systems on a workload. If it is told to stop, it returns the samples that are complete, or
 * the part of one.
 */
export function* measuring(plan: Plan, systems: readonly System[]): Pieces<Measured> {
  const { source, room, turns, warmUp } = plan;
  const lanes = systems.map((system) => new Lane(system, source, room));
  const sampledBy = source.isFixed || plan.runs === 1 ? 'batches' : 'runs';
  const runs = sampledBy === 'runs' ? plan.runs : 1;
  const result = (isCut: boolean): Measured => ({
    plan,
    sampledBy,
    systems: lanes.map((lane) => lane.result),
    isCut,
  });
  for (let number = 0; number < runs; number++) {
    const run = new Run(source.turns(seedOf(plan.seed, number)), lanes, number, room.pages);
    for (const [i, part] of [warmUp, ...partsOf(turns - warmUp, sampledBy)].entries()) {
      if (yield* run.takes(part, [number * turns, runs * turns])) {
        if (i > 0) run.isStopped();
        return result(true);
      }
      run.endsPart(i > 0);
    }
  }
  return result(false);
}
