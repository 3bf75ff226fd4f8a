/** Pins the order of events, which breaks ties between shortest traces. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { KINDS, eventText, eventsOf, operationsOf } from '../model/events.ts';
import { OPTIONAL_EVENTS } from '../model/system.ts';

interface Of {
  readonly kernel?: string;
  readonly driver?: string;
  readonly hardware?: string;
}
function orderOf(scope: string, of: Of = {}): string[] {
  const system = parseSystem({ kernel: 'v6.12-x86', driver: 'intel-svm', ...of, scope });
  return eventsOf(system, operationsOf(system)).map(eventText);
}

/** A kernel that tells the secondary before the PTE changes. */
const EARLY = 'unmap=invalidate,pte,flush-tlb';

const everything = `cpus=1 observers=reclaim,idle events=${OPTIONAL_EVENTS.join(',')}`;

describe('the order of events', () => {
  it('of a system with everything, in steps', () => {
    const kernel = 'v6.12-x86 age=pte,clear_flush_young,flush_young?young pageout=takes';
    const driver = 'intel-svm clear_flush_young=flush-atc';
    expect(orderOf(`${everything} granularity=fine`, { kernel, driver })).toEqual([
      'dev0: read A',
      'dev0: write A',
      'dev0: request-read A',
      'dev0: request-write A',
      'iommu: translate dev0 A',
      'dev0: complete A',
      'dev0: handle-invalidation A',
      'dev0: post-write A',
      'dev0: land-write A',
      'dev0: evict A',
      'iommu: evict A',
      'cpu0: read A',
      'cpu0: write A',
      'cpu0: evict A',
      'user: clear-refs A',
      'user: madvise-cold A',
      'user: fork A',
      'user: dontneed A',
      'user: mprotect A',
      'khugepaged: collapse A',
      'kswapd: age A',
      'kswapd: unmap A',
      'kswapd: write-protect A',
      'kswapd: walk A',
      'kswapd: pageout A',
      'kswapd: migrate A',
      'kswapd: post-atc A',
      'kswapd: await-atc A',
      'kswapd: report A',
      'kswapd: flush-tlb A',
      'kswapd: flush-iotlb A',
      'kswapd: free A',
      'kswapd: end A',
      'kswapd: copy A',
      'kswapd: remap A',
      'page_idle: mark A',
      'page_idle: check A',
      'page_idle: end A',
      'page_idle: report A',
      'user: cow A',
      'user: rewrite A',
      'user: flush-tlb A',
      'user: flush-iotlb A',
      'user: post-atc A',
      'user: await-atc A',
      'user: set A',
      'user: end A',
      'user: put A',
    ]);
  });

  it('of a system with everything, where operations are one event', () => {
    expect(orderOf(everything)).toEqual([
      'dev0: read A',
      'dev0: write A',
      'dev0: evict A',
      'iommu: evict A',
      'cpu0: read A',
      'cpu0: write A',
      'cpu0: evict A',
      'user: clear-refs A',
      'user: madvise-cold A',
      'user: fork A',
      'khugepaged: collapse A',
      'kswapd: folio_referenced A',
      'kswapd: unmap A',
      'kswapd: write-protect A',
      'kswapd: walk A',
      'kswapd: pageout A',
      'page_idle: mark A',
      'page_idle: check A',
    ]);
  });

  it('is page by page and unit by unit, and the kernel threads come last', () => {
    expect(orderOf('pages=2 cpus=2 devices=2 events=evict')).toEqual([
      'dev0: read A',
      'dev0: evict A',
      'dev1: read A',
      'dev1: evict A',
      'iommu: evict A',
      'cpu0: read A',
      'cpu0: evict A',
      'cpu1: read A',
      'cpu1: evict A',
      'dev0: read B',
      'dev0: evict B',
      'dev1: read B',
      'dev1: evict B',
      'iommu: evict B',
      'cpu0: read B',
      'cpu0: evict B',
      'cpu1: read B',
      'cpu1: evict B',
      'kswapd: folio_referenced A',
      'kswapd: folio_referenced B',
    ]);
  });

  it('has a place for every event that an actor declares', () => {
    const seen = ['atomic', 'fine'].flatMap((granularity) =>
      [
        { driver: 'intel-svm' },
        { driver: 'kvm clear_young=harvest,zap,flush-atc fill=sequence', kernel: EARLY },
        { driver: 'intel-svm', hardware: 'iotlbQueue=true' },
        { driver: 'kvm invalidate_secondary=harvest,zap,flush-atc' },
      ].flatMap((of) =>
        orderOf(`${everything} granularity=${granularity}`, {
          kernel: 'v6.12-x86-mglru idle=pte,flush-tlb,invalidate,clear_young',
          ...of,
        }),
      ),
    );
    const kinds = new Set(seen.map((text) => text.replace(/\d: /, ': ').split(' ', 2).join(' ')));
    const declared = Object.entries(KINDS).flatMap(([actor, verbs]) =>
      Object.keys(verbs).map((verb) => `${actor}: ${verb}`),
    );
    // Every thread has the same steps, and kswapd alone migrates.
    const copies = ['user: copy', 'page_idle: copy'];
    expect(declared.filter((kind) => !kinds.has(kind))).toEqual(copies);
  });
});
