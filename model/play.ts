/** What is in play in a system: what its parts and its scope have an effect on together. */
import {
  asksFirst,
  atc,
  cutsFills,
  flies,
  frees,
  inPlay,
  iotlb,
  meets,
  queued,
  takesFrames,
} from './needs.ts';
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

/** Whether a PTE can be dirty: somebody writes, or khugepaged copies the page. */
export const hasDirty = (parts: Parts): boolean => has(parts, 'write') || has(parts, 'collapse');

/**
 * Whether a page can get another frame: its frame is freed, or copied by a write or by khugepaged.
 */
export const losesFrames = (parts: Parts): boolean => meets(parts, [takesFrames]);

const isFine = ({ scope }: Parts): boolean => scope.granularity === 'fine';

/** Whether an invalidation of the IOTLB is handled in a later event. */
export const hasQueue = (parts: Parts): boolean => meets(parts, [iotlb, queued]);

/** Whether a DMA without an ATC is in flight. */
export const hasDmaInFlight = (parts: Parts): boolean => meets(parts, flies);

/** Whether a device asks the IOMMU by events of their own: request, translate and complete. */
export const asksInSteps = (parts: Parts): boolean => isFine(parts) && meets(parts, [asksFirst]);

/** Whether a secondary fault looks a page up, and installs it in a later event. */
export const hasLookups = (parts: Parts): boolean => meets(parts, cutsFills);

/** Whether an unmap gives up the page-table lock before it is over. */
export const hasUnlock = (parts: Parts): boolean =>
  isFine(parts) &&
  meets(parts, [frees]) &&
  parts.kernel.unmap.some(({ name }) => name === 'unlock');

/** Whether a page is copied step by step, for a child or to another frame. */
export const hasCow = (parts: Parts): boolean => meets(parts, inPlay('cow'));
export const hasMigrate = (parts: Parts): boolean => meets(parts, inPlay('migrate'));

/** Whether a frame that a page has lost can be cached before it is freed. */
export const hasOldFrames = (parts: Parts): boolean =>
  hasUnlock(parts) || hasCow(parts) || hasMigrate(parts);

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

/** Whether the callback invalidate_secondary waits for the IOMMU. */
export const awaitsIotlb = (parts: Parts): boolean =>
  doesIn(parts, 'invalidate_secondary', ['flush-iotlb', 'await-iotlb']);

/** Whether an operation of a user or of khugepaged flushes at once, and so has to wait before. */
const flushesAtOnce = (parts: Parts): boolean => has(parts, 'fork') || has(parts, 'collapse');

/** Whether a fork waits for the posted writes of a device that drains them. */
export const forkAwaitsWrites = (parts: Parts): boolean =>
  flushesAtOnce(parts) && hasPosted(parts) && awaitsInvalidation(parts);

/** Whether a fork waits for the translated requests of an IOMMU that drains them. */
export const forkAwaitsDma = (parts: Parts): boolean =>
  flushesAtOnce(parts) && hasDmaInFlight(parts) && awaitsIotlb(parts);
