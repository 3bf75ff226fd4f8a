/**
 * The events that the comparison with the model reads, the kernels that have them, and what a log
 * without them cannot show. The log's summary, the capture script and docs/capture.md use this
 * table.
 */

/** A function on which a kprobe is set. */
export interface Probe {
  /** The name as in available_filter_functions. One of an event's functions suffices. */
  readonly symbol: string;
  /** The arguments to fetch, in the syntax of kprobe_events. */
  readonly fetch: string;
  /** The first kernel with this function and these arguments. */
  readonly from?: string;
  /** The first kernel without them. */
  readonly to?: string;
}

/** needed: without it nothing of that kind is judged. useful: without it less is explained. */
export type Weight = 'needed' | 'useful';

export interface NeededEvent {
  readonly name: string;
  /** For a probe, the group in which the script sets it. For a static event, its system. */
  readonly group: string;
  readonly kind: 'entry' | 'return' | 'static';
  readonly probes: readonly Probe[];
  readonly weight: Weight;
  readonly gives: string;
  /** What cannot be judged without it. */
  readonly without: string;
  /** Another event that serves as well. A kernel has one or the other. */
  readonly or?: string;
  /** An entry without a return. It matters only as a call that surrounds other events. */
  readonly scope?: boolean;
  /**
   * It is needed only with KVM, an IOMMU driver and so on: a machine without these misses nothing.
   * Page faults are many, and recorded only if asked for.
   */
  readonly of?: 'kvm' | 'intel' | 'smmu' | 'amd' | 'sva' | 'mglru' | 'idle' | 'faults';
}

const RANGE = 'mm=$arg1:x64 start=$arg2:x64 end=$arg3:x64';
const PTE = 'addr=$arg2:x64 pte=+0($arg3):x64';
const FOLIO_VMA = 'folio=$arg1:x64 vma=$arg2:x64 addr=$arg3:x64';
const CALLBACK = 'start=$arg3:x64 end=$arg4:x64';
/** struct mmu_notifier_range has vma, mm, start, end, flags and event; since 6.3 it has no vma. */
const range = (mm: number): string =>
  `mm=+${mm}($arg1):x64 start=+${mm + 8}($arg1):x64 end=+${mm + 16}($arg1):x64 ` +
  `flags=+${mm + 24}($arg1):u32 event=+${mm + 28}($arg1):u32`;

const same = (symbol: string, fetch: string): readonly Probe[] => [{ symbol, fetch }];

type Told = Pick<NeededEvent, 'weight' | 'gives' | 'without'> &
  Partial<Pick<NeededEvent, 'or' | 'scope' | 'of'>>;

const entry = (path: string, probes: readonly Probe[], told: Told): NeededEvent =>
  named(path, 'entry', probes, told);
const returns = (path: string, probes: readonly Probe[], told: Told): NeededEvent =>
  named(path, 'return', probes, told);
const fixed = (path: string, told: Told): NeededEvent => named(path, 'static', [], told);

function named(
  path: string,
  kind: NeededEvent['kind'],
  probes: readonly Probe[],
  told: Told,
): NeededEvent {
  const [group, name] = path.split('/');
  return { name, group, kind, probes, ...told };
}

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

const KVM: readonly NeededEvent[] = [
  fixed('kvm/kvm_age_hva', {
    weight: 'useful',
    of: 'kvm',
    gives: "KVM's clear_flush_young or clear_young was entered",
    without: 'KVM cannot be told from another secondary MMU',
  }),
  fixed('kvm/kvm_test_age_hva', {
    weight: 'useful',
    of: 'kvm',
    gives: "KVM's test_young was entered",
    without: 'KVM cannot be told from another secondary MMU',
  }),
  fixed('kvm/kvm_unmap_hva_range', {
    weight: 'useful',
    of: 'kvm',
    gives: 'KVM unmaps the range',
    without: 'a zap is inferred from invalidate_range_start',
  }),
  fixed('kvmmmu/kvm_tdp_mmu_spte_changed', {
    weight: 'needed',
    of: 'kvm',
    gives: 'every change of an spte: mapped, aged, zapped; not with shadow paging',
    without: "whether a guest used a page is only known by KVM's answer",
  }),
  fixed('kvmmmu/kvm_mmu_set_spte', {
    weight: 'useful',
    of: 'kvm',
    gives: 'an spte is installed, with shadow paging too',
    without: 'with shadow paging no access of a guest is seen',
  }),
  fixed('kvm/kvm_page_fault', {
    weight: 'useful',
    of: 'kvm',
    gives: 'a guest faults: an access of a device',
    without: 'an access of a guest is seen as the change of its spte',
  }),
  returns('kvmx/unmap_gfn_range_ret', same('kvm_unmap_gfn_range', 'ret=$retval:u8'), {
    weight: 'needed',
    of: 'kvm',
    gives: 'KVM has zapped, and whether there was something to zap',
    without: 'when KVM zapped is not known',
  }),
  returns('kvmx/tdp_page_fault_ret', same('kvm_tdp_page_fault', 'ret=$retval:s32'), {
    weight: 'useful',
    of: 'kvm',
    gives: 'the fault of a guest is over',
    without: 'the fault of a guest lasts until the next event of its vCPU',
  }),
  returns('kvmx/age_gfn_ret', same('kvm_age_gfn', 'ret=$retval:u8'), {
    weight: 'useful',
    of: 'kvm',
    gives: "what KVM's own table said",
    without: 'the answer of the notifier has to be believed',
  }),
  entry('kvmx/flush_remote_tlbs', same('kvm_flush_remote_tlbs', ''), {
    weight: 'useful',
    of: 'kvm',
    gives: "the vCPUs' TLBs are flushed",
    without: 'whether a look flushed the vCPUs is not known: flush-atc?harvested is not checked',
  }),
];

const SVA: readonly NeededEvent[] = [
  ...(
    [
      ['intel', 'intel_arch_invalidate_secondary_tlbs', 'intel_invalidate_range'],
      ['smmu', 'arm_smmu_mm_arch_invalidate_secondary_tlbs', 'arm_smmu_mm_invalidate_range'],
      ['amd', 'sva_arch_invalidate_secondary_tlbs', 'mn_invalidate_range'],
    ] as const
  ).map(([driver, ...symbols]) =>
    entry(
      `sva/${driver}_invalidate`,
      symbols.map((symbol) => ({ symbol, fetch: CALLBACK })),
      {
        weight: 'useful',
        of: driver,
        gives: `the ${driver} driver flushes IOTLB and ATC`,
        without: `the notifier's call is taken for the flush of the ${driver} driver`,
      },
    ),
  ),
  entry(
    'sva/device_fault',
    [
      { symbol: 'iommu_sva_handle_mm', fetch: 'mm=$arg2:x64' },
      { symbol: 'iommu_sva_handle_iopf', fetch: '' },
    ],
    {
      weight: 'useful',
      of: 'sva',
      gives: 'a page request of a device is handled',
      without: 'a page request of a device is taken for a fault of a CPU',
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
  ...YOUNG,
  ...RANGES,
  ...KVM,
  ...SVA,
  ...FAULTS,
];
