/**
 * What a transition did, in the order in which it did it. Whoever tells, draws or counts folds over
 * these notes and never runs the model a second time. A search does not ask, and then nothing is
 * written down: `m.did?.push(...)` makes its note only if somebody asked.
 */

/** Where a translation is kept. */
export type Cache = 'tlb' | 'iotlb' | 'spte' | 'atc';
export type PteBit = 'young' | 'dirty';

/**
 * Why a walk needs the fault handler. accessed: hardware leaves young and dirty to it. entry: the
 * page table has what was asked for, but a cached entry, or the secondary's own, has not.
 */
export type FaultReason = 'missing' | 'swapped' | 'read-only' | 'cow' | 'accessed' | 'entry';

/** Something that is sent arrives in the same event, or is sent in one and arrives in another. */
export type Leg = 'at-once' | 'sent' | 'arrived';

interface On {
  readonly page: number;
}
interface OnUnit extends On {
  /** The CPU or the device; 0 for what there is one of. */
  readonly unit: number;
}
interface OnCache extends OnUnit {
  readonly cache: Cache;
}

export interface Walk extends OnUnit {
  readonly what: 'walk';
  readonly by: 'cpu' | 'iommu' | 'secondary';
  /** Absent: hardware does it alone. */
  readonly fault?: FaultReason;
  /** What was not set in the PTE before. */
  readonly sets: readonly PteBit[];
}

/** A step of a program or an action of a callback. */
export interface StepTaken extends On {
  readonly what: 'step';
  /** One of STEPS, as a trace spells it. */
  readonly step: string;
  /** The operation that it is a step of, and `page` is the operation's page. */
  readonly operation: string;
  /** The pages that it was done to, and those of them that had something to be done to. */
  readonly covers: readonly number[];
  readonly found: readonly number[];
  /** Inside an event that is more than this step: nothing that it sends is in flight. */
  readonly atOnce: boolean;
  /** It invalidates ATC entries for an aging that has found nothing young. */
  readonly spurious: boolean;
}

export type Did =
  /** A cache answers. An spte may be old before: `sets` is of the spte then. */
  | (OnCache & { readonly what: 'hit'; readonly sets: readonly PteBit[] })
  /** A cache has no entry, or one that denies the access. */
  | (OnCache & { readonly what: 'miss'; readonly denied: boolean })
  | Walk
  | (OnCache & { readonly what: 'fill' })
  | (OnCache & { readonly what: 'evict' })
  /** A device asks for a translation, and is answered. */
  | (OnUnit & { readonly what: 'request' })
  | (OnUnit & { readonly what: 'completion'; readonly leg: Leg })
  /** The fault was resolved, and the retry finds the same entry. */
  | (OnUnit & { readonly what: 'stuck' })
  /** The device discards a completion that an invalidation has overtaken, and asks again. */
  | (OnUnit & { readonly what: 'overtaken' })
  /** A device handles an invalidation; `found`: it had an entry to drop. */
  | (OnUnit & { readonly what: 'invalidation'; readonly found: boolean; readonly leg: Leg })
  | (OnUnit & { readonly what: 'invalidated' })
  /** A posted write leaves the device, and lands. */
  | (OnUnit & { readonly what: 'posted-write'; readonly leg: Leg })
  /** An operation begins with its change of the page table; `young`: as it found the PTE. */
  | (On & { readonly what: 'pte'; readonly operation: string; readonly young: boolean })
  | StepTaken
  /** A callback has returned 0 or 1, whatever it found or as it harvested. */
  | (On & {
      readonly what: 'return';
      readonly operation: string;
      readonly value: 0 | 1;
      readonly says: 'zero' | 'one' | 'harvested';
    })
  | (On & { readonly what: 'end'; readonly operation: string })
  /** A write has copied the page: it has a frame of its own. */
  | (On & { readonly what: 'copy' })
  /** folio_mark_accessed(), and what came of it. */
  | (On & {
      readonly what: 'mark-accessed';
      readonly clearsIdle: boolean;
      readonly makes: 'nothing' | 'referenced' | 'active';
    })
  /** What reclaim makes of a look. */
  | (On & {
      readonly what: 'decide';
      readonly fate: 'activated' | 'deactivated' | 'kept' | 'condemned';
    });

/** The notes of one kind. */
export type DidOf<W extends Did['what']> = Extract<Did, { readonly what: W }>;
