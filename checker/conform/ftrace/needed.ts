/**
 * The events that the comparison with the model reads, the kernels that have them, and what a log
 * without them cannot show. The log's summary, the capture script and docs/capture.md use this
 * table.
 */
import { HUGE } from './needed-huge.ts';
import { KVM, SVA } from './needed-secondary.ts';
import type { NeededEvent } from './probe.ts';
import { entry, fixed, returns, same } from './probe.ts';

const RANGE = 'mm=$arg1:x64 start=$arg2:x64 end=$arg3:x64';
const VMA = 'vma=$arg1:x64 addr=$arg2:x64';
const PTE = `${VMA} pte=+0($arg3):x64`;
const FOLIO_VMA = 'folio=$arg1:x64 vma=$arg2:x64 addr=$arg3:x64';
/** struct mmu_notifier_range has vma, mm, start, end, flags and event; since 6.3 it has no vma. */
const range = (mm: number): string =>
  `mm=+${mm}($arg1):x64 start=+${mm + 8}($arg1):x64 end=+${mm + 16}($arg1):x64 ` +
  `flags=+${mm + 24}($arg1):u32 event=+${mm + 28}($arg1):u32`;

const RECLAIM: readonly NeededEvent[] = [
  entry(
    'rmap/folio_referenced',
    [
      { symbol: 'folio_referenced', fetch: 'folio=$arg1:x64 is_locked=$arg2:s32' },
      { symbol: 'page_referenced', fetch: 'folio=$arg1:x64 is_locked=$arg2:s32' },
    ],
    {
      weight: 'needed',
      gives: 'a look of reclaim begins',
      without: 'a look is known by the caller of ptep_clear_flush_young alone',
    },
  ),
  returns(
    'rmap/folio_referenced_ret',
    [
      { symbol: 'folio_referenced', fetch: 'ret=$retval:s32' },
      { symbol: 'page_referenced', fetch: 'ret=$retval:s32' },
    ],
    {
      weight: 'needed',
      gives: 'the answer of a look',
      without: 'no look can be judged, since its answer is not known',
    },
  ),
  entry(
    'rmap/folio_referenced_one',
    [
      { symbol: 'folio_referenced_one', fetch: FOLIO_VMA },
      { symbol: 'page_referenced_one', fetch: FOLIO_VMA },
    ],
    {
      weight: 'needed',
      scope: true,
      gives: 'the address that a look is at, one event a mapping',
      without: 'the page of a look is known only if its PTE or a notifier was logged',
    },
  ),
  entry('pt/ptep_clear_flush_young', same('ptep_clear_flush_young', PTE), {
    weight: 'needed',
    gives: 'the PTE before the look; a function on x86 alone, inlined elsewhere',
    without: 'whether the PTE was young is only known where it decides the answer of a look',
  }),
  returns('pt/ptep_clear_flush_young_ret', same('ptep_clear_flush_young', 'ret=$retval:u8'), {
    weight: 'useful',
    gives: 'what the helper found',
    without: 'the PTE that the entry logged has to be believed',
  }),
  entry('rmap/try_to_unmap_one', same('try_to_unmap_one', FOLIO_VMA), {
    weight: 'needed',
    gives: 'reclaim unmaps a page',
    without: 'an unmap is seen as an invalidation alone, and counts as any other',
  }),
  returns('rmap/try_to_unmap_one_ret', same('try_to_unmap_one', 'ret=$retval:u8'), {
    weight: 'needed',
    gives: 'whether it did',
    without: 'an unmap that failed cannot be told from one that succeeded',
  }),
  entry('pt/ptep_clear_flush', same('ptep_clear_flush', PTE), {
    weight: 'useful',
    gives: 'the PTE that an unmap removed; x86 unmaps in a batch, and then without it',
    without: 'whether an unmapped PTE was young is not known',
  }),
  entry('rmap/page_mkclean_one', same('page_mkclean_one', FOLIO_VMA), {
    weight: 'useful',
    scope: true,
    gives: 'a write-protect, before writeback',
    without: 'a write-protect is seen as an invalidation alone',
  }),
];

const CLEARERS: readonly NeededEvent[] = [
  entry('pt/ptep_test_and_clear_young', same('ptep_test_and_clear_young', PTE), {
    weight: 'needed',
    gives: 'who else clears the young bit: clear_refs, MADV_COLD, MGLRU, DAMON, page_idle',
    without: 'a bit that somebody else cleared looks like one that was never set',
  }),
  returns('pt/ptep_test_and_clear_young_ret', same('ptep_test_and_clear_young', 'ret=$retval:u8'), {
    weight: 'needed',
    gives: 'what it found, and for whom',
    without: 'clear_refs, MADV_COLD, MGLRU, DAMON and page_idle cannot be told apart',
  }),
  ...(
    [
      ['clear_refs_pte_range', 'clear_refs'],
      ['madvise_cold_or_pageout_pte_range', 'MADV_COLD or MADV_PAGEOUT'],
      ['walk_pud_range', 'an aging walk of MGLRU'],
    ] as const
  ).map(([symbol, who]) =>
    entry(`walk/${symbol}`, same(symbol, 'addr=$arg2:x64 end=$arg3:x64'), {
      weight: 'useful',
      gives: `${who} comes to a range; known by name on arm64, too`,
      without: `whether ${who} cleared a young bit is known by ptep_test_and_clear_young alone`,
    }),
  ),
  ...['contpte_ptep_clear_flush_young', 'contpte_ptep_test_and_clear_young'].map((symbol) =>
    entry(`pt/${symbol}`, same(symbol, VMA), {
      weight: 'useful',
      of: 'arm64',
      gives: 'the young bit of a contpte block is read: 16 pages at once, which are not judged',
      without: 'pages of a contpte block are taken for pages of their own',
    }),
  ),
  entry('lru/lru_gen_look_around', same('lru_gen_look_around', ''), {
    weight: 'useful',
    of: 'mglru',
    gives: "a look of MGLRU goes on to the page's neighbours",
    without: 'a bit that the look-around cleared is taken for one of an aging walk',
  }),
  entry('idle/damon_ptep_mkold', same('damon_ptep_mkold', 'addr=$arg3:x64'), {
    weight: 'useful',
    of: 'idle',
    gives: 'DAMON marks a page',
    without: 'a mark of DAMON is known by the caller of ptep_test_and_clear_young alone',
  }),
  entry(
    'idle/page_idle_clear_pte_refs_one',
    same('page_idle_clear_pte_refs_one', 'folio=$arg1:x64 addr=$arg3:x64'),
    {
      weight: 'useful',
      of: 'idle',
      gives: 'page_idle marks or checks a page',
      without: 'page_idle is known by the caller of ptep_test_and_clear_young alone',
    },
  ),
];

