/** Which looks send an ATC invalidation that tells nobody anything? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../checker/search/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Action, Callback } from '../model/system.ts';
import { noSpuriousInvalidation } from './no-spurious-invalidation.ts';
import type { Guarantee } from './relations.ts';
import { OF_EVERY_PROPERTY, bySentence, withDriver } from './relations.ts';

const replaced = (callback: Callback, by: readonly Action[]): Callback => ({
  ...callback,
  actions: callback.actions.flatMap((action) => (action.startsWith('flush-atc') ? by : action)),
});

/** The callbacks of a look that are called whether or not the PTE was young. */
const looking = (system: Parameters<Guarantee['made']>[0], by: readonly Action[]) => {
  const { clear_flush_young, clear_young } = system.driver;
  return withDriver(system, {
    clear_flush_young: replaced(clear_flush_young, by),
    clear_young: replaced(clear_young, by),
  });
};

const GUARANTEES: readonly Guarantee[] = [
  {
    sentence: 'clear_flush_young and clear_young may flush if they have harvested a young bit',
    made: (system) => looking(system, ['flush-atc-if-harvested']),
  },
  {
    sentence: 'flush_young and invalidate_secondary may always: a look calls them if y was 1',
    made: (system) => looking(system, []),
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
