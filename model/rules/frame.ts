/** Pages that get another frame while they stay mapped: copy on write, and khugepaged. */
import { forgotten, freed, requested, unmapBegins } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { flushTlb, invalidateSecondaryAtOnce, writesToDrain } from './notifier.ts';

/*
 * ptep_clear_flush() with its notifier, then a new frame: nothing is known of it, and whoever still
 * caches the old one uses what is the page's no more.
 */
export function replaceFrame(m: Machine, page: Page): void {
  unmapBegins(m, page);
  m.shown &= ~SHOWN.protectsCached;
  flushTlb(page);
  invalidateSecondaryAtOnce(m, page);
  freed(m, page);
  page.flags.clear();
  forgotten(page);
  page.pte.cow = 0;
}

/*
 * collapse_huge_page(), seen from one of its pages: mmap_lock keeps every fault out, so it is one
 * event. The new PMD is young, dirty and writable, though nobody but the copy used the page.
 */
export function collapse(m: Machine, page: Page): boolean {
  if (!page.pte.present || m.locked(page) || writesToDrain(m, page)) return false;
  replaceFrame(m, page);
  requested(page);
  page.pte.young = 1;
  page.pte.dirty = 1;
  page.pte.writable = 1;
  return true;
}
