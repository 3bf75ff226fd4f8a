/** Tests of scopes: the events of a system in order, and the bits of its states. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { eventText } from '../model/events.ts';
import { Model } from '../model/model.ts';
import type { Ghost } from '../model/state.ts';
import { GHOSTS } from '../model/state.ts';
import type { System } from '../model/system.ts';
import { anyCoreSystem } from '../properties/generators/any-system.ts';
import type { Property } from '../properties/index.ts';
import { PROPERTIES } from '../properties/index.ts';

describe('events', () => {
  it('are numbered, frozen, and told apart by their texts', () => {
    const property = fc.property(anyCoreSystem({ pages: 4, cpus: 2, devices: 2 }), (system) => {
      const { events } = new Model(system);
      expect(events.map(({ index }) => index)).toEqual([...events.keys()]);
      expect(events.every(Object.isFrozen)).toBe(true);
      expect(Object.isFrozen(events)).toBe(true);
      expect(new Set(events.map(eventText)).size).toBe(events.length);
      expect(new Model(system).events).toEqual(events);
    });
    fc.assert(property, { seed: 20190131, numRuns: 100 });
  });

  it('come in the order that breaks ties', () => {
    const scope = 'pages=2 cpus=1 observers=reclaim,idle events=evict,unmap,clear-refs';
    const { events } = new Model(parseSystem({ scope }));
    expect(events.map(eventText)).toEqual([
      'dev0: read A',
      'dev0: evict A',
      'iommu: evict A',
      'cpu0: read A',
      'cpu0: evict A',
      'user: clear-refs A',
      'dev0: read B',
      'dev0: evict B',
      'iommu: evict B',
      'cpu0: read B',
      'cpu0: evict B',
      'user: clear-refs B',
      'kswapd: folio_referenced A',
      'kswapd: unmap A',
      'kswapd: folio_referenced B',
      'kswapd: unmap B',
      'page_idle: mark A',
      'page_idle: check A',
      'page_idle: mark B',
      'page_idle: check B',
    ]);
  });

  it('come in the order that breaks ties, in steps', () => {
    const driver = 'clear_flush_young=harvest,flush-atc invalidate_secondary=flush-iotlb';
    const scope = 'cpus=1 devices=2 granularity=fine events=protect,write,posted';
    const { events } = new Model(parseSystem({ driver, scope }));
    expect(events.map(eventText)).toEqual([
      'dev0: read A',
      'dev0: write A',
      'dev0: request-read A',
      'dev0: request-write A',
      'iommu: translate dev0 A',
      'dev0: complete A',
      'dev0: handle-invalidation A',
      'dev0: post-write A',
      'dev0: land-write A',
      'dev1: read A',
      'dev1: write A',
      'dev1: request-read A',
      'dev1: request-write A',
      'iommu: translate dev1 A',
      'dev1: complete A',
      'dev1: handle-invalidation A',
      'dev1: post-write A',
      'dev1: land-write A',
      'cpu0: read A',
      'cpu0: write A',
      'kswapd: age A',
      'kswapd: write-protect A',
      'kswapd: harvest A',
      'kswapd: post-atc A',
      'kswapd: await-atc A',
      'kswapd: report A',
      'kswapd: flush-tlb A',
      'kswapd: flush-iotlb A',
      'kswapd: end A',
    ]);
  });
});

const bitsOf = (system: System, ghosts: Iterable<Ghost>): string => {
  const { bits, size } = new Model(system, ghosts);
  return `${bits} in ${size}`;
};

const states = (system: System, properties: readonly Property[]): number => {
  const search = new Search(system, properties);
  search.run();
  expect(search.complete).toBe(true);
  return search.size;
};

const FINE = 'granularity=fine';

describe('layout', () => {
  // Each row has the bits and the words of a state, without ghosts and with all of them.
  it.each([
    ['amd-iommu-v2', 'ats', 'mail', '4 in 1', '7 in 1'],
    ['amd-iommu-v2', 'no-ats', 'mail', '3 in 1', '6 in 1'],
    ['amd-iommu-v2', 'walk-always', 'mail', '2 in 1', '5 in 1'],
    ['kvm', 'ats', 'mail', '5 in 1', '8 in 1'],
    ['kvm', 'no-ats', 'mail', '5 in 1', '8 in 1'],
    ['amd-iommu-v2', 'ats', FINE, '11 in 1', '16 in 1'],
    ['amd-iommu-v2', 'no-ats', FINE, '6 in 1', '11 in 1'],
    ['amd-iommu-v2', 'ats', 'small', '26 in 1', '54 in 2'],
    ['amd-iommu-v2', 'ats', 'races', '30 in 1', '52 in 2'],
    ['kvm', 'ats', 'races', '35 in 2', '57 in 2'],
    ['amd-iommu-v2', 'ats', `${FINE} events=unmap,write`, '17 in 1', '28 in 1'],
    ['amd-iommu-v2', 'ats', `${FINE} events=unmap,write,posted`, '18 in 1', '31 in 1'],
    ['amd-iommu-v2', 'ats', 'large', '31 in 1', '53 in 2'],
  ])('%s, %s, %s: %s bits, with ghosts %s', (driver, hardware, scope, without, all) => {
    const system = parseSystem({ driver, hardware, scope });
    expect([bitsOf(system, []), bitsOf(system, GHOSTS)]).toEqual([without, all]);
  });

  it('takes 49 bits for scope large where no-repeated-miss is not asked for', () => {
    const system = parseSystem({ driver: 'amd-iommu-v2', scope: 'large' });
    expect(bitsOf(system, ['devSure', 'cpuSure', 'maybe'])).toBe('49 in 2');
  });

  // Each row has the number of reachable states, without ghosts and with all of them.
  it.each([
    ['amd-iommu-v2', 'ats', 'mail', 3, 3],
    ['amd-iommu-v2', 'no-ats', FINE, 15, 29],
    ['amd-iommu-v2', 'ats', FINE, 82, 165],
    ['amd-iommu-v2', 'ats', `${FINE} events=unmap,write`, 375, 773],
    ['amd-iommu-v2', 'qat', `${FINE} events=unmap,write,posted`, 750, 3609],
    ['kvm', 'ats', `${FINE} events=unmap,protect,write`, 366, 1239],
    ['amd-iommu-v2', 'smmu-v3', `${FINE} observers=reclaim,idle events=write`, 368, 1779],
    ['amd-iommu-v2', 'ats', 'races', 8602, 91249],
  ])('%s, %s, %s: %i states, with ghosts %i', (driver, hardware, scope, without, all) => {
    const system = parseSystem({ driver, hardware, scope });
    expect([states(system, []), states(system, PROPERTIES)]).toEqual([without, all]);
  });

  it('gives bits of its own to each ghost that is tracked, and to no other', () => {
    const property = fc.property(anyCoreSystem({ pages: 3, cpus: 2, devices: 2 }), (system) => {
      const bits = (...ghosts: Ghost[]) => new Model(system, ghosts).bits;
      const own = GHOSTS.map((ghost) => bits(ghost) - bits());
      expect(bits(...GHOSTS)).toBe(own.reduce((sum, each) => sum + each, bits()));
      const masks = new Model(system, []).ghostMasks;
      expect(masks.every((mask) => mask === 0)).toBe(true);
    });
    fc.assert(property, { seed: 20190131, numRuns: 40 });
  });
});
