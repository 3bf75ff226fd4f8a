/**
 * Tests of compiled operations: the programs of a kernel, with the callbacks of a driver in them.
 */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { operationsOf } from '../model/events.ts';
import { PAGE_NAMES } from '../model/ranges.ts';
import type { Operation, Operations, Step } from '../model/operation.ts';

type Texts = Parameters<typeof parseSystem>[0];

const FINE = 'cpus=1 observers=reclaim,idle granularity=fine events=unmap,protect,walk,pageout';

const of = (texts: Texts): Operations => operationsOf(parseSystem({ scope: FINE, ...texts }));

/** Every step after `pte`, spelled as in a program. `return-VALUE` ends a callback. */
function stepsOf({ byName, steps }: Operations, name: string): Step[] {
  const { first, last } = byName.get(name)!;
  const own = steps.slice(first, last + 1);
  own.forEach((step, i) => {
    expect(step.operation).toBe(byName.get(name));
    expect(step.at).toBe(first + i);
  });
  return own;
}

function textOf({ verb, ifYoung, ifHarvested, returns }: Step): string {
  const words = verb === 'return' ? `return-${returns}` : verb;
  return words + (ifYoung ? '?young' : '') + (ifHarvested ? '?harvested' : '');
}
const said = (operations: Operations, name: string): string =>
  stepsOf(operations, name).map(textOf).join(' ');

const FLUSH = 'flush-iotlb post-atc await-atc return-zero';
const ON_YOUNG = 'flush-iotlb?young post-atc?young await-atc?young return-zero?young';
const HARVESTS = 'harvest,return-harvested';

const MGLRU_6_6: Texts = { kernel: 'v6.6-x86-mglru', driver: 'amd-iommu-v2' };
const PAGEOUT: Texts = { kernel: 'v6.12-x86' };
const KHUGEPAGED: Texts = { kernel: 'khugepaged-before-6.1' };
const NO_ATS: Texts = { hardware: 'no-ats' };
const NO_ATS_POSTS: Texts = { hardware: 'no-ats', driver: 'none invalidate_secondary=post-atc' };

