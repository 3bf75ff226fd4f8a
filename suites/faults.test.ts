/** Tests of faults: who sets young and dirty, what the fault handler resolves, and what follows. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { after } from './after.ts';
import { pagesAfter } from './changes.ts';

type Texts = Parameters<typeof parseSystem>[0];

const shownBy = (texts: Texts, run: string) => after(parseSystem(texts), run).last!.shown;

const LOOK = 'kswapd: folio_referenced A';
const PROTECT = 'kswapd: write-protect A';
const without = (ghosts: RegExp, lines: readonly string[]) =>
  lines.filter((line) => !ghosts.test(line));
const GHOST = /health|reclaim|idle (devSure|cpuSure|maybe|missed)/;
/** What an event changes, without the ghosts: only what a kernel or a device could know. */
const known = (setup: string, run: string) => without(GHOST, pagesAfter(setup, run));

describe('an upgrade', () => {
  const UPGRADES = 'kernel write-protect=pte upgrade=flush-tlb,invalidate';
  const SCOPE = 'scope cpus=2 devices=2 events=protect,write,evict,unmap,fork';
  const SETUP = `${UPGRADES}; ${SCOPE}`;
  const USED = 'cpu0: write A, dev0: read A, dev1: read A';

  it('follows a write that the fault handler has allowed, and leaves the new entry', () => {
    expect(known(SETUP, `${USED}, ${PROTECT}, cpu1: write A`)).toEqual([
      'A: pte dirty 0 -> 1',
      'A: pte writable 0 -> 1',
      'A: tlb[cpu0] {write,dirty} -> none',
      'A: tlb[cpu1] none -> {write,dirty}',
      'A: iotlb {read} -> none',
      'A: atc[dev0] {read} -> none',
      'A: atc[dev1] {read} -> none',
    ]);
    expect(known(SETUP, `${USED}, ${PROTECT}, dev0: write A`)).toEqual([
      'A: pte dirty 0 -> 1',
      'A: pte writable 0 -> 1',
      'A: tlb[cpu0] {write,dirty} -> none',
      'A: iotlb {read} -> {write}',
      'A: atc[dev0] {read} -> {write}',
      'A: atc[dev1] {read} -> none',
    ]);
  });

  it('follows no walk by hardware, though it sets dirty', () => {
    expect(known(SETUP, 'dev0: read A, cpu0: write A')).toEqual([
      'A: pte dirty 0 -> 1',
      'A: tlb[cpu0] none -> {write,dirty}',
    ]);
    expect(known(SETUP, 'cpu0: read A, dev1: read A, dev0: write A')).toEqual([
      'A: pte dirty 0 -> 1',
      'A: iotlb {read} -> {write}',
      'A: atc[dev0] none -> {write}',
    ]);
  });

  it('follows no fault on a missing page', () => {
    const setup = `${UPGRADES} unmap=pte; ${SCOPE}`;
    expect(known(setup, 'dev0: read A, kswapd: unmap A, cpu0: write A')).toEqual([
      'A: pte none -> {young,dirty,writable}',
      'A: tlb[cpu0] none -> {write,dirty}',
    ]);
  });

  it('does not follow a copy, which flushes on its own', () => {
    const setup = `kernel upgrade=invalidate fork=pte; ${SCOPE}`;
    const run = 'dev0: read A, user: fork A, cpu0: write A';
    expect(known(setup, run)).not.toContain('A: atc[dev0] {read} -> none');
    expect(pagesAfter(setup, run)).toContain('A: atc[dev0] health live -> stale');
  });

  it('counts as having found the PTE old', () => {
    const setup = `kernel write-protect=pte upgrade=invalidate?young; ${SCOPE}`;
    expect(known(setup, `${USED}, ${PROTECT}, cpu1: write A`)).not.toContain(
      'A: atc[dev0] {read} -> none',
    );
  });

  it.each([
    ['post-atc', true],
    ['flush-atc', true],
    ['await-atc', false],
    ['flush-iotlb', false],
  ])('%s in it has a translation in flight asked for again: %s', (action, again) => {
    const setup =
      `kernel write-protect=pte upgrade=invalidate; driver invalidate_secondary=${action}; ` +
      'scope cpus=1 granularity=fine events=protect,write';
    const run =
      `cpu0: read A, ${PROTECT}, kswapd: end A, ` +
      'dev0: request-read A, iommu: translate dev0 A, cpu0: write A';
    const line = 'A: request[dev0] translated(read) -> asked(read)';
    expect(known(setup, run).includes(line)).toBe(again);
  });

  it('harvests as any callback does', () => {
    const setup =
      'kernel write-protect=pte upgrade=flush_young; ' +
      'driver secondary=shadow flush_young=harvest; scope cpus=1 events=protect,write';
    expect(known(setup, `dev0: read A, ${PROTECT}, cpu0: write A`)).toContain(
      'A: spte {read,young} -> {read,old}',
    );
  });

  it('leaves pending invalidations and posted writes as they are', () => {
    const setup =
      'kernel age=pte,clear_flush_young write-protect=pte upgrade=invalidate; ' +
      'driver clear_flush_young=post-atc invalidate_secondary=flush-atc; ' +
      'scope cpus=1 granularity=fine events=protect,write,posted';
    const run = [
      'dev0: request-write A, iommu: translate dev0 A, dev0: complete A, dev0: post-write A',
      'kswapd: age A, kswapd: post-atc A, kswapd: report A',
      `${PROTECT}, kswapd: end A, cpu0: write A`,
    ].join(', ');
    expect(known(setup, run).filter((line) => /invalidation|posted/.test(line))).toEqual([]);
    expect(known(setup, run)).toContain('A: atc[dev0] {write} -> none');
  });
});

