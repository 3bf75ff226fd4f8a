/** What pages, CPUs and devices have to do with one another, as the lists of a system say. */
import { describe, expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { parseSystem } from '../trace/setup.ts';
import * as reach from './reach.ts';

const SCOPE = 'pages=3 observers=reclaim,idle granularity=fine events=unmap,write';
const systemOf = (texts: Parameters<typeof parseSystem>[0]): System =>
  parseSystem({ driver: 'kvm', scope: SCOPE, ...texts });
const farIn = (system: System): string[] =>
  reach.farSteps(system).map(({ operation, verb }) => `${operation.name}: ${verb}`);

describe('a page that is reached through @next alone', () => {
  const system = systemOf({ kernel: 'idle=pte,clear_young@next' });
  const looks = ['mark: harvest', 'check: harvest'];

  it('is far from its neighbour, and pages then differ', () => {
    expect(farIn(system)).toEqual(looks);
    expect(reach.pagesAreIndependent(system)).toBe(false);
    expect(reach.onlyUnmapsReachAll(system)).toBe(false);
    // The last page has no next.
    expect(reach.farSteps(system)[0].covers).toEqual([[0, 1], [1, 2], [2]]);
    expect(reach.pagesAreAlike(system)).toBe(false);
  });

  it('is not reached where it is the only one, nor where nobody marks', () => {
    expect(farIn(reach.sized(system, { pages: 1 }))).toEqual([]);
    expect(farIn(systemOf({ kernel: 'idle=pte,clear_young@next', scope: 'pages=3' }))).toEqual([]);
  });

  it('is reached in any number of pages', () => {
    expect(farIn(reach.sized(system, { pages: Infinity }))).toEqual(looks);
  });
});

describe('pages', () => {
  const batched = 'unmap=pte,invalidate@mm,flush-tlb';
  const shared = { kernel: batched, driver: 'amd-iommu-v2' };
  const unmaps = ['unmap: flush-iotlb', 'unmap: post-atc', 'unmap: await-atc'];
  it.each<[string, Parameters<typeof parseSystem>[0], string[], boolean]>([
    ['meet nowhere', { kernel: 'v6.12-x86' }, [], true],
    ['meet in unmaps', shared, unmaps, true],
    [
      'wait for nobody in atomic',
      { ...shared, scope: 'pages=2 events=unmap' },
      unmaps.slice(0, 2),
      true,
    ],
    ['are asked for by the LRU', { ...shared, scope: `${SCOPE},lru` }, unmaps, false],
    [
      'meet in upgrades',
      { ...shared, kernel: 'upgrade=invalidate@mm' },
      unmaps.map((step) => step.replace('unmap', 'upgrade')),
      false,
    ],
    ['are one page for KVM', { kernel: batched }, [], true],
  ])('%s', (_, texts, far, onlyUnmaps) => {
    const system = systemOf(texts);
    expect(farIn(system)).toEqual(far);
    expect(reach.pagesAreIndependent(system)).toBe(far.length === 0);
    expect(reach.onlyUnmapsReachAll(system)).toBe(onlyUnmaps);
    expect(reach.pagesAreAlike(system)).toBe(true);
  });
});

describe('devices', () => {
  it.each<[string, Parameters<typeof parseSystem>[0], Record<string, boolean>]>([
    ['without an ATC are alike', { hardware: 'ats=false' }, { alike: true }],
    ['with one differ, and are waited for', {}, { waited: true }],
    ['are not waited for in atomic', { scope: 'mail' }, {}],
  ])('%s', (_, texts, { alike = false, waited = false }) => {
    const system = systemOf({ driver: 'amd-iommu-v2', ...texts });
    expect(reach.devicesAreAlike(system)).toBe(alike);
    expect(reach.waitsForDevices(system)).toBe(waited);
  });

  it.each<[string, boolean, Parameters<typeof parseSystem>[0]]>([
    ['in atomic', false, { scope: 'mail events=write' }],
    ['where nothing is dropped', false, { hardware: 'dropsOvertakenCompletions=false' }],
    [
      'where an upgrade drops the answer',
      true,
      { kernel: 'upgrade=invalidate', hardware: 'dropsOvertakenCompletions=true' },
    ],
    [
      'where a write stays denied',
      true,
      { hardware: 'rewalksOnPermissionFault=false dropsOvertakenCompletions=false' },
    ],
    [
      'where a write would, but nobody writes',
      false,
      {
        hardware: 'rewalksOnPermissionFault=false dropsOvertakenCompletions=false',
        scope: 'granularity=fine',
      },
    ],
  ])('may be answered twice %s: %s', (_, again, texts) => {
    expect(reach.asksAgain(systemOf({ driver: 'amd-iommu-v2', ...texts }))).toBe(again);
  });
});
