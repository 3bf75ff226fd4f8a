/**
 * Tests of what the rules refuse and of what they leave unchanged. Mutations of the code that
 * passed all other tests showed the need for each.
 */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { eventText, operationsOf } from '../model/events.ts';
import { Machine } from '../model/machine.ts';
import { NOBODY } from '../model/others.ts';
import { decide } from '../model/mechanics/lru.ts';

import { after } from './after.ts';

type Texts = Parameters<typeof parseSystem>[0];

/** What can happen after a run, its last transition, and its last state. */
function seenAfter(texts: Texts, run: string) {
  const { model, state, last } = after(parseSystem(texts), run);
  return {
    enabled: new Set(model.enabled(state).map(eventText)),
    shown: last?.shown,
    pages: structuredClone(model.view(state).pages.map(({ pte, flags }) => ({ pte, flags }))),
    cached: model.view(state).pages.map(({ tlb, iotlb, spte, atc }) => ({
      tlb: tlb.map(({ present }) => present),
      iotlb: iotlb.present,
      spte: spte.present,
      atc: atc.map(({ present }) => present),
    })),
  };
}

interface Guard {
  readonly what: string;
  readonly texts: Texts;
  readonly run: string;
  readonly can?: readonly string[];
  readonly cannot: readonly string[];
}

const FINE = { scope: 'cpus=1 granularity=fine events=unmap,evict,write' };
const POSTED = { scope: 'granularity=fine events=unmap,write,posted' };
const TWO = { scope: 'pages=2 cpus=1 granularity=fine events=unmap' };
const WRITTEN = 'dev0: request-write A, iommu: translate dev0 A, dev0: complete A';
const READ = 'dev0: request-read A, iommu: translate dev0 A, dev0: complete A';
const SMMU: Texts = {
  hardware: 'smmu-v3',
  scope: 'cpus=1 devices=2 granularity=fine events=protect,write,evict',
};
const OLD = 'cpu0: read A, cpu0: evict A, kswapd: age A';

