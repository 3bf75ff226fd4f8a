import { cite, citeIn } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { Releases } from '../releases.ts';
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

/** A preset kernel. */
export interface KernelPreset extends Preset<Kernel> {
  /** The releases that it stands for. One that is a single defect of an older kernel has none. */
  readonly releases?: Releases;
}

/** The preset kernels: core mm by version and architecture. The first is the default. */
export const KERNELS: readonly KernelPreset[] = [
  {
    name: 'v4.20-x86',
    releases: '4.20..5.5',
    about: 'the kernel of the mail, x86: aging never flushes the TLB; the default',
    source: citeIn(
      '4.20',
    )`${LINUX.page_referenced_one}; ${LINUX.x86_ptep_clear_flush_young} (b13b1d2d8692)`,
    value: v4_20_x86,
  },
  {
    name: 'v4.20-x86-rechecks',
    releases: '4.20..5.5',
    about: 'v4.20-x86 with the last look of an unmap, which is gone in 5.15 (fine only)',
    source: citeIn('4.20')`${LINUX.try_to_unmap_one}: ${LINUX.ptep_clear_flush_young_notify}`,
    value: kernel('unmap=look,pte,flush-tlb,invalidate', v4_20_x86),
  },
  {
    name: 'v4.20-arm64',
    releases: '4.20..5.9',
    about: 'arm64 before 5.10: the unmap of an old PTE does not flush the CPUs',
    source: citeIn(
      '4.20',
    )`${LINUX.pte_accessible} = ${LINUX.pte_valid_young}; fixed by 07509e10dcc7`,
    value: kernel(
      'age=pte,flush-tlb?young,clear_flush_young unmap=pte,flush-tlb?young,invalidate' +
        ' write-protect=pte,flush-tlb?young,invalidate',
    ),
  },
  {
    name: 'v5.15-x86',
    releases: '5.6..6.5',
    about: 'classic LRU, 5.6 to 6.5: as v4.20-x86, but clear_refs flushes nothing',
    source: citeIn(
      '5.15',
    )`${LINUX.page_referenced_one}; ${LINUX.madvise_cold_or_pageout_pte_range}`,
    value: v6_1_x86,
  },
  {
    name: 'v5.15-arm64',
    releases: '5.10..6.5',
    about: 'arm64: aging flushes only the TLBs of the CPUs; the SMMU is not told',
    source: citeIn('5.15')`${LINUX.arm64_ptep_clear_flush_young} (3403e56b41c1)`,
    value: v5_15_arm64,
  },
  {
    name: 'v6.1-x86',
    releases: '6.1..6.5',
    about: 'classic LRU as logged on 6.1: aging as on v4.20-x86',
    source: citeIn('6.1')`${LINUX.folio_referenced_one}; ftrace logs of Debian 6.1.192`,
    value: v6_1_x86,
  },
  {
    name: 'v6.1-arm64',
    releases: '6.1..6.5',
    about: 'classic LRU as logged on 6.1, arm64: aging flushes the CPUs; the SMMU is not told',
    source: citeIn(
      '6.1',
    )`${LINUX.arm64_ptep_clear_flush_young}; ftrace logs of Debian 6.1 on arm64`,
    value: v5_15_arm64,
  },
  {
    name: 'v6.1-x86-mglru',
    releases: '6.1..6.5',
    about: 'multi-gen LRU as logged on 6.1: walks call no notifier, but the last look does',
    source: citeIn(
      '6.1',
    )`${LINUX.walk_pte_range}, ${LINUX.folio_referenced_one}; ftrace logs of Debian 6.1.192`,
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.1-arm64-mglru',
    releases: '6.1..6.5',
    about:
      'multi-gen LRU, arm64: young is cleared before the last look, which then flushes nothing',
    source: citeIn('6.1')`${LINUX.lru_gen_look_around}, ${LINUX.folio_referenced_one}`,
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.6-x86',
    releases: '6.6..6.9',
    about: 'aging never flushes, 6.6 to 6.9; a process on one CPU unmaps page by page',
    source: citeIn('6.6')`${LINUX.try_to_unmap_one}, ${LINUX.arch_tlbbatch_should_defer}`,
    value: v6_1_x86,
  },
  {
    name: 'v6.6-x86-batched',
    releases: '6.6..6.9',
    about:
      'v6.6-x86 if another CPU runs the mm: an unmap notifies for the whole mm, then flushes CPUs',
    source: citeIn('6.6')`${LINUX.arch_tlbbatch_add_pending}, whole mm (6bbd42e2df8f)`,
    value: kernel(batched, v6_1_x86),
  },
  {
    name: 'v6.6-x86-mglru',
    releases: '6.6..6.11',
    about: 'multi-gen LRU, 6.6 to 6.11: walks call no notifier, but the last look does',
    source: citeIn('6.6')`${LINUX.walk_pte_range}, ${LINUX.folio_referenced_one}`,
    value: v6_1_x86_mglru,
  },
  {
    name: 'v6.6-x86-thp',
    releases: '6.6..6.9',
    about: 'a page stands for a PMD: x86 flushes a young one on aging, which reaches the ATC',
    source: citeIn('6.6')`${LINUX.pmdp_clear_flush_young}`,
    value: kernel(arm64Ages, v6_1_x86),
  },
  {
    name: 'v6.6-arm64',
    releases: '6.6..6.9',
    about: 'arm64, classic LRU: aging flushes secondary TLBs too, as the mail asks',
    source: citeIn('6.6')`${LINUX.__flush_tlb_page_nosync} notifies secondaries (6bbd42e2df8f)`,
    value: v6_6_arm64,
  },
  {
    name: 'v6.6-arm64-mglru',
    releases: '6.6..6.11',
    about: 'multi-gen LRU, 6.6 to 6.11, on arm64: nothing is flushed',
    source: citeIn('6.6')`${LINUX.lru_gen_look_around}, ${LINUX.walk_pte_range}`,
    value: kernel('upgrade=invalidate lru=multi-gen pageout=clears'),
  },
  {
    name: 'v6.12-x86',
    releases: '6.10..6.19',
    about: 'classic LRU as logged on 6.12: MADV_PAGEOUT takes pages without a look',
    source: citeIn(
      '6.12',
    )`${LINUX.folio_referenced_one}, ${LINUX.reclaim_pages}; ftrace logs of Debian 6.12.95`,
    value: v6_12_x86,
  },
  {
    name: 'v6.12-x86-batched',
    releases: '6.10..6.19',
    about: 'v6.12-x86 if another CPU runs the mm: an unmap flushes the whole PASID',
    source: citeIn('6.12')`${LINUX.arch_tlbbatch_should_defer}`,
    value: kernel(batched, v6_12_x86),
  },
  {
    name: 'v6.12-x86-thp',
    releases: '6.10..6.19',
    about: 'a page stands for a PMD: aging flushes the whole mm',
    source: cite`seen on Debian 6.12.57: ${LINUX.pmdp_clear_flush_young}`,
    value: kernel('age=pte,flush-tlb?young,invalidate@mm?young,clear_flush_young', v6_12_x86),
  },
  {
    name: 'v6.12-x86-damon',
    releases: '6.10..6.19',
    about: 'DAMON of addresses (vaddr) takes two pages for one, 5.15 to 7.1',
    source: citeIn('6.12')`${LINUX.damon_va_mkold}; fixed by f166586f74dd`,
    value: kernel('idle=pte,clear_young@next', v6_12_x86),
  },
  {
    name: 'v6.12-x86-mglru',
    releases: '6.12..6.19',
    about: 'multi-gen LRU: looks and walks call clear_young',
    source: citeIn('6.12')`${LINUX.walk_pte_range}, ${LINUX.lru_gen_look_around} (1d4832becdc2)`,
    value: kernel(v6_12_mglru, v6_12_x86),
  },
  {
    name: 'v6.12-arm64',
    releases: '6.10..6.19',
    about: 'as v6.6-arm64; MADV_PAGEOUT takes pages without a look',
    source: citeIn('6.12')`${LINUX.__flush_tlb_page_nosync}; ftrace logs of Debian 6.12 on arm64`,
    value: v6_12_arm64,
  },
  {
    name: 'v6.12-arm64-damon',
    releases: '6.10..6.19',
    about: 'DAMON of addresses (vaddr) takes two pages for one, on arm64',
    source: citeIn('6.12')`${LINUX.damon_va_mkold}; seen on Debian 6.12 on arm64`,
    value: kernel('idle=pte,clear_young@next', v6_12_arm64),
  },
  {
    name: 'v6.12-arm64-mglru',
    releases: '6.12..6.19',
    about: 'multi-gen LRU on arm64: aging flushes nothing, so the SMMU is not told',
    source: citeIn('6.12')`${LINUX.walk_pte_range}, ${LINUX.lru_gen_look_around} (1d4832becdc2)`,
    value: kernel(v6_12_mglru, v6_12_arm64),
  },
  {
    name: 'v7.1-x86',
    releases: '7.1..7.3',
    about: 'classic LRU, 7.1 and later',
    source: citeIn('7.1')`${LINUX.folio_referenced_one}; ftrace logs of 7.3.4`,
    value: v6_12_x86,
  },
  {
    name: 'v7.1-x86-batched',
    releases: '7.1..7.3',
    about: 'v7.1-x86 if another CPU runs the mm: an unmap flushes the whole PASID',
    source: citeIn('7.1')`${LINUX.arch_tlbbatch_add_pending}`,
    value: kernel(batched, v6_12_x86),
  },
  {
    name: 'v7.1-x86-thp',
    releases: '7.1..7.3',
    about: 'a page stands for a PMD: aging flushes exactly its 2 MiB',
    source: cite`seen on 7.3.4: ${LINUX.pmdp_clear_flush_young}`,
    value: kernel(arm64Ages, v6_12_x86),
  },
  {
    name: 'v7.1-x86-mglru',
    releases: '7.1..7.3',
    about: 'multi-gen LRU, 7.1 and later',
    source: citeIn('7.1')`${LINUX.walk_pte_range}, ${LINUX.lru_gen_look_around}`,
    value: kernel(v6_12_mglru, v6_12_x86),
  },
  {
    name: 'v7.1-arm64',
    releases: '7.1..7.3',
    about: 'classic LRU on arm64, 7.1 and later',
    source: citeIn('7.1')`${LINUX.__do_flush_tlb_range}`,
    value: v6_12_arm64,
  },
  {
    name: 'v7.1-arm64-mglru',
    releases: '7.1..7.3',
    about: 'multi-gen LRU on arm64, 7.1 and later',
    source: citeIn('7.1')`${LINUX.walk_pte_range}, ${LINUX.lru_gen_look_around}`,
    value: kernel(v6_12_mglru, v6_12_arm64),
  },
  {
    name: 'v7.1-riscv',
    releases: '7.1..7.3',
    about: 'no flush on aging; for KVM, as mainline has no SVA behind the RISC-V IOMMU',
    source: citeIn('7.1')`${LINUX.riscv_ptep_clear_flush_young}`,
    value: v6_12_x86,
  },
  {
    name: 'v6.6-ppc-radix',
    releases: '6.6..6.12',
    about: 'the flush of an unmap is not passed on to secondary TLBs, 6.6 to 6.12',
    source: cite`read, not reported: ${LINUX.radix__flush_tlb_page_psize}`,
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
    releases: '5.4..6.0',
    about: 'page tables retracted without notifiers (CVE-2022-48991), 5.4 to 6.1',
    source: citeIn('5.15')`${LINUX.collapse_and_free_pmd}; fixed by f268f6cf875f`,
    value: kernel('unmap=pte,flush-tlb', v6_1_x86),
  },
  {
    name: 'soft-dirty-before-3.11',
    about: 'clear_refs 4 write-protected pages without telling secondaries (2013)',
    source: citeIn('3.11')`${LINUX.clear_soft_dirty}; x86 still flushed on aging then`,
    value: kernel('age=pte,flush-tlb?young,clear_flush_young write-protect=pte,flush-tlb'),
  },
  {
    name: 'invalidate-page-4.12',
    about: 'an unmap called invalidate_page() after it had given up the lock',
    source: citeIn('4.12')`${LINUX.try_to_unmap_one}; gone in 4.13 (merge ea25c4317946)`,
    value: kernel('unmap=pte,unlock,flush-tlb,invalidate', v4_20_x86),
  },
  {
    name: 'thp-migration-4.19',
    about: 'NUMA balancing copied a huge page before it told the devices',
    source: citeIn('4.19')`${LINUX.migrate_misplaced_transhuge_page}; fixed by 7066f0f933a1`,
    value: kernel('migrate=pte,flush-tlb,copy,invalidate,remap', v4_20_x86),
  },
  {
    name: 'young-check-2014',
    about: 'an unmap told the secondary first, and then asked whether it had used the page',
    source: cite`${LINUX.try_to_unmap_one} before 57128468080a (2014), by its text alone`,
    value: kernel('unmap=invalidate,look,pte,flush-tlb', v4_20_x86),
  },
  {
    name: 'migrate-device-2022',
    about: 'migrate_vma_collect_pmd() flushed after the lock, and MADV_DONTNEED did not wait',
    source: cite`${LINUX.migrate_vma_collect_pmd} before 60bae7370896 (2022); commit text alone`,
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
    source: cite`${LINUX.do_wp_page} before a fix by Xiao Guangrong (2012); version unknown`,
    value: kernel('cow=set,flush-tlb,invalidate', v4_20_x86),
  },
];
