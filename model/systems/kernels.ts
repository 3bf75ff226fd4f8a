import type { Kernel, Preset } from '../system.ts';
import { kernel } from '../text.ts';

/*
 * Before 6.6 the flush of the CPUs' TLBs and the notifier for secondary TLBs were two calls. Since
 * 6.6 (6bbd42e2df8f) the flush itself calls the notifier. In these lists `invalidate` then stands
 * beside the flush, with the same condition.
 */
const v4_20_x86 = kernel('clear-refs=pte,flush-tlb');
const v5_15_arm64 = kernel('age=pte,flush-tlb?young,clear_flush_young pageout=clears');
const v6_1_x86 = kernel('pageout=clears');
const v6_1_x86_mglru = kernel('lru=multi-gen', v6_1_x86);
const arm64Ages = 'age=pte,flush-tlb?young,invalidate?young,clear_flush_young';
const v6_6_arm64 = kernel(`${arm64Ages} upgrade=invalidate pageout=clears`);
const batched = 'unmap=pte,invalidate@mm,flush-tlb';
const v6_12_x86 = kernel('pageout=takes swapinWritable=true');
const v6_12_arm64 = kernel('pageout=takes swapinWritable=true', v6_6_arm64);
const v6_12_mglru = 'age=pte,clear_young walk=pte,clear_young lru=multi-gen';