describe('a copy', () => {
  it('runs the steps of the fork, with the young bit of the PTE', () => {
    const setup = 'kernel fork=pte,invalidate?young; scope cpus=1 events=fork,write';
    const forked = 'dev0: read A, user: fork A, dev0: read A';
    const dropped = 'A: atc[dev0] {read} -> none';
    expect(known(setup, `${forked}, cpu0: write A`)).toContain(dropped);
    const old = `${forked}, ${LOOK}, cpu0: write A`;
    expect(known(setup, old)).not.toContain(dropped);
    expect(pagesAfter(setup, old)).toContain('A: atc[dev0] health live -> stale');
  });
});

describe('a secondary fault', () => {
  const KVM = 'driver secondary=shadow; scope cpus=1 events=write,protect,evict';

  it('does not change a PTE that allows the access', () => {
    expect(known(KVM, `cpu0: read A, ${LOOK}, dev0: read A`)).toEqual([
      'A: spte none -> {read,young}',
      'A: atc[dev0] none -> {read}',
    ]);
    expect(known(KVM, `cpu0: read A, ${LOOK}, dev0: write A`)).toEqual([
      'A: spte none -> {write,young}',
      'A: atc[dev0] none -> {write}',
    ]);
  });

  it('goes to the fault handler for what the PTE lacks', () => {
    expect(known(KVM, 'dev0: read A')).toContain('A: pte none -> {young,writable}');
    expect(known(KVM, `cpu0: read A, ${PROTECT}, ${LOOK}, dev0: write A`)).toEqual([
      'A: pte young 0 -> 1',
      'A: pte dirty 0 -> 1',
      'A: pte writable 0 -> 1',
      'A: spte none -> {write,young}',
      'A: atc[dev0] none -> {write}',
    ]);
  });

  it('does not happen if the spte serves the access', () => {
    expect(known(KVM, `dev0: read A, ${LOOK}, dev0: evict A, dev0: read A`)).toEqual([
      'A: atc[dev0] none -> {read}',
    ]);
  });
});

