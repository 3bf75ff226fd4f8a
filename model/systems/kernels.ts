import type { Kernel, Preset } from '../system.ts';

const v4_20_x86: Kernel = {
  agingHelper: 'ptep_clear_flush_young_notify',
  flushesTlbWhenYoung: false,
  tlbFlushReachesSecondary: false,
  notifiesFlushYoung: false,
  unmapFlushesOld: true,
  unmapNotifies: true,
  unmapInvalidates: 'page',
  upgradeNotifies: false,
  walkHelper: 'ptep_test_and_clear_young',
  pageoutLooks: true,
  swapinWritable: false,
  idleRange: 'page',
};
const v5_15_arm64: Kernel = { ...v4_20_x86, flushesTlbWhenYoung: true };
const v6_6_x86: Kernel = { ...v4_20_x86, tlbFlushReachesSecondary: true, unmapInvalidates: 'mm' };
const v6_6_arm64: Kernel = {
  ...v5_15_arm64,
  tlbFlushReachesSecondary: true,
  upgradeNotifies: true,
};

/** What madvise() and swap did differently by 6.12; it matters with their optional events alone. */
const v6_12: Partial<Kernel> = { pageoutLooks: false, swapinWritable: true };
const v6_12_mglru: Partial<Kernel> = {
  ...v6_12,
  agingHelper: 'ptep_clear_young_notify',
  walkHelper: 'ptep_clear_young_notify',
};

/** What core mm did, by version and architecture. The first is the default. */
export const KERNELS: readonly Preset<Kernel>[] = [
  {
    name: 'v4.20-x86',
    about: "the mail's kernel: x86 never flushes the TLB on aging; the default",
    source: 'Linux 4.20 mm/rmap.c page_referenced_one(); arch/x86/mm/pgtable.c (b13b1d2d8692)',
    value: v4_20_x86,
  },
  {
    name: 'v4.20-arm64',
    about: 'before 5.10 an unmap of an old PTE flushed nothing',
    source: 'Linux 4.20 arch/arm64 pte_accessible() = pte_valid_young(); fixed by 07509e10dcc7',
    value: { ...v5_15_arm64, unmapFlushesOld: false },
  },
  {
    name: 'v5.15-arm64',
    about: 'aging sends a CPU TLBI only; the SMMU hears nothing',
    source: 'Linux 5.15 arch/arm64 ptep_clear_flush_young() (3403e56b41c1)',
    value: v5_15_arm64,
  },
  {
    name: 'v6.1-x86',
    about: 'classic LRU as logged on 6.1: aging as on v4.20-x86; MADV_PAGEOUT looks first',
    source: 'Linux 6.1 mm/rmap.c folio_referenced_one(); ftrace logs of Debian 6.1.192',
    value: v4_20_x86,
  },
  {
    name: 'v6.1-x86-mglru',
    about: 'multi-gen LRU as logged on 6.1: bare walks, and a last look that notifies',
    source: 'Linux 6.1 mm/vmscan.c walk_pte_range(), mm/rmap.c; ftrace logs of Debian 6.1.192',
    value: v4_20_x86,
  },
  {
    name: 'v6.6-x86',
    about: 'a flush reaches the ATC, but x86 aging never flushes; one unmap wipes the PASID',
    source: 'Linux 6.6 arch/x86 arch_tlbbatch_add_pending(), whole mm (6bbd42e2df8f)',
    value: v6_6_x86,
  },
  {
    name: 'v6.6-x86-thp',
    about: 'a page stands for a PMD: x86 flushes that if it was young, which reaches the ATC',
    source: 'Linux 6.6 arch/x86/mm/pgtable.c pmdp_clear_flush_young()',
    value: { ...v6_6_x86, flushesTlbWhenYoung: true },
  },
  {
    name: 'v6.12-x86',
    about: 'classic LRU as logged on 6.12: MADV_PAGEOUT asks nobody, DAMON takes two pages for one',
    source: 'Linux 6.12 mm/damon/ops-common.c (f166586f74dd); ftrace logs of Debian 6.12.95',
    value: { ...v6_6_x86, ...v6_12, idleRange: 'two-pages' },
  },
  {
    name: 'v6.6-arm64',
    about: "the mail's wish come true on arm64, for the classic LRU only",
    source: 'Linux 6.6 arch/arm64 __flush_tlb_page_nosync() notifies secondaries (6bbd42e2df8f)',
    value: v6_6_arm64,
  },
  {
    name: 'v6.6-x86-mglru',
    about: 'aging of multi-gen LRU without notifiers (6.1 to 6.11)',
    source: 'Linux 6.6 mm/vmscan.c lru_gen_look_around()',
    value: { ...v6_6_x86, agingHelper: 'ptep_test_and_clear_young' },
  },
  {
    name: 'v6.12-x86-mglru',
    about: 'multi-gen LRU with clear_young',
    source: 'Linux 6.12 mm/vmscan.c (1d4832becdc2)',
    value: { ...v6_6_x86, ...v6_12_mglru },
  },
  {
    name: 'v6.12-arm64-mglru',
    about: 'the same on arm64: no flush, so nothing reaches the SMMU',
    source: 'Linux 6.12 mm/vmscan.c (1d4832becdc2)',
    value: { ...v6_6_arm64, ...v6_12_mglru },
  },
  {
    name: 'flush-young-proposal',
    about: 'v4.20-x86 with the flush_young() notifier that the mail proposes',
    source: 'proposed in the mail of 2019-01-31; never merged',
    value: { ...v4_20_x86, notifiesFlushYoung: true },
  },
  {
    name: 'khugepaged-before-6.1',
    about: 'page tables retracted without notifiers (CVE-2022-48991)',
    source: 'Linux before f268f6cf875f mm/khugepaged.c retract_page_tables()',
    value: { ...v4_20_x86, unmapNotifies: false },
  },
];
