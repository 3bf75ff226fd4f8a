/** What a user asks for, and khugepaged. */
import type { EventKind } from '../event.ts';
import { cooled, forgotten, requested, revoked, unmapBegins } from '../ghosts.ts';
import { mapped, ownFrame, unlocked, writesLanded } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { optional } from '../needs.ts';
import { replaceFrame } from '../rules/frame.ts';
import { flushTlbAtOnce, invalidateSecondaryAtOnce } from '../rules/notifier.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';

export const user = {
  /*
   * clear_refs_pte_range(): young, PG_young and PG_referenced cleared; no notifier, no flush, as it
   * was asked for.
   */
  'clear-refs': {
    per: 'page',
    needs: [optional('clear-refs')],
    guards: [mapped, unlocked],
    effect(_m: Machine, page: Page) {
      page.pte.young = 0;
      page.flags.PG_young = 0;
      page.flags.PG_referenced = 0;
      forgotten(page);
    },
    role: 'take-away',
    told: {
      sentence: 'young and PG_young are cleared; no notifier, no flush (needs events=clear-refs).',
      source: 'fs/proc/task_mmu.c clear_refs_pte_range()',
    },
  },
  /*
   * madvise_cold_or_pageout_pte_range() for MADV_COLD: the page becomes old and inactive. No young
   * callback; where the PTE was young the mmu_gather flushes it, which who shares the page table
   * hears of, and KVM does not.
   */
  'madvise-cold': {
    per: 'page',
    needs: [optional('cold')],
    guards: [mapped, unlocked],
    effect(m: Machine, page: Page) {
      const { young } = page.pte;
      page.pte.young = 0;
      page.flags.PG_young = 0;
      page.flags.PG_referenced = 0;
      page.flags.PG_active = 0;
      if (young) flushTlbAtOnce(m, page);
      if (young && !m.shadow) invalidateSecondaryAtOnce(m, page);
      cooled(page);
    },
    role: 'take-away',
    told: {
      sentence:
        'MADV_COLD: young is cleared, and flushed if set; KVM is not told (needs events=cold).',
      source: 'mm/madvise.c madvise_cold_or_pageout_pte_range()',
    },
  },
  /*
   * copy_present_pte(): the parent's PTE is write-protected, neither cleaned nor aged. Writes may
   * land until the flush at the end of dup_mmap(), before fork() has returned: hence one event.
   */
  fork: {
    per: 'page',
    needs: [optional('fork')],
    guards: [mapped, unlocked, ownFrame, writesLanded],
    effect(m: Machine, page: Page) {
      unmapBegins(m, page);
      m.shown &= ~SHOWN.unmapsCached;
      page.pte.writable = 0;
      page.pte.cow = 1;
      flushTlbAtOnce(m, page);
      invalidateSecondaryAtOnce(m, page);
      revoked(m, page);
    },
    role: 'take-away',
    told: {
      sentence:
        'A child shares the frame: write permission goes, a write copies (needs events=fork).',
      source: 'mm/memory.c copy_present_pte(), wp_page_copy()',
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;

export const khugepaged = {
  /*
   * collapse_huge_page(), seen from one of its pages: mmap_lock keeps every fault out, so it is one
   * event. The new PMD is young, dirty and writable, though nobody but the copy used the page.
   */
  collapse: {
    per: 'page',
    needs: [optional('collapse')],
    guards: [mapped, unlocked, writesLanded],
    effect(m: Machine, page: Page) {
      replaceFrame(m, page);
      requested(page);
      page.pte.young = 1;
      page.pte.dirty = 1;
      page.pte.writable = 1;
    },
    role: 'take-away',
    told: {
      sentence: 'The page is copied into a huge page, young and dirty (needs events=collapse).',
      source: 'mm/khugepaged.c collapse_huge_page()',
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;
