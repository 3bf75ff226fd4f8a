/** The events of idle page tracking: page_idle/bitmap and DAMON mark and check pages. */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind, OperationKind } from '../event.ts';
import { BITS, IDLE_OR_BUSY } from '../event.ts';
import { lookBegins, lookEnds, markBegins, markEnds } from '../ghosts.ts';
import { markedIdle } from '../guards.ts';
import { fine, observer } from '../needs.ts';
import { SHOWN } from '../shown.ts';
import { answer, begins, clearYoung, ends, foundYoung, stepEvents } from './thread.ts';

/*
 * page_idle_bitmap_write(), damon_ptep_mkold(). If the page was young, PG_young keeps that for
 * reclaim.
 */
const mark = {
  name: 'mark',
  thread: 'page_idle',
  program: 'idle',
  ages: true,
  ends: 'end',
  needs: [observer('idle')],
  pte(m, page, run) {
    markBegins(page.seen.idle);
    clearYoung(m, page, run);
  },
  end(_m, page, run) {
    const { flags, seen } = page;
    if (foundYoung(run)) flags.PG_young = 1;
    flags.PG_idle = 1;
    markEnds(seen.idle, seen.reclaim);
  },
  role: 'look',
  answers: { atomic: undefined, fine: BITS },
  told: {
    sentence: 'The page is marked idle. In fine `== 1` says that the PTE was young.',
    source: cite`${LINUX.page_idle_bitmap_write}; ${LINUX.damon_ptep_mkold}`,
  },
} as const satisfies OperationKind;

/* page_idle_bitmap_read(). It reports whether a page that was marked idle is still idle. */
const check = {
  name: 'check',
  thread: 'page_idle',
  program: 'idle',
  ages: true,
  ends: 'report',
  needs: [observer('idle')],
  before: [markedIdle],
  pte(m, page, run) {
    lookBegins(run, page.seen.idle);
    clearYoung(m, page, run);
  },
  end(m, page, run) {
    const { flags, seen } = page;
    if (foundYoung(run)) {
      flags.PG_idle = 0;
      flags.PG_young = 1;
    }
    const busy = flags.PG_idle ? 0 : 1;
    answer(m, busy);
    m.shown |= SHOWN.idleLooked;
    lookEnds(m, run, busy, seen.idle, seen.reclaim);
  },
  role: 'look',
  answers: { atomic: IDLE_OR_BUSY, fine: BITS },
  told: {
    sentence: 'A marked page is checked: idle or busy. In fine `== 1` says that the PTE was young.',
    source: cite`${LINUX.page_idle_bitmap_read}`,
  },
} as const satisfies OperationKind;

export const IDLE_OPERATIONS = [mark, check] as const;

export const pageIdle = {
  mark: begins(mark),
  check: begins(check),
  ...stepEvents('page_idle'),
  report: ends([check], {
    needs: [fine("a check is one event, 'check'"), observer('idle')],
    answers: IDLE_OR_BUSY,
    told: {
      sentence: 'The check is over and reports the page idle or busy.',
      source: cite`${LINUX.page_idle_bitmap_read}`,
    },
  }),
  end: ends([mark], {
    needs: [fine("a mark is one event, 'mark'"), observer('idle')],
    told: {
      sentence: 'The mark is over.',
      source: cite`${LINUX.page_idle_clear_pte_refs}`,
    },
  }),
} as const satisfies Readonly<Record<string, EventKind>>;
