/** The kernel operations as lists of steps: which, in what order, and what counts of them. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Operation, Operations } from '../model/operation.ts';
import type { OperationName } from '../model/operations.ts';
import { OPERATION_NAMES, coveredBy, operationsInScope } from '../model/operations.ts';
import { operationsOf } from '../model/events.ts';

type Texts = Parameters<typeof parseSystem>[0];
type Found = 'old' | 'young';

const FINE = 'cpus=1 observers=reclaim,idle granularity=fine events=unmap,protect,walk,pageout';

const of = (texts: Texts): Operations => operationsOf(parseSystem({ scope: FINE, ...texts }));

/**
 * The steps of an operation behind its first. `>` enters a callback, `?` is taken only if this call
 * harvested, `!` is a harvest that the return value tells of.
 */
function stepsOf(operations: Operations, name: OperationName, found: Found): string {
  const operation = operations[name];
  const first = operation.first[found === 'old' ? 0 : 1];
  const steps: string[] = [];
  for (let at = first; ; at++) {
    const step = operations.steps[at];
    expect(step.operation).toBe(operation);
    expect(step.at).toBe(at);
    expect([step.entersCallback, step.ifHarvested, step.returned]).not.toContain(undefined);
    const marks = [
      step.entersCallback ? '>' : '',
      step.ifHarvested ? '?' : '',
      step.returned ? '!' : '',
    ];
    steps.push(marks.join('') + step.verb);
    if (step.verb === operation.end) return steps.join(' ');
  }
}

const AMD = '>flush-iotlb post-invalidation await-invalidation';

