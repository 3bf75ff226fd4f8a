/** What the LRU makes of a reference, and of a look that found none. */
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';

/*
 * In the classic LRU, shrink_active_list() looks at a page of the active list and deactivates it
 * whatever the answer. A page of the inactive list is activated by two looks in a row that found a
 * reference, and reclaimed after one that found none: folio_check_references(). The multi-gen LRU
 * reclaims what its last look found unreferenced.
 */
export function decide({ multiGen }: Machine, { flags }: Page, referenced: number): void {
  flags.condemned = 0;
  if (multiGen) {
    flags.condemned = referenced ? 0 : 1;
  } else if (flags.PG_active) {
    flags.PG_active = 0;
  } else if (referenced) {
    flags.PG_active = flags.PG_referenced;
    flags.PG_referenced = 1;
  } else {
    flags.PG_referenced = 0;
    flags.condemned = 1;
  }
}

/* folio_mark_accessed() of the classic LRU: a second call activates the page. */
export function markAccessed({ hasLru }: Machine, { flags }: Page): void {
  flags.PG_idle = 0;
  if (!hasLru) return;
  if (!flags.PG_referenced) {
    flags.PG_referenced = 1;
  } else if (!flags.PG_active) {
    flags.PG_active = 1;
    flags.PG_referenced = 0;
    flags.condemned = 0;
  }
}
