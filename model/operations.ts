/**
 * The kernel operations as lists of steps: what the system's kernel and driver do, in order,
 * between the page-table step that begins an operation and the report that ends it. Both
 * granularities run these lists: `atomic` at once, `fine` one step an event.
 */
import type { Action, Callback, Parts } from './system.ts';
import { hasAtc, hasIotlb, hasPageout } from './system.ts';

/** The kernel threads; each runs one operation at a time. */
export const THREADS = ['kswapd', 'page_idle'] as const;
export type ThreadName = (typeof THREADS)[number];
export const OPERATION_NAMES = [
  'age',
  'unmap',
  'write-protect',
  'mark',
  'check',
  'walk',
  'pageout',
] as const;
export type OperationName = (typeof OPERATION_NAMES)[number];

/** What a step between the first and the last does, in the words of a trace. */
export type StepVerb =
  'flush-tlb' | 'flush-iotlb' | 'post-invalidation' | 'await-invalidation' | 'harvest' | 'zap';
/** The last step: the report, the freeing, or just the end. */
export type EndVerb = 'report' | 'free' | 'end';

export interface Step {
  readonly verb: StepVerb | EndVerb;
  readonly operation: Operation;
  /** The young bit that the operation found in the PTE when it began. */
  readonly young: number;
  /** First step of a notifier callback: what an earlier callback harvested is forgotten. */
  readonly entersCallback: boolean;
  /** Taken only if this run of the callback harvested a young bit. */
  readonly ifHarvested: boolean;
  /** A harvest that the callback's return value tells of. */
  readonly returned: boolean;
  /** Its place in `Operations.steps`, which is what a thread's program counter holds; never 0. */
  readonly at: number;
}

export interface Operation {
  readonly name: OperationName;
  readonly thread: ThreadName;
  /** It clears the young bit to learn whether the page is in use: a look, a mark, a walk. */
  readonly ages: boolean;
  /** It ends by reporting what it found; a mark does not. */
  readonly reports: boolean;
  readonly end: EndVerb;
  /** The notifier call returns 1 whatever it found. */
  readonly returnsOne: boolean;
  /** What every driver action covers: the page, the next one as well, or all pages in scope. */
  readonly covers: 'page' | 'two-pages' | 'mm';
  /** First step for a PTE that was old and for one that was young. */
  readonly first: readonly [number, number];
}

export interface Operations extends Readonly<Record<OperationName, Operation>> {
  /** Every step of every operation; entry 0 is "no operation" and unused. */
  readonly steps: readonly Step[];
}

type Draft = Omit<Step, 'operation' | 'young' | 'at'>;
const plain = { entersCallback: false, ifHarvested: false, returned: false };

/** The steps of one driver action: none where what it flushes does not exist. */
function stepsOfAction(parts: Parts, action: Action, returned: boolean): Draft[] {
  const atc = hasAtc(parts);
  const ifHarvested = action === 'flush-atc-if-harvested';
  switch (action) {
    case 'flush-iotlb':
      return hasIotlb(parts) ? [{ ...plain, verb: 'flush-iotlb' }] : [];
    case 'flush-atc':
    case 'flush-atc-if-harvested':
      return atc
        ? [
            { ...plain, ifHarvested, verb: 'post-invalidation' },
            { ...plain, ifHarvested, verb: 'await-invalidation' },
          ]
        : [];
    case 'flush-atc-nowait':
      return atc ? [{ ...plain, verb: 'post-invalidation' }] : [];
    case 'harvest':
      return [{ ...plain, returned, verb: 'harvest' }];
    case 'zap':
      return [{ ...plain, verb: 'zap' }];
  }
}

/** One notifier call. `heeded`: its return value counts. */
function stepsOfCallback(parts: Parts, callback: Callback, heeded: boolean): Draft[] {
  const returned = heeded && callback.returns === 'harvested';
  const steps = callback.actions.flatMap((action) => stepsOfAction(parts, action, returned));
  return steps.map((step, i) => ({ ...step, entersCallback: i === 0 }));
}

const flushTlb = (parts: Parts): Draft[] =>
  parts.scope.cpus > 0 ? [{ ...plain, verb: 'flush-tlb' }] : [];

/** ptep_clear_flush_young_notify() and its lighter kin, after the young bit was cleared. */
function stepsOfAging(parts: Parts, young: number): Draft[] {
  const { kernel, driver } = parts;
  const call = (callback: Callback, heeded: boolean) => stepsOfCallback(parts, callback, heeded);
  switch (kernel.agingHelper) {
    case 'ptep_test_and_clear_young':
      return [];
    case 'ptep_clear_young_notify':
      return call(driver.clear_young, true);
    case 'ptep_clear_flush_young_notify': {
      const flush = young === 1 && kernel.flushesTlbWhenYoung;
      return [
        ...(flush ? flushTlb(parts) : []),
        ...(flush && kernel.tlbFlushReachesSecondary
          ? call(driver.invalidate_secondary, false)
          : []),
        ...call(driver.clear_flush_young, true),
        ...(young === 1 && kernel.notifiesFlushYoung ? call(driver.flush_young, false) : []),
      ];
    }
  }
}

