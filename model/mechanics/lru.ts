/** How the LRU decides about a page, after a look and after folio_mark_accessed(). */
import type { DidOf } from '../did.ts';
import type { Machine } from '../machine.ts';
import type { Flags, Page } from '../state.ts';

/*
 * Classic LRU: shrink_active_list() deactivates an active page after a look, whatever the look
 * found. folio_check_references() activates an inactive page if two looks in a row found a
 * reference. It reclaims one if a look found none. Multi-gen LRU: a page is reclaimed if its last
 * look found no reference.
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

/** What the look did to the page; `wasActive` says whether the page was active before. */
function fateOf({ PG_active, condemned }: Flags, wasActive: number): DidOf<'decide'>['fate'] {
  if (condemned) return 'condemned';
  if (PG_active === wasActive) return 'kept';
  return PG_active ? 'activated' : 'deactivated';
}

/**
 * What folio_mark_accessed() does to a page: the first call sets PG_referenced, a second one
 * activates it.
 */
function nextMark({ PG_referenced, PG_active }: Flags): DidOf<'mark-accessed'>['makes'] {
  if (!PG_referenced) return 'referenced';
  return PG_active ? 'nothing' : 'active';
}

/* folio_mark_accessed() of the classic LRU. A second call activates the page. */
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
