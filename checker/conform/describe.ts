/** Observations in the words of the log, for kernel people. */
import type { Observation } from './observation.ts';

type Said = (value: number | undefined) => string;

const bit =
  (zero: string, one: string): Said =>
  (value) =>
    value === undefined ? `${one}, or not` : value ? one : zero;
const always =
  (text: string): Said =>
  () =>
    text;

const TEXTS: Readonly<Record<Observation['kind'], Said>> = {
  opens: always('an access begins'),
  closes: (value) => `an access of ${value ? 'a CPU' : 'the device'} that is over`,
  hit: always('an ATC hit'),
  walk: (value = 0) => `a walk of a PTE with young=${value & 1} that leaves young=${value >> 1}`,
  install: bit('a read-only secondary PTE is installed', 'a writable secondary PTE is installed'),
  populate: always('the fault handler works for the secondary MMU'),
  'cpu-fault': (value) => `a CPU fault on a page that is ${value === 1 ? 'missing' : 'mapped'}`,
  age: bit('a look finds the PTE old', 'a look finds the PTE young'),
  mark: bit('idle tracking finds the PTE old', 'idle tracking finds the PTE young'),
  pass: bit('an aging walk finds the PTE old', 'an aging walk finds the PTE young'),
  cleared: bit('somebody finds the PTE old', 'somebody finds the PTE young'),
  harvest: bit('the secondary PTE is old', 'the secondary PTE is young and aged'),
  neighbour: bit(
    'an aging of the page before it reaches its secondary PTE, which is old',
    'an aging of the page before it ages its secondary PTE',
  ),
  flush: always('the secondary TLB is flushed'),
  answer: (value) => `the notifier returns ${value ?? 'something'}`,
  report: bit('folio_referenced() returns 0', 'folio_referenced() returns more than 0'),
  end: always('the operation is over'),
  unmap: always('an unmap begins'),
  protect: always('a write-protect begins'),
  zap: bit('there is no secondary PTE to zap', 'a secondary PTE is zapped'),
  drop: bit('an ATC invalidation drops nothing', 'an ATC invalidation drops an entry'),
  cold: bit('MADV_COLD finds the PTE old', 'MADV_COLD finds the PTE young'),
  'clear-refs': bit('clear_refs finds the PTE old', 'clear_refs finds the PTE young'),
  test: (value) => `test_young returns ${value ?? 'something'}`,
  state: bit('the page is not mapped', 'the page is mapped'),
  gone: always('the page is forgotten'),
};

export const describe = ({ kind, value }: Observation): string => TEXTS[kind](value);

/** Steps of an operation that the model would take before anything else, as a log shows them. */
export const STEP_TEXTS: Readonly<Record<string, string>> = {
  'post-invalidation': 'a flush of the secondary TLB (flush_remote_tlbs, an ATC invalidation)',
  'await-invalidation': 'the completion of an ATC invalidation',
  harvest: "a look at the secondary's own young bit (age_gfn_ret)",
  zap: 'a zap of the secondary PTE (unmap_gfn_range_ret)',
  report: 'the report of the look (folio_referenced_ret)',
  free: 'the end of the unmap (invalidate_range_end)',
  end: 'the end of the operation (invalidate_range_end, the return of the notifier)',
};
