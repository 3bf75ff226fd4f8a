/** What is in play in a system: what its parts and its scope have an effect on together. */
import { atc, inPlay, iotlb, meets, takesFrames } from './needs.ts';
import type { CallbackName, OptionalEvent, Parts } from './system.ts';

/** Whether there is an ATC: the device's, or with a shadow secondary the vCPU's TLB. */
export const hasAtc = (parts: Parts): boolean => meets(parts, [atc]);

export const hasIotlb = (parts: Parts): boolean => meets(parts, [iotlb]);

const has = ({ scope }: Parts, event: OptionalEvent): boolean => scope.events.includes(event);

/** Whether looks of reclaim decide which pages are unmapped. */
export const hasLru = (parts: Parts): boolean => meets(parts, inPlay('lru'));

/** Whether MADV_PAGEOUT can unmap a page that no look of reclaim has condemned. */
export const hasPageout = (parts: Parts): boolean => meets(parts, inPlay('pageout'));

/** Whether an unmap leaves a swap entry. */
export const hasSwap = (parts: Parts): boolean => meets(parts, inPlay('swap'));

/** Whether a present PTE can lack write permission. */
export const hasReadOnly = (parts: Parts): boolean =>
  has(parts, 'protect') || has(parts, 'fork') || (hasSwap(parts) && !parts.kernel.swapinWritable);

/**
 * Whether a page can get another frame: its frame is freed, or copied by a write or by khugepaged.
 */
export const losesFrames = (parts: Parts): boolean => meets(parts, [takesFrames]);

/** Whether posted writes are in play. */
export const hasPosted = (parts: Parts): boolean => meets(parts, inPlay('posted'));

/**
 * Whether a callback of the driver has one of these actions, alone or as part of a word such as
 * `flush-atc`.
 */
const doesIn = ({ driver }: Parts, name: CallbackName, actions: readonly string[]): boolean =>
  driver[name].actions.some((line) => actions.includes(line.name));

/**
 * Whether the callback invalidate_secondary waits until the devices have completed the
 * invalidations.
 */
export const awaitsInvalidation = (parts: Parts): boolean =>
  doesIn(parts, 'invalidate_secondary', ['flush-atc', 'await-atc']);
