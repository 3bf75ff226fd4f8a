/** The state of a system, declared as structs in the way of the kernel. */
import type { ThreadName } from './operation.ts';
import type { Others } from './others.ts';
import type { Observer } from './system.ts';

/** pte_t. If it is not present it is none or a swap entry, and no other field has a meaning. */
export class Pte {
  present = 0;
  young = 0;
  dirty = 0;
  writable = 0;
  swapped = 0;
  /** The frame is shared with a child, so a write must copy it. `writable` is then 0. */
  cow = 0;

  /** Removes the page from the page table. Its frame is freed later. */
  clear(): void {
    this.present = this.young = this.dirty = this.writable = this.swapped = 0;
  }
}

/**
 * The health of a cached entry, a ghost: whether the page table still allows what the entry allows.
 */
export const LIVE = 0;
/** Write permission was withdrawn after the entry was cached. */
export const REVOKED = 1;
/** The frame was freed after the entry was cached. */
export const STALE = 2;
/** The page has lost the frame, which is not freed yet. */
export const OLD = 3;
/** The same, and write permission was withdrawn before or since. */
export const OLD_REVOKED = 4;

/** Whether an entry is of a frame that the page has lost, and that is not freed yet. */
export const isOld = (health: number): boolean => health >= OLD;
export const isRevoked = (health: number): boolean => health === REVOKED || health === OLD_REVOKED;

/**
 * A cached translation in a TLB, in the IOTLB or in an ATC, or an spte of a shadow secondary. Only
 * a TLB uses `dirty`; only an spte uses `young`.
 */
export class Entry {
  present = 0;
  write = 0;
  dirty = 0;
  young = 0;
  health = LIVE;

  clear(): void {
    this.present = this.write = this.dirty = this.young = 0;
    this.health = LIVE;
  }
}

/**
 * The state of a device's translation request. 0 is none, ASKED waits for the IOMMU, and TRANSLATED
 * is in flight to the device. FOUND is a fill of a shadow secondary that is not installed yet.
 */
export const ASKED = 1;
export const TRANSLATED = 2;
export const FOUND = 3;

/** The messages between one device and the IOMMU about one page. */
export class Link {
  request = 0;
  isWrite = 0;
  /** Write permission and health of the translation in flight. */
  resultWrite = 0;
  health = LIVE;
  /** An ATC invalidation was sent, and the device has not handled it yet. */
  invalidation = 0;
  /** A posted write has left the device, and has not landed yet. */
  posted = 0;
  postedHealth = LIVE;
  /** An invalidation has overtaken the fill that has looked the page up. */
  raced = 0;
}

/** The command queue of the IOMMU, for one page. */
export class Queue {
  /** An IOTLB invalidation was posted, and the IOMMU has not handled it yet. */
  invalidation = 0;
}

/** A ghost about a page that can have two frames: whether its new one was accessed. */
export class Split {
  newSeen = 0;
}

/** The flags of a page, under the kernel's names. */
export class Flags {
  PG_young = 0;
  PG_idle = 0;
  PG_referenced = 0;
  PG_active = 0;
  /** The last look has isolated the page for reclaim. The kernel has no such flag. */
  condemned = 0;

  clear(): void {
    this.PG_young = this.PG_idle = this.PG_referenced = this.PG_active = this.condemned = 0;
  }
}

/** An operation under way: of a kernel thread, or inside an event that does it at once. */
export class Thread {
  /** The program counter: the place of the next step; 0 if the thread is idle. */
  at = 0;
  page = 0;
  /** The PTE was young when the operation changed it. */
  young = 0;
  /** The other bits of the PTE, if the operation writes them back. */
  dirty = 0;
  writable = 0;
  /** This run of a callback has harvested a young bit. */
  harvested = 0;
  /** A callback whose return value the operation heeds has returned 1. */
  secondaryYoung = 0;
  /** The observer's ghosts of the page, as they were when the look began. */
  devSure = 0;
  cpuSure = 0;
  maybe = 0;

  clear(): void {
    this.at = this.page = 0;
    this.forget();
  }

  /** Forgets what was found, and what has to be found. */
  forget(): void {
    this.young = this.dirty = this.writable = this.harvested = this.secondaryYoung = 0;
    this.devSure = this.cpuSure = this.maybe = 0;
  }
}

/** The ghosts that one observer has of one page. Properties compare a look with them. */
export class Seen {
  /**
   * The page was certainly accessed, by a device or by a CPU, since the observer's last look ended.
   */
  devSure = 0;
  cpuSure = 0;
  /** The page may have been accessed since that look began. */
  maybe = 0;
  /** That look missed a use by a device. No mark, other observer or clear_refs has come since. */
  missed = 0;

  clear(): void {
    this.devSure = this.cpuSure = this.maybe = this.missed = 0;
  }
}

/** What other devices have asked for: see model/others.ts. */
export class Asked {
  toRead = 0;
  toWrite = 0;
}

/** The pages that a place stands for: a page with its block, or a run of pages. */
export const PAGES = Symbol('pages');
/** Those among them that have a PTE of their own. */
export const UNITS = Symbol('units');

/**
 * Everything about one page. `tlb` is indexed by CPU; `atc` and `link` by device. The pages of a
 * block share `pte`, `flags` and `seen`. A run of pages has a place of its own, whose structs are
 * empty: operations read its UNITS.
 */
export interface Page {
  readonly index: number;
  readonly [PAGES]: readonly Page[];
  readonly [UNITS]: readonly Page[];
  readonly pte: Pte;
  readonly flags: Flags;
  readonly tlb: readonly Entry[];
  readonly iotlb: Entry;
  readonly spte: Entry;
  readonly atc: readonly Entry[];
  readonly link: readonly Link[];
  readonly asked: Asked;
  readonly queue: Queue;
  readonly split: Split;
  readonly seen: Readonly<Record<Observer, Seen>>;
}

export interface State extends Readonly<Record<ThreadName, Thread>> {
  readonly pages: readonly Page[];
}

/**
 * The names of the ghosts. Those that no checked property reads are not tracked and take no bits.
 */
export const GHOSTS = ['devSure', 'cpuSure', 'maybe', 'missed', 'health', 'newSeen'] as const;
export type Ghost = (typeof GHOSTS)[number];

/** What a state keeps beyond what the rules need. */
export interface Kept {
  readonly ghosts: ReadonlySet<Ghost>;
  /** The observers whose ghosts are kept, as far as they are in scope. */
  readonly seenBy: readonly Observer[];
  readonly others: Others;
}
