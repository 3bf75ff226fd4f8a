/**
 * Tests of what waits for the page-table lock, for devices to answer, or for writes to land, and
 * what does not.
 */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { after, enabledAfter } from './after.ts';
import { lastOf, pagesAfter } from './changes.ts';

type Texts = Parameters<typeof parseSystem>[0];

const READ = 'dev0: request-read A, iommu: translate dev0 A, dev0: complete A';
const WRITTEN = 'dev0: request-write A, iommu: translate dev0 A, dev0: complete A';

interface Case {
  readonly what: string;
  readonly texts: Texts;
  readonly run: string;
  readonly can?: readonly string[];
  readonly cannot?: readonly string[];
}

const check = ({ texts, run, can = [], cannot = [] }: Case): void => {
  const enabled = enabledAfter(parseSystem(texts), run);
  expect(can.filter((event) => !enabled.has(event))).toEqual([]);
  expect(cannot.filter((event) => enabled.has(event))).toEqual([]);
};

const LOCKS: readonly Case[] = [
  {
    what: 'a walk that finds what it needs waits for nothing, in one event or in three',
    texts: { hardware: 'walk-always', scope: 'cpus=1 granularity=fine' },
    run: 'dev0: read A, kswapd: age A',
    can: ['dev0: read A', 'cpu0: read A'],
  },
  {
    what: 'a translation that finds what it needs waits for nothing',
    texts: { hardware: 'nest-mmu', scope: 'granularity=fine events=evict' },
    run: `${READ}, dev0: evict A, dev0: request-read A, kswapd: age A`,
    can: ['iommu: translate dev0 A'],
  },
  {
    what: 'an spte hit waits for nothing',
    texts: { driver: 'kvm', scope: 'granularity=fine events=evict' },
    run: `${READ}, dev0: evict A, dev0: request-read A, kswapd: age A`,
    can: ['iommu: translate dev0 A'],
  },
  {
    what: 'a secondary fault waits, though the PTE has all that it needs',
    texts: { driver: 'kvm', scope: 'cpus=1 granularity=fine' },
    run: 'cpu0: read A, dev0: request-read A, kswapd: age A',
    cannot: ['iommu: translate dev0 A'],
  },
  {
    what: 'a lock is of a page: others go on',
    texts: { scope: 'pages=2 cpus=1 granularity=fine events=fork,cold,clear-refs,collapse' },
    run: 'cpu0: read A, cpu0: read B, kswapd: age B',
    can: ['user: fork A', 'user: madvise-cold A', 'user: clear-refs A', 'khugepaged: collapse A'],
    cannot: [
      'user: fork B',
      'user: madvise-cold B',
      'user: clear-refs B',
      'khugepaged: collapse B',
    ],
  },
  {
    what: 'a lock is held to the end, though no step is taken in between',
    texts: {
      kernel: 'age=pte,invalidate?young,flush-tlb?young',
      scope: 'cpus=1 observers=reclaim,idle granularity=fine events=clear-refs',
    },
    run: 'cpu0: read A, user: clear-refs A, kswapd: age A',
    can: ['kswapd: report A'],
    cannot: ['user: clear-refs A', 'page_idle: mark A', 'kswapd: flush-tlb A'],
  },
  {
    what: 'a step is taken by what the PTE was, whatever becomes of it',
    texts: {
      kernel: 'age=pte,flush-tlb,flush-tlb?young',
      scope: 'cpus=1 granularity=fine events=clear-refs',
    },
    run: 'cpu0: read A, kswapd: age A, kswapd: flush-tlb A',
    can: ['kswapd: flush-tlb A'],
    cannot: ['kswapd: report A'],
  },
  {
    what: '... also if it becomes young while the operation is at work',
    texts: {
      kernel: 'age=pte,flush-tlb,flush-tlb?young clear-refs=pte,flush-tlb',
      scope: 'cpus=1 granularity=fine events=clear-refs',
    },
    run: 'cpu0: read A, user: clear-refs A, kswapd: age A, cpu0: read A, kswapd: flush-tlb A',
    can: ['kswapd: report A'],
    cannot: ['kswapd: flush-tlb A'],
  },
  {
    what: 'without a rewalk the IOTLB denies a write, whose fault waits, though nothing is missing',
    texts: {
      hardware: 'rewalksOnPermissionFault=false',
      scope: 'cpus=1 granularity=fine events=write',
    },
    run: `${READ}, cpu0: write A, dev0: request-write A, kswapd: age A`,
    cannot: ['iommu: translate dev0 A'],
  },
  {
    what: '... with one it walks',
    texts: { scope: 'cpus=1 granularity=fine events=write' },
    run: `${READ}, cpu0: write A, dev0: request-write A, kswapd: age A`,
    can: ['iommu: translate dev0 A'],
  },
  {
    what: 'accessFlag=fault is nothing to CPUs, and to IOTLB hits',
    texts: {
      hardware: 'accessFlag=fault',
      scope: 'cpus=1 granularity=fine events=evict',
    },
    run: `${READ}, dev0: evict A, dev0: request-read A, kswapd: age A`,
    can: ['iommu: translate dev0 A', 'cpu0: read A'],
  },
  {
    what: '... and to a shadow secondary',
    texts: {
      driver: 'kvm',
      hardware: 'accessFlag=fault',
      scope: 'granularity=fine events=evict',
    },
    run: `${READ}, dev0: evict A, dev0: request-read A, kswapd: age A`,
    can: ['iommu: translate dev0 A'],
  },
  {
    what: 'accessFlag=ignored needs no fault handler, though nobody sets young',
    texts: {
      hardware: 'iotlb=false accessFlag=ignored',
      scope: 'granularity=fine events=evict',
    },
    run: `${READ}, dev0: evict A, dev0: request-read A, kswapd: age A`,
    can: ['iommu: translate dev0 A'],
  },
];

