/**
 * What one transition shows to whoever judges it: what the kernel function returned, and what the
 * ghosts say about it. A rule sets flags; the properties read them as a `Shown`.
 */
import type { Observer } from './system.ts';

/** Flags of one transition, or-ed. 0: nothing to judge and nothing answered. */
export const SHOWN = {
  /** The event answers a value, printed as `== value`. */
  answers: 0x1,
  /** The value is 1: young, referenced or busy. */
  one: 0x2,
  /** A look of reclaim is over; a look of idle page tracking is over. */
  reclaimLooked: 0x4,
  idleLooked: 0x8,
  /** Remembered from when the look began. */
  devSure: 0x10,
  cpuSure: 0x20,
  /** The page may have been accessed: before the look began, or during it. */
  maybe: 0x40,
  /** The same observer's previous look missed; no mark, other observer or clear_refs came since. */
  missedBefore: 0x80,
  /** An access through an entry whose frame was freed. */
  staleAccess: 0x100,
  /** A write through an entry whose write permission was withdrawn. */
  revokedWrite: 0x200,
  /** An aging or idle operation found the PTE old, where there is an ATC to leave alone. */
  foundOld: 0x400,
  /** An aging or idle operation sent an ATC invalidation though it had found nothing young. */
  spurious: 0x800,
  /** An unmap began on a page that some TLB, IOTLB, ATC or secondary page table has cached. */
  unmapsCached: 0x1000,
  /** A write-protect began on a page that some of these has cached with write permission. */
  protectsCached: 0x2000,
  /** A device's write met an IOTLB entry without write, and its fault was resolved. */
  faulted: 0x4000,
  /** The fault was resolved and the retry faults again. */
  stuck: 0x8000,
  /** Reclaim evicts a page; one whose use by a device it missed. */
  evicts: 0x10000,
  evictsInUse: 0x20000,
} as const;

/** One more than the largest combination of flags. */
export const SHOWN_END = 0x40000;

/** A look that is over and has reported. */
export interface Look {
  readonly observer: Observer;
  readonly referenced: boolean;
  readonly devSure: boolean;
  readonly cpuSure: boolean;
  readonly maybe: boolean;
  readonly missedBefore: boolean;
}

/** What one transition shows, decoded. */
export interface Shown {
  /** What the event answered, if it answers. */
  readonly answer?: 0 | 1;
  readonly look?: Look;
  readonly staleAccess: boolean;
  readonly revokedWrite: boolean;
  readonly foundOld: boolean;
  readonly spurious: boolean;
  readonly unmapsCached: boolean;
  readonly protectsCached: boolean;
  readonly faulted: boolean;
  readonly stuck: boolean;
  readonly evicts: boolean;
  readonly evictsInUse: boolean;
}

/** Decodes the flags of a transition. */
export function shownOf(flags: number): Shown {
  const has = (flag: number) => (flags & flag) !== 0;
  const looked = has(SHOWN.reclaimLooked | SHOWN.idleLooked);
  return {
    ...(has(SHOWN.answers) ? { answer: has(SHOWN.one) ? 1 : 0 } : {}),
    ...(looked
      ? {
          look: {
            observer: has(SHOWN.reclaimLooked) ? 'reclaim' : 'idle',
            referenced: has(SHOWN.one),
            devSure: has(SHOWN.devSure),
            cpuSure: has(SHOWN.cpuSure),
            maybe: has(SHOWN.maybe),
            missedBefore: has(SHOWN.missedBefore),
          },
        }
      : {}),
    staleAccess: has(SHOWN.staleAccess),
    revokedWrite: has(SHOWN.revokedWrite),
    foundOld: has(SHOWN.foundOld),
    spurious: has(SHOWN.spurious),
    unmapsCached: has(SHOWN.unmapsCached),
    protectsCached: has(SHOWN.protectsCached),
    faulted: has(SHOWN.faulted),
    stuck: has(SHOWN.stuck),
    evicts: has(SHOWN.evicts),
    evictsInUse: has(SHOWN.evictsInUse),
  };
}
