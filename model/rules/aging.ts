/** Looks: reclaim's folio_referenced() and page-table walk, and idle page tracking. */
import { lookBegins, lookEnds, markBegins, markEnds, walkBegins, walkEnds } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import type { Operation } from '../operations.ts';
import { SHOWN } from '../shown.ts';
import type { Page, Thread } from '../state.ts';
import { decide } from './lru.ts';
import { begin } from './operation.ts';

/** ptep_test_and_clear_young(), under the page-table lock. */
function clearYoung(m: Machine, thread: Thread, operation: Operation, page: Page): void {
  const { young } = page.pte;
  page.pte.young = 0;
  if (!young && m.hasAtc) m.shown |= SHOWN.foundOld;
  m.shown |= young ? SHOWN.answers | SHOWN.one : SHOWN.answers;
  begin(m, thread, operation, page, young);
}

/* folio_referenced_one(): reclaim begins a look. */
export function ageBegin(m: Machine, page: Page): void {
  lookBegins(m.kswapd, page.seen.reclaim);
  clearYoung(m, m.kswapd, m.operations.age, page);
}

/** What the helper and its notifier call say: young in the CPU's PTE or in the secondary's. */
function foundYoung(m: Machine, thread: Thread): number {
  const step = m.operations.steps[thread.at];
  return step.young | thread.secondaryYoung | (step.operation.returnsOne ? 1 : 0);
}

function answer(m: Machine, value: number): void {
  m.shown = (m.shown & ~SHOWN.one) | SHOWN.answers | (value ? SHOWN.one : 0);
}

/* folio_referenced() returns. PG_young stands in for a bit that idle page tracking cleared. */
export function ageEnd(m: Machine, page: Page): void {
  const { flags, seen } = page;
  const referenced = foundYoung(m, m.kswapd) | flags.PG_young;
  flags.PG_young = 0;
  if (referenced) flags.PG_idle = 0;
  if (m.hasLru) decide(page, referenced);
  answer(m, referenced);
  m.shown |= SHOWN.reclaimLooked;
  lookEnds(m, m.kswapd, referenced, seen.reclaim, seen.idle);
  m.kswapd.clear();
}

/* walk_pte_range(). */
export function walkBegin(m: Machine, page: Page): void {
  walkBegins(m.kswapd, page.seen.reclaim);
  clearYoung(m, m.kswapd, m.operations.walk, page);
}

/*
 * folio_update_gen() for what was young, which clears PG_referenced (LRU_REFS_FLAGS); nothing is
 * ever reported unreferenced.
 */
export function walkEnd(m: Machine, page: Page): void {
  const found = foundYoung(m, m.kswapd);
  if (found) page.flags.PG_referenced = 0;
  walkEnds(m.kswapd, found, page.seen.reclaim, page.seen.idle);
  m.kswapd.clear();
}

/** As one event a walk answers what it found in either page table. */
export function walkEndAtomic(m: Machine, page: Page): void {
  answer(m, foundYoung(m, m.kswapd));
  walkEnd(m, page);
}

/* page_idle_bitmap_write(), damon_ptep_mkold(): the page is marked idle. */
export function markBegin(m: Machine, page: Page): void {
  markBegins(page.seen.idle);
  clearYoung(m, m.page_idle, m.operations.mark, page);
}

/* page_idle_clear_pte_refs(): what was young is left for reclaim in PG_young. */
export function markEnd(m: Machine, page: Page): void {
  const { flags, seen } = page;
  if (foundYoung(m, m.page_idle)) flags.PG_young = 1;
  flags.PG_idle = 1;
  markEnds(seen.idle, seen.reclaim);
  m.page_idle.clear();
}

/* page_idle_bitmap_read(): is a page that was marked idle still idle? */
export function checkBegin(m: Machine, page: Page): void {
  lookBegins(m.page_idle, page.seen.idle);
  clearYoung(m, m.page_idle, m.operations.check, page);
}

export function checkEnd(m: Machine, page: Page): void {
  const { flags, seen } = page;
  if (foundYoung(m, m.page_idle)) {
    flags.PG_idle = 0;
    flags.PG_young = 1;
  }
  const busy = flags.PG_idle ? 0 : 1;
  answer(m, busy);
  m.shown |= SHOWN.idleLooked;
  lookEnds(m, m.page_idle, busy, seen.idle, seen.reclaim);
  m.page_idle.clear();
}
