/**
 * Says where one log shows what no preset kernel does together. Each page is judged all the same,
 * as what differs is how many pages a call tells of.
 */
import type { LogTraits } from './candidates.ts';

type Traits = Pick<LogTraits, 'seen' | 'unmaps'>;

/** A sentence for each mixture. */
export function mixtures({ seen, unmaps: { page, everything } }: Traits): string[] {
  if (everything === undefined) return [];
  const batched = `an unmap that tells secondary MMUs of everything (line ${everything})`;
  const met = [
    ...(page === undefined ? [] : [`one that tells them of its page (line ${page})`]),
    ...(seen.has('lru_gen_look_around') ? ['the multi-gen LRU'] : []),
  ];
  return met.map((other) => `${batched} and ${other}: no preset does both; each page is judged`);
}
