/**
 * Notes of what a transition did, in that order. Explanations, pictures and counts are made from
 * these notes, so nobody runs the model a second time. A search sets no `did`, and then
 * `m.did?.push(...)` does nothing.
 */

/** The caches that keep translations; `spte` is the shadow secondary's own page table. */
export type Cache = 'tlb' | 'iotlb' | 'spte' | 'atc';
export type PteBit = 'young' | 'dirty';

/**
 * Why a walk needs the fault handler. With `accessed` hardware does not set young and dirty itself.
 * With `entry` the PTE allows the access, but a cached entry or the secondary's own entry does not.
 */
export type FaultReason = 'missing' | 'swapped' | 'read-only' | 'cow' | 'accessed' | 'entry';

/**
 * A message can arrive in the same event. Otherwise one event sends it, and a later event receives
 * it.
 */
export type Leg = 'at-once' | 'sent' | 'arrived';

interface On {
  readonly page: number;
}
interface OnUnit extends On {
  /** The number of the CPU or the device; 0 if there is only one, as of the IOTLB. */
  readonly unit: number;
}
interface OnCache extends OnUnit {
  readonly cache: Cache;
}

export interface Walk extends OnUnit {
  readonly what: 'walk';
  readonly by: 'cpu' | 'iommu' | 'secondary';
  /** Why the fault handler was needed. It is absent if hardware walked alone. */
  readonly fault?: FaultReason;
  /** The bits of the PTE that this walk has newly set. */
  readonly sets: readonly PteBit[];
}

/** A step of a program, or an action of a callback, was taken. */
export interface StepTaken extends On {
  readonly what: 'step';
  /** The name of the step as in STEPS and in traces. */
  readonly step: string;
  /** The place of the step in `Operations.steps`. */
  readonly at: number;
  /** The operation to which the step belongs. `page` is the page of that operation. */
  readonly operation: string;
  /** The pages that the step covered, and those among them where it found something to act on. */
  readonly covers: readonly number[];
  readonly found: readonly number[];
  /** The step was done inside a larger event, so none of its messages is in flight afterwards. */
  readonly atOnce: boolean;
  /** The step invalidated an ATC for an aging operation that had found nothing young. */
  readonly spurious: boolean;
}

export type Did =
  /**
   * A cache has an entry that serves the access. A hit of an spte may set its young bit, listed in
   * `sets`.
   */
  | (OnCache & { readonly what: 'hit'; readonly sets: readonly PteBit[] })
  /** A cache has no entry, or has one that does not allow the access (`denied`). */
  | (OnCache & { readonly what: 'miss'; readonly denied: boolean })
  | Walk
  | (OnCache & { readonly what: 'fill' })
  | (OnCache & { readonly what: 'evict' })
  /** A device asks for a translation, and the IOMMU answers. */
  | (OnUnit & { readonly what: 'request' })
  | (OnUnit & { readonly what: 'completion'; readonly leg: Leg })
  /** The fault handler resolved the fault, but the retry finds the same entry and faults again. */
  | (OnUnit & { readonly what: 'stuck' })
  /** The device discards a completion that an invalidation has overtaken, and asks again. */
  | (OnUnit & { readonly what: 'overtaken' })
  /** A device handles an invalidation. `found` says whether it had an entry to drop. */
  | (OnUnit & { readonly what: 'invalidation'; readonly found: boolean; readonly leg: Leg })
  | (OnUnit & { readonly what: 'invalidated' })
  /** The IOMMU handles an IOTLB invalidation of its queue. `found`: it had an entry to drop. */
  | (OnUnit & { readonly what: 'command'; readonly found: boolean })
  /** A fill was overtaken by an invalidation, and is tried again. */
  | (OnUnit & { readonly what: 'retry' })
  /** A posted write leaves the device, or lands in memory. */
  | (OnUnit & { readonly what: 'posted-write'; readonly leg: Leg })
  /**
   * An operation begins with its change of the page table. `young` says whether the PTE was young.
   * The look inside an unmap has a place in `Operations.steps`, too.
   */
  | (On & {
      readonly what: 'pte';
      readonly operation: string;
      readonly young: boolean;
      readonly at?: number;
    })
  | StepTaken
  /** The PTE maps the copy of a page, or the new frame of a page that has moved. */
  | (On & { readonly what: 'set'; readonly operation: string })
  /** A callback returned a value. */
  | (On & {
      readonly what: 'return';
      /** The place of the return in `Operations.steps`. */
      readonly at: number;
      readonly operation: string;
      readonly value: 0 | 1;
      readonly says: 'zero' | 'one' | 'harvested';
    })
  | (On & { readonly what: 'end'; readonly operation: string })
  /** A write has copied the page, which now has a frame of its own. */
  | (On & { readonly what: 'copy' })
  /** folio_mark_accessed() was called, with its effect on the page. */
  | (On & {
      readonly what: 'mark-accessed';
      readonly clearsIdle: boolean;
      readonly makes: 'nothing' | 'referenced' | 'active';
    })
  /** What a look of reclaim decided about the page. */
  | (On & {
      readonly what: 'decide';
      readonly fate: 'activated' | 'deactivated' | 'kept' | 'condemned';
    });

/** The notes whose `what` is W. */
export type DidOf<W extends Did['what']> = Extract<Did, { readonly what: W }>;