const GUARDS: readonly Guard[] = [
  {
    what: 'nothing is in the caches or in flight at first',
    texts: { scope: 'cpus=1 granularity=fine events=unmap,evict,write,posted,clear-refs,cold' },
    run: '',
    can: ['dev0: request-read A', 'cpu0: read A'],
    cannot: [
      'dev0: read A',
      'dev0: evict A',
      'dev0: complete A',
      'dev0: handle-invalidation A',
      'dev0: post-write A',
      'dev0: land-write A',
      'iommu: translate dev0 A',
      'iommu: evict A',
      'cpu0: evict A',
      'user: clear-refs A',
      'user: madvise-cold A',
      'kswapd: unmap A',
    ],
  },
  {
    what: 'a request is asked once, and answered before it completes',
    texts: FINE,
    run: 'dev0: request-read A',
    can: ['iommu: translate dev0 A'],
    cannot: ['dev0: request-read A', 'dev0: request-write A', 'dev0: complete A'],
  },
  {
    what: 'an answer comes once',
    texts: FINE,
    run: 'dev0: request-read A, iommu: translate dev0 A',
    can: ['dev0: complete A', 'iommu: evict A'],
    cannot: ['iommu: translate dev0 A'],
  },
  {
    what: 'what hits the ATC is not asked for; a write does not hit an entry without write',
    texts: FINE,
    run: READ,
    can: ['dev0: read A', 'dev0: request-write A', 'dev0: evict A'],
    cannot: ['dev0: request-read A', 'dev0: write A', 'dev0: complete A'],
  },
  {
    what: 'a fault of a device waits for the lock',
    texts: FINE,
    run: `${READ}, dev0: evict A, iommu: evict A, dev0: request-read A, kswapd: unmap A`,
    cannot: ['iommu: translate dev0 A'],
  },
  {
    what: 'a fault of a device without ATC waits for the lock',
    texts: { ...FINE, hardware: 'walk-always' },
    run: 'dev0: read A, kswapd: unmap A',
    cannot: ['dev0: read A', 'cpu0: read A'],
  },
  {
    what: 'an IOTLB hit waits for nothing',
    texts: { ...FINE, hardware: 'no-ats' },
    run: 'dev0: read A, kswapd: unmap A',
    can: ['dev0: read A'],
    cannot: ['dev0: write A'],
  },
  {
    what: 'a write is posted through an entry with write',
    texts: POSTED,
    run: READ,
    cannot: ['dev0: post-write A', 'dev0: land-write A'],
  },
  {
    what: 'one write is posted at a time',
    texts: POSTED,
    run: `${WRITTEN}, dev0: post-write A`,
    can: ['dev0: land-write A'],
    cannot: ['dev0: post-write A'],
  },
  {
    what: 'an invalidation is handled behind the posted write',
    texts: POSTED,
    run:
      `${WRITTEN}, dev0: post-write A, kswapd: unmap A, ` +
      'kswapd: flush-iotlb A, kswapd: post-atc A',
    cannot: ['dev0: handle-invalidation A', 'kswapd: await-atc A'],
  },
  {
    what: 'an invalidation is waited for',
    texts: FINE,
    run:
      `${READ}, kswapd: unmap A, kswapd: flush-tlb A, ` +
      'kswapd: flush-iotlb A, kswapd: post-atc A',
    can: ['dev0: handle-invalidation A'],
    cannot: ['kswapd: await-atc A', 'kswapd: free A'],
  },
  {
    what: 'a thread does one operation at a time, step by step, to one page',
    texts: TWO,
    run: 'cpu0: read A, cpu0: read B, kswapd: unmap A',
    can: ['kswapd: flush-tlb A'],
    cannot: ['kswapd: flush-tlb B', 'kswapd: age B', 'kswapd: unmap B', 'kswapd: free A'],
  },
  {
    what: 'the last step, too, is of the page of the operation',
    texts: { ...TWO, driver: 'none' },
    run: 'cpu0: read A, cpu0: read B, kswapd: unmap A, kswapd: flush-tlb A',
    can: ['kswapd: free A'],
    cannot: ['kswapd: free B', 'kswapd: report A'],
  },
  {
    what: 'a write-protect ends behind its steps, and on its page',
    texts: { scope: 'pages=2 cpus=1 granularity=fine events=protect,walk' },
    run: 'cpu0: read A, cpu0: read B, kswapd: write-protect A',
    can: ['kswapd: flush-tlb A'],
    cannot: ['kswapd: end A', 'kswapd: end B'],
  },
  {
    what: 'who asks to forget a page waits for its lock',
    texts: { scope: 'granularity=fine observers=idle events=clear-refs,cold,protect' },
    run: `${READ}, page_idle: mark A`,
    cannot: ['user: clear-refs A', 'user: madvise-cold A', 'kswapd: write-protect A'],
  },
  {
    what: 'without hardware update an old PTE is a fault, which waits',
    texts: SMMU,
    run: `${OLD}, dev0: request-read A, dev1: request-write A`,
    cannot: ['iommu: translate dev0 A', 'iommu: translate dev1 A'],
  },
  {
    what: '... a young one answers reads, a clean one no writes',
    texts: SMMU,
    run: `${OLD}, dev0: request-read A, dev1: request-write A, cpu0: read A`,
    can: ['iommu: translate dev0 A'],
    cannot: ['iommu: translate dev1 A'],
  },
  {
    what: '... a dirty one answers both',
    texts: SMMU,
    run: `${OLD}, dev0: request-read A, dev1: request-write A, cpu0: write A`,
    can: ['iommu: translate dev0 A', 'iommu: translate dev1 A'],
    cannot: [],
  },
];

describe('what cannot happen', () => {
  it.each(GUARDS)('$what', ({ texts, run, can = [], cannot }) => {
    const { enabled } = seenAfter(texts, run);
    expect(can.filter((event) => !enabled.has(event))).toEqual([]);
    expect(cannot.filter((event) => enabled.has(event))).toEqual([]);
  });
});

describe('a CPU', () => {
  const scope = 'cpus=1 granularity=fine events=unmap,evict';
  const EVICT = 'cpu0: evict A';
  const ACCESS = 'cpu0: read A';

  it('evicts what its TLB has, once', () => {
    expect(seenAfter({ scope }, ACCESS).enabled).toContain(EVICT);
    expect(seenAfter({ scope }, `${ACCESS}, ${EVICT}`).enabled).not.toContain(EVICT);
  });

  it('waits with a fault for the lock of the page', () => {
    const unmapping = `${ACCESS}, kswapd: unmap A`;
    expect(seenAfter({ scope }, unmapping).enabled).toContain(ACCESS);
    expect(seenAfter({ scope }, `${unmapping}, ${EVICT}`).enabled).not.toContain(ACCESS);
  });
});