const YOUNG: readonly NeededEvent[] = (
  [
    ['clear_flush_young', RANGE, 'a look of the classic LRU'],
    ['clear_young', RANGE, 'a look of MGLRU (since 6.12), DAMON or page_idle'],
    ['test_young', 'mm=$arg1:x64 addr=$arg2:x64', 'khugepaged or DAMON'],
  ] as const
).flatMap(([name, fetch, who]) => [
  entry(`mn/${name}`, same(`__mmu_notifier_${name}`, fetch), {
    weight: 'needed',
    gives: `${who} asks the secondary MMUs`,
    without: `whether ${name} was called is not known, and no policy can be told by it`,
  }),
  returns(`mn/${name}_ret`, same(`__mmu_notifier_${name}`, 'ret=$retval:u8'), {
    weight: 'needed',
    gives: 'what the secondary MMUs answered',
    without: `the answer of ${name} is not known: any would be believed`,
  }),
]);

const RANGES: readonly NeededEvent[] = [
  entry('mn/invalidate_range', same('__mmu_notifier_invalidate_range', RANGE), {
    weight: 'needed',
    or: 'arch_invalidate_secondary_tlbs',
    gives: 'secondary TLBs are flushed (up to 6.5)',
    without: 'when an IOTLB or ATC was flushed is not known: every later access could be a miss',
  }),
  entry(
    'mn/arch_invalidate_secondary_tlbs',
    same('__mmu_notifier_arch_invalidate_secondary_tlbs', RANGE),
    {
      weight: 'needed',
      or: 'invalidate_range',
      gives: 'secondary TLBs are flushed (since 6.6)',
      without: 'when an IOTLB or ATC was flushed is not known: every later access could be a miss',
    },
  ),
  entry(
    'mn/invalidate_range_start',
    [
      { symbol: '__mmu_notifier_invalidate_range_start', fetch: range(8), to: '6.3' },
      { symbol: '__mmu_notifier_invalidate_range_start', fetch: range(0), from: '6.3' },
    ],
    {
      weight: 'needed',
      gives: 'an invalidation begins: where KVM zaps',
      without: 'an unmap, a zap or a write-protect by others than reclaim is not seen',
    },
  ),
  returns(
    'mn/invalidate_range_start_ret',
    same('__mmu_notifier_invalidate_range_start', 'ret=$retval:s32'),
    {
      weight: 'useful',
      gives: 'KVM has zapped',
      without: 'a zap counts as done when it begins',
    },
  ),
  entry('mn/release', same('__mmu_notifier_release', 'mm=$arg1:x64'), {
    weight: 'needed',
    gives: 'a process is torn down, and its secondary MMUs with it',
    without: 'the pages of a process that ended are taken for those of the next one',
  }),
  entry(
    'mn/invalidate_range_end',
    [
      {
        symbol: '__mmu_notifier_invalidate_range_end',
        fetch: `${range(8)} only_end=$arg2:u8`,
        to: '6.3',
      },
      {
        symbol: '__mmu_notifier_invalidate_range_end',
        fetch: `${range(0)} only_end=$arg2:u8`,
        from: '6.3',
        to: '6.6',
      },
      { symbol: '__mmu_notifier_invalidate_range_end', fetch: range(0), from: '6.6' },
    ],
    {
      weight: 'needed',
      gives: 'an invalidation is over; up to 6.5 it flushed secondary TLBs, too',
      without: 'how long an invalidation lasted is not known',
    },
  ),
];

const FAULTS: readonly NeededEvent[] = [
  entry('flt/handle_mm_fault', same('handle_mm_fault', 'addr=$arg2:x64 flags=$arg3:x32'), {
    weight: 'useful',
    of: 'faults',
    gives: 'a fault, which makes the PTE young',
    without: 'an access is only known by the young bit that it left',
  }),
  returns('flt/handle_mm_fault_ret', same('handle_mm_fault', 'ret=$retval:x32'), {
    weight: 'useful',
    of: 'faults',
    gives: 'the fault is over',
    without: 'a fault counts as over when it begins',
  }),
  fixed('exceptions/page_fault_user', {
    weight: 'useful',
    of: 'faults',
    gives: 'a CPU faults (x86)',
    without: 'a fault of a CPU is not told from one of a device',
  }),
];

export const NEEDED: readonly NeededEvent[] = [
  ...RECLAIM,
  ...CLEARERS,
  ...HUGE,
  ...YOUNG,
  ...RANGES,
  ...KVM,
  ...SVA,
  ...FAULTS,
];
