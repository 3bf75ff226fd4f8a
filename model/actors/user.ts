/**
 * Operations that a user asks for, and khugepaged's. Other processes run them, so they do not wait
 * for a kernel thread to be idle.
 */
import type { EventKind, OperationKind } from '../event.ts';
import { cooled, forgotten, requested, revoked, unmapBegins } from '../ghosts.ts';
import { ownFrame, writesLanded } from '../guards.ts';
import { leavesFrame, newFrame } from '../mechanics/frames.ts';
import { optional } from '../needs.ts';
import { SHOWN } from '../shown.ts';
import { doneAtOnce } from './thread.ts';

/*
 * clear_refs_pte_range(). It clears young, PG_young and PG_referenced. The user wants the uses
 * forgotten, so a later look does not have to report them.
 */
const clearRefs = {
  name: 'clear-refs',
  program: 'clear-refs',
  ages: false,
  ends: 'end',
  needs: [optional('clear-refs')],
  pte(_m, page) {
    page.pte.young = 0;
    page.flags.PG_young = 0;
    page.flags.PG_referenced = 0;
    forgotten(page);
  },
  end: () => undefined,
  role: 'take-away',
  told: {
    sentence: 'A user has young and PG_young cleared (needs events=clear-refs).',
    source: 'fs/proc/task_mmu.c clear_refs_pte_range()',
  },
} as const satisfies OperationKind;

/*
 * madvise_cold_or_pageout_pte_range() for MADV_COLD. The page becomes old and inactive. The kernel
 * calls no young callback. If the PTE was young, mmu_gather flushes it: an IOMMU that shares the
 * page table is told, KVM is not.
 */
const cold = {
  name: 'cold',
  program: 'cold',
  ages: false,
  ends: 'end',
  needs: [optional('cold')],
  pte(_m, page) {
    page.pte.young = 0;
    page.flags.PG_young = 0;
    page.flags.PG_referenced = 0;
    page.flags.PG_active = 0;
  },
  end: (_m, page) => cooled(page),
  role: 'take-away',
  told: {
    sentence:
      'MADV_COLD clears young, and flushes if it was set; KVM is not told (needs events=cold).',
    source: 'mm/madvise.c madvise_cold_or_pageout_pte_range()',
  },
} as const satisfies OperationKind;

/*
 * copy_present_pte(). It write-protects the parent's PTE and leaves young and dirty as they are.
 * Caches are told when dup_mmap() ends. Earlier writes are legal, as fork() has not returned; so
 * this is one event.
 */
const fork = {
  name: 'fork',
  program: 'fork',
  ages: false,
  ends: 'end',
  needs: [optional('fork')],
  guards: [ownFrame, writesLanded],
  pte(m, page) {
    unmapBegins(m, page);
    m.shown &= ~SHOWN.unmapsCached;
    page.pte.writable = 0;
    page.pte.cow = 1;
  },
  end: (_m, page) => revoked(page),
  role: 'take-away',
  told: {
    sentence:
      'A child shares the page, now read-only; a later write copies it (needs events=fork).',
    source: 'mm/memory.c copy_present_pte(), wp_page_copy()',
  },
} as const satisfies OperationKind;

/*
 * collapse_huge_page(), as one of its small pages sees it. It holds mmap_lock, which keeps every
 * fault out, so it is one event. The new PMD is young, dirty and writable, although only the copy
 * used the page.
 */
const collapse = {
  name: 'collapse',
  program: 'collapse',
  ages: false,
  ends: 'end',
  needs: [optional('collapse')],
  guards: [writesLanded],
  pte: leavesFrame,
  end(_m, page) {
    newFrame(page);
    requested(page);
    page.pte.young = 1;
    page.pte.dirty = 1;
    page.pte.writable = 1;
  },
  role: 'take-away',
  told: {
    sentence:
      'khugepaged copies the page into a huge page, young and dirty (needs events=collapse).',
    source: 'mm/khugepaged.c collapse_huge_page()',
  },
} as const satisfies OperationKind;

export const USER_OPERATIONS = [clearRefs, cold, fork, collapse] as const;

export const user = {
  'clear-refs': doneAtOnce(clearRefs),
  'madvise-cold': doneAtOnce(cold),
  fork: doneAtOnce(fork),
} as const satisfies Readonly<Record<string, EventKind>>;

export const khugepaged = {
  collapse: doneAtOnce(collapse),
} as const satisfies Readonly<Record<string, EventKind>>;
