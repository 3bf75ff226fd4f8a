/** The ghosts in an export, under the names of model/ghosts.ts. Only tracked ones appear. */
import type { Observer } from '../../model/system.ts';
import { LIVE, REVOKED, STALE, TRANSLATED } from '../../model/state.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, equal, not, number, or, set, when } from './promela.ts';
import type { Run, World } from './world.ts';
import { clear } from './world.ts';

export const HEALTH = {
  live: number(LIVE, 'LIVE'),
  revoked: number(REVOKED, 'REVOKED'),
  stale: number(STALE, 'STALE'),
} as const;
export const IN_FLIGHT = number(TRANSLATED, 'TRANSLATED');

type Body = readonly Statement[];

const accessed = (
  x: World,
  name: string,
  p: Expr,
  ghost: 'devSure' | 'cpuSure' | undefined,
): Body =>
  x.inline(name, { p }, ({ p }) =>
    x.observers.flatMap((observer) => {
      const seen = x.page(p).seen(observer);
      return [...(ghost === undefined ? [] : set(seen[ghost], YES)), ...set(seen.maybe, YES)];
    }),
  );
export const accessedByDevice = (x: World, p: Expr): Body =>
  accessed(x, 'accessed_by_device', p, 'devSure');
export const accessedByCpu = (x: World, p: Expr): Body =>
  accessed(x, 'accessed_by_cpu', p, 'cpuSure');
export const requested = (x: World, p: Expr): Body => accessed(x, 'requested', p, undefined);

/** An access goes through an entry of this health. */
export const checkAccess = (x: World, health: Expr, w: Expr): Body => [
  ...x.violates('no-stale-access', equal(health, HEALTH.stale)),
  ...x.violates('no-write-after-write-protect', and(w, equal(health, HEALTH.revoked))),
];

export const lookBegins = (x: World, p: Expr, observer: Observer, run: Run): Body => {
  const seen = x.page(p).seen(observer);
  return [
    ...set(run.devSure, seen.devSure),
    ...set(run.cpuSure, seen.cpuSure),
    ...set(run.maybe, seen.maybe),
    ...set(seen.maybe, NO),
  ];
};

const other = (observer: Observer): Observer => (observer === 'reclaim' ? 'idle' : 'reclaim');

/** A look has ended, and its answer is known. */
export const lookEnds = (x: World, p: Expr, observer: Observer, run: Run): Body => {
  const seen = x.page(p).seen(observer);
  const missed = and(not(x.scratch.answer), run.devSure);
  const named = (name: string) => `${name}(${observer})`;
  return [
    ...x.violates(named('no-missed-device-reference'), missed),
    ...x.violates(named('no-repeated-miss'), and(missed, seen.missed)),
    ...x.violates(named('no-missed-cpu-reference'), and(not(x.scratch.answer), run.cpuSure)),
    ...x.violates('no-false-reference', and(x.scratch.answer, not(or(run.maybe, seen.maybe)))),
    ...set(seen.devSure, NO),
    ...set(seen.cpuSure, NO),
    ...set(seen.missed, missed),
    ...set(x.page(p).seen(other(observer)).missed, NO),
  ];
};

/** The observer has heard of every use: a mark has ended, or a walk that found the page young. */
export const heard = (x: World, p: Expr, observer: Observer): Body => {
  const seen = x.page(p).seen(observer);
  return [
    ...set(seen.devSure, NO),
    ...set(seen.cpuSure, NO),
    ...set(seen.missed, NO),
    ...set(x.page(p).seen(other(observer)).missed, NO),
  ];
};

export const forgotten = (x: World, p: Expr): Body =>
  x.inline('forgotten', { p }, ({ p }) =>
    x.observers.flatMap((observer) => clear(x.page(p).seen(observer))),
  );

/** MADV_COLD forgets the uses whose only record it cleared. */
export const cooled = (x: World, p: Expr): Body => {
  const { spte, seen } = x.page(p);
  return x.observers.flatMap((observer) => {
    const { devSure, cpuSure, maybe, missed } = seen(observer);
    return [
      ...set(cpuSure, NO),
      ...set(missed, NO),
      ...when(not(spte.young), [...set(devSure, NO), ...set(maybe, NO)]),
    ];
  });
};

/** The entries of a page in every cache. */
const entriesOf = (x: World, p: Expr) => {
  const { tlb, iotlb, spte, atc } = x.page(p);
  return [...x.each('cpus').map(tlb), iotlb, spte, ...x.each('devices').map(atc)];
};

/** The frame is freed: what still caches it, or has it in flight, is stale. */
export const freed = (x: World, p: Expr): Body =>
  x.inline('freed', { p }, ({ p }) => [
    ...entriesOf(x, p).flatMap(({ present, health }) => when(present, set(health, HEALTH.stale))),
    ...x.each('devices').flatMap((d) => {
      const { request, health, posted, postedHealth } = x.page(p).link(d);
      return [
        ...when(equal(request, IN_FLIGHT), set(health, HEALTH.stale)),
        ...when(posted, set(postedHealth, HEALTH.stale)),
      ];
    }),
  ]);

/** Write permission is withdrawn: what still has it is revoked. */
export const revoked = (x: World, p: Expr): Body =>
  x.inline('revoked', { p }, ({ p }) => {
    const revoke = (has: Expr, health: Expr) =>
      when(and(has, equal(health, HEALTH.live)), set(health, HEALTH.revoked));
    return [
      ...entriesOf(x, p).flatMap(({ present, write, health }) =>
        revoke(and(present, write), health),
      ),
      ...x.each('devices').flatMap((d) => {
        const { request, resultWrite, health, posted, postedHealth } = x.page(p).link(d);
        return [
          ...revoke(and(equal(request, IN_FLIGHT), resultWrite), health),
          ...revoke(posted, postedHealth),
        ];
      }),
    ];
  });
