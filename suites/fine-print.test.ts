/**
 * The fine print of docs/model.md. Each point is tested by runs that would end differently if it
 * were read in another way. Faults are in faults.test.ts, locks in locks.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { PROPERTIES } from '../properties/index.ts';
import { after, enabledAfter } from './after.ts';
import { lastOf, pagesAfter } from './changes.ts';

type Texts = Parameters<typeof parseSystem>[0];

const shownBy = (texts: Texts, run: string) => after(parseSystem(texts), run).last!.shown;

const READ = 'dev0: request-read A, iommu: translate dev0 A, dev0: complete A';
const WRITTEN = 'dev0: request-write A, iommu: translate dev0 A, dev0: complete A';
const LOOK = 'kswapd: folio_referenced A';

describe('a violation', () => {
  it('does not stop the search: the way to another violation may pass through it', () => {
    const system = parseSystem({ scope: 'events=unmap,lru' });
    const search = new Search(system, PROPERTIES);
    search.run();
    const find = (name: string) => PROPERTIES.find((property) => property.name === name)!;
    const run = search.violation(find('no-eviction-in-use'))!;
    const missed = find('no-missed-device-reference(reclaim)');
    let state = search.model.initial;
    const violated = run.map((event) => {
      const transition = search.model.step(state, event)!;
      ({ state } = transition);
      return missed.violated(transition.shown);
    });
    expect(violated).toEqual([false, false, false, true, false]);
  });
});

describe('no-spurious-invalidation', () => {
  const OLD = `cpu0: read A, ${LOOK}`;
  const CPU = 'cpus=1 observers=reclaim,idle';
  /** A run after which the PTE is old and the spte is young. */
  const HARVEST = 'dev0: read A, user: clear-refs A';
  const shadow = (driver: string, age = 'pte,clear_flush_young'): Texts => ({
    kernel: `age=${age}`,
    driver: `secondary=shadow ${driver}`,
    scope: 'events=clear-refs',
  });

  it.each<[string, boolean, Texts, string]>([
    [
      'counts what is sent, whether or not an ATC has the page',
      true,
      { driver: 'amd-iommu-v2', scope: CPU },
      `${OLD}, ${LOOK}`,
    ],
    ['counts no look at a young page', false, { driver: 'amd-iommu-v2', scope: CPU }, OLD],
    [
      'counts marks',
      true,
      { kernel: 'idle=pte,invalidate', scope: CPU },
      `${OLD}, page_idle: mark A`,
    ],
    [
      'counts walks',
      true,
      { kernel: 'walk=pte,invalidate', scope: `${CPU} events=walk` },
      `${OLD}, kswapd: walk A`,
    ],
    ['counts no unmap', false, { scope: `${CPU} events=unmap` }, `${OLD}, kswapd: unmap A`],
    [
      'counts no write-protect',
      false,
      { scope: `${CPU} events=protect` },
      `${OLD}, kswapd: write-protect A`,
    ],
    ...['clear-refs', 'madvise-cold', 'fork'].map((verb): [string, boolean, Texts, string] => [
      `counts no ${verb}`,
      false,
      {
        kernel: 'clear-refs=pte,invalidate cold=pte,invalidate',
        scope: `${CPU} events=clear-refs,cold,fork`,
      },
      `${OLD}, user: ${verb} A`,
    ]),
    [
      'counts no collapse',
      false,
      { scope: `${CPU} events=collapse` },
      `${OLD}, khugepaged: collapse A`,
    ],
    [
      'counts no copy',
      false,
      { scope: `${CPU} events=fork,write` },
      `cpu0: read A, user: fork A, ${LOOK}, cpu0: write A`,
    ],
    [
      'counts no upgrade',
      false,
      { kernel: 'upgrade=invalidate', scope: `${CPU} events=protect,write` },
      `cpu0: read A, kswapd: write-protect A, ${LOOK}, cpu0: write A`,
    ],
    [
      'is excused by a harvest before it in the call',
      false,
      shadow('clear_flush_young=harvest,flush-atc'),
      `${HARVEST}, ${LOOK}`,
    ],
    [
      '... not by one behind it',
      true,
      shadow('clear_flush_young=flush-atc,harvest'),
      `${HARVEST}, ${LOOK}`,
    ],
    [
      '... nor by one of another callback',
      true,
      shadow(
        'clear_flush_young=harvest flush_young=flush-atc',
        'pte,clear_flush_young,flush_young',
      ),
      `${HARVEST}, ${LOOK}`,
    ],
    [
      '... nor by one of the same callback, called before',
      true,
      shadow('clear_flush_young=harvest,flush-atc', 'pte,clear_flush_young,clear_flush_young'),
      `${HARVEST}, ${LOOK}`,
    ],
  ])('%s', (_, spurious, texts, run) => {
    expect(shownBy(texts, run).spurious).toBe(spurious);
  });

  it('goes by the young bit that the operation itself found', () => {
    const texts = { driver: 'amd-iommu-v2', scope: 'cpus=1 granularity=fine' };
    const looks = 'kswapd: flush-iotlb A, kswapd: post-atc A';
    const again = `${looks}, dev0: handle-invalidation A, kswapd: await-atc A, kswapd: report A`;
    // The use between the two looks sets young again, too late for this look.
    const run = `cpu0: read A, kswapd: age A, ${again}, kswapd: age A, cpu0: read A, ${looks}`;
    expect(shownBy(texts, run).spurious).toBe(true);
    expect(shownBy(texts, `cpu0: read A, kswapd: age A, ${looks}`).spurious).toBe(false);
  });
});

