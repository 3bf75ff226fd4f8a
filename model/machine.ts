/**
 * What the rules work on: the configuration of a system, one state, and the flags that a transition
 * shows.
 */
import type { Did } from './did.ts';
import { Layout } from './layout.ts';
import type { Operations, Step } from './operation.ts';
import { THREADS } from './operation.ts';
import { placeState } from './placing.ts';
import {
  asksInSteps,
  awaitsInvalidation,
  awaitsIotlb,
  hasAtc,
  hasCow,
  hasDmaInFlight,
  hasIotlb,
  hasLookups,
  hasLru,
  hasOldFrames,
  hasPageout,
  hasSwap,
  hasUnlock,
} from './play.ts';
import type { Kept, Page, State } from './state.ts';
import { LIVE, PAGES, Thread } from './state.ts';
import type { Parts } from './system.ts';

/**
 * A flag about events that are not in scope is false. So machines that behave alike have the same
 * flags, and behaviourOf() can tell.
 */
export class Machine {
  readonly layout = new Layout();
  readonly operations: Operations;
  readonly state: State;
  readonly pages: readonly Page[];
  /** The threads, in the order of THREADS. */
  readonly threads: readonly Thread[];
  /** The place of the scope's run of pages, if it has one. */
  readonly run: Page | undefined;
  /** For each place, one bit for each of its pages: places with a bit in common overlap. */
  private readonly placeBits: Int32Array;
  /** The operation that an event runs at once, such as an upgrade. */
  readonly atOnce = new Thread();

  /** Operations and translations are cut into steps that interleave. */
  readonly fine: boolean;
  readonly hasAtc: boolean;
  readonly hasIotlb: boolean;
  /** A device asks the IOMMU by events of their own: request, translate and complete. */
  readonly asksInSteps: boolean;
  /** A look of reclaim is reported to the observer reclaim. */
  readonly reclaimLooks: boolean;
  /** The secondary MMU has its own page table. */
  readonly shadow: boolean;
  /** The driver calls folio_mark_accessed() in a secondary fault, or when it zaps a young spte. */
  readonly faultMarksAccessed: boolean;
  readonly zapMarksAccessed: boolean;
  /**
   * With events=lru looks decide which pages are unmapped. The classic LRU also keeps PG_referenced
   * and PG_active.
   */
  readonly hasLru: boolean;
  readonly multiGen: boolean;
  /**
   * MADV_PAGEOUT clears the PTE's young bit before it looks, so only a young spte can keep the
   * page.
   */
  readonly pageoutAsksSpte: boolean;
  /** An unmap gives up the lock, and leaves the frame old until it is over. */
  readonly unmapLeavesOld: boolean;
  /** A frame that a page has lost can be cached before it is freed. */
  readonly hasOldFrames: boolean;
  /** MADV_DONTNEED and mprotect() wait until no unmap leaves the page pending. */
  readonly checksPending: boolean;
  /** Copying a page for a child is an operation of its own. */
  readonly copiesInSteps: boolean;
  /** A secondary fault looks a page up and installs it later; `sequence` notes what overtakes. */
  readonly looksUp: boolean;
  readonly notesRaces: boolean;
  /** An unmap leaves a swap entry. */
  readonly hasSwap: boolean;
  readonly swapinWritable: boolean;
  /** The callback invalidate_secondary waits until the devices have completed the invalidations. */
  readonly invalidationAwaits: boolean;
  readonly rewalksOnPermissionFault: boolean;
  /** Whether the fault handler sets young and dirty for a walk of the IOMMU, or nobody does. */
  readonly faultSetsAccessed: boolean;
  readonly ignoresAccessed: boolean;
  readonly dropsOvertakenCompletions: boolean;
  readonly drainsPostedWrites: boolean;
  /** A device completes an invalidation, and keeps its entry. */
  readonly acknowledgesInVain: boolean;
  /** The IOMMU completes an invalidation only when no translated request of the page is left. */
  readonly drainsTranslated: boolean;
  /** The callback invalidate_secondary waits for such an IOMMU. */
  readonly invalidationDrains: boolean;

  /** The SHOWN flags of the transition that is being made. */
  shown = 0;
  /**
   * How many ATC invalidations the aging operation that began last has sent, and how many of them
   * though nothing was young.
   */
  sent = 0;
  sentInVain = 0;
  /**
   * The result of translate(): write permission and health, or `stuck` if the retry faulted again.
   */
  resultWrite = 0;
  resultHealth: number = LIVE;
  stuck = false;

  /** The notes of what was done, in order. A search leaves it undefined, and no notes are made. */
  did: Did[] | undefined = undefined;

