/** What takes a page or a permission away: unmap, write-protect. */
import {
  evictionBegins,
  forgotten,
  freed,
  revoked,
  unaskedEvictionBegins,
  unmapBegins,
} from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import type { Operation } from '../operations.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { begin, skipToEnd } from './operation.ts';

/** The page-table step is done; what follows depends on whether the PTE was young. */
function beginFlushing(m: Machine, operation: Operation, page: Page, wasYoung: number): void {
  begin(m, m.kswapd, operation, page, wasYoung);
  // arm64 before 07509e10dcc7: pte_accessible() took "old" for "not cached".
  if (!wasYoung && !m.unmapFlushesOld) skipToEnd(m, m.kswapd);
}

/* try_to_unmap_one(): ptep_get_and_clear(), and set_pte_at() for a swap entry. */
function unmap(m: Machine, operation: Operation, page: Page): void {
  const { young } = page.pte;
  unmapBegins(m, page);
  m.shown &= ~SHOWN.protectsCached;
  page.pte.clear();
  if (m.hasSwap) page.pte.swapped = 1;
  beginFlushing(m, operation, page, young);
}

/* shrink_folio_list(). */
export function unmapBegin(m: Machine, page: Page): void {
  if (m.hasLru) evictionBegins(m, page.seen.reclaim);
  unmap(m, m.operations.unmap, page);
}

/* reclaim_pages() for MADV_PAGEOUT, ignore_references: whatever the last look said. */
export function pageoutBegin(m: Machine, page: Page): void {
  unaskedEvictionBegins(m, page.seen.reclaim);
  unmap(m, m.operations.pageout, page);
}

/*
 * shrink_folio_list() frees the folio: whoever still caches the frame uses somebody else's memory.
 */
export function unmapEnd(m: Machine, page: Page): void {
  freed(m, page);
  page.flags.clear();
  forgotten(page);
  m.kswapd.clear();
}

/* page_vma_mkclean_one(): pte_wrprotect(), pte_mkclean(). */
export function writeProtectBegin(m: Machine, page: Page): void {
  const { young } = page.pte;
  unmapBegins(m, page);
  m.shown &= ~SHOWN.unmapsCached;
  page.pte.writable = 0;
  page.pte.dirty = 0;
  beginFlushing(m, m.operations['write-protect'], page, young);
}

export function writeProtectEnd(m: Machine, page: Page): void {
  revoked(m, page);
  m.kswapd.clear();
}
