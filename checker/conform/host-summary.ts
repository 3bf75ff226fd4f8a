/** Sums a log up for somebody who runs hosts: how often, in which process, and how soon. */
import type { Conformance } from './conform.ts';
import type { Counted } from './missed.ts';
import type { Space } from './page-log.ts';

export interface Tally {
  pages: number;
  looks: number;
  /** Looks that missed a use. */
  missed: number;
  evictions: number;
  /** Evictions of pages in use. */
  inUse: number;
}

export interface ProcessTally extends Tally {
  readonly space: Space;
  /** The control group, as far as known. */
  readonly cgroup: string | undefined;
}

export interface CgroupTally extends Tally {
  /** Undefined for the processes whose group is not known. */
  readonly cgroup: string | undefined;
}

/** How many evictions of pages in use came less than so many seconds after the use. */
export interface Bar {
  /** Undefined for the last bar, which has no end. */
  readonly under: number | undefined;
  times: number;
}

export interface HostSummary extends Tally {
  /** Those with most misses are first. */
  readonly processes: readonly ProcessTally[];
  /** The same by control group. It is empty if none is known. */
  readonly cgroups: readonly CgroupTally[];
  /** It is empty if the clock of the log does not tell seconds. */
  readonly bars: readonly Bar[];
  /** The shortest and the longest time from a use to an eviction. */
  readonly range: readonly [shortest: number, longest: number] | undefined;
}

/** Evictions of pages in use, and how long after the use they came. */
type Late = Pick<Counted, 'times' | 'after'>;

const DECADES = [0.001, 0.01, 0.1, 1, 10, 100, undefined];

const nothing = (): Tally => ({ pages: 0, looks: 0, missed: 0, evictions: 0, inUse: 0 });

export const misses = ({ missed, inUse }: Tally): number => missed + inUse;

export function hostSummary({ missed, log }: Conformance): HostSummary {
  const all = nothing();
  const bySpace = new Map<Space, ProcessTally>();
  const tallyOf = (space: Space): ProcessTally => {
    const tally = bySpace.get(space) ?? {
      space,
      cgroup: log.cgroupOf(space),
      ...nothing(),
    };
    bySpace.set(space, tally);
    return tally;
  };
  // After an interrupt no page may have a verdict.
  const { pages } = log;
  for (const { space, uses } of pages) {
    const { looks, evictions } = uses;
    for (const tally of [all, tallyOf(space)]) {
      tally.pages++;
      tally.looks += looks;
      tally.evictions += evictions;
    }
  }
  const late: Late[] = [];
  const add = (space: Space, kind: Counted['kind'], one: Late): void => {
    for (const tally of [all, tallyOf(space)]) {
      tally[kind === 'evicted' ? 'inUse' : 'missed'] += one.times;
    }
    if (kind === 'evicted') late.push(one);
  };
  for (const { page, kind, after } of missed) {
    add(page.space, kind, { times: 1, after: [after, after] });
  }
  for (const { space, uses } of pages) {
    for (const { kind, ...one } of uses.counted) add(space, kind, one);
  }
  const times = log.watch.isSeconds ? late : [];
  const processes = [...bySpace.values()].toSorted(worstFirst);
  return {
    ...all,
    processes,
    cgroups: byCgroup(processes),
    bars: barsOf(times),
    range: rangeOf(times),
  };
}

const worstFirst = (a: Tally, b: Tally): number => misses(b) - misses(a);

/** The sums of the processes of each control group. */
function byCgroup(processes: readonly ProcessTally[]): CgroupTally[] {
  const groups = new Map<string | undefined, CgroupTally>();
  for (const tally of processes) {
    const { cgroup } = tally;
    const sum = groups.get(cgroup) ?? { cgroup, ...nothing() };
    for (const key of Object.keys(nothing()) as (keyof Tally)[]) sum[key] += tally[key];
    groups.set(cgroup, sum);
  }
  if (groups.size === 1 && groups.has(undefined)) return [];
  return [...groups.values()].toSorted(worstFirst);
}

function rangeOf(late: readonly Late[]): HostSummary['range'] {
  if (late.length === 0) return undefined;
  let [shortest, longest] = [Infinity, 0];
  for (const { after } of late) {
    shortest = Math.min(shortest, after[0]);
    longest = Math.max(longest, after[1]);
  }
  return [shortest, longest];
}

/** One bar a decade, from the first to the last that is not empty. */
function barsOf(late: readonly Late[]): Bar[] {
  const bars = DECADES.map((under): Bar => ({ under, times: 0 }));
  for (const { times, after } of late) {
    bars.find(({ under }) => under === undefined || after[0] < under)!.times += times;
  }
  const first = bars.findIndex(({ times }) => times > 0);
  return first < 0 ? [] : bars.slice(first, bars.findLastIndex(({ times }) => times > 0) + 1);
}
