/** Sums a log up for somebody who runs hosts: how often, in which process, and how soon. */
import type { Conformance, PageResult } from './conform.ts';
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
  /** It is empty if the clock of the log does not tell seconds. */
  readonly bars: readonly Bar[];
  /** The shortest and the longest time from a use to an eviction. */
  readonly range: readonly [shortest: number, longest: number] | undefined;
}

const DECADES = [0.001, 0.01, 0.1, 1, 10, 100, undefined];

const nothing = (): Tally => ({ pages: 0, looks: 0, missed: 0, evictions: 0, inUse: 0 });

export const misses = ({ missed, inUse }: Tally): number => missed + inUse;

/** How many misses each page has. A page without one is not in the map. */
export function missesOf({ missed }: Conformance): Map<PageResult['page'], number> {
  const counts = new Map<PageResult['page'], number>();
  for (const { page } of missed) counts.set(page, (counts.get(page) ?? 0) + 1);
  return counts;
}

export function hostSummary({ pages, missed, log }: Conformance): HostSummary {
  const all = nothing();
  const bySpace = new Map<Space, ProcessTally>();
  const tallyOf = (space: Space): ProcessTally => {
    const tally = bySpace.get(space) ?? { space, ...nothing() };
    bySpace.set(space, tally);
    return tally;
  };
  for (const { page } of pages) {
    const { looks, evictions } = page.uses;
    for (const tally of [all, tallyOf(page.space)]) {
      tally.pages++;
      tally.looks += looks;
      tally.evictions += evictions;
    }
  }
  for (const { page, kind } of missed) {
    for (const tally of [all, tallyOf(page.space)]) {
      if (kind === 'evicted') tally.inUse++;
      else tally.missed++;
    }
  }
  const times = log.watch.isSeconds
    ? missed.filter(({ kind }) => kind === 'evicted').map(({ after }) => after)
    : [];
  return {
    ...all,
    processes: [...bySpace.values()].toSorted((a, b) => misses(b) - misses(a)),
    bars: barsOf(times),
    range: rangeOf(times),
  };
}

function rangeOf(times: readonly number[]): HostSummary['range'] {
  if (times.length === 0) return undefined;
  let [shortest, longest] = [Infinity, 0];
  for (const time of times) {
    shortest = Math.min(shortest, time);
    longest = Math.max(longest, time);
  }
  return [shortest, longest];
}

/** One bar a decade, from the first to the last that is not empty. */
function barsOf(times: readonly number[]): Bar[] {
  const bars = DECADES.map((under): Bar => ({ under, times: 0 }));
  for (const time of times) bars.find(({ under }) => under === undefined || time < under)!.times++;
  const first = bars.findIndex(({ times: n }) => n > 0);
  return first < 0 ? [] : bars.slice(first, bars.findLastIndex(({ times: n }) => n > 0) + 1);
}
