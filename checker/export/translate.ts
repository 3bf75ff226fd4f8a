/** How the IOMMU answers a device, as in model/mechanics/translate.ts. */
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, not, or, set, when } from './promela.ts';
import { handleFault, mapPage, resolveWrite, setsBits, walkFaults } from './fault.ts';
import { requested } from './ghosts.ts';
import { markAccessed } from './lru.ts';
import type { World } from './world.ts';

type Body = readonly Statement[];

const iotlbHit = (x: World, p: Expr, w: Expr): Expr =>
  x.macro('iotlb_hit', { p, w }, ({ p, w }) => {
    const { present, write } = x.page(p).iotlb;
    return and(present, or(not(w), write));
  });

/** A write finds an IOTLB entry without write, and the IOMMU does not walk again. */
const iotlbDenies = (x: World, p: Expr, w: Expr): Expr =>
  x.macro('iotlb_denies', { p, w }, ({ p, w }) => {
    const { present, write } = x.page(p).iotlb;
    return x.machine.rewalksOnPermissionFault ? NO : and(w, present, not(write));
  });

const spteFaults = (x: World, p: Expr, w: Expr): Expr =>
  x.macro('spte_faults', { p, w }, ({ p, w }) => {
    const { present, write } = x.page(p).spte;
    return or(not(present), and(w, not(write)));
  });

/** Setting young or dirty is left to the fault handler. */
const bitsFault = (x: World, p: Expr, w: Expr): Expr =>
  x.macro('bits_fault', { p, w }, ({ p, w }) => {
    const { young, dirty } = x.page(p).pte;
    return x.machine.faultSetsAccessed ? or(not(young), and(w, not(dirty))) : NO;
  });

/** The answer of the IOMMU needs the fault handler. */
export const translationFaults = (x: World, p: Expr, w: Expr): Expr =>
  x.machine.shadow
    ? spteFaults(x, p, w)
    : and(
        not(iotlbHit(x, p, w)),
        or(iotlbDenies(x, p, w), walkFaults(x, p, w), bitsFault(x, p, w)),
      );

/** The IOMMU walks the CPU's page table. */
const walkShared = (x: World, p: Expr, w: Expr): Body => {
  const bits = x.machine.ignoresAccessed ? [] : setsBits(x, p, w);
  return when(
    walkFaults(x, p, w),
    handleFault(x, p, w),
    when(and(w, bitsFault(x, p, w)), resolveWrite(x, p), bits),
  );
};

function translateShared(x: World, p: Expr, w: Expr): Body {
  const { pte, iotlb } = x.page(p);
  const { stuck, write, health } = x.scratch;
  const denies = iotlbDenies(x, p, w);
  const fill = x.machine.hasIotlb
    ? [
        ...set(iotlb.present, YES),
        ...set(iotlb.write, x.machine.rewalksOnPermissionFault ? w : and(pte.writable, pte.dirty)),
        ...set(iotlb.health, NO),
      ]
    : [];
  const answer = [
    ...when(not(iotlbHit(x, p, w)), [...walkShared(x, p, w), ...fill]),
    ...set(write, w),
    ...set(health, iotlb.health),
  ];
  if (denies === NO) return answer;
  const loops = [...set(stuck, YES), ...x.violates('fault-makes-progress', YES)];
  return [
    ...when(denies, [
      ...when(pte.present, resolveWrite(x, p), mapPage(x, p, YES)),
      ...requested(x, p),
      ...when(denies, loops),
    ]),
    ...when(not(stuck), answer),
  ];
}

function translateShadow(x: World, p: Expr, w: Expr): Body {
  const { spte } = x.page(p);
  return [
    ...when(spteFaults(x, p, w), [
      ...when(walkFaults(x, p, w), handleFault(x, p, w)),
      ...set(spte.present, YES),
      ...set(spte.write, w),
      ...set(spte.health, NO),
      ...(x.machine.faultMarksAccessed ? markAccessed(x, p) : []),
    ]),
    ...set(spte.young, YES),
    ...set(x.scratch.write, spte.write),
    ...set(x.scratch.health, spte.health),
  ];
}

/** Answers a request: `write` and `health` of the event, or `stuck`. */
export const translate = (x: World, p: Expr, w: Expr): Body =>
  x.inline('translate', { p, w }, ({ p, w }) =>
    x.machine.shadow ? translateShadow(x, p, w) : translateShared(x, p, w),
  );