const WRITES = 'granularity=fine events=unmap,write,posted,evict';
const EVICTING = 'kswapd: unmap A, kswapd: flush-iotlb A, kswapd: post-atc A';
const ANSWERS: readonly Case[] = [
  {
    what: 'an await waits for what an earlier operation posted',
    texts: {
      driver: 'clear_flush_young=post-atc invalidate_secondary=await-atc',
      scope: 'granularity=fine events=unmap',
    },
    run: `${READ}, kswapd: age A, kswapd: post-atc A, kswapd: report A, kswapd: unmap A`,
    can: ['dev0: handle-invalidation A'],
    cannot: ['kswapd: await-atc A'],
  },
  {
    what: 'an await waits for every device',
    texts: { scope: 'devices=2 granularity=fine events=unmap' },
    run: `${READ}, ${EVICTING}, dev0: handle-invalidation A`,
    can: ['dev1: handle-invalidation A'],
    cannot: ['kswapd: await-atc A'],
  },
  {
    what: 'an await whose condition is not met does not wait',
    texts: {
      driver: 'clear_flush_young=post-atc,await-atc?harvested',
      scope: 'granularity=fine',
    },
    run: `${READ}, kswapd: age A, kswapd: post-atc A`,
    can: ['kswapd: report A', 'dev0: handle-invalidation A'],
    cannot: ['kswapd: await-atc A'],
  },
  {
    what: 'an await of the whole mm waits for every page',
    texts: {
      kernel: 'unmap=pte,invalidate@mm',
      driver: 'clear_flush_young=post-atc invalidate_secondary=await-atc',
      scope: 'pages=2 cpus=1 granularity=fine events=unmap',
    },
    run:
      'cpu0: read A, cpu0: read B, kswapd: age B, kswapd: post-atc B, kswapd: report B, ' +
      'kswapd: unmap A',
    cannot: ['kswapd: await-atc A'],
  },
  {
    what: '... one of the page does not',
    texts: {
      kernel: 'unmap=pte,invalidate',
      driver: 'clear_flush_young=post-atc invalidate_secondary=await-atc',
      scope: 'pages=2 cpus=1 granularity=fine events=unmap',
    },
    run:
      'cpu0: read A, cpu0: read B, kswapd: age B, kswapd: post-atc B, kswapd: report B, ' +
      'kswapd: unmap A',
    can: ['kswapd: await-atc A'],
  },
  {
    what: 'a device drains its own write to the page',
    texts: { scope: WRITES },
    run: `${WRITTEN}, dev0: post-write A, ${EVICTING}`,
    can: ['dev0: land-write A'],
    cannot: ['dev0: handle-invalidation A'],
  },
  {
    what: '... neither that of another device, nor one to another page',
    texts: { scope: `pages=2 devices=2 ${WRITES}` },
    run: [
      WRITTEN,
      WRITTEN.replaceAll('A', 'B'),
      WRITTEN.replaceAll('dev0', 'dev1'),
      'dev0: post-write B, dev1: post-write A',
      EVICTING,
    ].join(', '),
    can: ['dev0: handle-invalidation A'],
    cannot: ['dev1: handle-invalidation A'],
  },
  {
    what: '... nor does one that breaks the rule',
    texts: { hardware: 'qat', scope: WRITES },
    run: `${WRITTEN}, dev0: post-write A, ${EVICTING}`,
    can: ['dev0: handle-invalidation A'],
  },
  {
    what: 'a page is paged out whatever its last look said, where the kernel takes it so',
    texts: { kernel: 'pageout=takes', driver: 'kvm', scope: 'events=pageout,lru,unmap' },
    run: 'dev0: read A',
    can: ['kswapd: pageout A'],
    cannot: ['kswapd: unmap A'],
  },
  {
    what: '... and kept by a young spte, where the kernel clears the bit of the PTE and looks',
    texts: { kernel: 'pageout=clears', driver: 'kvm', scope: 'events=pageout,lru,unmap' },
    run: 'dev0: read A',
    cannot: ['kswapd: pageout A', 'kswapd: unmap A'],
  },
  {
    what: '... not by an old one',
    texts: { kernel: 'pageout=clears', driver: 'kvm', scope: 'events=pageout,lru,unmap' },
    run: 'dev0: read A, kswapd: folio_referenced A',
    can: ['kswapd: pageout A'],
  },
  {
    what: '... nor by a young PTE',
    texts: { kernel: 'pageout=clears', scope: 'events=pageout,lru,unmap' },
    run: 'dev0: read A',
    can: ['kswapd: pageout A'],
  },
];

