/** What reclaim does: looks, walks, and what takes a page or a permission away. */
import type { EventKind, OperationKind } from '../event.ts';
import { BITS } from '../event.ts';
import {
  evictionBegins,
  lookBegins,
  lookEnds,
  revoked,
  unaskedEvictionBegins,
  unmapBegins,
  walkBegins,
  walkEnds,
} from '../ghosts.ts';
import { condemned, spteOld, writable, youngOrAsked } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { leavesFrame, newFrame } from '../mechanics/frames.ts';
import { decide } from '../mechanics/lru.ts';
import { atomic, fine, frees, observer, optional, takesWithoutLook } from '../needs.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { answer, begins, clearYoung, ends, foundYoung, stepEvents } from './thread.ts';

/*
 * folio_referenced(): folio_referenced_one() clears the young bit and asks the secondary. PG_young
 * stands in for a bit that idle page tracking cleared.
 */
const age: OperationKind = {
  name: 'age',
  thread: 'kswapd',
  program: 'age',
  ages: true,
  ends: 'report',
  needs: [observer('reclaim')],
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
    m.shown |= SHOWN.reclaimLooked;
    lookEnds(m, run, referenced, seen.reclaim, seen.idle);
  },
  role: 'look',
  answers: BITS,
  told: {
    sentence: 'Reclaim begins a look: it takes the page-table lock, reads and clears young.',
    source: 'mm/rmap.c folio_referenced_one()',
  },
};

/*
 * walk_pte_range(): a walk that asks nobody looks at young PTEs only. folio_update_gen() clears
 * PG_referenced of what was young. A walk reports nothing as unreferenced.
 */
const walk: OperationKind = {
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
    sentence: 'The multi-gen LRU walks and clears young; 1: found young (needs events=walk).',
    source: 'mm/vmscan.c walk_pte_range()',
  },
};

/* try_to_unmap_one(): ptep_get_and_clear(), and set_pte_at() for a swap entry. */
function clearPte(m: Machine, page: Page): void {
  leavesFrame(m, page);
  page.pte.clear();
  if (m.hasSwap) page.pte.swapped = 1;
}

/* shrink_folio_list(): where looks decide, the last one must have condemned the page. */
const unmap: OperationKind = {
  name: 'unmap',
  thread: 'kswapd',
  program: 'unmap',
  ages: false,
  ends: 'free',
  needs: [optional('unmap')],
  guards: [condemned],
  pte(m, page) {
    if (m.hasLru) evictionBegins(m, page.seen.reclaim);
    clearPte(m, page);
  },
  /* shrink_folio_list() frees the folio: whoever still caches the frame uses another's memory. */
  end: (_m, page) => newFrame(page),
  role: 'take-away',
  told: {
    sentence: 'Reclaim clears the PTE; in atomic it also flushes and frees the frame.',
    source: 'mm/rmap.c try_to_unmap_one()',
  },
};

/* reclaim_pages() for MADV_PAGEOUT, ignore_references: whatever the last look said. */
const pageout: OperationKind = {
  ...unmap,
  name: 'pageout',
  continuesAs: 'unmap',
  needs: [optional('pageout'), takesWithoutLook],
  guards: [spteOld],
  pte(m, page) {
    unaskedEvictionBegins(m, page.seen.reclaim);
    clearPte(m, page);
  },
  told: {
    sentence:
      'MADV_PAGEOUT unmaps without a look (needs events=pageout and pageout=takes or clears).',
    source: 'mm/vmscan.c reclaim_pages(), called by mm/madvise.c',
  },
};

/* page_vma_mkclean_one(): pte_wrprotect(), pte_mkclean(). */
const writeProtect: OperationKind = {
  name: 'write-protect',
  thread: 'kswapd',
  program: 'write-protect',
  ages: false,
  ends: 'end',
  needs: [optional('protect')],
  guards: [writable],
  pte(m, page) {
    unmapBegins(m, page);
    m.shown &= ~SHOWN.unmapsCached;
    page.pte.writable = 0;
    page.pte.dirty = 0;
  },
  end: (_m, page) => revoked(page),
  role: 'take-away',
  told: {
    sentence: 'Writeback clears writable and dirty; in atomic it also flushes.',
    source: 'mm/rmap.c page_vma_mkclean_one()',
  },
};

export const KSWAPD_OPERATIONS = [age, unmap, writeProtect, walk, pageout] as const;

export const kswapd = {
  folio_referenced: begins(age, {
    needs: [atomic("a look is 'age', its steps, and 'report'")],
    told: {
      sentence: 'Reclaim ages the page at once; 1: referenced, 0: unreferenced.',
      source: 'mm/rmap.c folio_referenced()',
    },
  }),
  age: begins(age, { needs: [fine("a look is one event, 'folio_referenced'")] }),
  unmap: begins(unmap),
  'write-protect': begins(writeProtect),
  walk: begins(walk),
  pageout: begins(pageout),
  ...stepEvents(),
  report: ends([age], {
    needs: [fine("a look is one event, 'folio_referenced'"), observer('reclaim')],
    answers: BITS,
    told: {
      sentence: 'The look is over; 1: referenced, 0: unreferenced.',
      source: 'mm/rmap.c folio_referenced()',
    },
  }),
  free: ends([unmap], {
    needs: [fine("an unmap is one event, 'unmap'"), frees],
    told: {
      sentence: 'The frame is freed, or swapped out: whoever still caches it has a stale entry.',
      source: 'mm/vmscan.c shrink_folio_list()',
    },
  }),
  end: ends([writeProtect, walk], {
    needs: [fine("a write-protect is one event, 'write-protect'"), optional('protect', 'walk')],
    told: {
      sentence: 'The write-protect is over: whoever still caches the permission has lost it.',
      source: 'mm/rmap.c page_vma_mkclean_one()',
    },
  }),
} as const satisfies Readonly<Record<string, EventKind>>;