describe('folio_mark_accessed()', () => {
  const SCOPE = 'observers=reclaim,idle events=unmap,lru,evict';
  const ZAPS = 'idle=pte,flush_young unmap=pte';
  const flags = (marks: string, run: string, kernel = '') =>
    known(
      `kernel ${ZAPS}${kernel}; ` +
        `driver secondary=shadow flush_young=zap marksAccessed=${marks}; scope ${SCOPE}`,
      run,
    ).filter((line) => /PG_(referenced|active)|condemned/.test(line));
  const ZAP = 'page_idle: mark A';
  const REFERENCED = ['A: PG_referenced 0 -> 1'];
  const ACTIVE = ['A: PG_referenced 1 -> 0', 'A: PG_active 0 -> 1'];

  it('is called by a fault', () => {
    expect(flags('fault', 'dev0: read A')).toEqual(REFERENCED);
    expect(flags('fault', `dev0: read A, ${ZAP}`)).toEqual([]);
    expect(flags('zap', 'dev0: read A')).toEqual([]);
  });

  it('is called by the zap of a young spte', () => {
    expect(flags('zap', `dev0: read A, ${ZAP}`)).toEqual(REFERENCED);
    expect(flags('none', `dev0: read A, ${ZAP}`)).toEqual([]);
    expect(flags('zap', `dev0: read A, ${ZAP}, ${ZAP}`)).toEqual([]);
  });

  it('activates the page at the second call, and takes it off the list of the condemned', () => {
    const twice = `dev0: read A, ${ZAP}, dev0: evict A, dev0: read A`;
    expect(flags('fault', twice)).toEqual(ACTIVE);
    expect(flags('fault,zap', `dev0: read A, ${ZAP}`)).toEqual(ACTIVE);
    const thrice = `${twice}, ${ZAP}, dev0: evict A, dev0: read A`;
    expect(flags('fault', thrice)).toEqual(REFERENCED);
  });

  it('has no effect on the multi-gen LRU', () => {
    expect(flags('fault,zap', 'dev0: read A', ' lru=multi-gen')).toEqual([]);
    expect(flags('fault,zap', `dev0: read A, ${ZAP}`, ' lru=multi-gen')).toEqual([]);
  });

  it.each([
    ['fault', 'classic', true],
    ['none', 'classic', false],
    ['fault', 'multi-gen', false],
  ])('clears PG_idle, with or without lru: marksAccessed=%s lru=%s', (marks, lru, clears) => {
    const setup = `kernel lru=${lru}; driver secondary=shadow marksAccessed=${marks}`;
    const run = 'cpu0: read A, page_idle: mark A, dev0: read A';
    const lines = known(`${setup}; scope cpus=1 observers=idle`, run);
    expect(lines.includes('A: PG_idle 1 -> 0')).toBe(clears);
  });
});

describe('rewalksOnPermissionFault=false', () => {
  const HARDWARE = 'hardware rewalksOnPermissionFault=false';
  const SCOPE = 'scope cpus=1 devices=2 events=write,protect,unmap';
  const HITS = `${HARDWARE}; kernel unmap=pte; ${SCOPE}`;

  it('fills the IOTLB with what the PTE permits, and answers with what was asked', () => {
    expect(known(HITS, 'cpu0: write A, dev0: read A')).toEqual([
      'A: iotlb none -> {write}',
      'A: atc[dev0] none -> {read}',
    ]);
    expect(known(HITS, 'cpu0: read A, dev0: read A')).toContain('A: iotlb none -> {read}');
  });

  it('keeps what the fault handler did when the retry faults again', () => {
    const run = `dev0: read A, ${LOOK}, dev0: write A`;
    expect(pagesAfter(HITS, run)).toEqual([
      'A: pte young 0 -> 1',
      'A: pte dirty 0 -> 1',
      'A: reclaim maybe 0 -> 1',
    ]);
    expect(shownBy(texts({}), run)).toMatchObject({ stuck: true, faulted: true });
  });

  /** The IOTLB entry stays, as the driver flushes the ATC alone. */
  const texts = (more: Texts): Texts => ({
    hardware: 'rewalksOnPermissionFault=false',
    scope: 'cpus=1 devices=2 events=write,protect,unmap',
    ...more,
  });

  it('... and what the notification did', () => {
    const setup = [
      'kernel upgrade=invalidate; driver invalidate_secondary=flush-atc',
      HARDWARE,
      SCOPE,
    ].join('; ');
    const run = 'dev0: read A, dev1: read A, dev0: write A';
    expect(known(setup, run)).toEqual([
      'A: pte dirty 0 -> 1',
      'A: atc[dev0] {read} -> none',
      'A: atc[dev1] {read} -> none',
    ]);
  });

  it('does no harm if upgrades flush, even if the PTE needed no change', () => {
    const setup = `kernel upgrade=invalidate; ${HARDWARE}; ${SCOPE}`;
    const run = 'dev0: read A, cpu0: write A, dev0: write A';
    expect(known(setup, run)).toEqual([
      'A: iotlb {read} -> {write}',
      'A: atc[dev0] {read} -> {write}',
    ]);
  });

  it('causes an ordinary page fault if the page is missing, without an upgrade', () => {
    const run = 'dev0: read A, kswapd: unmap A, dev0: write A';
    const stuck = (kernel: string) => shownBy(texts({ kernel }), run).stuck;
    expect(stuck('unmap=pte upgrade=invalidate')).toBe(true);
    expect(stuck('unmap=pte,invalidate upgrade=invalidate')).toBe(false);
    expect(known(HITS, run)).toEqual(['A: pte none -> {young,dirty,writable}']);
  });

  it('leaves the request waiting for the IOMMU', () => {
    const run = [
      'dev0: request-read A, iommu: translate dev0 A, dev0: complete A',
      `kswapd: age A, kswapd: report A, dev0: request-write A, iommu: translate dev0 A`,
    ].join(', ');
    expect(pagesAfter(`${HARDWARE}; scope granularity=fine events=write`, run)).toEqual([
      'A: pte young 0 -> 1',
      'A: pte dirty 0 -> 1',
      'A: reclaim maybe 0 -> 1',
    ]);
  });

  it('has no effect without an IOTLB or with a shadow secondary', () => {
    const run = 'dev0: read A, dev0: write A';
    expect(shownBy(texts({}), run).stuck).toBe(true);
    expect(shownBy(texts({ driver: 'secondary=shadow' }), run).stuck).toBe(false);
    const hardware = 'rewalksOnPermissionFault=false iotlb=false';
    expect(shownBy(texts({ hardware }), run).stuck).toBe(false);
  });
});

