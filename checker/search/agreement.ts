/**
 * Holds a verdict for any number of agents against verdicts for numbers of them. They come from
 * different searches, and docs/reductions.md argues that they agree.
 */
import { MANY } from '../../model/field.ts';
import { KINDS_OF_AGENTS } from '../../model/many.ts';
import type { System } from '../../model/system.ts';
import type { Verdict } from './check.ts';
import type { Sizes } from './reach.ts';
import { sizesOf } from './reach.ts';

/** A verdict for a number of pages, CPUs and devices. */
export interface Numbered {
  readonly sizes: Sizes;
  readonly verdict: Verdict;
}

/** Whether a system has at least as much of everything as another. */
export const within = (small: Sizes, large: Sizes): boolean =>
  KINDS_OF_AGENTS.every((kind) => small[kind] <= large[kind]);

export const sizesText = ({ pages, cpus, devices }: Sizes): string =>
  `pages=${pages} cpus=${cpus} devices=${devices}`;

/** What numbers contradict in a verdict on a system with any number of something, in words. */
export function contradictions(
  system: System,
  told: Verdict,
  numbered: readonly Numbered[],
): string[] {
  if (told.verdict === 'unfinished') return [];
  const judge = told.verdict === 'violated' ? againstViolated : againstHolds;
  return numbered.flatMap(({ sizes, verdict }) => {
    if (verdict.verdict === 'unfinished') return [];
    const what = judge(system, told, { sizes, verdict });
    return what === undefined ? [] : [`${sizesText(sizes)} ${what}`];
  });
}

/** A size that has more of something does all that a smaller one does, without a CPU as well. */
function againstHolds(_: System, told: Verdict, { sizes, verdict }: Numbered): string | undefined {
  const { pages = Infinity } = told;
  if (sizes.pages > pages) return undefined;
  if (verdict.verdict === 'violated') return `violates it in ${eventsOf(verdict)}`;
  const isReached = told.verdict === 'vacuous' && verdict.verdict === 'holds';
  return isReached ? 'puts it to the test' : undefined;
}

function againstViolated(
  system: System,
  { run, atLeast, where = system }: Verdict,
  { sizes, verdict }: Numbered,
): string | undefined {
  const length = verdict.run?.length ?? Infinity;
  const least = atLeast ?? run?.length ?? 0;
  // Any number of CPUs is one at least. Without a CPU a flush of the TLB is no event.
  const isMeant = sizes.cpus > 0 || system.scope.cpus !== MANY;
  if (isMeant && length < least) return `violates it in ${eventsOf(verdict)}`;
  const own = sizesOf(where.scope);
  if (run === undefined || !within(own, sizes)) return undefined;
  if (length === Infinity) return 'does not violate it';
  const isOwn = within(sizes, own);
  return isOwn && length > run.length ? `needs ${eventsOf(verdict)}` : undefined;
}

const eventsOf = ({ run }: Verdict): string => `${run?.length} events`;
