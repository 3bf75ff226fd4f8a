/** Which looks send an ATC invalidation although nothing was young? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Line, Program } from '../model/program.ts';
import { CALLS } from '../model/steps.ts';
import type { Callback } from '../model/field.ts';
import type { System } from '../model/system.ts';
import { noSpuriousInvalidation } from './no-spurious-invalidation.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  OF_EVERY_PROPERTY,
  bySentence,
  line,
  withDriver,
  withKernel,
} from '../suites/relations.ts';

const SENDS: readonly string[] = ['flush-atc', 'post-atc'];

/** The callback, in which `by` replaces every action that sends an ATC invalidation. */
const replaced = (callback: Callback, by: Program): Callback => ({
  ...callback,
  actions: callback.actions.flatMap((action) => (SENDS.includes(action.name) ? by : [action])),
});

const ASKS: readonly string[] = ['clear_flush_young', 'clear_young'];
const AGES = ['age', 'idle', 'walk'] as const;

/**
 * A system whose looks, marks and walks call flush_young and invalidate only if the PTE was young.
 * clear_flush_young and clear_young are called in any case, so `by` replaces what they send.
 */
const asking = (system: System, by: Program): System => {
  const { clear_flush_young, clear_young } = system.driver;
  const ifYoung = (step: Line): Line =>
    CALLS[step.name] === undefined || ASKS.includes(step.name) ? step : { ...step, when: 'young' };
  return withKernel(
    withDriver(system, {
      clear_flush_young: replaced(clear_flush_young, by),
      clear_young: replaced(clear_young, by),
    }),
    Object.fromEntries(AGES.map((name) => [name, system.kernel[name].map(ifYoung)])),
  );
};

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'clear_flush_young and clear_young may flush if they have harvested a young bit',
    made: (system) => asking(system, [line('flush-atc', 'harvested')]),
  },
  {
    sentence: 'flush_young and invalidate_secondary may flush if called only for young PTEs',
    made: (system) => asking(system, []),
  },
];

describe('no-spurious-invalidation', () => {
  it.each([
    ['every look flushes', 'Sometimes 3, Sometimes 11', { driver: 'amd-iommu-v2' }],
    ['no look does', 'Never', {}],
    [
      'the proposal: only one that found the PTE young',
      'Never',
      { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    ],
    ['KVM: only one that harvested', 'Never', { driver: 'kvm' }],
    ['there is no ATC', 'not asked', { driver: 'amd-iommu-v2', hardware: 'no-ats' }],
    ['nobody looks', 'not asked', { driver: 'amd-iommu-v2', scope: 'observers=none' }],
  ])('%s: %s', (_why, verdict, texts) => {
    expect(verdictOf(noSpuriousInvalidation, parseSystem(texts))).toBe(verdict);
  });

  it.each(bySentence(OF_EVERY_PROPERTY))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, noSpuriousInvalidation)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, noSpuriousInvalidation)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: 'observers=reclaim,idle' });
    expect(disagreementsInPresets(noSpuriousInvalidation, scope)).toEqual([]);
    expect(disagreementsAtRandom(noSpuriousInvalidation)).toEqual([]);
  });
});