describe('the steps of', () => {
  it.each<[string, string, string, Texts]>([
    ['x86 aging, a driver that flushes', 'age', `${FLUSH} report`, { driver: 'amd-iommu-v2' }],
    ['a driver without the callback', 'age', 'return-zero report', {}],
    [
      'arm64 aging before 6.6, which flushes CPUs alone',
      'age',
      `flush-tlb?young ${FLUSH} report`,
      { kernel: 'v5.15-arm64', driver: 'amd-iommu-v2' },
    ],
    [
      'arm64 aging since 6.6',
      'age',
      `flush-tlb?young ${ON_YOUNG} return-zero report`,
      { kernel: 'v6.6-arm64' },
    ],
    [
      'the notifier of the mail',
      'age',
      `return-zero ${ON_YOUNG} report`,
      { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    ],
    [
      'steps in another order',
      'age',
      'return-zero?young flush-tlb return-zero flush-tlb?young report',
      {
        kernel: 'age=pte,flush_young?young,flush-tlb,clear_flush_young,flush-tlb?young',
      },
    ],
    [
      'a look, of which two callbacks are heeded and two are not',
      'age',
      'harvest return-zero harvest return-harvested harvest return-harvested ' +
        'harvest return-zero report',
      {
        kernel: 'age=pte,invalidate,clear_flush_young,clear_young,flush_young',
        driver:
          `clear_flush_young=${HARVESTS} clear_young=${HARVESTS} flush_young=${HARVESTS} ` +
          `invalidate_secondary=${HARVESTS}`,
      },
    ],
    [
      'a callback that is called twice',
      'age',
      'harvest return-one harvest return-one report',
      {
        kernel: 'age=pte,clear_young,clear_young',
        driver: 'clear_young=harvest,return-one',
      },
    ],
    [
      'KVM',
      'age',
      'harvest post-atc?harvested await-atc?harvested return-harvested report',
      { driver: 'kvm' },
    ],
    [
      'a condition on each of two actions',
      'age',
      'post-atc await-atc?harvested return-zero report',
      { driver: 'clear_flush_young=post-atc,await-atc?harvested' },
    ],
    ['multi-gen LRU before 6.12', 'age', `${FLUSH} report`, MGLRU_6_6],
    ['its walk, which tells nobody', 'walk', 'end', MGLRU_6_6],
    [
      'multi-gen LRU since 6.12',
      'age',
      'harvest return-harvested report',
      { kernel: 'v6.12-x86-mglru', driver: 'kvm' },
    ],
    [
      'its walk',
      'walk',
      'harvest return-harvested end',
      { kernel: 'v6.12-x86-mglru', driver: 'kvm' },
    ],
    ['a mark', 'mark', 'harvest return-harvested end', { driver: 'kvm' }],
    ['a check', 'check', 'harvest return-harvested report', { driver: 'kvm' }],
    ['an unmap', 'unmap', `flush-tlb ${FLUSH} free`, {}],
    ['a pageout, which goes on as one', 'pageout', `flush-tlb ${FLUSH} free`, PAGEOUT],
    ['a write-protect', 'write-protect', `flush-tlb ${FLUSH} end`, {}],
    ['an unmap that notifies nobody', 'unmap', 'flush-tlb free', KHUGEPAGED],
    ['a write-protect of the same kernel', 'write-protect', `flush-tlb ${FLUSH} end`, KHUGEPAGED],
    [
      'an unmap that takes old for not cached, by the flush of the CPUs alone',
      'unmap',
      `flush-tlb?young ${FLUSH} free`,
      { kernel: 'v4.20-arm64' },
    ],
    ['an unmap in batches', 'unmap', `${FLUSH} flush-tlb free`, { kernel: 'v6.6-x86-batched' }],
    [
      'KVM, whose unmap zaps',
      'unmap',
      'flush-tlb zap post-atc await-atc return-zero free',
      { driver: 'kvm' },
    ],
    [
      'an unmap whose harvest nobody asks for',
      'unmap',
      'flush-tlb harvest return-zero free',
      { driver: `none invalidate_secondary=${HARVESTS}` },
    ],
    [
      'an unmap that calls clear_young, which it does not heed',
      'unmap',
      'harvest return-zero free',
      { kernel: 'unmap=pte,clear_young', driver: `none clear_young=${HARVESTS}` },
    ],
    [
      'an invalidation that nobody waits for',
      'unmap',
      'flush-tlb post-atc return-zero free',
      { driver: 'none invalidate_secondary=post-atc' },
    ],
    ['an unmap without an ATC', 'unmap', 'flush-tlb flush-iotlb return-zero free', NO_ATS],
    ['... with nothing to post to', 'unmap', 'flush-tlb return-zero free', NO_ATS_POSTS],
    [
      'an unmap where nothing is cached',
      'unmap',
      'flush-tlb return-zero free',
      { hardware: 'walk-always' },
    ],
    [
      'a harvest and a zap of who shares the page table: they are steps all the same',
      'unmap',
      'flush-tlb harvest zap return-zero free',
      { driver: 'none invalidate_secondary=harvest,zap' },
    ],
    [
      'an unmap without CPUs: the flush alone is gone',
      'unmap',
      `${FLUSH} free`,
      { scope: 'cpus=0 granularity=fine events=unmap' },
    ],
    ['a program of nothing but pte', 'unmap', 'free', { kernel: 'unmap=pte' }],
  ])('%s: %s is %s', (_, name, expected, texts) => {
    expect(said(of(texts), name)).toBe(expected);
  });
});

describe('a shadow secondary', () => {
  const ALL = 'unmap,protect,walk,clear-refs,cold,fork,collapse,write';
  const operations = (kernel: string, secondary: string) =>
    of({
      kernel,
      driver: `secondary=${secondary} invalidate_secondary=zap flush_young=zap`,
      scope: `observers=reclaim,idle granularity=fine events=${ALL}`,
    });
  const PROGRAMS = [
    ['age', 'age'],
    ['idle', 'mark'],
    ['idle', 'check'],
    ['walk', 'walk'],
    ['cold', 'cold'],
    ['clear-refs', 'clear-refs'],
    ['unmap', 'unmap'],
    ['write-protect', 'write-protect'],
    ['fork', 'fork'],
    ['fork', 'copy'],
    ['collapse', 'collapse'],
  ] as const;
  const hears = (secondary: string, call: string) =>
    PROGRAMS.filter(([program, name]) =>
      said(operations(`${program}=pte,${call}`, secondary), name).startsWith('zap'),
    ).map(([, name]) => name);

  it('does not hear what a flush of the TLB tells its own notifier', () => {
    const told = ['unmap', 'write-protect', 'fork', 'copy', 'collapse'];
    expect(hears('shadow', 'invalidate')).toEqual(told);
    expect(hears('shared', 'invalidate')).toEqual(PROGRAMS.map(([, name]) => name));
    expect(said(operations('upgrade=invalidate', 'shadow'), 'upgrade')).toBe('end');
    expect(said(operations('upgrade=invalidate', 'shared'), 'upgrade')).toBe('zap return-zero end');
  });

  it('hears every other call', () => {
    expect(hears('shadow', 'flush_young')).toEqual(PROGRAMS.map(([, name]) => name));
  });
});

describe('a range', () => {
  /** The pages on which each step of an operation on page B acts. */
  const covered = (texts: Texts, name: string, page = 1): string[] =>
    stepsOf(of(texts), name)
      .filter(({ covers }) => covers.length > 0)
      .map(({ covers }) => covers[page].map((index) => PAGE_NAMES[index]).join(''));
  const scope = (pages: number) => `pages=${pages} cpus=1 granularity=fine events=unmap,write`;

  it.each([
    ['page', '', 'B'],
    ['next', '@next', 'BC'],
    ['mm', '@mm', 'ABCD'],
  ])('of a call, %s, is what its callback is told', (_, range, pages) => {
    const kernel = `unmap=pte,flush-tlb,invalidate${range}`;
    expect(covered({ kernel, scope: scope(4) }, 'unmap')).toEqual(['B', pages, pages, pages]);
  });

  it.each([
    ['', '', 'B'],
    ['', '@next', 'BC'],
    ['@next', '', 'BC'],
    ['@next', '@next', 'BCD'],
    ['@mm', '@next', 'ABCD'],
    ['@next', '@mm', 'ABCD'],
  ])('of an action is reckoned from what was told: %s, then %s', (told, range, pages) => {
    const kernel = `unmap=pte,invalidate${told}`;
    const driver = `invalidate_secondary=flush-atc${range}`;
    expect(covered({ kernel, driver, scope: scope(4) }, 'unmap')).toEqual([pages, pages]);
  });

  it('ends where the scope ends', () => {
    const kernel = 'unmap=pte,invalidate@next';
    const driver = 'invalidate_secondary=zap,zap@next';
    expect(covered({ kernel, driver, scope: scope(3) }, 'unmap', 1)).toEqual(['BC', 'BC']);
    expect(covered({ kernel, driver, scope: scope(3) }, 'unmap', 2)).toEqual(['C', 'C']);
    expect(covered({ kernel, driver, scope: scope(1) }, 'unmap', 0)).toEqual(['A', 'A']);
  });

  it('of one action is not that of the next', () => {
    const driver = 'invalidate_secondary=flush-iotlb@mm,flush-atc';
    expect(covered({ driver, scope: scope(2) }, 'unmap')).toEqual(['B', 'AB', 'B', 'B']);
  });

  it('of the whole mm does not reach a shadow secondary: range_start has that of the unmap', () => {
    const kernel = 'unmap=pte,invalidate@mm idle=pte,clear_young@mm';
    const texts = (driver: string) => ({ kernel, driver, scope: `${scope(2)} observers=idle` });
    const posts = 'invalidate_secondary=post-atc clear_young=post-atc';
    expect(covered(texts(`secondary=shadow ${posts}`), 'unmap')).toEqual(['B']);
    expect(covered(texts(`secondary=shared ${posts}`), 'unmap')).toEqual(['AB']);
    expect(covered(texts(`secondary=shadow ${posts}`), 'mark')).toEqual(['AB']);
  });

  it('makes an operation reach far where there is another page', () => {
    const far = (texts: Texts) =>
      [...of(texts).byName.values()].filter(({ reachesFar }) => reachesFar).map(({ name }) => name);
    const kernel = 'unmap=pte,invalidate@mm upgrade=invalidate@next';
    expect(far({ kernel, scope: scope(2) })).toEqual(['unmap', 'upgrade']);
    expect(far({ kernel, scope: scope(1) })).toEqual([]);
    expect(far({ scope: scope(2) })).toEqual([]);
    // A callback that does nothing acts on no other page.
    expect(far({ kernel, driver: 'none', scope: scope(2) })).toEqual([]);
  });
});

describe('an operation', () => {
  const words = ({ thread, ages, ends, calls }: Operation): string =>
    [thread ?? 'at once', ends, ...(ages ? ['ages'] : []), ...(calls ? ['calls'] : [])].join(' ');

  it('is of a thread, or done at once, and says what it is for', () => {
    const scope = `${FINE},clear-refs,cold,fork,collapse,write`;
    const { byName } = of({ kernel: 'v6.12-x86', scope });
    expect([...byName].map(([name, operation]) => `${name}: ${words(operation)}`)).toEqual([
      'age: kswapd report ages calls',
      'unmap: kswapd free calls',
      'write-protect: kswapd end calls',
      'walk: kswapd end ages',
      'mark: page_idle end ages calls',
      'check: page_idle report ages calls',
      'clear-refs: at once end',
      'cold: at once end calls',
      'fork: at once end calls',
      'collapse: at once end calls',
      'upgrade: at once end',
      'copy: at once end calls',
      'pageout: kswapd free calls',
    ]);
    expect(byName.get('pageout')).toBe(byName.get('unmap'));
  });

  it('needs the young bit that it found while a step asks for it', () => {
    const until = (kernel: string, name: string, driver = 'none') => {
      const operations = of({ kernel, driver });
      const { first, youngUntil } = operations.byName.get(name)!;
      return stepsOf(operations, name)
        .slice(0, youngUntil - first + 1)
        .map(textOf)
        .join(' ');
    };
    expect(until('v4.20-x86', 'unmap')).toBe('');
    expect(until('v4.20-arm64', 'unmap')).toBe('flush-tlb?young');
    expect(until('unmap=pte,flush-tlb?young,invalidate?young,flush-tlb', 'unmap')).toBe(
      // A call is a step, even if its callback does nothing.
      'flush-tlb?young return-zero?young',
    );
    // The report and no-spurious-invalidation need the young bit up to the end.
    expect(until('v4.20-x86', 'age')).toBe('return-zero report');
    expect(until('v4.20-x86', 'mark')).toBe('return-zero end');
  });

  it('calls nobody where its steps are unheard', () => {
    const walk = (driver: string, kernel: string) =>
      of({ kernel, driver }).byName.get('walk')!.calls;
    expect(walk('kvm', 'walk=pte,invalidate')).toBe(false);
    expect(walk('none', 'walk=pte,invalidate')).toBe(true);
    expect(walk('none', 'walk=pte,flush-tlb')).toBe(false);
  });

  it('that is not in the scope has no steps', () => {
    const parts = parseSystem({ scope: 'observers=none granularity=fine events=unmap' });
    const { byName, steps } = operationsOf(parts);
    expect([...byName.keys()]).toEqual(['unmap']);
    expect(new Set(steps.slice(1).map(({ operation }) => operation.name))).toEqual(
      new Set(['unmap']),
    );
    expect(byName.get('unmap')!.first).toBe(1);
  });

  it('inside a fault exists only if somebody writes', () => {
    const names = (events: string) => [...of({ scope: `events=${events}` }).byName.keys()];
    expect(names('protect')).toEqual(['age', 'write-protect']);
    expect(names('write')).toEqual(['age', 'upgrade']);
    expect(names('fork')).toEqual(['age', 'fork']);
    expect(names('fork,write')).toEqual(['age', 'fork', 'upgrade', 'copy']);
  });
});
