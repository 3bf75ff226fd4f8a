/** What a user asks for: to forget that pages were used. */
import { cooled, forgotten } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { flushTlb, invalidateSecondaryAtOnce } from './notifier.ts';

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
