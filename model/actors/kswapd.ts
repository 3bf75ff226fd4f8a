/** The events of reclaim: looks at pages, walks of the multi-gen LRU, unmaps and write-protects. */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind, OperationKind } from '../event.ts';
import { BITS } from '../event.ts';
import {
  becomesOld,
  evictionBegins,
  forgotten,
  frameLost,
  frameMoves,
  lookBegins,
  lookEnds,
  newUnseen,
  oldFreed,
  revoked,
  unaskedEvictionBegins,
  walkBegins,
  walkEnds,
  writeLost,
} from '../ghosts.ts';
import { canLook, condemned, spteOld, writable, youngOrAsked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { newFrame } from '../mechanics/frames.ts';
import { decide } from '../mechanics/lru.ts';
import { atomic, fine, frees, inPlay, looks, observer, optional } from '../needs.ts';
import { goOn } from '../run.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { MARKS } from '../steps.ts';
import { answer, begins, clearYoung, ends, foundYoung, over, ptes, stepEvents } from './thread.ts';
import { restorePte } from './user.ts';

/*
 * folio_referenced(). For each mapping folio_referenced_one() clears the PTE's young bit and calls
 * the notifier. PG_young counts as a reference too, as idle page tracking may have cleared the
 * young bit.
 */
const age = {
  name: 'age',
  thread: 'kswapd',
  program: 'age',
  ages: true,
  ends: 'report',
  needs: [observer('reclaim')],
  runsIf: [looks],
  pte(m, page, run) {
    lookBegins(run, page.seen.reclaim);
    clearYoung(m, page, run);
  },
  end(m, page, run) {
    const { flags, seen } = page;
    const heard = foundYoung(run);
    const referenced = heard | flags.PG_young;
    flags.PG_young = 0;
    if (heard) flags.PG_idle = 0;
    if (m.hasLru) decide(m, page, referenced);
    answer(m, referenced);
    if (m.reclaimLooks) m.shown |= SHOWN.reclaimLooked;
    lookEnds(m, run, referenced, seen.reclaim, seen.idle);
  },
  role: 'look',
  answers: BITS,
  told: {
    sentence: 'A look of reclaim begins. It takes the page-table lock, and reads and clears young.',
    source: cite`${LINUX.folio_referenced_one}`,
  },
} as const satisfies OperationKind;

/*
 * walk_pte_range(). A walk that calls no notifier looks at young PTEs only. folio_update_gen()
 * clears PG_referenced of a page that was young. A walk never reports a page unreferenced.
 */
const walk = {
  name: 'walk',
  thread: 'kswapd',
  program: 'walk',
  ages: true,
  ends: 'end',
  needs: [optional('walk')],
  guards: [youngOrAsked],
  pte(m, page, run) {
    walkBegins(run, page.seen.reclaim);
    clearYoung(m, page, run);
  },
  end(m, page, run) {
    const found = foundYoung(run);
    if (!m.fine) answer(m, found);
    if (found) page.flags.PG_referenced = 0;
    walkEnds(run, found, page.seen.reclaim, page.seen.idle);
  },
  role: 'look',
  answers: BITS,
  told: {
    sentence: 'The multi-gen LRU walks and clears young; 1: it was young (needs events=walk).',
    source: cite`${LINUX.walk_pte_range}`,
  },
} as const satisfies OperationKind;

/*
 * try_to_unmap_one(). ptep_get_and_clear() clears the PTE; set_pte_at() may leave a swap entry. If
 * the lock is given up before the flush, a new page may be mapped while the old frame is cached.
 */
function clearPte(m: Machine, page: Page): void {
  const { pte } = page;
  frameLost(m, page);
  if (pte.present) {
    pte.clear();
    if (m.hasSwap) pte.swapped = 1;
  }
  if (!m.unmapLeavesOld) return;
  becomesOld(page);
  newUnseen(page);
  page.flags.clear();
  pte.cow = 0;
  forgotten(page);
}

/* shrink_folio_list(). With events=lru only a page that the last look condemned is unmapped. */
const unmap = {
  name: 'unmap',
  thread: 'kswapd',
  program: 'unmap',
  ages: false,
  ends: 'free',
  needs: [optional('unmap')],
  invalidates: true,
  ofRuns: true,
  guards: [condemned],
  pte(m, page) {
    if (m.hasLru && page.pte.present) evictionBegins(m, page.seen.reclaim);
    clearPte(m, page);
  },
  /*
   * shrink_folio_list() frees the folio. An entry that still caches the frame is stale from now on.
   */
  end(m, page) {
    if (!m.unmapLeavesOld) return newFrame(page);
    oldFreed(page);
    newUnseen(page);
  },
  role: 'take-away',
  told: {
    sentence: 'Reclaim clears the PTE; in atomic it also flushes and frees the frame.',
    source: cite`${LINUX.try_to_unmap_one}`,
  },
} as const satisfies OperationKind;

/* reclaim_pages() for MADV_PAGEOUT. It sets ignore_references, so the last look has no say. */
const pageout = {
  ...unmap,
  ofRuns: false,
  name: 'pageout',
  continuesAs: 'unmap',
  needs: inPlay('pageout'),
  guards: [spteOld],
  pte(m, page) {
    unaskedEvictionBegins(m, page.seen.reclaim);
    clearPte(m, page);
  },
  told: {
    sentence:
      'MADV_PAGEOUT unmaps without a look (needs events=pageout and pageout=takes or clears).',
    source: cite`${LINUX.reclaim_pages}, called by mm/madvise.c`,
  },
} as const satisfies OperationKind;

/* page_vma_mkclean_one(). It calls pte_wrprotect() and pte_mkclean(). */
const writeProtect = {
  name: 'write-protect',
  thread: 'kswapd',
  program: 'write-protect',
  ages: false,
  ends: 'end',
  needs: [optional('protect')],
  invalidates: true,
  ofRuns: true,
  guards: [writable],
  stillTo: ({ pte }) => pte.writable !== 0,
  pte(m, page) {
    writeLost(m, page);
    page.pte.writable = 0;
    page.pte.dirty = 0;
  },
  end: (_m, page) => revoked(page),
  role: 'take-away',
  told: {
    sentence: 'Writeback clears writable and dirty; in atomic it also flushes.',
    source: cite`${LINUX.page_vma_mkclean_one}`,
  },
} as const satisfies OperationKind;

/*
 * try_to_migrate_one() puts a migration entry where the PTE was. The page is copied, and
 * remove_migration_pte() maps it again with the bits that it had.
 */
const migrate = {
  name: 'migrate',
  thread: 'kswapd',
  program: 'migrate',
  ages: false,
  ends: 'remap',
  invalidates: true,
  keepsPte: true,
  needs: inPlay('migrate'),
  pte(m, page, run) {
    const { pte } = page;
    frameMoves(m, page);
    run.dirty = pte.dirty;
    run.writable = pte.writable;
    pte.clear();
    becomesOld(page);
  },
  end(_m, page, run) {
    restorePte(page, run);
    oldFreed(page);
  },
  role: 'take-away',
  told: {
    sentence: 'A page begins to move to another frame (needs events=migrate).',
    source: cite`${LINUX.migrate_folio_unmap}, ${LINUX.try_to_migrate_one}`,
  },
} as const satisfies OperationKind;

export const KSWAPD_OPERATIONS = [age, unmap, writeProtect, walk, pageout, migrate] as const;

/** The operations that may have steps before `pte`. */
const LATER = [unmap, pageout, writeProtect, migrate] as const;

/** What the event `age` does: it begins a look, or it is the look of an unmap. */
const lookBegun = begins(age, { needs: [fine("a look is one event, 'folio_referenced'")] });
const look: EventKind = {
  ...lookBegun,
  needs: [lookBegun.needs[0], looks],
  guards: [canLook],
  effect(m, page, thread) {
    const run = m.threads[thread];
    if (run.at === 0) return lookBegun.effect(m, page, thread);
    const { name } = m.operations.steps[run.at].operation;
    if (!page.pte.present) return over(m, page, run, name);
    run.young = page.pte.young;
    const { at, young } = run;
    m.did?.push({ what: 'pte', operation: 'age', page: page.index, young: young !== 0, at });
    age.pte(m, page, run);
    goOn(m, run);
  },
};

const reported = ends([age], {
  needs: [fine("a look is one event, 'folio_referenced'"), looks],
  answers: BITS,
  told: {
    sentence: 'The look is over; 1: referenced, 0: unreferenced.',
    source: cite`${LINUX.folio_referenced}`,
  },
});
/** What the event `report` does: the look is over, and with it an unmap that finds a reference. */
const report: EventKind = {
  ...reported,
  effect(m, page, thread) {
    const run = m.threads[thread];
    const { operation } = m.operations.steps[run.at];
    if (operation.ages) return reported.effect(m, page, thread);
    age.end(m, page, run);
    m.did?.push({ what: 'end', operation: 'age', page: page.index });
    if (m.shown & SHOWN.one) return over(m, page, run, operation.name);
    run.forget();
    goOn(m, run);
  },
};

export const kswapd = {
  folio_referenced: begins(age, {
    needs: [atomic("a look is 'age', its steps, and 'report'")],
    told: {
      sentence: 'Reclaim ages the page at once; 1: referenced, 0: unreferenced.',
      source: cite`${LINUX.folio_referenced}`,
    },
  }),
  age: look,
  unmap: begins(unmap),
  'write-protect': begins(writeProtect),
  walk: begins(walk),
  pageout: begins(pageout),
  migrate: begins(migrate),
  pte: ptes(LATER),
  ...stepEvents('kswapd'),
  report,
  free: ends([unmap], {
    needs: [fine("an unmap is one event, 'unmap'"), frees],
    told: {
      sentence: 'The frame is freed or swapped out. An entry that still caches it is stale.',
      source: cite`${LINUX.shrink_folio_list}`,
    },
  }),
  remap: ends([migrate], { needs: inPlay('migrate'), told: MARKS.remap.told }),
  end: ends([writeProtect, walk], {
    needs: [fine("a write-protect is one event, 'write-protect'"), optional('protect', 'walk')],
    told: {
      sentence:
        'A write-protect or a walk is over. After the former, an entry with write is revoked.',
      source: cite`${LINUX.page_vma_mkclean_one}; ${LINUX.walk_pte_range}`,
    },
  }),
} as const satisfies Readonly<Record<string, EventKind>>;
