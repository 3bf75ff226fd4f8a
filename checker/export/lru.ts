/** How the LRU decides about a page, as in model/mechanics/lru.ts. */
import type { Expr, Statement } from './promela.ts';
import { NO, YES, not, set, when } from './promela.ts';
import type { World } from './world.ts';

type Body = readonly Statement[];

/** folio_mark_accessed(). */
export const markAccessed = (x: World, p: Expr): Body =>
  x.inline('mark_accessed', { p }, ({ p }) => {
    const { PG_idle, PG_referenced, PG_active, condemned } = x.page(p).flags;
    const marks = when(
      not(PG_referenced),
      set(PG_referenced, YES),
      when(not(PG_active), [
        ...set(PG_active, YES),
        ...set(PG_referenced, NO),
        ...set(condemned, NO),
      ]),
    );
    return [...set(PG_idle, NO), ...(x.machine.hasLru ? marks : [])];
  });

/** What the LRU makes of a look, whose answer is known. */
export const decide = (x: World, p: Expr): Body => {
  const { PG_referenced, PG_active, condemned } = x.page(p).flags;
  const referenced = x.scratch.answer;
  if (!x.machine.hasLru) return [];
  if (x.machine.multiGen) return set(condemned, not(referenced));
  return [
    ...set(condemned, NO),
    ...when(
      PG_active,
      set(PG_active, NO),
      when(
        referenced,
        [...set(PG_active, PG_referenced), ...set(PG_referenced, YES)],
        [...set(PG_referenced, NO), ...set(condemned, YES)],
      ),
    ),
  ];
};
