/** How a page gets another frame: by an unmap, by copy on write, or by khugepaged. */
import { forgotten, freed, unmapBegins } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { runAtOnce } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';

/**
 * A page has left its frame. No use of a new frame is known, and entries that cache the old one are
 * stale.
 */
export function newFrame(page: Page): void {
  freed(page);
  page.flags.clear();
  forgotten(page);
  page.pte.cow = 0;
}

/** A page is about to get another frame, so that the caches of the old one must be flushed. */
export function leavesFrame(m: Machine, page: Page): void {
  unmapBegins(m, page);
  m.shown &= ~SHOWN.protectsCached;
}

/* wp_page_copy(). ptep_clear_flush() and its notifiers run first; then the page has a new frame. */
export function replaceFrame(m: Machine, page: Page): void {
  leavesFrame(m, page);
  runAtOnce(m, 'copy', page, page.pte.young);
  newFrame(page);
  m.did?.push({ what: 'copy', page: page.index });
}