describe('the LRU', () => {
  it.each([0, 1])('deactivates an active page, referenced or not: %i', (referenced) => {
    const system = parseSystem({ scope: 'events=lru' });
    const kept = { ghosts: new Set<never>(), seenBy: [], others: NOBODY };
    const machine = new Machine(system, operationsOf(system), kept);
    const [page] = machine.pages;
    page.flags.PG_active = 1;
    decide(machine, page, referenced);
    expect(page.flags.PG_active).toBe(0);
    expect(page.flags.condemned).toBe(0);
  });

  it('keeps PG_referenced over a walk that finds nothing', () => {
    const kernel = 'walk=pte,clear_young';
    const run = 'dev0: read A, kswapd: folio_referenced A';
    const texts = { kernel, scope: 'events=lru,walk' };
    expect(seenAfter(texts, run).pages[0].flags.PG_referenced).toBe(1);
    expect(seenAfter(texts, `${run}, kswapd: walk A`).pages[0].flags.PG_referenced).toBe(1);
  });
});

describe('a flush', () => {
  it('of a CPU covers one page, even if the driver covers the mm', () => {
    const texts = { kernel: 'unmap=pte,flush-tlb,invalidate@mm', scope: TWO.scope };
    const run = 'cpu0: read A, cpu0: read B, kswapd: unmap A, kswapd: flush-tlb A';
    expect(seenAfter(texts, run).cached.map(({ tlb }) => tlb)).toEqual([[0], [1]]);
  });

  it('does not follow MADV_COLD of an old page', () => {
    const scope = 'cpus=1 events=cold,clear-refs';
    const run = 'cpu0: read A, dev0: read A, user: clear-refs A, user: madvise-cold A';
    const kernel = 'v6.1-x86';
    const { cached } = seenAfter({ kernel, scope }, run);
    expect(cached[0]).toEqual({ tlb: [1], iotlb: 1, spte: 0, atc: [1] });
  });

  it('for an upgrade does not follow if nothing was upgraded', () => {
    const texts = { kernel: 'upgrade=invalidate', scope: 'cpus=1 events=write,evict' };
    const run = 'cpu0: write A, dev0: read A, cpu0: evict A, cpu0: write A';
    expect(seenAfter(texts, run).cached[0].atc).toEqual([1]);
  });

  it.each([
    ['harvest,flush-atc?harvested', 0],
    ['flush-atc?harvested,harvest', 1],
    ['flush-atc?harvested', 1],
  ])('for an upgrade that does %s leaves so many entries: %i', (actions, left) => {
    const texts = {
      // For an upgrade a shadow secondary hears every call except `invalidate`.
      kernel: 'write-protect=pte upgrade=flush_young',
      driver: `secondary=shadow flush_young=${actions}`,
      scope: 'cpus=1 events=protect,write',
    };
    const run = 'dev0: read A, kswapd: write-protect A, cpu0: write A';
    expect(seenAfter(texts, run).cached[0].atc).toEqual([left]);
  });
});

describe('an answer', () => {
  it('of a callback that harvests and returns 0 is 0', () => {
    const texts = {
      driver: 'secondary=shadow clear_flush_young=harvest',
      scope: 'events=evict',
    };
    const look = 'kswapd: folio_referenced A';
    const run = `dev0: read A, ${look}, dev0: evict A, dev0: read A, ${look}`;
    expect(seenAfter(texts, run).shown?.look?.referenced).toBe(false);
  });

  it('of the IOTLB to a read needs no permission to write', () => {
    const texts = { hardware: 'smmu-v3', scope: 'events=evict,write' };
    const { shown, cached } = seenAfter(texts, 'dev0: read A, dev0: evict A, dev0: read A');
    expect(shown).toMatchObject({ stuck: false, faulted: false });
    expect(cached[0].atc).toEqual([1]);
  });
});

describe('a fork', () => {
  it('takes a permission away, and a collapse the frame', () => {
    const scope = 'events=fork,collapse,write,unmap,protect';
    const of = (event: string) => seenAfter({ scope }, `dev0: write A, ${event}`).shown;
    expect(of('user: fork A')).toMatchObject({ protectsCached: true, unmapsCached: false });
    expect(of('khugepaged: collapse A')).toMatchObject({
      protectsCached: false,
      unmapsCached: true,
    });
  });
});