/** try_to_unmap_one(), page_vma_mkclean_one(): the CPU's TLBs, then the secondary's. */
function stepsOfUnmap(parts: Parts, notifies: boolean): Draft[] {
  const { invalidate_secondary } = parts.driver;
  return [
    ...flushTlb(parts),
    ...(notifies ? stepsOfCallback(parts, invalidate_secondary, false) : []),
  ];
}

/** walk_pte_range(): the multi-gen LRU walks page tables to find what is in use. */
const stepsOfWalk = (parts: Parts): Draft[] =>
  parts.kernel.walkHelper === 'ptep_clear_young_notify'
    ? stepsOfCallback(parts, parts.driver.clear_young, true)
    : [];

/** Whether the notifier call that an operation heeds always answers 1. */
function returnsOne({ kernel, driver }: Parts, name: OperationName): boolean {
  if (name === 'mark' || name === 'check') return driver.clear_young.returns === 'one';
  if (name === 'walk') {
    return kernel.walkHelper === 'ptep_clear_young_notify' && driver.clear_young.returns === 'one';
  }
  if (name !== 'age') return false;
  switch (kernel.agingHelper) {
    case 'ptep_clear_flush_young_notify':
      return driver.clear_flush_young.returns === 'one';
    case 'ptep_clear_young_notify':
      return driver.clear_young.returns === 'one';
    case 'ptep_test_and_clear_young':
      return false;
  }
}

function stepsOf(parts: Parts, name: OperationName, young: number): Draft[] {
  switch (name) {
    case 'age':
      return stepsOfAging(parts, young);
    case 'unmap':
    case 'pageout':
      return stepsOfUnmap(parts, parts.kernel.unmapNotifies);
    case 'write-protect':
      return stepsOfUnmap(parts, true);
    case 'mark':
    case 'check':
      // page_idle and DAMON use ptep_clear_young_notify() whatever reclaim uses.
      return stepsOfCallback(parts, parts.driver.clear_young, true);
    case 'walk':
      return stepsOfWalk(parts);
  }
}

const END: Readonly<Record<OperationName, EndVerb>> = {
  age: 'report',
  unmap: 'free',
  'write-protect': 'end',
  mark: 'end',
  check: 'report',
  walk: 'end',
  pageout: 'free',
};
/** They clear the young bit to learn whether the page is in use. */
const AGES: readonly OperationName[] = ['age', 'mark', 'check', 'walk'];

/** How far the driver actions of an operation reach. */
function coverOf({ kernel, scope }: Parts, name: OperationName): Operation['covers'] {
  switch (name) {
    case 'unmap':
    case 'pageout':
      return kernel.unmapInvalidates;
    case 'mark':
    case 'check':
      return scope.pages > 1 ? kernel.idleRange : 'page';
    default:
      return 'page';
  }
}

/** Of all pages those that the driver actions of an operation on one of them cover. */
export function coveredBy<T>(
  { covers }: Operation,
  pages: readonly T[],
  page: number,
): readonly T[] {
  switch (covers) {
    case 'page':
      return [pages[page]];
    case 'two-pages':
      return pages.slice(page, page + 2);
    case 'mm':
      return pages;
  }
}

/** Which operations the scope has. Without observer reclaim there is no aging (but unmap is). */
export function operationsInScope(parts: Parts): OperationName[] {
  const { scope } = parts;
  const names: OperationName[] = [];
  if (scope.observers.includes('reclaim')) names.push('age');
  if (scope.events.includes('unmap')) names.push('unmap');
  if (scope.events.includes('protect')) names.push('write-protect');
  if (scope.observers.includes('idle')) names.push('mark', 'check');
  if (scope.events.includes('walk')) names.push('walk');
  if (hasPageout(parts)) names.push('pageout');
  return names;
}

/** Lays out the steps of every operation in scope. */
export function operationsOf(parts: Parts): Operations {
  const inScope = operationsInScope(parts);
  const steps: Step[] = [undefined as unknown as Step];
  const lay = (name: OperationName): Operation => {
    const first: [number, number] = [0, 0];
    const operation: Operation = {
      name,
      thread: name === 'mark' || name === 'check' ? 'page_idle' : 'kswapd',
      ages: AGES.includes(name),
      reports: name === 'age' || name === 'check',
      end: END[name],
      returnsOne: returnsOne(parts, name),
      covers: coverOf(parts, name),
      first,
    };
    if (!inScope.includes(name)) return operation;
    // An unmap and a write-protect do the same for a young PTE as for an old one.
    const youngs = operation.ages ? [0, 1] : [0];
    for (const young of youngs) {
      first[young] = steps.length;
      for (const draft of [...stepsOf(parts, name, young), { ...plain, verb: END[name] }]) {
        steps.push({ ...draft, operation, young, at: steps.length });
      }
    }
    if (!operation.ages) first[1] = first[0];
    return operation;
  };
  return {
    age: lay('age'),
    unmap: lay('unmap'),
    'write-protect': lay('write-protect'),
    mark: lay('mark'),
    check: lay('check'),
    walk: lay('walk'),
    pageout: lay('pageout'),
    steps,
  };
}
