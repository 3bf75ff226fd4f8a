/** An excerpt keeps the lines about some pages as they were, and drops the rest. */
import { expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';

const at = (pid: number, rest: string): string => `a-${pid} [000] ..... 1.0: ${rest}`;
const LOG = [
  '# tracer: nop',
  at(1, 'tracing_mark_write: STATE P0 va=0x1000 folio=0xffffea0000000040'),
  at(2, 'folio_referenced: (f) folio=0xffffea00000000c0'),
  at(2, 'folio_referenced_one: (f) folio=0xffffea00000000c0 addr=0x9000'),
  at(2, 'folio_referenced_ret: (g <- f) ret=0'),
  at(2, 'workingset_eviction: (w) folio=0xffffea00000000c0'),
  at(2, 'workingset_eviction_ret: (g <- w) shadow=0x1'),
  at(2, 'folio_referenced: (f) folio=0xffffea0000000080'),
  at(1, 'tlb_flush: pages:1'),
  at(2, 'folio_referenced_one: (f) folio=0xffffea0000000080 addr=0x2000'),
  at(2, 'folio_referenced_ret: (g <- f) ret=1'),
  at(2, 'mm_vmscan_write_folio: page=0 pfn=0x2 flags=x'),
  at(2, 'mm_vmscan_write_folio: page=0 pfn=0x3 flags=x'),
  at(2, 'workingset_eviction: (w) folio=0xffffea0000000040'),
  at(2, 'workingset_eviction_ret: (g <- w) shadow=0x1'),
  at(2, 'mm_shrink_slab_start: x'),
  at(2, 'clear_young: (f) mm=0x1 start=0x9000 end=0xa000'),
  at(2, 'try_to_unmap_one: (f) folio=0x1 addr=0x2fff'),
  at(1, 'tracing_mark_write: SCENARIO A end'),
  at(1, 'tracing_mark_write: STATE P0 va=0x1000'),
];

it('an excerpt keeps the lines about its pages', () => {
  const kept = excerpt(`${LOG.join('\n')}\n`, { start: 0x1000, end: 0x3000 });
  expect(kept.map(({ line }) => line)).toEqual([1, 2, 8, 9, 10, 11, 12, 14, 15, 17, 19]);
  for (const { line, source } of kept) expect(source).toBe(LOG[line - 1]);
});