describe('the steps of', () => {
  it.each<[string, OperationName, Found, string, Texts]>([
    ['x86 aging, a driver that flushes', 'age', 'old', `${AMD} report`, { driver: 'amd-iommu-v2' }],
    ['the same, young', 'age', 'young', `${AMD} report`, { driver: 'amd-iommu-v2' }],
    ['a driver without the callback', 'age', 'young', 'report', {}],
    ['arm64 aging, young', 'age', 'young', 'flush-tlb report', { kernel: 'v5.15-arm64' }],
    ['arm64 aging, old', 'age', 'old', 'report', { kernel: 'v5.15-arm64' }],
    ['arm64 since 6.6, young', 'age', 'young', `flush-tlb ${AMD} report`, { kernel: 'v6.6-arm64' }],
    ['arm64 since 6.6, old', 'age', 'old', 'report', { kernel: 'v6.6-arm64' }],
    [
      'the notifier of the mail, young',
      'age',
      'young',
      `${AMD} report`,
      { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    ],
    [
      'the notifier of the mail, old',
      'age',
      'old',
      'report',
      { kernel: 'flush-young-proposal', driver: 'sva-flush-young' },
    ],
    [
      'all three callbacks of a look, of which one return value counts',
      'age',
      'young',
      'flush-tlb >harvest >!harvest >harvest report',
      {
        kernel: 'v6.6-arm64 notifiesFlushYoung=true',
        driver:
          'none clear_flush_young=harvest,return-harvested flush_young=harvest,return-harvested ' +
          'invalidate_secondary=harvest,return-harvested',
      },
    ],
    [
      'KVM',
      'age',
      'old',
      '>!harvest ?post-invalidation ?await-invalidation report',
      { driver: 'kvm' },
    ],
    ['multi-gen LRU without notifiers', 'age', 'young', 'report', { kernel: 'v6.6-x86-mglru' }],
    [
      'the same whatever the driver does',
      'age',
      'young',
      'report',
      { kernel: 'v6.6-x86-mglru', driver: 'none clear_young=harvest,return-harvested' },
    ],
    [
      'multi-gen LRU since 6.12',
      'age',
      'young',
      '>!harvest report',
      { kernel: 'v6.12-x86-mglru', driver: 'kvm' },
    ],
    ['a mark', 'mark', 'young', '>!harvest end', { driver: 'kvm' }],
    ['a check', 'check', 'old', '>!harvest report', { driver: 'kvm' }],
    ['a walk before 6.12', 'walk', 'young', 'end', { driver: 'kvm' }],
    [
      'a walk since',
      'walk',
      'young',
      '>!harvest end',
      { kernel: 'v6.12-x86-mglru', driver: 'kvm' },
    ],
    ['an unmap', 'unmap', 'old', `flush-tlb ${AMD} free`, {}],
    ['a pageout', 'pageout', 'young', `flush-tlb ${AMD} free`, { kernel: 'v6.12-x86' }],
    ['a write-protect', 'write-protect', 'young', `flush-tlb ${AMD} end`, {}],
    [
      'an unmap that notifies nobody',
      'unmap',
      'old',
      'flush-tlb free',
      { kernel: 'khugepaged-before-6.1' },
    ],
    [
      'a write-protect of the same kernel',
      'write-protect',
      'old',
      `flush-tlb ${AMD} end`,
      { kernel: 'khugepaged-before-6.1' },
    ],
    [
      'KVM, whose unmap zaps',
      'unmap',
      'old',
      'flush-tlb >zap post-invalidation await-invalidation free',
      { driver: 'kvm' },
    ],
    [
      'an unmap whose harvest nobody asks for',
      'unmap',
      'old',
      'flush-tlb >harvest free',
      { driver: 'none invalidate_secondary=harvest,return-harvested' },
    ],
    [
      'an invalidation that nobody waits for',
      'unmap',
      'old',
      'flush-tlb >post-invalidation free',
      { driver: 'none invalidate_secondary=flush-atc-nowait' },
    ],
    [
      'an unmap without an ATC',
      'unmap',
      'old',
      'flush-tlb >flush-iotlb free',
      { hardware: 'no-ats' },
    ],
    [
      'an unmap where nothing is cached',
      'unmap',
      'old',
      'flush-tlb free',
      { hardware: 'walk-always' },
    ],
    [
      'nowait without an ATC',
      'unmap',
      'old',
      'flush-tlb free',
      { hardware: 'no-ats', driver: 'none invalidate_secondary=flush-atc-nowait' },
    ],
    [
      'an unmap without CPUs',
      'unmap',
      'old',
      `${AMD} free`,
      { scope: 'cpus=0 granularity=fine events=unmap' },
    ],
  ])('%s: %s of a PTE that is %s', (_, name, found, expected, texts) => {
    expect(stepsOf(of(texts), name, found)).toBe(expected);
  });
});

describe('an operation', () => {
  const words = ({ thread, ages, reports, end, returnsOne, covers }: Operation): string =>
    [thread, ages ? 'ages' : '', reports ? 'reports' : '', end, returnsOne ? 'one' : '', covers]
      .filter((word) => word !== '')
      .join(' ');

  it('is of a thread, and says what it is for', () => {
    const operations = of({ kernel: 'v6.12-x86' });
    expect(OPERATION_NAMES.map((name) => `${name}: ${words(operations[name])}`)).toEqual([
      'age: kswapd ages reports report page',
      'unmap: kswapd free mm',
      'write-protect: kswapd end page',
      'mark: page_idle ages end page',
      'check: page_idle ages reports report page',
      'walk: kswapd ages end page',
      'pageout: kswapd free mm',
    ]);
  });

  const CHEATS =
    'none clear_flush_young=return-one clear_young=return-one flush_young=return-one ' +
    'invalidate_secondary=return-one';
  const ones = (kernel: string, driver = CHEATS) => {
    const operations = of({ kernel, driver });
    return OPERATION_NAMES.filter((name) => operations[name].returnsOne);
  };

  it('answers 1 where the callback that it heeds does', () => {
    expect(ones('v4.20-x86')).toEqual(['age', 'mark', 'check']);
    expect(ones('v6.12-x86-mglru')).toEqual(['age', 'mark', 'check', 'walk']);
    expect(ones('v6.6-x86-mglru')).toEqual(['mark', 'check']);
  });

  it('... and in no other', () => {
    expect(ones('v4.20-x86', 'always-referenced')).toEqual(['age']);
    expect(ones('v6.12-x86-mglru', 'always-referenced')).toEqual([]);
    expect(ones('v4.20-x86', 'none clear_young=return-one')).toEqual(['mark', 'check']);
    expect(ones('v6.12-x86-mglru', 'kvm')).toEqual([]);
  });

  it('covers the next page where the kernel has it so, and there is one', () => {
    const scope = (pages: number) => `pages=${pages} observers=idle granularity=fine events=unmap`;
    const covers = (kernel: string, pages: number) => {
      const { mark, check, unmap } = of({ kernel, scope: scope(pages) });
      return [mark, check, unmap].map((operation) => operation.covers);
    };
    expect(covers('v6.12-x86', 2)).toEqual(['two-pages', 'two-pages', 'mm']);
    expect(covers('v6.12-x86', 1)).toEqual(['page', 'page', 'mm']);
    expect(covers('v4.20-x86', 2)).toEqual(['page', 'page', 'page']);
  });

  it.each<[Operation['covers'], number, string[]]>([
    ['page', 1, ['B']],
    ['two-pages', 0, ['A', 'B']],
    ['two-pages', 2, ['C']],
    ['mm', 1, ['A', 'B', 'C']],
  ])('that covers %s reaches from page %i: %j', (covers, page, expected) => {
    const operation = { ...of({}).unmap, covers };
    expect(coveredBy(operation, ['A', 'B', 'C'], page)).toEqual(expected);
  });

  it('that the scope has not has no step', () => {
    const parts = parseSystem({ scope: 'observers=none granularity=fine events=unmap' });
    const operations = operationsOf(parts);
    expect(operationsInScope(parts)).toEqual(['unmap']);
    expect(new Set(operations.steps.slice(1).map(({ operation }) => operation.name))).toEqual(
      new Set(['unmap']),
    );
    for (const name of OPERATION_NAMES) {
      expect(operations[name].first).toEqual(name === 'unmap' ? [1, 1] : [0, 0]);
    }
  });
});
