/** Pages that get another frame while they stay mapped: copy on write, and khugepaged. */
import { forgotten, freed, unmapBegins } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { flushTlbAtOnce, invalidateSecondaryAtOnce } from './notifier.ts';

/*
 * ptep_clear_flush() with its notifier, then a new frame: nothing is known of it, and whoever still
 * caches the old one uses what is the page's no more.
 */
export function replaceFrame(m: Machine, page: Page): void {
  unmapBegins(m, page);
  m.shown &= ~SHOWN.protectsCached;
  flushTlbAtOnce(m, page);
  invalidateSecondaryAtOnce(m, page);
  freed(m, page);
  page.flags.clear();
  forgotten(page);
  page.pte.cow = 0;
}
