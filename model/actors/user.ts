/**
 * Operations that a user asks for, and khugepaged's. Other processes run them, so they do not wait
 * for a kernel thread to be idle.
 */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind, OperationKind } from '../event.ts';
import {
  becomesOld,
  cooled,
  forgotten,
  frameLost,
  newUnseen,
  oldFreed,
  oldRevoked,
  requested,
  revoked,
  writeLost,
} from '../ghosts.ts';
import {
  comesNext,
  notPending,
  ownFrame,
  pendingChecked,
  requestsDrained,
  shared,
  unlocked,
  unmapped,
  writesLanded,
} from '../guards.ts';
import type { Machine } from '../machine.ts';
import { newFrame, overtakesFills } from '../mechanics/frames.ts';
import { inPlay, optional, stepsAreSeen } from '../needs.ts';
import type { Told } from '../program.ts';
import { goOn } from '../run.ts';
import type { Page, Thread } from '../state.ts';
import { UNITS } from '../state.ts';
import { MARKS } from '../steps.ts';
import { begins, doneAtOnce, ends, stepEvents } from './thread.ts';

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
    source: cite`${LINUX.clear_refs_pte_range}`,
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
      'MADV_COLD clears young, flushes if it was set, and tells no shadow (needs events=cold).',
    source: cite`${LINUX.madvise_cold_or_pageout_pte_range}`,
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
  guards: [ownFrame, writesLanded, requestsDrained],
  pte(m, page) {
    writeLost(m, page);
    page.pte.writable = 0;
    page.pte.cow = 1;
  },
  end(m, page) {
    revoked(page);
    overtakesFills(m, page);
  },
  role: 'take-away',
  told: {
    sentence:
      'A child shares the page, now read-only; a later write copies it (needs events=fork).',
    source: cite`${LINUX.copy_present_pte} or ${LINUX.copy_present_ptes}, ${LINUX.wp_page_copy}`,
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
  guards: [writesLanded, requestsDrained],
  pte: (m, page) => frameLost(m, page),
  end(m, page) {
    newFrame(page);
    overtakesFills(m, page);
    requested(page);
    page.pte.young = 1;
    page.pte.dirty = 1;
    page.pte.writable = 1;
  },
  role: 'take-away',
  told: {
    sentence:
      'khugepaged copies the page into a huge page, young and dirty (needs events=collapse).',
    source: cite`${LINUX.collapse_huge_page}`,
  },
} as const satisfies OperationKind;

/** The PTE maps a new frame, young, dirty and writable, which only the copy has used. */
function mapCopy(page: Page): void {
  const { pte } = page;
  pte.present = 1;
  pte.young = 1;
  pte.dirty = 1;
  pte.writable = 1;
  pte.cow = 0;
  newUnseen(page);
  page.flags.clear();
  forgotten(page);
  requested(page);
}

/* The page loses its frame: ptep_clear_flush() of wp_page_copy(). */
function loseFrame(m: Machine, page: Page): void {
  frameLost(m, page);
  becomesOld(page);
}

/*
 * wp_page_copy(), step by step. By the kernel's order the PTE is none until the secondary was told,
 * and maps the copy then. A program with `set` first maps the copy before anybody is told.
 */
const cow = {
  name: 'cow',
  thread: 'user',
  program: 'cow',
  ages: false,
  ends: 'end',
  invalidates: true,
  needs: inPlay('cow'),
  guards: [shared, notPending],
  pte(m, page) {
    loseFrame(m, page);
    if (m.operations.byName.get('cow')!.setsFirst) return mapCopy(page);
    page.pte.clear();
  },
  end(_m, page) {
    oldFreed(page);
    newUnseen(page);
  },
  role: 'take-away',
  told: {
    sentence: 'A write copies the page that a child shares, step by step (needs events=cow).',
    source: cite`${LINUX.wp_page_copy}`,
  },
} as const satisfies OperationKind;

/*
 * change_pte_range(), pagemap_scan_pmd_entry(), pmdp_invalidate(): the PTE is read and written
 * back, and means to keep young and dirty. If it stays between the two, a walk can set a bit that
 * the write back loses.
 */
const rewrite = {
  name: 'rewrite',
  thread: 'user',
  program: 'rewrite',
  ages: false,
  ends: 'put',
  keepsPte: true,
  needs: inPlay('rewrite'),
  pte(m, { pte }, run) {
    run.dirty = pte.dirty;
    run.writable = pte.writable;
    if (m.operations.byName.get('rewrite')!.takes) pte.clear();
  },
  end: (_m, page, run) => restorePte(page, run),
  role: 'take-away',
  told: {
    sentence: 'A user has the PTE read, and written back later (needs events=rewrite).',
    source: cite`${LINUX.change_pte_range}; ${LINUX.pagemap_scan_pmd_entry}`,
  },
} as const satisfies OperationKind;

/** The bits that an operation has read are in the PTE again. */
export function restorePte({ pte }: Page, run: Thread): void {
  pte.present = 1;
  pte.young = run.young;
  pte.dirty = run.dirty;
  pte.writable = run.writable;
}

export const USER_OPERATIONS = [clearRefs, cold, fork, collapse, cow, rewrite] as const;

/** A call about a page without a PTE changes what is cached of the frame that it has lost. */
const withoutPte = (
  event: 'dontneed' | 'mprotect',
  change: (page: Page) => void,
  told: Told,
): EventKind => ({
  per: 'page',
  ofBlock: true,
  needs: inPlay(event),
  guards: [unmapped, unlocked, pendingChecked],
  effect: (_m, page) => change(page),
  role: 'take-away',
  told,
});

export const user = {
  'clear-refs': doneAtOnce(clearRefs),
  'madvise-cold': doneAtOnce(cold),
  fork: doneAtOnce(fork),
  /* zap_pte_range() finds no PTE, and frees the frame without a flush. */
  dontneed: withoutPte('dontneed', oldFreed, {
    sentence: 'MADV_DONTNEED finds no PTE, flushes nothing, and frees what was there.',
    source: cite`${LINUX.zap_pte_range}; ${LINUX.madvise_dontneed_free}`,
  }),
  /* change_pte_range() finds no PTE, and flushes nothing. */
  mprotect: withoutPte('mprotect', oldRevoked, {
    sentence: 'mprotect() finds no PTE, flushes nothing, and withdraws write permission.',
    source: cite`${LINUX.change_pte_range}`,
  }),
  cow: begins(cow),
  rewrite: begins(rewrite),
  ...stepEvents('user'),
  set: {
    per: 'page',
    thread: 'user',
    ofBlock: true,
    step: true,
    needs: [stepsAreSeen],
    guards: [comesNext('set')],
    effect(m: Machine, place: Page, thread: number) {
      for (const page of place[UNITS]) mapCopy(page);
      m.did?.push({ what: 'set', page: place.index, operation: 'cow' });
      goOn(m, m.threads[thread]);
    },
    role: 'step',
    told: MARKS.set.told,
  },
  put: ends([rewrite], { needs: inPlay('rewrite'), told: MARKS.put.told }),
  end: ends([cow], {
    needs: inPlay('cow'),
    told: {
      sentence: 'The copy is over. An entry that still caches the old frame is stale.',
      source: cite`${LINUX.wp_page_copy}`,
    },
  }),
} as const satisfies Readonly<Record<string, EventKind>>;

export const khugepaged = {
  collapse: doneAtOnce(collapse),
} as const satisfies Readonly<Record<string, EventKind>>;
