/** What a plan refuses, as the kernel or the module would not do it. */
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan.ts';
import { driverText } from './program.ts';

const isEnd = (text: string): boolean => text.startsWith('violates');

/** Plans a trace on 6.12: the parts of a system, and its events. */
function planned(setup: Readonly<Record<string, string>>, ...events: readonly string[]): Plan {
  const parts = Object.entries({ kernel: 'v6.12-x86', driver: 'amd-iommu-v2-patched', ...setup });
  const text = [
    'Trace x\n{',
    ...parts.map(([part, value]) => `  ${part} ${value}`),
    '}',
    ...events.map((event, i) => (isEnd(event) ? event : `(${i + 1}) ${event}`)),
    isEnd(events.at(-1)!) ? '' : 'ends\n',
  ];
  return planOf(replay(parseTrace(text.join('\n'), 'x.trace')));
}

const LOOK = 'kswapd: folio_referenced A';
const COLLAPSE = 'khugepaged: collapse A';
const MISS = ['dev0: request-read A', 'iommu: translate dev0 A', 'dev0: complete A'];

describe('a plan refuses', () => {
  it.each([
    [
      'a read of an old PTE that waits for the fault handler of x86',
      { hardware: 'ats accessFlag=fault' },
      ['dev0: read A', 'kswapd: folio_referenced A == 1'],
      "(1) dev0: read A cannot be reproduced: x86's fault handler sets no accessed bit for a read",
    ],
    [
      'the same in steps',
      { hardware: 'ats accessFlag=fault', scope: 'granularity=fine' },
      ['dev0: request-read A', 'iommu: translate dev0 A', 'kswapd: age A == 1'],
      "(2) iommu: translate dev0 A cannot be reproduced: x86's fault handler",
    ],
    [
      'a look behind a fork',
      { scope: 'events=fork' },
      ['dev0: read A', 'user: fork A', 'kswapd: folio_referenced A == 1'],
      '(3) kswapd: folio_referenced A == 1 cannot be reproduced: the child of the fork',
    ],
    [
      'a MADV_PAGEOUT of a page that a child has as well',
      { scope: 'events=fork,pageout' },
      ['dev0: read A', 'user: fork A', 'kswapd: pageout A', 'violates no-eviction-in-use'],
      '(3) kswapd: pageout A cannot be reproduced: the child of the fork has the page, too',
    ],
    [
      'a MADV_COLD of such a page',
      { scope: 'events=fork,cold,write' },
      ['dev0: write A', 'user: fork A', 'user: madvise-cold A'],
      '(3) user: madvise-cold A cannot be reproduced: the child of the fork has the page, too',
    ],
    [
      'a fork of one page of two',
      { scope: 'pages=2 events=fork' },
      ['dev0: read A', 'dev0: read B', 'user: fork A'],
      '(3) user: fork A cannot be reproduced: fork() copies all pages',
    ],
    [
      'an action that the module does not have',
      { driver: 'amd-iommu-v2-patched invalidate_secondary=zap' },
      ['dev0: read A', 'kswapd: folio_referenced A == 1'],
      'youngdev has no action zap',
    ],
    [
      'a MADV_PAGEOUT that ends half-way',
      { scope: 'granularity=fine events=pageout' },
      [...MISS, 'kswapd: pageout A', 'violates no-eviction-in-use'],
      '(4) kswapd: pageout A cannot be reproduced: it cannot be held half-way',
    ],
    [
      'a MADV_PAGEOUT of 6.1 whose look the driver always answers with 1',
      { kernel: 'v6.1-x86', driver: 'always-referenced', scope: 'events=pageout,swap' },
      ['dev0: read A', 'kswapd: pageout A', 'violates no-eviction-in-use'],
      '(2) kswapd: pageout A cannot be reproduced: MADV_PAGEOUT of 6.1 looks first',
    ],
    [
      'a look of 6.1 that two walks have to precede, which would find a young PTE',
      { kernel: 'v6.1-x86-mglru', scope: 'cpus=1' },
      ['dev0: read A', `${LOOK} == 1`, 'cpu0: read A', `${LOOK} == 1`],
      'two more walks of 6.1 have to come before, which clear a young PTE',
    ],
    [
      'a copy in whose midst a CPU reads',
      { driver: 'none', scope: 'cpus=1 granularity=fine events=write,fork,cow' },
      [...MISS, 'user: fork A', 'user: cow A', 'user: flush-tlb A', 'user: set A', 'cpu0: read A'],
      '(5) user: cow A cannot be reproduced: it cannot be held half-way',
    ],
    [
      'an mprotect() of a page without a PTE, of which nothing is cached',
      { kernel: 'mprotect-unaware', scope: 'granularity=fine events=unmap,mprotect,write' },
      ['user: mprotect A', ...MISS],
      '(1) user: mprotect A cannot be reproduced: it changes what an unmap',
    ],
    [
      'a look at a huge page, behind a collapse',
      { scope: 'events=collapse' },
      ['dev0: read A', COLLAPSE, `${LOOK} == 1`],
      '(3) kswapd: folio_referenced A == 1 cannot be reproduced: (2) has made a huge page',
    ],
    [
      'a collapse of a page that a child has as well',
      { scope: 'events=collapse,fork' },
      ['dev0: read A', 'user: fork A', COLLAPSE],
      '(3) khugepaged: collapse A cannot be reproduced: the PTE is read-only',
    ],
    [
      'a collapse of a page that a read has brought back on 6.1',
      { kernel: 'v6.1-x86', scope: 'events=collapse,unmap,lru' },
      ['dev0: read A', `${LOOK} == 1`, `${LOOK} == 0`, 'kswapd: unmap A', 'dev0: read A', COLLAPSE],
      '(6) khugepaged: collapse A cannot be reproduced: the PTE is read-only',
    ],
    [
      'a collapse of a pinned page',
      { scope: 'events=collapse' },
      ['dev0: read A', `${LOOK} == 1`, `${LOOK} == 0`, COLLAPSE],
      '(4) khugepaged: collapse A cannot be reproduced: (3) needs a pin',
    ],
    [
      'a collapse of one page of two',
      { scope: 'pages=2 events=collapse' },
      ['dev0: read A', 'dev0: read B', COLLAPSE],
      '(3) khugepaged: collapse A cannot be reproduced: a collapse takes all pages',
    ],
  ])('%s', (_, setup, events, why) => {
    expect(() => planned(setup, ...events)).toThrow(why);
  });
});

