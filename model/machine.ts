/** What the rules work on: a system's configuration, one state, and what a transition shows. */
import type { Did } from './did.ts';
import { Layout } from './layout.ts';
import type { Operations } from './operation.ts';
import { THREADS } from './operation.ts';
import { awaitsInvalidation, hasAtc, hasIotlb, hasLru, hasSwap } from './play.ts';
import type { Ghost, Page, State } from './state.ts';
import { LIVE, Thread, placeState } from './state.ts';
import type { Parts } from './system.ts';

export class Machine {
  readonly layout = new Layout();
  readonly operations: Operations;
  readonly state: State;
  readonly pages: readonly Page[];
  readonly kswapd: Thread;
  readonly page_idle: Thread;
  /** Both, in the order of THREADS. */
  readonly threads: readonly Thread[];
  /** The run of what is done at once, inside an event. */
  readonly atOnce = new Thread();

  /** Operations and translations are cut into steps that interleave. */
  readonly fine: boolean;
  readonly hasAtc: boolean;
  readonly hasIotlb: boolean;
  /** The secondary MMU has its own page table. */
  readonly shadow: boolean;
  /** A secondary fault, a zap of a young spte, tells core mm that the page was used. */
  readonly faultMarksAccessed: boolean;
  readonly zapMarksAccessed: boolean;
  /** A look decides what becomes of the page; the classic LRU: PG_referenced, PG_active. */
  readonly hasLru: boolean;
  readonly multiGen: boolean;
  /** MADV_PAGEOUT has cleared the PTE's young bit, but a young spte still saves the page. */
  readonly pageoutAsksSpte: boolean;
  /** An unmapped page leaves a swap entry. */
  readonly hasSwap: boolean;
  readonly swapinWritable: boolean;
  /** invalidate_secondary waits for the devices. */
  readonly invalidationAwaits: boolean;
  readonly rewalksOnPermissionFault: boolean;
  /** Who sets young and dirty on a walk of the IOMMU. */
  readonly faultSetsAccessed: boolean;
  readonly ignoresAccessed: boolean;
  readonly dropsOvertakenCompletions: boolean;
  readonly drainsPostedWrites: boolean;

  /** What the transition at hand shows: SHOWN flags. */
  shown = 0;
  /** How often it sent an ATC invalidation to learn of uses, and how often it had found nothing. */
  sent = 0;
  sentInVain = 0;
  /** What translate() answers: permission and health; or that the retry faulted again. */
  resultWrite = 0;
  resultHealth: number = LIVE;
  stuck = false;

  /** What was done, in order, if somebody asks: none does in a search. */
  did: Did[] | undefined = undefined;

  readonly parts: Parts;

  constructor(parts: Parts, ghosts: ReadonlySet<Ghost>, operations: Operations) {
    const { kernel, driver, hardware } = parts;
    this.parts = parts;
    this.operations = operations;
    this.state = placeState(this.layout, parts, ghosts, operations);
    this.pages = this.state.pages;
    this.kswapd = this.state.kswapd;
    this.page_idle = this.state.page_idle;
    this.threads = THREADS.map((name) => this.state[name]);
    this.fine = parts.scope.granularity === 'fine';
    this.hasAtc = hasAtc(parts);
    this.hasIotlb = hasIotlb(parts);
    this.shadow = driver.secondary === 'shadow';
    this.multiGen = kernel.lru === 'multi-gen';
    const marks = this.shadow && !this.multiGen;
    this.faultMarksAccessed = marks && driver.marksAccessed.includes('fault');
    this.zapMarksAccessed = marks && driver.marksAccessed.includes('zap');
    this.hasLru = hasLru(parts);
    this.pageoutAsksSpte = kernel.pageout === 'clears';
    this.hasSwap = hasSwap(parts);
    this.swapinWritable = kernel.swapinWritable;
    this.invalidationAwaits = awaitsInvalidation(parts);
    this.rewalksOnPermissionFault = hardware.rewalksOnPermissionFault;
    this.faultSetsAccessed = hardware.accessFlag === 'fault';
    this.ignoresAccessed = hardware.accessFlag === 'ignored';
    this.dropsOvertakenCompletions = hardware.dropsOvertakenCompletions;
    this.drainsPostedWrites = hardware.drainsPostedWrites;
  }

  /** An operation holds the page-table lock of its page from its first step to its last. */
  locked(page: Page): boolean {
    const { kswapd, page_idle } = this;
    return (
      (kswapd.at !== 0 && kswapd.page === page.index) ||
      (page_idle.at !== 0 && page_idle.page === page.index)
    );
  }
}
