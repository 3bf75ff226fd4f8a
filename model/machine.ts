/**
 * What the rules work on: the configuration of a system, one state, and the flags that a transition
 * shows.
 */
import type { Did } from './did.ts';
import { Layout } from './layout.ts';
import type { Operations } from './operation.ts';
import { THREADS } from './operation.ts';
import { awaitsInvalidation, hasAtc, hasIotlb, hasLru, hasPageout, hasSwap } from './play.ts';
import type { Kept, Page, State } from './state.ts';
import { LIVE, Thread, placeState } from './state.ts';
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
  readonly kswapd: Thread;
  readonly page_idle: Thread;
  /** Both kernel threads, in the order of THREADS. */
  readonly threads: readonly Thread[];
  /** The operation that an event runs at once, such as an upgrade. */
  readonly atOnce = new Thread();

  /** Operations and translations are cut into steps that interleave. */
  readonly fine: boolean;
  readonly hasAtc: boolean;
  readonly hasIotlb: boolean;
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
    this.state = placeState(this.layout, parts, operations, kept);
    this.pages = this.state.pages;
    this.kswapd = this.state.kswapd;
    this.page_idle = this.state.page_idle;
    this.threads = THREADS.map((name) => this.state[name]);
    this.fine = parts.scope.granularity === 'fine';
    this.hasAtc = hasAtc(parts);
    this.hasIotlb = hasIotlb(parts);
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

  /**
   * Whether an operation holds the page-table lock of the page. It does from its first event to its
   * last.
   */
  locked(page: Page): boolean {
    const { kswapd, page_idle } = this;
    return (
      (kswapd.at !== 0 && kswapd.page === page.index) ||
      (page_idle.at !== 0 && page_idle.page === page.index)
    );
  }
}
