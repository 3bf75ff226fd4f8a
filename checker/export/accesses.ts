/**
 * What the events of devices, of the IOMMU and of CPUs become in Promela. An event without its
 * Promela does not compile.
 */
import type { cpu } from '../../model/actors/cpu.ts';
import type { device, iommu } from '../../model/actors/device.ts';
import { WAITS, handleInvalidation } from './atc.ts';
import { locked, walk, walkFaults } from './fault.ts';
import { IN_FLIGHT, accessedByCpu, accessedByDevice, checkAccess, requested } from './ghosts.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, equal, not, or, set, when } from './promela.ts';
import { translate, translationFaults } from './translate.ts';
import type { World } from './world.ts';
import { clear } from './world.ts';

type Body = readonly Statement[];

/** When an event can happen, and what it does. */
export interface EventRule {
  readonly guard: Expr;
  readonly body: Body;
}
/** The rule of an event on a page, by a CPU or by a device. */
export type UnitRule = (x: World, p: Expr, unit: Expr) => EventRule;

const atcServes = (x: World, p: Expr, d: Expr, w: Expr): Expr =>
  x.macro('atc_serves', { d, p, w }, ({ d, p, w }) => {
    const { present, write } = x.page(p).atc(d);
    return and(present, or(not(w), write));
  });

/** A write needs an entry that is writable and already dirty. */
const tlbServes = (x: World, p: Expr, c: Expr, w: Expr): Expr =>
  x.macro('tlb_serves', { c, p, w }, ({ c, p, w }) => {
    const { present, write, dirty } = x.page(p).tlb(c);
    return and(present, or(not(w), and(write, dirty)));
  });

const fillAtc = (x: World, p: Expr, d: Expr, write: Expr, health: Expr): Body => {
  const entry = x.page(p).atc(d);
  return [...set(entry.present, YES), ...set(entry.write, write), ...set(entry.health, health)];
};

/** A device reads or writes: by its ATC, or by the answer to a request. */
function deviceAccess(x: World, p: Expr, d: Expr, w: Expr): EventRule {
  const { fine, hasAtc } = x.machine;
  const serves = atcServes(x, p, d, w);
  const hit = [...checkAccess(x, x.page(p).atc(d).health, w), ...accessedByDevice(x, p)];
  if (fine && hasAtc) return { guard: serves, body: hit };
  const { stuck, write, health } = x.scratch;
  const translated = translate(x, p, w);
  const isStuck = x.canBeStuck ? stuck : NO;
  const miss = [
    ...translated,
    ...when(not(isStuck), [
      ...fillAtc(x, p, d, write, health),
      ...checkAccess(x, health, w),
      ...accessedByDevice(x, p),
    ]),
  ];
  return {
    guard: or(serves, not(translationFaults(x, p, w)), not(locked(x, p))),
    body: when(serves, hit, miss),
  };
}

function request(x: World, p: Expr, d: Expr, w: Expr): EventRule {
  const link = x.page(p).link(d);
  return {
    guard: and(equal(link.request, NO), not(atcServes(x, p, d, w))),
    body: [...set(link.request, WAITS), ...set(link.isWrite, w)],
  };
}

export const DEVICE_RULES: Readonly<Record<keyof typeof device, UnitRule>> = {
  read: (x, p, d) => deviceAccess(x, p, d, NO),
  write: (x, p, d) => deviceAccess(x, p, d, YES),
  'request-read': (x, p, d) => request(x, p, d, NO),
  'request-write': (x, p, d) => request(x, p, d, YES),
  complete: (x, p, d) => {
    const { request, isWrite, resultWrite, health } = x.page(p).link(d);
    return {
      guard: equal(request, IN_FLIGHT),
      body: [
        ...checkAccess(x, health, isWrite),
        ...fillAtc(x, p, d, resultWrite, health),
        ...clear({ request, isWrite, resultWrite, health }),
        ...accessedByDevice(x, p),
      ],
    };
  },
  'handle-invalidation': (x, p, d) => {
    const { invalidation, posted } = x.page(p).link(d);
    return {
      guard: and(invalidation, x.machine.drainsPostedWrites ? not(posted) : YES),
      body: [...set(invalidation, NO), ...handleInvalidation(x, p, d)],
    };
  },
  'post-write': (x, p, d) => {
    const { posted, postedHealth } = x.page(p).link(d);
    const { present, write, health } = x.page(p).atc(d);
    return {
      guard: and(present, write, not(posted)),
      body: [...set(posted, YES), ...set(postedHealth, health)],
    };
  },
  'land-write': (x, p, d) => {
    const { posted, postedHealth } = x.page(p).link(d);
    return {
      guard: posted,
      body: [
        ...checkAccess(x, postedHealth, YES),
        ...clear({ posted, postedHealth }),
        ...accessedByDevice(x, p),
      ],
    };
  },
  evict: (x, p, d) => ({ guard: x.page(p).atc(d).present, body: clear(x.page(p).atc(d)) }),
};

export const IOMMU_RULES: Readonly<Partial<Record<keyof typeof iommu, UnitRule>>> = {
  translate: (x, p, d) => {
    const { request, isWrite, resultWrite, health } = x.page(p).link(d);
    const translated = translate(x, p, isWrite);
    return {
      guard: and(
        equal(request, WAITS),
        or(not(translationFaults(x, p, isWrite)), not(locked(x, p))),
      ),
      body: [
        ...translated,
        ...requested(x, p),
        ...when(not(x.canBeStuck ? x.scratch.stuck : NO), [
          ...set(request, IN_FLIGHT),
          ...set(resultWrite, x.scratch.write),
          ...set(health, x.scratch.health),
        ]),
      ],
    };
  },
  evict: (x, p) => ({ guard: x.page(p).iotlb.present, body: clear(x.page(p).iotlb) }),
};

/** A CPU loads or stores: by its TLB, or by a walk that fills it. */
function cpuAccess(x: World, p: Expr, c: Expr, w: Expr): EventRule {
  const { tlb, pte } = x.page(p);
  const entry = tlb(c);
  const serves = tlbServes(x, p, c, w);
  const miss = [
    ...walk(x, p, w),
    ...set(entry.present, YES),
    ...set(entry.write, pte.writable),
    ...set(entry.dirty, pte.dirty),
    ...set(entry.health, NO),
  ];
  return {
    guard: or(serves, not(walkFaults(x, p, w)), not(locked(x, p))),
    body: [...when(serves, checkAccess(x, entry.health, w), miss), ...accessedByCpu(x, p)],
  };
}

export const CPU_RULES: Readonly<Record<keyof typeof cpu, UnitRule>> = {
  read: (x, p, c) => cpuAccess(x, p, c, NO),
  write: (x, p, c) => cpuAccess(x, p, c, YES),
  evict: (x, p, c) => ({ guard: x.page(p).tlb(c).present, body: clear(x.page(p).tlb(c)) }),
};