describe('the page-table lock', () => {
  it.each(LOCKS)('$what', check);
});

describe('what is waited for', () => {
  it.each(ANSWERS)('$what', check);
});

describe('a posted write', () => {
  const SETUP = `driver none; scope ${WRITES}`;
  const POSTED = `${WRITTEN}, dev0: post-write A`;
  const UNMAP = 'kswapd: unmap A, kswapd: free A';

  it('is no access when it leaves, and is not checked; it copies the health of its entry', () => {
    expect(lastOf(SETUP, POSTED)).toEqual(['dev0: post-write A', 'A: posted[dev0] 0 -> 1']);
    const stale = `${WRITTEN}, ${UNMAP}, dev0: post-write A`;
    expect(lastOf(SETUP, stale)).toEqual([
      'dev0: post-write A',
      'A: posted[dev0] 0 -> 1',
      'A: posted[dev0] health live -> stale',
    ]);
    const shown = (run: string) =>
      after(parseSystem({ driver: 'none', scope: WRITES }), run).last!.shown.staleAccess;
    expect(shown(stale)).toBe(false);
    expect(shown(`${stale}, dev0: land-write A`)).toBe(true);
    expect(shown(`${POSTED}, ${UNMAP}, dev0: land-write A`)).toBe(true);
    expect(shown(`${POSTED}, dev0: land-write A`)).toBe(false);
  });

  it('is the access when it lands', () => {
    const run = `${POSTED}, kswapd: age A, kswapd: report A, dev0: land-write A`;
    expect(lastOf(SETUP, run)).toEqual([
      'dev0: land-write A',
      'A: posted[dev0] 1 -> 0',
      'A: reclaim devSure 0 -> 1',
      'A: reclaim maybe 0 -> 1',
    ]);
  });

  it('is left alone by evictions and invalidations', () => {
    expect(pagesAfter(SETUP, `${POSTED}, dev0: evict A`)).toEqual(['A: atc[dev0] {write} -> none']);
    const run = `${POSTED}, ${EVICTING}, dev0: handle-invalidation A`;
    expect(pagesAfter(`hardware qat; scope ${WRITES}`, run)).toEqual([
      'A: atc[dev0] {write} -> none',
      'A: invalidation[dev0] 1 -> 0',
    ]);
  });
});

