/**
 * Says where one log shows what no preset kernel does together. Each page is judged all the same,
 * as what differs is how many pages a call tells of.
 */
import type { Log } from './log.ts';
import { isShadow } from './secondary.ts';

const JUDGED = 'no preset does both; each page is judged';

/** A sentence for each mixture. */
export const mixtures = (log: Log): string[] => [...mixedUnmaps(log), ...mixedSizes(log)];

function mixedUnmaps({ seen, unmaps: { page, everything } }: Log): string[] {
  if (everything === undefined) return [];
  const batched = `an unmap that tells secondary MMUs of everything (line ${everything})`;
  const met = [
    ...(page === undefined ? [] : [`one that tells them of its page (line ${page})`]),
    ...(seen.has('lru_gen_look_around') ? ['the multi-gen LRU'] : []),
  ];
  return met.map((other) => `${batched} and ${other}: ${JUDGED}`);
}

/**
 * On x86 an aging flushes the secondary TLBs of a huge page and not of a small one. A preset has
 * pages of one size. KVM is told of both alike, as it has no callback for such a flush.
 */
function mixedSizes({ seen, pages }: Log): string[] {
  if (isShadow(seen)) return [];
  const looked = pages.filter(({ uses }) => uses.looks > 0);
  const huge = looked.find((page) => page.huge.length > 0);
  const small = looked.find((page) => page.huge.length === 0);
  if (huge === undefined || small === undefined) return [];
  return [`looks at a huge page (${huge.name}) and at one of 4 KiB (${small.name}): ${JUDGED}`];
}
