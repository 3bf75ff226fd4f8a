/** Idle page tracking: page_idle/bitmap, and DAMON. */
import type { EventKind } from '../event.ts';
import { BITS, IDLE_OR_BUSY } from '../event.ts';
import { markedIdle } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { fine, observer } from '../needs.ts';
import { checkBegin, checkEnd, markBegin, markEnd } from '../rules/aging.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { begins, ends, stepsOf } from './thread.ts';

/** A mark answers what it found only where it is a step of its own. */
function markEndAtomic(m: Machine, page: Page): void {
  markEnd(m, page);
  m.shown &= ~(SHOWN.answers | SHOWN.one);
}

export const pageIdle = {
  mark: begins({
    begin: markBegin,
    end: markEndAtomic,
    needs: [observer('idle')],
    role: 'look',
    answers: { atomic: undefined, fine: BITS },
    told: {
      sentence: 'The page is marked idle; in fine `== 1` tells the young bit that was cleared.',
      source: 'mm/page_idle.c page_idle_bitmap_write(); damon_ptep_mkold()',
    },
  }),
  check: begins({
    begin: checkBegin,
    end: checkEnd,
    needs: [observer('idle')],
    before: [markedIdle],
    role: 'look',
    answers: { atomic: IDLE_OR_BUSY, fine: BITS },
    told: {
      sentence: 'A marked page is looked at: idle or busy; in fine `== 1` is the young bit.',
      source: 'mm/page_idle.c page_idle_bitmap_read()',
    },
  }),
  ...stepsOf('page_idle'),
  report: ends(
    'report',
    { check: checkEnd },
    {
      needs: [fine("a check is one event, 'check'"), observer('idle')],
      answers: IDLE_OR_BUSY,
      told: {
        sentence: 'The check is over: idle or busy.',
        source: 'mm/page_idle.c page_idle_bitmap_read()',
      },
    },
  ),
  end: ends(
    'end',
    { mark: markEnd },
    {
      needs: [fine("a mark is one event, 'mark'"), observer('idle')],
      told: {
        sentence: 'The mark is over.',
        source: 'mm/page_idle.c page_idle_clear_pte_refs()',
      },
    },
  ),
} as const satisfies Readonly<Record<string, EventKind>>;
