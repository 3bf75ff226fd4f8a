/**
 * What each step of a program and each action of a callback becomes in Promela. A test holds that
 * none is missing, and a step without its Promela is refused.
 */
import type { StepVerb } from '../../model/steps.ts';
import type { Expr, Statement } from './promela.ts';
import { NO, YES, and, not, set, when } from './promela.ts';
import { handleInvalidation } from './atc.ts';
import { markAccessed } from './lru.ts';
import type { Run, World } from './world.ts';
import { clear } from './world.ts';

interface StepRule {
  /** Acts on one of the pages that the step covers. */
  readonly act: (x: World, p: Expr, run: Run, atOnce: boolean) => readonly Statement[];
  /** What must hold of each of these pages before the step is taken as an event of its own. */
  readonly waits?: (x: World, p: Expr) => Expr;
}

export const STEP_RULES: Readonly<Partial<Record<StepVerb, StepRule>>> = {
  'flush-tlb': {
    act: (x, p) =>
      x.inline('flush_tlb', { p }, ({ p }) =>
        x.each('cpus').flatMap((cpu) => clear(x.page(p).tlb(cpu))),
      ),
  },
  'flush-iotlb': {
    act: (x, p) => x.inline('flush_iotlb', { p }, ({ p }) => clear(x.page(p).iotlb)),
  },
  'post-atc': {
    act: (x, p, _run, atOnce) =>
      atOnce
        ? x.inline('flush_atc_at_once', { p }, ({ p }) =>
            x.each('devices').flatMap((d) => handleInvalidation(x, p, d)),
          )
        : x.inline('post_atc', { p }, ({ p }) =>
            x.each('devices').flatMap((d) => set(x.page(p).link(d).invalidation, YES)),
          ),
  },
  'await-atc': {
    act: () => [],
    waits: (x, p) =>
      x.macro('all_answered', { p }, ({ p }) =>
        and(...x.each('devices').map((d) => not(x.page(p).link(d).invalidation))),
      ),
  },
  harvest: {
    act: (x, p, run) => {
      const { young } = x.page(p).spte;
      return when(young, [...set(young, NO), ...set(run.harvested, YES)]);
    },
  },
  zap: {
    act: (x, p) =>
      x.inline('zap', { p }, ({ p }) => {
        const { spte } = x.page(p);
        const marks = x.machine.zapMarksAccessed ? markAccessed(x, p) : [];
        return [...when(spte.young, marks), ...clear(spte)];
      }),
  },
};
