/** What the rules work on: a system's configuration, one state, and what a transition shows. */
import type { Did } from './did.ts';
import { Layout } from './layout.ts';
import type { Operations } from './operations.ts';
import { THREADS, operationsOf } from './operations.ts';
import type { Ghost, Page, State, Thread } from './state.ts';
import { LIVE, placeState } from './state.ts';
import type { Parts } from './system.ts';
import { hasAtc, hasIotlb, hasLru, hasSwap } from './system.ts';

export class Machine {
  readonly layout = new Layout();
  readonly operations: Operations;
  readonly state: State;
  readonly pages: readonly Page[];
  readonly kswapd: Thread;
  readonly page_idle: Thread;
  /** Both, in the order of THREADS. */
  readonly threads: readonly Thread[];

  /** Operations and translations are cut into steps that interleave. */
  readonly fine: boolean;
  readonly hasAtc: boolean;
  readonly hasIotlb: boolean;
  /** The secondary MMU has its own page table. */
  readonly shadow: boolean;
  readonly unmapFlushesOld: boolean;
  readonly upgradeNotifies: boolean;
  /** A look decides what becomes of the page: PG_referenced, PG_active. */
  readonly hasLru: boolean;
  /** An unmapped page leaves a swap entry. */
  readonly hasSwap: boolean;
  readonly swapinWritable: boolean;
  /** A walk of the multi-gen LRU passes an old PTE by. */
  readonly walkSkipsOld: boolean;
  readonly rewalksOnPermissionFault: boolean;
  /** An IOMMU walk leaves the setting of young and dirty to the fault handler. */
  readonly faultSetsAccessed: boolean;
  readonly dropsOvertakenCompletions: boolean;
  readonly drainsPostedWrites: boolean;

  /** What the transition at hand shows: SHOWN flags. */
  shown = 0;
  /** What translate() answers: permission and health; or that the retry faulted again. */
  resultWrite = 0;
  resultHealth: number = LIVE;
  stuck = false;

  /** What was done, in order, if somebody asks: none does in a search. */
  did: Did[] | undefined = undefined;

  readonly parts: Parts;

  constructor(parts: Parts, ghosts: ReadonlySet<Ghost>) {
    const { kernel, hardware } = parts;
    this.parts = parts;
    this.operations = operationsOf(parts);
    this.state = placeState(this.layout, parts, ghosts, this.operations);
    this.pages = this.state.pages;
    this.kswapd = this.state.kswapd;
    this.page_idle = this.state.page_idle;
    this.threads = THREADS.map((name) => this.state[name]);
    this.fine = parts.scope.granularity === 'fine';
    this.hasAtc = hasAtc(parts);
    this.hasIotlb = hasIotlb(parts);
    this.shadow = parts.driver.secondary === 'shadow';
    this.unmapFlushesOld = kernel.unmapFlushesOld;
    this.upgradeNotifies = kernel.upgradeNotifies;
    this.hasLru = hasLru(parts);
    this.hasSwap = hasSwap(parts);
    this.swapinWritable = kernel.swapinWritable;
    this.walkSkipsOld = kernel.walkHelper === 'ptep_test_and_clear_young';
    this.rewalksOnPermissionFault = hardware.rewalksOnPermissionFault;
    this.faultSetsAccessed = hardware.accessFlag === 'fault';
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
