/**
 * Tests of single events that logs of real kernels brought into the model. Each has a run, and what
 * its last event changes.
 */
import { describe, expect, it } from 'vitest';
import { lastOf } from './changes.ts';

const KVM = 'driver kvm';
const NOTIFIES = 'kernel walk=pte,clear_young';

describe('user: clear-refs', () => {
  const run = 'cpu0: read A, dev0: read A, user: clear-refs A';
  const FORGOTTEN = [
    'A: reclaim devSure 1 -> 0',
    'A: reclaim cpuSure 1 -> 0',
    'A: reclaim maybe 1 -> 0',
  ];

  it('flushes the CPUs on 4.20, and tells no secondary', () => {
    expect(lastOf('kernel v4.20-x86; scope cpus=1 events=clear-refs', run)).toEqual([
      'user: clear-refs A',
      'A: pte young 1 -> 0',
      'A: tlb[cpu0] {read} -> none',
      ...FORGOTTEN,
    ]);
  });

  it('flushes nothing on later kernels', () => {
    expect(lastOf('kernel v5.15-x86; scope cpus=1 events=clear-refs', run)).toEqual([
      'user: clear-refs A',
      'A: pte young 1 -> 0',
      ...FORGOTTEN,
    ]);
  });
});

describe('user: madvise-cold', () => {
  it('flushes a young page, and tells a secondary that shares the page table', () => {
    const run = 'cpu0: read A, dev0: read A, user: madvise-cold A';
    expect(lastOf('scope cpus=1 events=cold', run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: tlb[cpu0] {read} -> none',
      'A: iotlb {read} -> none',
      'A: atc[dev0] {read} -> none',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim cpuSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('flushes no cache if the PTE is old, but still forgets the uses', () => {
    const run = 'dev0: read A, kswapd: folio_referenced A == 1, dev0: read A, user: madvise-cold A';
    expect(lastOf('scope events=cold', run)).toEqual([
      'user: madvise-cold A',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('does not tell KVM, whose spte still records the use', () => {
    const run = 'cpu0: read A, dev0: read A, user: madvise-cold A';
    expect(lastOf(`${KVM}; scope cpus=1 events=cold`, run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: tlb[cpu0] {read} -> none',
      'A: reclaim cpuSure 1 -> 0',
    ]);
  });

  it('clears PG_young, which may be the only record of a use', () => {
    const run = 'dev0: read A, page_idle: mark A, user: madvise-cold A';
    const scope = 'scope observers=reclaim,idle events=cold';
    expect(lastOf(`${KVM}; ${scope}`, run)).toEqual([
      'user: madvise-cold A',
      'A: PG_young 1 -> 0',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('clears PG_young, and drops an answer in flight', () => {
    const scope = 'scope observers=idle granularity=fine events=cold';
    const run = [
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'page_idle: mark A == 1',
      'page_idle: end A',
      'dev0: complete A',
      'dev0: evict A',
      'iommu: evict A',
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'user: madvise-cold A',
    ].join(', ');
    expect(lastOf(`${scope},evict`, run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: iotlb {read} -> none',
      'A: request[dev0] translated(read) -> asked(read)',
      'A: PG_young 1 -> 0',
      'A: idle devSure 1 -> 0',
      'A: idle maybe 1 -> 0',
    ]);
  });
});

describe('kswapd: walk', () => {
  const used = 'dev0: read A, dev0: read B';

  it('learns of a use only from the PTE if it calls no notifier', () => {
    expect(lastOf(`${KVM}; scope events=walk`, 'dev0: read A, kswapd: walk A == 1')).toEqual([
      'kswapd: walk A == 1',
      'A: pte young 1 -> 0',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('skips old PTEs if it calls no notifier', () => {
    const run = 'dev0: read A, kswapd: walk A, kswapd: walk A';
    expect(() => lastOf(`${KVM}; scope events=walk`, run)).toThrow('A is old, and the walk skips');
  });

  it('asks the notifier since 6.12, also for an old PTE', () => {
    const run = `${used}, kswapd: folio_referenced A, dev0: read A, kswapd: walk A == 1`;
    expect(lastOf(`${NOTIFIES}; ${KVM}; scope pages=2 events=walk`, run)).toEqual([
      'kswapd: walk A == 1',
      'A: spte {read,young} -> {read,old}',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('reports nothing about a page that it finds old', () => {
    const run = 'dev0: read A, kswapd: walk A == 1, dev0: read A, kswapd: walk A == 0';
    expect(lastOf(`${NOTIFIES}; ${KVM}; scope events=walk`, run)).toEqual([
      'kswapd: walk A == 0',
      'nothing changes',
    ]);
  });

  it('in fine forgives a use that comes during the walk', () => {
    const run = [
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'dev0: complete A',
      'kswapd: walk A == 1',
      'kswapd: harvest A',
      'dev0: read A',
      'kswapd: end A',
    ].join(', ');
    expect(lastOf(`${NOTIFIES}; ${KVM}; scope granularity=fine events=walk`, run)).toEqual([
      'kswapd: end A',
      'A: reclaim devSure 1 -> 0',
      'kswapd: walk A -> idle',
      'kswapd: young 1 -> 0',
      'kswapd: secondary young 1 -> 0',
      'kswapd: maybe 1 -> 0',
    ]);
  });

  it('leaves uses that it does not find to later looks', () => {
    const run = [
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'dev0: complete A',
      'kswapd: walk A == 1',
      'kswapd: harvest A',
      'kswapd: end A',
      'dev0: read A',
      'kswapd: walk A == 0',
      'kswapd: harvest A',
      'kswapd: end A',
    ].join(', ');
    expect(lastOf(`${NOTIFIES}; ${KVM}; scope granularity=fine events=walk`, run)).toEqual([
      'kswapd: end A',
      'A: reclaim maybe 0 -> 1',
      'kswapd: walk A -> idle',
      'kswapd: maybe 1 -> 0',
    ]);
  });
});

describe('the two-touch rule', () => {
  // Without an ATC and an IOTLB every use sets a young bit.
  const SEEN = 'hardware walk-always; scope events=lru,unmap,cold,clear-refs,walk';
  const LOOK = 'kswapd: folio_referenced A';
  const ONCE = `dev0: read A, ${LOOK} == 1`;
  const ACTIVE = `${ONCE}, ${ONCE}`;
  const flagsOf = (run: string) =>
    lastOf(SEEN, run).filter((line) => /PG_(referenced|active)|condemned/.test(line));

  it('keeps a page that is referenced once', () => {
    expect(flagsOf(ONCE)).toEqual(['A: PG_referenced 0 -> 1']);
  });

  it.each(['madvise-cold', 'clear-refs'])('forgets the first touch with %s', (verb) => {
    expect(flagsOf(`${ONCE}, user: ${verb} A`)).toEqual(['A: PG_referenced 1 -> 0']);
    expect(flagsOf(`${ONCE}, user: ${verb} A, ${ONCE}`)).toEqual(['A: PG_referenced 0 -> 1']);
  });

  it('activates one that is referenced twice, and deactivates it at the next look', () => {
    expect(lastOf(SEEN, ACTIVE)).toContain('A: PG_active 0 -> 1');
    for (const run of [`${ACTIVE}, ${LOOK} == 0`, `${ACTIVE}, dev0: read A, ${LOOK} == 1`]) {
      expect(flagsOf(run)).toEqual(['A: PG_active 1 -> 0']);
    }
    expect(lastOf(SEEN, `${ACTIVE}, user: madvise-cold A`)).toEqual([
      'user: madvise-cold A',
      'A: PG_referenced 1 -> 0',
      'A: PG_active 1 -> 0',
    ]);
  });

  it('condemns a page that is not referenced, until a look finds it in use', () => {
    const run = `${ONCE}, ${LOOK} == 0`;
    expect(lastOf(SEEN, run)).toEqual([
      `${LOOK} == 0`,
      'A: PG_referenced 1 -> 0',
      'A: condemned 0 -> 1',
    ]);
    expect(lastOf(SEEN, `${run}, kswapd: unmap A`)).toEqual([
      'kswapd: unmap A',
      'A: pte {old} -> none',
      'A: condemned 1 -> 0',
    ]);
    const used = `${run}, dev0: read A, ${LOOK} == 1`;
    expect(lastOf(SEEN, used)).toContain('A: condemned 1 -> 0');
    expect(() => lastOf(SEEN, `${used}, kswapd: unmap A`)).toThrow(
      "reclaim's last look did not condemn A",
    );
  });

  it('loses the first touch to a walk of the multi-gen LRU', () => {
    expect(flagsOf(`${ONCE}, dev0: read A, kswapd: walk A == 1`)).toEqual([
      'A: PG_referenced 1 -> 0',
    ]);
  });
});

describe('kswapd: pageout', () => {
  const UNASKED = 'kernel pageout=takes';

  it('takes a page that no look condemned', () => {
    const run = 'dev0: read A, kswapd: folio_referenced A == 1, kswapd: pageout A';
    expect(lastOf(`${UNASKED}; scope events=pageout,lru`, run)).toEqual([
      'kswapd: pageout A',
      'A: pte {old} -> none',
      'A: iotlb {read} -> none',
      'A: atc[dev0] {read} -> none',
      'A: PG_referenced 1 -> 0',
    ]);
  });

  it('does not exist if the kernel unmaps only after a look', () => {
    expect(() => lastOf('scope events=pageout', 'dev0: read A, kswapd: pageout A')).toThrow(
      "no 'pageout' in this system: MADV_PAGEOUT takes no page without a look",
    );
  });
});

describe('swap', () => {
  const SCOPE = 'scope cpus=1 events=unmap,swap,write';
  const OUT = 'cpu0: write A, kswapd: unmap A';

  it('leaves a swap entry', () => {
    expect(lastOf(SCOPE, OUT)).toContain('A: pte {young,dirty,writable} -> swapped');
  });

  it('brings the page back young, clean and read-only for a read', () => {
    expect(lastOf(SCOPE, `${OUT}, cpu0: read A`)).toContain('A: pte swapped -> {young}');
    expect(lastOf(SCOPE, `${OUT}, cpu0: read A, cpu0: write A`)).toEqual(
      expect.arrayContaining(['A: pte dirty 0 -> 1', 'A: pte writable 0 -> 1']),
    );
  });

  it('brings it back writable for a write, and on 6.12 for a read as well', () => {
    const writable = 'A: pte swapped -> {young,writable}';
    const dirty = 'A: pte swapped -> {young,dirty,writable}';
    expect(lastOf(SCOPE, `${OUT}, dev0: write A`)).toContain(dirty);
    const later = `kernel swapinWritable=true; ${SCOPE}`;
    expect(lastOf(later, `${OUT}, dev0: read A`)).toContain(writable);
  });
});

describe('a mark that covers two pages', () => {
  const SETUP = `kernel idle=pte,clear_young@next; ${KVM}; scope pages=2 observers=reclaim,idle`;
  const COLD = `${SETUP} events=cold`;
  const USED = 'dev0: read A, user: madvise-cold A, dev0: read B, user: madvise-cold B';

  it("takes the neighbour's young bit for the page's", () => {
    const run = `${USED}, kswapd: folio_referenced A == 1, page_idle: mark A`;
    expect(lastOf(COLD, run)).toEqual([
      'page_idle: mark A',
      'A: PG_young 0 -> 1',
      'A: PG_idle 0 -> 1',
      'A: idle devSure 1 -> 0',
      'A: idle maybe 1 -> 0',
      'B: spte {read,young} -> {read,old}',
    ]);
  });

  it('leaves the PTE of the neighbour alone, and ends where the scope ends', () => {
    const young = 'dev0: read A, dev0: read B, page_idle: mark A';
    expect(lastOf(SETUP, young).filter((line) => line.startsWith('B'))).toEqual([
      'B: spte {read,young} -> {read,old}',
    ]);
    const lines = lastOf(SETUP, 'dev0: read A, dev0: read B, page_idle: mark B');
    expect(lines.filter((line) => line.startsWith('A'))).toEqual([]);
  });
});

describe('fork', () => {
  const SCOPE = 'scope cpus=1 observers=reclaim,idle events=fork,write,collapse';
  const FORKED = 'cpu0: write A, dev0: write A, user: fork A';

  it('write-protects what it shares, without ageing it, and tells everybody', () => {
    expect(lastOf(SCOPE, FORKED)).toEqual([
      'user: fork A',
      'A: pte writable 1 -> 0',
      'A: pte cow 0 -> 1',
      'A: tlb[cpu0] {write,dirty} -> none',
      'A: iotlb {write} -> none',
      'A: atc[dev0] {write} -> none',
    ]);
    expect(() => lastOf(SCOPE, `${FORKED}, user: fork A`)).toThrow('a child shares A already');
  });

  it('makes a later write copy the page: a new frame, of which nothing is known', () => {
    const run = `${FORKED}, dev0: read A, page_idle: mark A, cpu0: write A`;
    expect(lastOf(SCOPE, run)).toEqual([
      'cpu0: write A',
      'A: pte young 0 -> 1',
      'A: pte writable 0 -> 1',
      'A: pte cow 1 -> 0',
      'A: tlb[cpu0] none -> {write,dirty}',
      'A: iotlb {read} -> none',
      'A: atc[dev0] {read} -> none',
      'A: PG_young 1 -> 0',
      'A: PG_idle 1 -> 0',
      'A: reclaim devSure 1 -> 0',
      'A: idle cpuSure 0 -> 1',
      'A: idle maybe 0 -> 1',
    ]);
  });

  it('does not copy the page for a read', () => {
    const lines = lastOf(SCOPE, `${FORKED}, dev0: read A`);
    expect(lines.filter((line) => line.includes('pte'))).toEqual([]);
  });

  it('waits, as a collapse does, for writes that the flush drains', () => {
    const setup = 'scope granularity=fine events=fork,collapse,write,posted';
    const posted =
      'dev0: request-write A, iommu: translate dev0 A, dev0: complete A, dev0: post-write A';
    for (const event of ['user: fork A', 'khugepaged: collapse A']) {
      expect(() => lastOf(setup, `${posted}, ${event}`)).toThrow(
        'the posted write of dev0 to A has not landed',
      );
      expect(lastOf(setup, `${posted}, dev0: land-write A, ${event}`)[0]).toBe(event);
      expect(lastOf(`${setup}\nhardware drainsPostedWrites=false`, `${posted}, ${event}`)[0]).toBe(
        event,
      );
      expect(lastOf(`${setup}\ndriver none`, `${posted}, ${event}`)[0]).toBe(event);
    }
  });

  it('ends with a collapse, which makes the page young though nobody used it', () => {
    const run = `${FORKED}, kswapd: folio_referenced A, khugepaged: collapse A`;
    expect(lastOf(SCOPE, run)).toEqual([
      'khugepaged: collapse A',
      'A: pte young 0 -> 1',
      'A: pte writable 0 -> 1',
      'A: pte cow 1 -> 0',
      'A: reclaim maybe 0 -> 1',
      'A: idle devSure 1 -> 0',
      'A: idle cpuSure 1 -> 0',
    ]);
  });
});
