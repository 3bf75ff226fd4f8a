/** The walk of the CPU's page table, and the fault handler, as in model/mechanics/fault.ts. */
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, equal, not, or, set, when } from './promela.ts';
import { forgotten, freed } from './ghosts.ts';
import { runAtOnce } from './program.ts';
import type { World } from './world.ts';
import { clear } from './world.ts';

type Body = readonly Statement[];

/** An operation holds the page-table lock of the page. */
export const locked = (x: World, p: Expr): Expr =>
  x.macro('locked', { p }, ({ p }) => {
    const holds = (name: 'kswapd' | 'page_idle') => {
      const { at, page } = x.thread(name);
      return and(not(equal(at, NO)), x.parts.scope.pages === 1 ? YES : equal(page, p));
    };
    return or(holds('kswapd'), holds('page_idle'));
  });

/** A walk of the CPU's page table needs the fault handler. */
export const walkFaults = (x: World, p: Expr, w: Expr): Expr =>
  x.macro('walk_faults', { p, w }, ({ p, w }) => {
    const { present, writable } = x.page(p).pte;
    return or(not(present), and(w, not(writable)));
  });

/** The page has a new frame, and nothing is known of its use. */
export const newFrame = (x: World, p: Expr): Body => [
  ...freed(x, p),
  ...clear(x.page(p).flags),
  ...forgotten(x, p),
  ...set(x.page(p).pte.cow, NO),
];

/** An unmap clears the PTE, which may leave a swap entry. */
export const leavesPte = (x: World, p: Expr): Body => {
  const { present, young, dirty, writable, swapped } = x.page(p).pte;
  return [...clear({ present, young, dirty, writable }), ...set(swapped, YES)];
};

/** The fault handler allows a write on a present PTE. A frame that a child shares is copied. */
export const resolveWrite = (x: World, p: Expr): Body =>
  x.inline('resolve_write', { p }, ({ p }) => {
    const { young, dirty, writable, cow } = x.page(p).pte;
    const allow = [...set(young, YES), ...set(dirty, YES), ...set(writable, YES)];
    return when(
      cow,
      [...runAtOnce(x, 'copy', p, young), ...newFrame(x, p), ...allow],
      [...allow, ...runAtOnce(x, 'upgrade', p, NO)],
    );
  });

/** A fault on a missing page. A page that was swapped out may come back read-only. */
export const mapPage = (x: World, p: Expr, w: Expr): Body =>
  x.inline('map_page', { p, w }, ({ p, w }) => {
    const { present, young, dirty, writable, swapped } = x.page(p).pte;
    const readOnly = x.machine.swapinWritable ? NO : and(swapped, not(w));
    return [
      ...set(present, YES),
      ...set(young, YES),
      ...set(dirty, w),
      ...set(writable, not(readOnly)),
      ...set(swapped, NO),
    ];
  });

export const handleFault = (x: World, p: Expr, w: Expr): Body =>
  x.inline('handle_fault', { p, w }, ({ p, w }) => {
    // Without writes no present PTE faults.
    const resolved = x.isWrite === NO ? [] : resolveWrite(x, p);
    return when(not(x.page(p).pte.present), mapPage(x, p, w), resolved);
  });

export const setsBits = (x: World, p: Expr, w: Expr): Body => [
  ...set(x.page(p).pte.young, YES),
  ...when(w, set(x.page(p).pte.dirty, YES)),
];

/** A walk of a CPU. */
export const walk = (x: World, p: Expr, w: Expr): Body =>
  x.inline('walk', { p, w }, ({ p, w }) =>
    when(walkFaults(x, p, w), handleFault(x, p, w), setsBits(x, p, w)),
  );
