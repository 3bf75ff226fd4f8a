/** The classic LRU: what reclaim does with the answer of a look. */
import type { Page } from '../state.ts';

/*
 * Of a page on the active list shrink_active_list() asks, and deactivates it whatever the answer.
 * folio_check_references(), of one on the inactive list: it takes two looks in a row that find a
 * reference to activate it, and one that finds none to reclaim it.
 */
export function decide({ flags }: Page, referenced: number): void {
  flags.condemned = 0;
  if (flags.PG_active) {
    flags.PG_active = 0;
  } else if (referenced) {
    flags.PG_active = flags.PG_referenced;
    flags.PG_referenced = 1;
  } else {
    flags.PG_referenced = 0;
    flags.condemned = 1;
  }
}