describe('a plan takes', () => {
  it.each([
    ['ignores-accessed', 'read', true],
    ['ats', 'read', false],
    ['ats accessFlag=fault', 'write', false],
  ])('a first access by %s, whose fault may be all that sets the accessed bit', (...said) => {
    const [hardware, verb, isYoung] = said;
    const steps = [`dev0: ${verb} A`, `${LOOK} == 1`];
    const ofLruGen = { kernel: 'v6.12-x86-mglru' };
    const { young, calls } = planned({ ...ofLruGen, hardware, scope: 'events=write' }, ...steps);
    expect(young).toBe(isYoung);
    expect(calls[1].code.startsWith('lru_gen_makes_oldest();')).toBe(isYoung);
  });

  const BACK = ['dev0: read A', 'kswapd: unmap A', 'dev0: read A'];
  it.each([
    ['a page that was found young', ['dev0: read A', `${LOOK} == 1`, `${LOOK} == 0`], true],
    ['one that comes back', [...BACK, `${LOOK} == 1`], true],
    ['one that MADV_COLD makes old', [...BACK, 'user: madvise-cold A', 'cpu0: read A'], false],
  ])('a look of the multi-gen LRU at %s', (_, steps, isMoved) => {
    const setup = { kernel: 'v6.12-x86-mglru', scope: 'cpus=1 events=unmap,cold' };
    const { calls } = planned(setup, ...steps, ...(isMoved ? [] : [`${LOOK} == 1`]));
    const { code } = calls.at(-1)!;
    expect(code).toBe(`${isMoved ? 'lru_gen_makes_oldest(); ' : ''}reclaim_looks(A);`);
  });

  it('a MADV_PAGEOUT behind a fork, where a write has copied the page', () => {
    const steps = ['dev0: read A', 'user: fork A', 'dev0: write A', 'kswapd: pageout A'];
    const scope = 'events=fork,pageout,write';
    const { calls } = planned({ scope }, ...steps, 'violates no-eviction-in-use');
    expect(calls.at(-1)!.code).toBe('user_pages_out(A);');
  });

  it('a collapse, with the whole 2 MiB mapped', () => {
    const plan = planned({ scope: 'events=collapse' }, 'dev0: read A', COLLAPSE, 'dev0: read A');
    expect(plan.collapsed).toBe(true);
    expect(plan.calls[1].code).toBe('user_collapses(A);');
  });

  const COPY = ['user: cow A', 'user: set A', 'user: end A'];
  it('a copy on write, as one call', () => {
    const setup = { driver: 'none', scope: 'granularity=fine events=write,fork,cow' };
    const { calls } = planned(setup, ...MISS, 'user: fork A', ...COPY);
    expect(calls.at(-1)).toMatchObject({ steps: [5, 6, 7], code: 'user_copies(A);' });
  });

  it('the words of a queue of the IOMMU, which youngdev plays without one', () => {
    const driver = 'amd-sva invalidate_secondary=post-iotlb,post-atc@mm,await-iotlb,await-atc';
    const plan = planned({ driver }, 'dev0: read A', `${LOOK} == 1`);
    const lists = 'invalidate_secondary=flush-iotlb,post-atc@mm,await-atc';
    expect(driverText(plan).endsWith(` ${lists}`)).toBe(true);
  });

  it.each([
    ['operation_ends();', []],
    ['operation_ends_and_flushes();', ['dev0: read A', 'user: madvise-cold A']],
  ])('an unmap that is held, and ends by %s', (end, behind) => {
    const { calls } = planned(
      {
        kernel: 'v6.12-x86-batched',
        driver: 'none invalidate_secondary=flush-iotlb',
        hardware: 'no-ats',
        scope: 'granularity=fine events=unmap,cold',
      },
      'dev0: read A',
      'kswapd: unmap A',
      'dev0: read A',
      'kswapd: flush-iotlb A',
      'kswapd: free A',
      ...behind,
    );
    expect(calls.map(({ code }) => code)).toContain(end);
  });

  it.each([
    ['a write that waits for the fault handler', 'accessFlag=fault', 'write', 'read'],
    ['a read that walks by itself', '', 'read', 'read'],
  ])('%s', (_, hardware, first, second) => {
    const { calls } = planned(
      { hardware: `ats ${hardware}`, scope: 'events=write' },
      `dev0: ${first} A`,
      `dev0: ${second} A`,
      'kswapd: folio_referenced A == 1',
    );
    expect(calls).toHaveLength(3);
  });
});
