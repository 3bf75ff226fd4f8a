/** Makes logs of kernels that do not exist: each operation takes the steps of its program. */
import type { Line, Program, Range } from '../../model/program.ts';
import type { ProgramName } from '../../model/system.ts';

/** One run of an operation. */
export interface MadeUpRun {
  readonly operation: ProgramName;
  readonly young: boolean;
  /** The task runs the mm of the page, so that tlb_flush tells of its flushes. */
  readonly isOwn: boolean;
}

export interface MadeUpKernel {
  readonly programs: Readonly<Partial<Record<ProgramName, Program>>>;
  /** The events whose lines are in the log. */
  readonly recorded: ReadonlySet<string>;
}

const PAGE = 0x1000_0000;
const MM = '0xffff888005f59600';
const OWN = 100;
const KSWAPD = 47;

const hex = (value: number): string => `0x${value.toString(16)}`;

/** The function that reads the PTE in an operation. */
const READERS: Readonly<Partial<Record<ProgramName, string>>> = {
  age: 'folio_referenced_one',
  idle: 'damon_ptep_mkold',
  walk: 'walk_pte_range',
  'clear-refs': 'clear_refs_pte_range',
  cold: 'madvise_cold_or_pageout_pte_range',
};

const EVENT_OF: Readonly<Record<string, string>> = {
  'flush-tlb': 'tlb_flush',
  invalidate: 'arch_invalidate_secondary_tlbs',
};
/** The event that tells of a step. */
export const eventOf = (step: string): string => EVENT_OF[step] ?? step;

/** The addresses of a range; nothing that a log shows tells of the other ranges. */
const RANGES: Readonly<Partial<Record<Range, readonly [number, number]>>> = {
  page: [PAGE, PAGE + 0x1000],
  next: [PAGE + 0x3cd, PAGE + 0x13cd],
  mm: [0, 2 ** 64],
};

/** The lines of a log, without their heads. */
function* linesOf({ operation, young, isOwn }: MadeUpRun, program: Program): Generator<string> {
  const [entry, reader] = ['0x0/0x30', READERS[operation]];
  const helper = operation === 'age' ? 'ptep_clear_flush_young' : 'ptep_test_and_clear_young';
  if (operation === 'age') {
    yield 'folio_referenced: (folio_referenced+0x0/0x1b0) folio=0x1 is_locked=1';
    yield `folio_referenced_one: (folio_referenced_one+${entry}) vma=0x2 addr=${hex(PAGE)}`;
  }
  if (operation === 'unmap') {
    yield `try_to_unmap_one: (try_to_unmap_one+${entry}) folio=0x1 vma=0x2 addr=${hex(PAGE)}`;
  }
  if (reader !== undefined) {
    yield `${helper}: (${helper}+${entry}) addr=${hex(PAGE)} pte=${young ? '0x867' : '0x847'}`;
    yield `${helper}_ret: (${reader}+0xb6/0x260 <- ${helper}) ret=${Number(young)}`;
  }
  for (const line of program) if (line.when === 'always' || young) yield* stepLines(line, isOwn);
  if (operation === 'age')
    yield 'folio_referenced_ret: (shrink_list+0x7/0xb <- folio_referenced) ret=1';
  if (operation === 'unmap')
    yield 'try_to_unmap_one_ret: (rmap_walk+0x7/0xb <- try_to_unmap_one) ret=1';
}

function* stepLines({ name, range }: Line, isOwn: boolean): Generator<string> {
  if (name === 'pte') return;
  if (name === 'flush-tlb') {
    if (isOwn) yield 'tlb_flush: pages:1 reason:local mm shootdown (3)';
    return;
  }
  const event = eventOf(name);
  const [start, end] = RANGES[range]!;
  yield `${event}: (__mmu_notifier_${event}+0x0/0x90) mm=${MM} start=${hex(start)} end=${hex(end)}`;
  if (name !== 'invalidate') {
    yield `${event}_ret: (caller+0x1/0x2 <- __mmu_notifier_${event}) ret=0`;
  }
}

/** The log of runs of a kernel. Its head says which events were recorded. */
export function madeUpLog(
  { programs, recorded }: MadeUpKernel,
  runs: readonly MadeUpRun[],
): string {
  const all = [...new Set(['flush-tlb', 'invalidate', 'clear_flush_young', 'clear_young'])];
  const left = all.map(eventOf).filter((event) => !recorded.has(event));
  const isIn = (line: string) => !left.some((event) => new RegExp(`^${event}(_ret)?:`).test(line));
  const begin = [
    `tracing_mark_write: SCENARIO X pid=${OWN} child=101 region=${hex(PAGE)} pages=4`,
    `test_young: (__mmu_notifier_test_young+0x0/0x90) mm=${MM} addr=${hex(PAGE)}`,
    'test_young_ret: (caller+0x1/0x2 <- __mmu_notifier_test_young) ret=0',
  ].map((text) => ({ pid: OWN, text }));
  const lines = runs.flatMap((run) =>
    [...linesOf(run, programs[run.operation]!)]
      .filter(isIn)
      .map((text) => ({ pid: run.isOwn ? OWN : KSWAPD, text })),
  );
  // A marker ends what has no line for its end.
  const end = [OWN, KSWAPD].map((pid) => ({ pid, text: 'tracing_mark_write: over' }));
  const head = ['# tracer: nop', '# youngcheck: kernel 6.12.95-amd64'].concat(
    [...recorded].map((event) => `# youngcheck: has ${event}`),
  );
  const body = [...begin, ...lines, ...end].map(
    ({ pid, text }, i) =>
      `     task-${pid}     [000] .....     ${(6 + i / 1000).toFixed(6)}: ${text}`,
  );
  return [...head, ...body, ''].join('\n');
}
