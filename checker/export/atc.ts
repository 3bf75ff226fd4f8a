/** What a device does when it handles an invalidation, as in model/mechanics/atc.ts. */
import { ASKED } from '../../model/state.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, equal, number, or, set, when } from './promela.ts';
import { IN_FLIGHT } from './ghosts.ts';
import type { World } from './world.ts';
import { clear } from './world.ts';

type Body = readonly Statement[];

export const WAITS = number(ASKED, 'ASKED');

/** Discards a completion that an invalidation has overtaken; the device asks again. */
export const dropOvertaken = (x: World, p: Expr, d: Expr): Body => {
  const { request, resultWrite, health } = x.page(p).link(d);
  if (!x.machine.dropsOvertakenCompletions) return [];
  return when(equal(request, IN_FLIGHT), [
    ...set(request, WAITS),
    ...set(resultWrite, NO),
    ...set(health, NO),
  ]);
};

/** A device drops its ATC entry, and what is on its way to it. */
export const handleInvalidation = (x: World, p: Expr, d: Expr): Body =>
  x.inline('handle_invalidation', { d, p }, ({ d, p }) => [
    ...clear(x.page(p).atc(d)),
    ...dropOvertaken(x, p, d),
  ]);

/** Posted writes that a flush of the ATCs waits for. */
export const writesToDrain = (x: World, p: Expr): Expr =>
  x.machine.drainsPostedWrites && x.machine.invalidationAwaits
    ? or(...x.each('devices').map((d) => x.page(p).link(d).posted))
    : NO;