describe('accessFlag', () => {
  const SCOPE = 'scope cpus=1 devices=2 events=write,protect';
  const hardware = (accessFlag: string) =>
    `kernel upgrade=invalidate; hardware iotlb=false accessFlag=${accessFlag}; ${SCOPE}`;
  const OLD = `dev1: read A, ${LOOK}`;

  it.each<[string, string, string[]]>([
    ['hardware', `${OLD}, dev0: read A`, ['A: pte young 0 -> 1', 'A: atc[dev0] none -> {read}']],
    ['fault', `${OLD}, dev0: read A`, ['A: pte young 0 -> 1', 'A: atc[dev0] none -> {read}']],
    ['ignored', `${OLD}, dev0: read A`, ['A: atc[dev0] none -> {read}']],
    [
      'hardware',
      'dev1: read A, dev0: write A',
      ['A: pte dirty 0 -> 1', 'A: atc[dev0] none -> {write}'],
    ],
    [
      // The fault handler sets dirty. It then tells the secondary that shares the page table.
      'fault',
      'dev1: read A, dev0: write A',
      ['A: pte dirty 0 -> 1', 'A: atc[dev0] none -> {write}', 'A: atc[dev1] {read} -> none'],
    ],
    ['ignored', 'dev1: read A, dev0: write A', ['A: atc[dev0] none -> {write}']],
    [
      // If the fault handler has to map the page, the PTE becomes young and dirty as always.
      'ignored',
      'dev0: write A',
      ['A: pte none -> {young,dirty,writable}', 'A: atc[dev0] none -> {write}'],
    ],
    [
      'ignored',
      `cpu0: read A, ${PROTECT}, ${LOOK}, dev0: write A`,
      [
        'A: pte young 0 -> 1',
        'A: pte dirty 0 -> 1',
        'A: pte writable 0 -> 1',
        'A: atc[dev0] none -> {write}',
      ],
    ],
  ])('%s: %s changes %j', (accessFlag, run, lines) => {
    expect(known(hardware(accessFlag), run)).toEqual(lines);
  });

  it.each(['fault', 'ignored'])(
    '%s is nothing to CPUs, IOTLB hits and shadow secondaries',
    (flag) => {
      const setup = `hardware accessFlag=${flag}; ${SCOPE}`;
      expect(known(setup, `dev0: read A, ${LOOK}, cpu0: write A`)).toEqual([
        'A: pte young 0 -> 1',
        'A: pte dirty 0 -> 1',
        'A: tlb[cpu0] none -> {write,dirty}',
      ]);
      expect(known(setup, `dev0: read A, ${LOOK}, dev1: read A`)).toEqual([
        'A: atc[dev1] none -> {read}',
      ]);
      const shadow = `driver secondary=shadow clear_flush_young=harvest; ${setup}`;
      expect(known(shadow, `dev0: read A, ${LOOK}, dev1: read A`)).toContain(
        'A: spte {read,old} -> {read,young}',
      );
    },
  );
});
