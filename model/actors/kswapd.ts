/** What reclaim does: looks, walks, and what takes a page or a permission away. */
import type { EventKind } from '../event.ts';
import { BITS } from '../event.ts';
import { condemned, writable, youngOrAsked } from '../guards.ts';
import { atomic, fine, frees, observer, optional, takesWithoutLook } from '../needs.ts';
import { ageBegin, ageEnd, walkBegin, walkEnd, walkEndAtomic } from '../rules/aging.ts';
import {
  pageoutBegin,
  unmapBegin,
  unmapEnd,
  writeProtectBegin,
  writeProtectEnd,
} from '../rules/reclaim.ts';
import { begins, ends, stepsOf } from './thread.ts';

const look = { begin: ageBegin, end: ageEnd, role: 'look', answers: BITS } as const;

export const kswapd = {
  folio_referenced: begins({
    ...look,
    needs: [atomic("a look is 'age', its steps, and 'report'"), observer('reclaim')],
    told: {
      sentence: 'Reclaim ages the page at once; 1: referenced, 0: unreferenced.',
      source: 'mm/rmap.c folio_referenced()',
    },
  }),
  age: begins({
    ...look,
    needs: [fine("a look is one event, 'folio_referenced'"), observer('reclaim')],
    told: {
      sentence: 'Reclaim begins a look: it takes the page-table lock, reads and clears young.',
      source: 'mm/rmap.c folio_referenced_one()',
    },
  }),
  unmap: begins({
    begin: unmapBegin,
    end: unmapEnd,
    needs: [optional('unmap')],
    guards: [condemned],
    role: 'take-away',
    told: {
      sentence: 'Reclaim clears the PTE; in atomic it also flushes and frees the frame.',
      source: 'mm/rmap.c try_to_unmap_one()',
    },
  }),
  'write-protect': begins({
    begin: writeProtectBegin,
    end: writeProtectEnd,
    needs: [optional('protect')],
    guards: [writable],
    role: 'take-away',
    told: {
      sentence: 'Writeback clears writable and dirty; in atomic it also flushes.',
      source: 'mm/rmap.c page_vma_mkclean_one()',
    },
  }),
  walk: begins({
    begin: walkBegin,
    end: walkEndAtomic,
    needs: [optional('walk')],
    guards: [youngOrAsked],
    role: 'look',
    answers: BITS,
    told: {
      sentence: 'The multi-gen LRU walks and clears young; 1: found young (needs events=walk).',
      source: 'mm/vmscan.c walk_pte_range()',
    },
  }),
  pageout: begins({
    begin: pageoutBegin,
    end: unmapEnd,
    needs: [optional('pageout'), takesWithoutLook],
    role: 'take-away',
    told: {
      sentence: 'MADV_PAGEOUT unmaps without a look (needs events=pageout and pageoutLooks=false).',
      source: 'mm/vmscan.c reclaim_pages(), called by mm/madvise.c',
    },
  }),
  ...stepsOf('kswapd'),
  report: ends(
    'report',
    { age: ageEnd },
    {
      needs: [fine("a look is one event, 'folio_referenced'"), observer('reclaim')],
      answers: BITS,
      told: {
        sentence: 'The look is over; 1: referenced, 0: unreferenced.',
        source: 'mm/rmap.c folio_referenced()',
      },
    },
  ),
  free: ends(
    'free',
    { unmap: unmapEnd, pageout: unmapEnd },
    {
      needs: [fine("an unmap is one event, 'unmap'"), frees],
      told: {
        sentence: 'The frame is freed, or swapped out: whoever still caches it has a stale entry.',
        source: 'mm/vmscan.c shrink_folio_list()',
      },
    },
  ),
  end: ends(
    'end',
    { 'write-protect': writeProtectEnd, walk: walkEnd },
    {
      needs: [fine("a write-protect is one event, 'write-protect'"), optional('protect', 'walk')],
      told: {
        sentence: 'The write-protect is over: whoever still caches the permission has lost it.',
        source: 'mm/rmap.c page_vma_mkclean_one()',
      },
    },
  ),
} as const satisfies Readonly<Record<string, EventKind>>;