/** The preset kernels: core mm by version and architecture. The first is the default. */
export const KERNELS: readonly Preset<Kernel>[] = [
  {
    name: 'v4.20-x86',
    about: 'the kernel of the mail, x86: aging never flushes the TLB; the default',
    source: 'Linux 4.20 mm/rmap.c page_referenced_one(); arch/x86/mm/pgtable.c (b13b1d2d8692)',
    value: v4_20_x86,
  },
  {
    name: 'v4.20-x86-rechecks',
    about: 'v4.20-x86 with the last look of an unmap, which is gone in 5.15 (fine only)',
    source: 'Linux 4.20 mm/rmap.c try_to_unmap_one(): ptep_clear_flush_young_notify()',
    value: kernel('unmap=look,pte,flush-tlb,invalidate', v4_20_x86),
  },
  {
    name: 'v4.20-arm64',
    about: 'arm64 before 5.10: the unmap of an old PTE does not flush the CPUs',
    source: 'Linux 4.20 arch/arm64 pte_accessible() = pte_valid_young(); fixed by 07509e10dcc7',
    value: kernel(
      'age=pte,flush-tlb?young,clear_flush_young unmap=pte,flush-tlb?young,invalidate' +
        ' write-protect=pte,flush-tlb?young,invalidate',
    ),
  },
  {
    name: 'v5.15-x86',
    about: 'classic LRU, 5.6 to 6.5: as v4.20-x86, but clear_refs flushes nothing',
    source: 'Linux 5.15 mm/rmap.c page_referenced_one(); mm/madvise.c',
    value: v6_1_x86,
  },
  {
    name: 'v5.15-arm64',
    about: 'arm64: aging flushes only the TLBs of the CPUs; the SMMU is not told',
    source: 'Linux 5.15 arch/arm64 ptep_clear_flush_young() (3403e56b41c1)',
    value: v5_15_arm64,
  },
  {
    name: 'v6.1-x86',
    about: 'classic LRU as logged on 6.1: aging as on v4.20-x86',
    source: 'Linux 6.1 mm/rmap.c folio_referenced_one(); ftrace logs of Debian 6.1.192',
    value: v6_1_x86,
  },
  {
    name: 'v6.1-arm64',
    about: 'classic LRU as logged on 6.1, arm64: aging flushes the CPUs; the SMMU is not told',
    source: 'Linux 6.1 arch/arm64 ptep_clear_flush_young(); ftrace logs of Debian 6.1 on arm64',
    value: v5_15_arm64,
  },
  {
    name: 'v6.1-x86-mglru',
    about: 'multi-gen LRU as logged on 6.1: walks call no notifier, but the last look does',
    source: 'Linux 6.1 mm/vmscan.c walk_pte_range(), mm/rmap.c; ftrace logs of Debian 6.1.192',
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.1-arm64-mglru',
    about:
      'multi-gen LRU, arm64: young is cleared before the last look, which then flushes nothing',
    source: 'Linux 6.1 mm/vmscan.c lru_gen_look_around(), mm/rmap.c folio_referenced_one()',
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.6-x86',
    about: 'aging never flushes, 6.6 to 6.9; a process on one CPU unmaps page by page',
    source: 'Linux 6.6 mm/rmap.c try_to_unmap_one(), arch_tlbbatch_should_defer()',
    value: v6_1_x86,
  },
  {
    name: 'v6.6-x86-batched',
    about:
      'v6.6-x86 if another CPU runs the mm: an unmap notifies for the whole mm, then flushes CPUs',
    source: 'Linux 6.6 arch/x86 arch_tlbbatch_add_pending(), whole mm (6bbd42e2df8f)',
    value: kernel(batched, v6_1_x86),
  },
  {
    name: 'v6.6-x86-mglru',
    about: 'multi-gen LRU, 6.6 to 6.11: walks call no notifier, but the last look does',
    source: 'Linux 6.6 mm/vmscan.c walk_pte_range(), mm/rmap.c folio_referenced_one()',
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.6-x86-thp',
    about: 'a page stands for a PMD: x86 flushes a young one on aging, which reaches the ATC',
    source: 'Linux 6.6 arch/x86/mm/pgtable.c pmdp_clear_flush_young()',
    value: kernel(arm64Ages, v6_1_x86),
  },
  {
    name: 'v6.6-arm64',
    about: 'arm64, classic LRU: aging flushes secondary TLBs too, as the mail asks',
    source: 'Linux 6.6 arch/arm64 __flush_tlb_page_nosync() notifies secondaries (6bbd42e2df8f)',
    value: v6_6_arm64,
  },
  {
    name: 'v6.6-arm64-mglru',
    about: 'multi-gen LRU, 6.6 to 6.11, on arm64: nothing is flushed',
    source: 'Linux 6.6 mm/vmscan.c lru_gen_look_around(), walk_pte_range()',
    value: kernel('upgrade=invalidate lru=multi-gen pageout=clears'),
  },
  {
    name: 'v6.12-x86',
    about: 'classic LRU as logged on 6.12: MADV_PAGEOUT takes pages without a look',
    source: 'Linux 6.12 mm/rmap.c, mm/madvise.c; ftrace logs of Debian 6.12.95',
    value: v6_12_x86,
  },
  {
    name: 'v6.12-x86-batched',
    about: 'v6.12-x86 if another CPU runs the mm: an unmap flushes the whole PASID',
    source: 'Linux 6.12 arch/x86/include/asm/tlbflush.h arch_tlbbatch_should_defer()',
    value: kernel(batched, v6_12_x86),
  },
  {
    name: 'v6.12-x86-thp',
    about: 'a page stands for a PMD: aging flushes the whole mm',
    source: 'seen on Debian 6.12.57: arch/x86/mm/pgtable.c pmdp_clear_flush_young()',
    value: kernel('age=pte,flush-tlb?young,invalidate@mm?young,clear_flush_young', v6_12_x86),
  },
  {
    name: 'v6.12-x86-damon',
    about: 'DAMON of addresses (vaddr) takes two pages for one, 5.15 to 7.1',
    source: 'Linux 6.12 mm/damon/vaddr.c damon_va_mkold(); fixed by f166586f74dd',
    value: kernel('idle=pte,clear_young@next', v6_12_x86),
  },
  {
    name: 'v6.12-x86-mglru',
    about: 'multi-gen LRU: looks and walks call clear_young',
    source: 'Linux 6.12 mm/vmscan.c (1d4832becdc2)',
    value: kernel(v6_12_mglru, v6_12_x86),
  },
  {
    name: 'v6.12-arm64',
    about: 'as v6.6-arm64; MADV_PAGEOUT takes pages without a look',
    source: 'Linux 6.12 arch/arm64/include/asm/tlbflush.h; ftrace logs of Debian 6.12 on arm64',
    value: v6_12_arm64,
  },
  {
    name: 'v6.12-arm64-damon',
    about: 'DAMON of addresses (vaddr) takes two pages for one, on arm64',
    source: 'Linux 6.12 mm/damon/vaddr.c; seen on Debian 6.12 on arm64',
    value: kernel('idle=pte,clear_young@next', v6_12_arm64),
  },
  {
    name: 'v6.12-arm64-mglru',
    about: 'multi-gen LRU on arm64: aging flushes nothing, so the SMMU is not told',
    source: 'Linux 6.12 mm/vmscan.c (1d4832becdc2)',
    value: kernel(v6_12_mglru, v6_12_arm64),
  },
  {
    name: 'v7.1-x86',
    about: 'classic LRU, 7.1 and later',
    source: 'Linux 7.1 mm/rmap.c; ftrace logs of 7.3.4',
    value: v6_12_x86,
  },
  {
    name: 'v7.1-x86-batched',
    about: 'v7.1-x86 if another CPU runs the mm: an unmap flushes the whole PASID',
    source: 'Linux 7.1 arch/x86/include/asm/tlbflush.h',
    value: kernel(batched, v6_12_x86),
  },
  {
    name: 'v7.1-x86-thp',
    about: 'a page stands for a PMD: aging flushes exactly its 2 MiB',
    source: 'seen on 7.3.4: arch/x86/mm/pgtable.c pmdp_clear_flush_young()',
    value: kernel(arm64Ages, v6_12_x86),
  },
  {
    name: 'v7.1-x86-mglru',
    about: 'multi-gen LRU, 7.1 and later',
    source: 'Linux 7.1 mm/vmscan.c',
    value: kernel(v6_12_mglru, v6_12_x86),
  },
  {
    name: 'v7.1-arm64',
    about: 'classic LRU on arm64, 7.1 and later',
    source: 'Linux 7.1 arch/arm64/include/asm/tlbflush.h __do_flush_tlb_range()',
    value: v6_12_arm64,
  },
  {
    name: 'v7.1-arm64-mglru',
    about: 'multi-gen LRU on arm64, 7.1 and later',
    source: 'Linux 7.1 mm/vmscan.c',
    value: kernel(v6_12_mglru, v6_12_arm64),
  },
  {
    name: 'v7.1-riscv',
    about: 'no flush on aging; for KVM, as mainline has no SVA behind the RISC-V IOMMU',
    source: 'Linux 7.1 arch/riscv/include/asm/pgtable.h ptep_clear_flush_young()',
    value: v6_12_x86,
  },
  {
    name: 'v6.6-ppc-radix',
    about: 'the flush of an unmap is not passed on to secondary TLBs, 6.6 to 6.12',
    source: 'read, not reported: arch/powerpc/mm/book3s64 radix__flush_tlb_page_psize()',
    value: kernel('unmap=pte,flush-tlb pageout=clears'),
  },
  {
    name: 'flush-young-proposal',
    about: 'v4.20-x86 with the flush_young() notifier that the mail proposes',
    source: 'proposed in the mail of 2019-01-31; never merged',
    value: kernel('age=pte,clear_flush_young,flush_young?young', v4_20_x86),
  },
  {
    name: 'khugepaged-before-6.1',
    about: 'page tables retracted without notifiers (CVE-2022-48991), 5.4 to 6.1',
    source: 'Linux 5.15 mm/khugepaged.c collapse_and_free_pmd(); fixed by f268f6cf875f',
    value: kernel('unmap=pte,flush-tlb', v6_1_x86),
  },
  {
    name: 'soft-dirty-before-3.11',
    about: 'clear_refs 4 write-protected pages without telling secondaries (2013)',
    source: 'Linux 3.11 fs/proc/task_mmu.c clear_soft_dirty(); x86 still flushed on aging then',
    value: kernel('age=pte,flush-tlb?young,clear_flush_young write-protect=pte,flush-tlb'),
  },
  {
    name: 'invalidate-page-4.12',
    about: 'an unmap called invalidate_page() after it had given up the lock',
    source: 'Linux 4.12 mm/rmap.c try_to_unmap_one(); gone in 4.13 (merge ea25c4317946)',
    value: kernel('unmap=pte,unlock,flush-tlb,invalidate', v4_20_x86),
  },
  {
    name: 'thp-migration-4.19',
    about: 'NUMA balancing copied a huge page before it told the devices',
    source: 'Linux 4.19 mm/migrate.c migrate_misplaced_transhuge_page(); fixed by 7066f0f933a1',
    value: kernel('migrate=pte,flush-tlb,copy,invalidate,remap', v4_20_x86),
  },
  {
    name: 'young-check-2014',
    about: 'an unmap told the secondary first, and then asked whether it had used the page',
    source: 'try_to_unmap_one() before 57128468080a (2014); commit text alone, version unknown',
    value: kernel('unmap=invalidate,look,pte,flush-tlb', v4_20_x86),
  },
  {
    name: 'migrate-device-2022',
    about: 'migrate_vma_collect_pmd() flushed after the lock, and MADV_DONTNEED did not wait',
    source: 'mm/migrate_device.c before 60bae7370896 (2022); commit text alone',
    value: kernel('unmap=pte,unlock,flush-tlb,invalidate checksPending=false', v6_1_x86),
  },
  {
    name: 'lossy-pmdp-invalidate',
    about: 'pmdp_invalidate() wrote a PMD back from a read, and lost young bits set in between',
    source: 'before d52605d7cb30 (version and year unknown); commit text alone',
    value: kernel('rewrite=read,put', v4_20_x86),
  },
  {
    name: 'mprotect-unaware',
    about: 'mprotect() did not wait for an unmap that flushes in a batch, after the lock',
    source: 'before 3ea277194daa and 383c4613c67c (version and year unknown); commit text alone',
    value: kernel('unmap=pte,unlock,flush-tlb,invalidate checksPending=false', v4_20_x86),
  },
  {
    name: 'cow-2012',
    about: 'a copy on write mapped the new page before it told the secondary',
    source: 'mm/memory.c do_wp_page() before a fix by Xiao Guangrong (2012); version unknown',
    value: kernel('cow=set,flush-tlb,invalidate', v4_20_x86),
  },
];
