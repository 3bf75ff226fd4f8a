/** What the LRU makes of a reference, and of a look that found none. */
import type { DidOf } from '../did.ts';
import type { Machine } from '../machine.ts';
import type { Flags, Page } from '../state.ts';

/*
 * In the classic LRU, shrink_active_list() looks at a page of the active list and deactivates it
 * whatever the answer. A page of the inactive list is activated by two looks in a row that found a
 * reference, and reclaimed after one that found none: folio_check_references(). The multi-gen LRU
 * reclaims what its last look found unreferenced.
 */
export function decide(m: Machine, { flags, index }: Page, referenced: number): void {
  const wasActive = flags.PG_active;
  flags.condemned = 0;
  if (m.multiGen) {
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
  m.did?.push({ what: 'decide', page: index, fate: fateOf(flags, wasActive) });
}

/** What became of a page that was active before the look, or not. */
function fateOf({ PG_active, condemned }: Flags, wasActive: number): DidOf<'decide'>['fate'] {
  if (condemned) return 'condemned';
  if (PG_active === wasActive) return 'kept';
  return PG_active ? 'activated' : 'deactivated';
}

/** What a mark makes of a page: a second one activates it. */
function nextMark({ PG_referenced, PG_active }: Flags): DidOf<'mark-accessed'>['makes'] {
  if (!PG_referenced) return 'referenced';
  return PG_active ? 'nothing' : 'active';
}

/* folio_mark_accessed() of the classic LRU: a second call activates the page. */
export function markAccessed(m: Machine, { flags, index }: Page): void {
  m.did?.push({
    what: 'mark-accessed',
    page: index,
    clearsIdle: flags.PG_idle !== 0,
    makes: m.hasLru ? nextMark(flags) : 'nothing',
  });
  flags.PG_idle = 0;
  if (!m.hasLru) return;
  if (!flags.PG_referenced) {
    flags.PG_referenced = 1;
  } else if (!flags.PG_active) {
    flags.PG_active = 1;
    flags.PG_referenced = 0;
    flags.condemned = 0;
  }
}