  constructor(parts: Parts, operations: Operations, kept: Kept) {
    const { kernel, driver, hardware } = parts;
    this.operations = operations;
    const { state, run } = placeState(this.layout, parts, operations, kept);
    this.state = state;
    this.run = run;
    this.pages = this.state.pages;
    this.placeBits = Int32Array.from(
      [...this.pages, ...(run === undefined ? [] : [run])],
      (place) => place[PAGES].reduce((bits, { index }) => bits | (1 << index), 0),
    );
    this.threads = THREADS.map((name) => this.state[name]);
    this.fine = parts.scope.granularity === 'fine';
    this.hasAtc = hasAtc(parts);
    this.hasIotlb = hasIotlb(parts);
    this.asksInSteps = asksInSteps(parts);
    this.reclaimLooks = parts.scope.observers.includes('reclaim');
    this.unmapLeavesOld = hasUnlock(parts);
    this.hasOldFrames = hasOldFrames(parts);
    this.checksPending = kernel.checksPending;
    this.copiesInSteps = hasCow(parts);
    this.looksUp = hasLookups(parts);
    this.notesRaces = this.looksUp && driver.fill === 'sequence';
    this.acknowledgesInVain = this.hasAtc && hardware.acknowledges === 'in-vain';
    this.drainsTranslated = hasDmaInFlight(parts) && hardware.drainsTranslated;
    this.invalidationDrains = this.drainsTranslated && awaitsIotlb(parts);
    this.shadow = driver.secondary === 'shadow';
    const isMultiGen = kernel.lru === 'multi-gen';
    const marks = this.shadow && !isMultiGen;
    this.faultMarksAccessed = marks && driver.marksAccessed.includes('fault');
    this.zapMarksAccessed = marks && driver.marksAccessed.includes('zap');
    this.hasLru = hasLru(parts);
    this.multiGen = this.hasLru && isMultiGen;
    this.pageoutAsksSpte = hasPageout(parts) && kernel.pageout === 'clears';
    this.hasSwap = hasSwap(parts);
    this.swapinWritable = this.hasSwap && kernel.swapinWritable;
    this.invalidationAwaits = awaitsInvalidation(parts);
    this.rewalksOnPermissionFault = hardware.rewalksOnPermissionFault;
    this.faultSetsAccessed = hardware.accessFlag === 'fault';
    this.ignoresAccessed = hardware.accessFlag === 'ignored';
    this.dropsOvertakenCompletions = hardware.dropsOvertakenCompletions;
    this.drainsPostedWrites = hardware.drainsPostedWrites;
  }

  /** The places of the system: its pages, and its run of pages if it has one. */
  placeOf(index: number): Page {
    return index < this.pages.length ? this.pages[index] : this.run!;
  }

  /** Whether two places have a page in common. */
  overlap(a: number, b: number): boolean {
    return (this.placeBits[a] & this.placeBits[b]) !== 0;
  }

  /**
   * Whether an operation holds the page-table lock of the page. `but` is the place in THREADS of a
   * thread that does not count.
   */
  locked({ index }: Page, but = -1): boolean {
    const { threads, placeBits } = this;
    const { steps } = this.operations;
    const bits = placeBits[index];
    for (let i = 0; i < threads.length; i++) {
      const { at, page } = threads[i];
      if (at === 0 || i === but || (placeBits[page] & bits) === 0) continue;
      if (steps[at].locked) return true;
    }
    return false;
  }

  /** Whether an operation is under way on the page whose next step is such. */
  private underWay({ index }: Page, is: (next: Step) => boolean): boolean {
    return this.threads.some(
      ({ at, page }) => at !== 0 && this.overlap(page, index) && is(this.operations.steps[at]),
    );
  }

  private stands(page: Page, how: 'early' | 'pending' | 'renewed' | 'copied'): boolean {
    return this.operations.areWatched && this.underWay(page, (next) => next[how]);
  }

  /** Whether an unmap has given up the lock of the page, and its flushes are still to come. */
  pending(page: Page): boolean {
    return this.stands(page, 'pending');
  }
  /** Whether the page may have a new frame, while the old one is not freed yet. */
  renewed(page: Page): boolean {
    return this.stands(page, 'renewed');
  }
  /** Whether the page was copied to another frame, and is not mapped again yet. */
  copied(page: Page): boolean {
    return this.stands(page, 'copied');
  }
  /** Whether an operation on the page has begun, and its change of the PTE is still to come. */
  early(page: Page): boolean {
    return this.stands(page, 'early');
  }
  /** Whether an operation that invalidates translations of the page is under way. */
  invalidating(page: Page): boolean {
    return this.underWay(page, ({ operation }) => operation.invalidates === true);
  }
}