describe('a look', () => {
  const BOTH = 'scope observers=reclaim,idle granularity=fine';

  it('clears maybe when it begins, but only that of its own observer', () => {
    expect(pagesAfter(BOTH, `${READ}, kswapd: age A`)).toEqual([
      'A: pte young 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
    expect(pagesAfter(BOTH, `${READ}, page_idle: mark A`)).toEqual([
      'A: pte young 1 -> 0',
      'A: idle maybe 1 -> 0',
    ]);
  });

  it('is told of what its observer had seen when it began, and of what came since', () => {
    const texts = { scope: 'observers=reclaim,idle granularity=fine' };
    const seen = (run: string) => shownBy(texts, run).look?.maybe;
    expect(seen(`${READ}, kswapd: age A, kswapd: report A`)).toBe(true);
    const again = `${READ}, kswapd: age A, kswapd: report A, kswapd: age A`;
    expect(seen(`${again}, kswapd: report A`)).toBe(false);
    expect(seen(`${again}, dev0: read A, kswapd: report A`)).toBe(true);
  });

  it('is over when it reports: a use before that does not count', () => {
    expect(pagesAfter(BOTH, `${READ}, kswapd: age A, dev0: read A, kswapd: report A`)).toEqual([
      'A: reclaim devSure 1 -> 0',
    ]);
  });

  it('clears PG_idle if it found young, not for PG_young', () => {
    const setup = 'scope cpus=1 observers=reclaim,idle';
    const marked = 'dev0: read A, page_idle: mark A';
    const flags = (run: string, driver = 'none') =>
      pagesAfter(`driver ${driver}; ${setup}`, run).filter((line) => line.includes('PG_'));
    expect(flags(`${marked}, ${LOOK} == 1`)).toEqual(['A: PG_young 1 -> 0']);
    const cleared = ['A: PG_young 1 -> 0', 'A: PG_idle 1 -> 0'];
    expect(flags(`${marked}, cpu0: read A, ${LOOK} == 1`)).toEqual(cleared);
    expect(flags(`${marked}, ${LOOK} == 1`, 'always-referenced')).toEqual(cleared);
  });

  it('clears missed of the other observer, whether or not it misses itself', () => {
    const setup = 'scope observers=reclaim,idle';
    const marked = 'dev0: read A, page_idle: mark A';
    const check = 'dev0: read A, page_idle: check A == idle';
    expect(pagesAfter(setup, `${marked}, ${check}`)).toContain('A: idle missed 0 -> 1');
    expect(pagesAfter(setup, `${marked}, ${check}, ${LOOK} == 1`)).toContain(
      'A: idle missed 1 -> 0',
    );
    const missing = pagesAfter(setup, `${marked}, ${LOOK} == 1, ${check}, ${LOOK} == 0`);
    expect(missing).toEqual(
      expect.arrayContaining(['A: reclaim missed 0 -> 1', 'A: idle missed 1 -> 0']),
    );
  });
});

describe('that a look has missed a reference', () => {
  const KERNEL = 'kernel walk=pte,clear_young';
  const EVENTS = 'protect,write,walk,clear-refs,cold,unmap';
  const SETUP = `${KERNEL}; scope cpus=1 observers=reclaim,idle events=${EVENTS}`;
  const MISSED = `dev0: read A, ${LOOK} == 1, dev0: read A, ${LOOK} == 0`;

  it.each([
    ['kswapd: write-protect A', false],
    ['kswapd: walk A == 0', false],
    ['cpu0: read A, kswapd: walk A == 1', true],
    ['page_idle: mark A', true],
    ['user: clear-refs A', true],
    ['user: madvise-cold A', true],
    ['kswapd: unmap A', true],
    [`cpu0: read A, ${LOOK} == 1`, true],
  ])('%s forgets: %s', (run, forgets) => {
    expect(lastOf(SETUP, MISSED)).toContain('A: reclaim missed 0 -> 1');
    const lines = lastOf(SETUP, `${MISSED}, ${run}`);
    expect(lines.includes('A: reclaim missed 1 -> 0')).toBe(forgets);
  });
});

describe('a mark', () => {
  it('reports nothing', () => {
    const scope = 'observers=idle';
    const atomic = shownBy({ scope }, 'dev0: read A, page_idle: mark A');
    expect([atomic.look, atomic.answer]).toEqual([undefined, undefined]);
    const run = `${READ}, page_idle: mark A, page_idle: end A`;
    const fine = shownBy({ scope: `${scope} granularity=fine` }, run);
    expect([fine.look, fine.answer]).toEqual([undefined, undefined]);
  });
});

describe('a translation in flight', () => {
  const UNMAP = 'scope granularity=fine events=unmap,write,protect';
  const asks = (kind: string) => `dev0: request-${kind} A, iommu: translate dev0 A`;
  const POSTED = 'kswapd: unmap A, kswapd: flush-iotlb A, kswapd: post-atc A';

  it('completes even while an invalidation is pending', () => {
    expect(pagesAfter(UNMAP, `${asks('write')}, ${POSTED}, dev0: complete A`)).toEqual([
      'A: atc[dev0] none -> {write}',
      'A: request[dev0] translated(write) -> none',
      'A: reclaim devSure 0 -> 1',
    ]);
  });

  it.each(['read', 'write'])('is asked for again as what it was: %s', (kind) => {
    const run = `${asks(kind)}, ${POSTED}, dev0: handle-invalidation A`;
    expect(pagesAfter(UNMAP, run)).toEqual([
      `A: request[dev0] translated(${kind}) -> asked(${kind})`,
      'A: invalidation[dev0] 1 -> 0',
    ]);
    const keeps = `hardware overtaken-completions; ${UNMAP}`;
    expect(pagesAfter(keeps, run)).toEqual(['A: invalidation[dev0] 1 -> 0']);
  });

  it('is revoked by the write of its answer, not of its request', () => {
    const scope = 'scope devices=2 granularity=fine events=write,protect';
    const run = [
      WRITTEN,
      'dev1: request-read A',
      'iommu: translate dev1 A',
      'kswapd: write-protect A',
      'kswapd: end A',
    ].join(', ');
    const revoked = 'A: request[dev1] health live -> revoked';
    // With a shadow secondary the answer is what the spte has.
    expect(lastOf(`driver secondary=shadow; ${scope}`, run)).toContain(revoked);
    expect(lastOf(`driver none; ${scope}`, run)).not.toContain(revoked);
  });
});

describe('what an operation takes away', () => {
  const SETUP = 'kernel unmap=pte write-protect=pte; driver none';
  const SCOPE = 'scope cpus=1 devices=2 granularity=fine events=unmap,protect,write';
  const USED = `cpu0: write A, ${WRITTEN}, dev1: request-write A`;
  const health = (run: string) =>
    pagesAfter(`${SETUP}; ${SCOPE}`, run).filter((line) => line.includes('health'));

  it.each([
    ['an unmap', 'unmap', 'free', 'stale'],
    ['a write-protect', 'write-protect', 'end', 'revoked'],
  ])('by %s goes when it is over, from TLBs, too', (_, verb, end, now) => {
    expect(health(`${USED}, kswapd: ${verb} A`)).toEqual([]);
    expect(health(`${USED}, kswapd: ${verb} A, kswapd: ${end} A`)).toEqual([
      `A: tlb[cpu0] health live -> ${now}`,
      `A: iotlb health live -> ${now}`,
      `A: atc[dev0] health live -> ${now}`,
    ]);
  });

  it('is told of a request once it is translated', () => {
    const run = `${USED}, iommu: translate dev1 A, kswapd: unmap A, kswapd: free A`;
    expect(health(run)).toContain('A: request[dev1] health live -> stale');
  });

  it('becomes stale even if it was revoked before', () => {
    const revoked = `${USED}, kswapd: write-protect A, kswapd: end A`;
    expect(health(`${revoked}, kswapd: unmap A, kswapd: free A`)).toContain(
      'A: atc[dev0] health revoked -> stale',
    );
  });
});

describe('a shadow secondary', () => {
  it('keeps its spte when an entry is evicted, and has no IOTLB to evict from', () => {
    const run = 'dev0: read A, dev0: evict A';
    expect(pagesAfter('driver kvm; scope events=evict', run)).toEqual([
      'A: atc[dev0] {read} -> none',
    ]);
    const { events } = after(parseSystem({ driver: 'kvm', scope: 'events=evict' }), '').model;
    expect(events.some(({ actor }) => actor === 'iommu')).toBe(false);
  });
});

describe('a shared page table', () => {
  it.each(['harvest', 'zap'])('makes of a %s a step that does nothing', (step) => {
    const setup = `driver invalidate_secondary=${step}; scope granularity=fine events=unmap`;
    expect(lastOf(setup, `${READ}, kswapd: unmap A, kswapd: ${step} A`)).toEqual([
      `kswapd: ${step} A`,
      `kswapd: next ${step} -> free`,
    ]);
  });
});

describe('clear_refs', () => {
  it('leaves PG_idle and requests in flight alone', () => {
    const setup = 'scope observers=reclaim,idle granularity=fine events=clear-refs,evict';
    const run = [
      READ,
      'page_idle: mark A',
      'page_idle: end A',
      'dev0: evict A',
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'user: clear-refs A',
    ].join(', ');
    expect(lastOf(setup, run)).toEqual([
      'user: clear-refs A',
      'A: PG_young 1 -> 0',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
      'A: idle maybe 1 -> 0',
    ]);
  });
});

describe('a scope without observer reclaim', () => {
  it('has no looks of reclaim, but unmaps and write-protects', () => {
    const system = parseSystem({
      scope: 'cpus=1 observers=none granularity=fine events=unmap,protect',
    });
    const kswapd = [...enabledAfter(system, 'cpu0: read A')].filter((text) =>
      text.startsWith('kswapd'),
    );
    expect(kswapd).toEqual(['kswapd: unmap A', 'kswapd: write-protect A']);
  });
});
