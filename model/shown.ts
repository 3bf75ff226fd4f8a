/**
 * What one transition shows to the properties: what the kernel function returned, and what the
 * ghosts say about that. Rules set flags; the properties read them as a `Shown`.
 */
import type { Observer } from './system.ts';

/** The flags of one transition. 0 means that there is nothing to judge and no answer. */
export const SHOWN = {
  /** The event answers a value. A trace prints it as `== value`. */
  answers: 0x1,
  /** The value is 1, which means young, referenced or busy. */
  one: 0x2,
  /** A look has ended: of reclaim, or of idle page tracking. */
  reclaimLooked: 0x4,
  idleLooked: 0x8,
  /** What the observer has to find, as remembered when the look began. */
  devSure: 0x10,
  cpuSure: 0x20,
  /** The page may have been accessed, before the look began or during it. */
  maybe: 0x40,
  /**
   * The previous look of the same observer missed. No mark, other observer or clear_refs has come
   * since.
   */
  missedBefore: 0x80,
  /** An access went through an entry whose frame was freed. */
  staleAccess: 0x100,
  /** A write went through an entry whose write permission was withdrawn. */
  revokedWrite: 0x200,
  /** An aging operation found the PTE old while there is an ATC. */
  foundOld: 0x400,
  /** An aging operation sent an ATC invalidation although it had found nothing young. */
  spurious: 0x800,
  /**
   * An unmap began on a page that a TLB, the IOTLB, an ATC or a secondary page table has cached.
   */
  unmapsCached: 0x1000,
  /** A write-protect began on a page that a cache has with write permission. */
  protectsCached: 0x2000,
  /**
   * A device's write found an IOTLB entry without write, and the fault handler resolved the fault.
   */
  faulted: 0x4000,
  /** The fault was resolved, and the retry faults again. */
  stuck: 0x8000,
  /** Reclaim evicts a page; and a page whose use by a device it has missed. */
  evicts: 0x10000,
  evictsInUse: 0x20000,
  /** An access went to a frame that the page has lost, after an access to its new frame. */
  splitView: 0x40000,
  /** A write went to a frame that had been copied already. */
  lostWrite: 0x80000,
  /** A page began to move to another frame while a cache has it with write permission. */
  movesCached: 0x100000,
} as const;

/** One more than the largest combination of flags. Tables over flags have this many entries. */
export const SHOWN_END = 0x200000;

/** A look that has ended and reported. */
export interface Look {
  readonly observer: Observer;
  readonly referenced: boolean;
  readonly devSure: boolean;
  readonly cpuSure: boolean;
  readonly maybe: boolean;
  readonly missedBefore: boolean;
}

/** The flags of one transition, decoded. */
export interface Shown {
  /** The value that the event answered; absent if it answers none. */
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
  readonly splitView: boolean;
  readonly lostWrite: boolean;
  readonly movesCached: boolean;
}

/** Decodes the SHOWN flags of a transition. */
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
    splitView: has(SHOWN.splitView),
    lostWrite: has(SHOWN.lostWrite),
    movesCached: has(SHOWN.movesCached),
  };
}
