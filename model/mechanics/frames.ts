/** Pages that get another frame while they stay mapped: copy on write, and khugepaged. */
import { forgotten, freed, unmapBegins } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { runAtOnce } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';

/** A page leaves its frame: nothing is known of the new one, and what caches the old is stale. */
export function newFrame(page: Page): void {
  freed(page);
  page.flags.clear();
  forgotten(page);
  page.pte.cow = 0;
}

/** The caches of a frame are about to be flushed, as the page gets another. */
export function leavesFrame(m: Machine, page: Page): void {
  unmapBegins(m, page);
  m.shown &= ~SHOWN.protectsCached;
}

/* wp_page_copy(): ptep_clear_flush() with its notifiers, then a new frame. */
export function replaceFrame(m: Machine, page: Page): void {
  leavesFrame(m, page);
  runAtOnce(m, 'copy', page, page.pte.young);
  newFrame(page);
  m.did?.push({ what: 'copy', page: page.index });
}
