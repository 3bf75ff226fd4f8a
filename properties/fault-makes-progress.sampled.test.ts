/** When does a device fault for ever, although the fault handler has resolved the fault? */
import { describe, expect, it } from 'vitest';
import {
  disagreementsAtRandom,
  disagreementsInPresets,
  exceptionToGuarantee,
  exceptionToRelation,
  verdictOf,
} from '../suites/oracle.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { faultMakesProgress } from './fault-makes-progress.ts';
import type { Guarantee } from '../suites/relations.ts';
import {
  MORE_FLUSHING,
  OF_EVERY_PROPERTY,
  TAKES_FRAMES,
  bySentence,
  line,
  withActions,
  withSteps,
} from '../suites/relations.ts';

const GUARANTEES: readonly Guarantee[] = [
  {
    // An IOTLB entry that survives an unmap has the same effect: a fault on a missing page does not
    // tell the IOMMU.
    sentence: 'it never does if upgrades, and all that takes a frame, flush the IOTLB',
    made: (system) => {
      const { actions } = system.driver.invalidate_secondary;
      return withSteps(
        withActions(system, 'invalidate_secondary', [...actions, line('flush-iotlb')]),
        ['upgrade', ...TAKES_FRAMES],
        [line('invalidate')],
      );
    },
  },
];

describe('fault-makes-progress', () => {
  it.each([
    ['nobody tells the IOMMU', 'Sometimes 2, Sometimes 5', { hardware: 'smmu-v3' }],
    ['6bbd42e2df8f', 'Never', { kernel: 'v6.6-arm64', hardware: 'smmu-v3' }],
    ['an IOMMU that walks again', 'not asked', {}],
    ['there is no IOTLB', 'not asked', { hardware: 'iotlb=false rewalksOnPermissionFault=false' }],
  ])('%s: %s', (_why, verdict, texts) => {
    const system = parseSystem({ ...texts, scope: 'events=protect,write' });
    expect(verdictOf(faultMakesProgress, system)).toBe(verdict);
  });

  it('is violated again if an unmap leaves the IOTLB entry behind', () => {
    const kernel = 'v6.6-arm64 unmap=pte,flush-tlb';
    const scope = 'cpus=1 observers=none events=unmap,write';
    const system = parseSystem({ kernel, hardware: 'smmu-v3', scope });
    expect(verdictOf(faultMakesProgress, system)).toBe('Sometimes 3, Sometimes 8');
  });

  it('is not asked where nothing is written', () => {
    const system = parseSystem({ hardware: 'smmu-v3', scope: 'events=protect' });
    expect(verdictOf(faultMakesProgress, system)).toBe('not asked');
  });

  it.each(bySentence([MORE_FLUSHING, ...OF_EVERY_PROPERTY]))('%s', (_, relation) => {
    expect(exceptionToRelation(relation, faultMakesProgress)).toBeUndefined();
  });

  it.each(bySentence(GUARANTEES))('%s', (_, guarantee) => {
    expect(exceptionToGuarantee(guarantee, faultMakesProgress)).toBeUndefined();
  });

  it('is violated by chance exactly where it can be', () => {
    const { scope } = parseSystem({ scope: 'events=protect,write' });
    expect(disagreementsInPresets(faultMakesProgress, scope)).toEqual([]);
    expect(disagreementsAtRandom(faultMakesProgress)).toEqual([]);
  });
});
