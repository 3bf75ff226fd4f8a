/** How a page gets another frame: by an unmap, by copy on write, or by khugepaged. */
import { forgotten, frameLost, freed } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { runAtOnce } from '../run.ts';
import type { Page } from '../state.ts';
import { FOUND, PAGES } from '../state.ts';

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

/**
 * An invalidation of a page begins, or is done at once. A fill that has looked the page up is
 * overtaken: mmu_invalidate_retry() will say so.
 */
export function overtakesFills(m: Machine, place: Page): void {
  if (!m.notesRaces) return;
  for (const { link } of place[PAGES]) {
    for (const device of link) if (device.request === FOUND) device.raced = 1;
  }
}

/* wp_page_copy(). ptep_clear_flush() and its notifiers run first; then the page has a new frame. */
export function replaceFrame(m: Machine, page: Page): void {
  frameLost(m, page);
  runAtOnce(m, 'copy', page, page.pte.young);
  newFrame(page);
  overtakesFills(m, page);
  m.did?.push({ what: 'copy', page: page.index });
}