describe('a range', () => {
  const TWO = 'scope pages=2 observers=reclaim,idle events=unmap';
  const USED = 'dev0: read A, dev0: read B';

  it('of the whole mm flushes every page, and takes the frame of its own alone', () => {
    const mm = 'kernel unmap=pte,invalidate@mm';
    const run = `${USED}, kswapd: unmap A`;
    expect(pagesAfter(`${mm}; ${TWO}`, run).filter((line) => line.startsWith('B'))).toEqual([
      'B: iotlb {read} -> none',
      'B: atc[dev0] {read} -> none',
    ]);
    const iotlbAlone = `${mm}; driver invalidate_secondary=flush-iotlb; ${TWO}`;
    expect(pagesAfter(iotlbAlone, run).filter((line) => /health|^B/.test(line))).toEqual([
      'A: atc[dev0] health live -> stale',
      'B: iotlb {read} -> none',
    ]);
  });

  it('covers pages without a PTE', () => {
    const setup = 'kernel idle=pte,invalidate@mm unmap=pte';
    expect(pagesAfter(`${setup}; ${TWO}`, `${USED}, kswapd: unmap B, page_idle: mark A`)).toEqual(
      expect.arrayContaining(['B: iotlb {read} -> none', 'B: atc[dev0] {read} -> none']),
    );
  });

  it('harvests and zaps every page, and one that was young is enough', () => {
    const setup = (actions: string) =>
      `kernel idle=pte,clear_young@mm; driver secondary=shadow clear_young=${actions}; ${TWO}`;
    const harvests = setup('harvest,flush-atc?harvested');
    const run = `${USED}, page_idle: mark A, dev0: read B, page_idle: mark A`;
    expect(pagesAfter(harvests, run)).toEqual(
      expect.arrayContaining(['B: spte {read,young} -> {read,old}', 'B: atc[dev0] {read} -> none']),
    );
    expect(pagesAfter(setup('zap'), `${USED}, page_idle: mark A`)).toEqual(
      expect.arrayContaining(['A: spte {read,young} -> none', 'B: spte {read,young} -> none']),
    );
  });
});

describe('what a thread keeps of its operation', () => {
  const kept = (setup: string, run: string) =>
    lastOf(setup, run).filter((line) => /^kswapd: (young|harvested|secondary young) /.test(line));
  const SCOPE = 'granularity=fine events=unmap,protect';
  const UNMAP = 'cpu0: read A, kswapd: unmap A';

  it('is the young bit of an unmap as long as a step asks for it', () => {
    const setup = (kernel: string) => `kernel ${kernel}; driver none; scope cpus=1 ${SCOPE}`;
    const asks = setup('unmap=pte,flush-tlb?young,flush-tlb');
    expect(kept(asks, UNMAP)).toEqual(['kswapd: young 0 -> 1']);
    expect(kept(asks, `${UNMAP}, kswapd: flush-tlb A`)).toEqual(['kswapd: young 1 -> 0']);
    expect(kept(setup('unmap=pte,flush-tlb'), UNMAP)).toEqual([]);
    const without = `kernel unmap=pte,flush-tlb?young; driver none; scope ${SCOPE}`;
    expect(kept(without, `${READ}, kswapd: unmap A`)).toEqual([]);
  });

  it('is the young bit of a look to its report', () => {
    const setup = 'driver none; scope granularity=fine';
    expect(kept(setup, `${READ}, kswapd: age A`)).toEqual(['kswapd: young 0 -> 1']);
    expect(kept(setup, `${READ}, kswapd: age A, kswapd: report A`)).toEqual([
      'kswapd: young 1 -> 0',
    ]);
  });

  it('is what was harvested to the end of the callback, and its answer to the report', () => {
    const setup =
      'kernel age=pte,clear_young,clear_flush_young; driver secondary=shadow ' +
      'clear_young=harvest,return-harvested clear_flush_young=post-atc; scope granularity=fine';
    const run = `${READ}, kswapd: age A`;
    expect(kept(setup, `${run}, kswapd: harvest A`)).toEqual(['kswapd: secondary young 0 -> 1']);
    const posts = setup.replace('clear_young=harvest,', 'clear_young=harvest,post-atc,');
    expect(kept(posts, `${run}, kswapd: harvest A`)).toEqual(['kswapd: harvested 0 -> 1']);
    expect(kept(posts, `${run}, kswapd: harvest A, kswapd: post-atc A`)).toEqual([
      'kswapd: harvested 1 -> 0',
      'kswapd: secondary young 0 -> 1',
    ]);
  });
});
