/** What a user asks for: to forget that pages were used; a child. */
import { cooled, forgotten, revoked, unmapBegins } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { flushTlb, invalidateSecondaryAtOnce, writesToDrain } from './notifier.ts';

/*
 * clear_refs_pte_range(): young, PG_young and PG_referenced cleared; no notifier, no flush, as it
 * was asked for.
 */
export function clearRefs(m: Machine, page: Page): boolean {
  if (!page.pte.present || m.locked(page)) return false;
  page.pte.young = 0;
  page.flags.PG_young = 0;
  page.flags.PG_referenced = 0;
  forgotten(page);
  return true;
}

/*
 * madvise_cold_or_pageout_pte_range() for MADV_COLD: the page becomes old and inactive. No young
 * callback; where the PTE was young the mmu_gather flushes it, which who shares the page table
 * hears of, and KVM does not.
 */
export function madviseCold(m: Machine, page: Page): boolean {
  if (!page.pte.present || m.locked(page)) return false;
  const { young } = page.pte;
  page.pte.young = 0;
  page.flags.PG_young = 0;
  page.flags.PG_referenced = 0;
  page.flags.PG_active = 0;
  if (young) flushTlb(page);
  if (young && !m.shadow) invalidateSecondaryAtOnce(m, page);
  cooled(page);
  return true;
}

/*
 * copy_present_pte(): the parent's PTE is write-protected, neither cleaned nor aged. Who caches it
 * is told by the flush at the end of dup_mmap() and by range_start and range_end; until then writes
 * may still land, which fork() allows as long as it has not returned: hence one event.
 */
export function fork(m: Machine, page: Page): boolean {
  if (!page.pte.present || page.pte.cow || m.locked(page) || writesToDrain(m, page)) return false;
  unmapBegins(m, page);
  m.shown &= ~SHOWN.unmapsCached;
  page.pte.writable = 0;
  page.pte.cow = 1;
  flushTlb(page);
  invalidateSecondaryAtOnce(m, page);
  revoked(m, page);
  return true;
}
