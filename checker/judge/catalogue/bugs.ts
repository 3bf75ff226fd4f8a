/**
 * Bugs that kernels, IOMMUs, devices and hypervisors really had. Each is found by the trace of the
 * catalogue that shows it, and cleared by the one that has its fix. docs/bugs.md is made of them.
 */

export interface Bug {
  /** The line of suites/bugs.tsv that has the same bug in the plain words of the model. */
  readonly row: string;
  /** A commit, an advisory, or a report, by which a reader knows the bug. */
  readonly report: string;
  /** The version that has the fix, and the year, as far as they are known. */
  readonly when: string;
  readonly found: string;
  readonly fixed: string;
}

const UNKNOWN = 'source unknown';

export const BUGS: readonly Bug[] = [
  {
    row: '1',
    report: '07509e10dcc7, the same with operations at once',
    when: '5.10, 2020',
    found: 'use-after-free+arm64-before-5.10-at-once',
    fixed: 'use-after-free+arm64-5.15',
  },
  {
    row: '1 fine',
    report: '07509e10dcc7, arm64 `pte_accessible()`',
    when: '5.10, 2020',
    found: 'use-after-free+arm64-before-5.10',
    fixed: 'use-after-free+arm64-5.15',
  },
  {
    row: '2',
    report: '6bbd42e2df8f, an upgrade that the SMMU does not hear of',
    when: '6.6',
    found: 'fault-loop+smmu-v3',
    fixed: 'fault-loop+smmu-v3-6.6',
  },
  {
    row: '4',
    report: '353e3cf8590c, SMMUv3: ATC before TLB',
    when: '5.4, 2019',
    found: 'use-after-free+smmu-5.2',
    fixed: 'use-after-free+smmu-5.4',
  },
  {
    row: '5',
    report: '04b1b069f151, VT-d: wrong descriptor for SVA',
    when: '7.0, 2026',
    found: 'use-after-free+vtd-6.18-in-steps',
    fixed: 'use-after-free+vtd-fixed-in-steps',
  },
  {
    row: '6',
    report: '0a3f6b346301, VT-d `calculate_psi_aligned_address()`',
    when: '6.11, 2024',
    found: 'use-after-free+vtd-rounding',
    fixed: 'use-after-free+vtd-rounding-fixed',
  },
  {
    row: '8',
    report: 'e65a6897be5e, Intel QAT 0x4940 to 0x4943',
    when: '6.2, 2022',
    found: 'use-after-free+qat',
    fixed: 'use-after-free+drained-writes',
  },
  {
    row: '10',
    report: '`invalidate_page()` after the lock (merge ea25c4317946)',
    when: '4.13, 2017',
    found: 'split-view+invalidate-page-4.12',
    fixed: 'split-view+invalidate-range-4.13',
  },
  {
    row: '11',
    report: '7066f0f933a1, NUMA migration of a huge page',
    when: '4.20',
    found: 'lost-write+thp-migration-4.19',
    fixed: 'lost-write+thp-migration-4.20',
  },
  {
    row: '12',
    report: 'f268f6cf875f, CVE-2022-48991, khugepaged',
    when: '6.1',
    found: 'use-after-free+khugepaged',
    fixed: 'use-after-free+khugepaged-6.1',
  },
  {
    row: '13',
    report: '4d4bbd8526a8, the OOM reaper and KVM',
    when: '4.14',
    found: 'use-after-free+oom-reaper',
    fixed: 'use-after-free+oom-reaper-fixed',
  },
  {
    row: '14',
    report: '57128468080a, KVM: page aging bugs',
    when: '2014',
    found: 'evicted-in-use+young-check-2014',
    fixed: 'evicted-in-use+young-check-first',
  },
  {
    row: '15a',
    report: '1d4832becdc2, walks of the multi-gen LRU',
    when: '6.12',
    found: 'young-while-unused+x86-mglru-6.1-kvm',
    fixed: 'young-while-unused+x86-mglru-6.12-kvm',
  },
  {
    row: '15b',
    report: 'f166586f74dd, DAMON asks for two pages',
    when: '2026',
    found: 'young-after-neighbour+damon-6.12',
    fixed: 'young-after-neighbour+damon-fixed',
  },
  {
    row: '15b flushing',
    report: 'f166586f74dd, DAMON takes the bit of a neighbour',
    when: '2026',
    found: 'old-after-neighbour+damon-alone',
    fixed: 'old-after-neighbour+damon-fixed',
  },
  {
    row: '17',
    report: '60bae7370896, `migrate_vma_collect_pmd()` and MADV_DONTNEED',
    when: '2022',
    found: 'use-after-free+migrate-device-2022',
    fixed: 'use-after-free+migrate-device-fixed',
  },
  {
    row: '18',
    report: "58cd407ca4c6, KVM's gfn_to_pfn cache",
    when: '5.19',
    found: 'use-after-free+gfn-to-pfn-cache',
    fixed: 'use-after-free+gfn-to-pfn-cache-fixed',
  },
  {
    row: '18 range_start first',
    report: '58cd407ca4c6, with range_start before the PTE changes',
    when: '5.19',
    found: 'use-after-free+gfn-to-pfn-cache-start',
    fixed: 'use-after-free+gfn-to-pfn-cache-start-fixed',
  },
  {
    row: '20',
    report: 'soft-dirty: clear_refs without a notifier',
    when: '3.11, 2013',
    found: 'write-after-protect+soft-dirty-before-3.11',
    fixed: 'write-after-protect+soft-dirty-4.20',
  },
  {
    row: '21',
    report: 'pKVM-IA, issue 84',
    when: UNKNOWN,
    found: 'use-after-free+pkvm-no-device-tlb',
    fixed: 'use-after-free+pkvm-device-tlb',
  },
  {
    row: '22',
    report: 'pKVM-IA, pull request 20',
    when: UNKNOWN,
    found: 'use-after-free+pkvm-no-iotlb',
    fixed: 'use-after-free+pkvm-iotlb',
  },
  {
    row: '23',
    report: 'Vega20 with XGMI, amd-gfx list',
    when: '2019/20',
    found: 'use-after-free+vega20-xgmi',
    fixed: 'use-after-free+vega20-flushed-twice',
  },
  {
    row: '24',
    report: 'b39df63b16b6, drm/amdgpu: user pages',
    when: UNKNOWN,
    found: 'use-after-free+amdgpu-userptr',
    fixed: 'use-after-free+amdgpu-notifier',
  },
  {
    row: '25',
    report: 'pKVM-IA, pull request 3',
    when: UNKNOWN,
    found: 'old-while-cached+pkvm-no-accessed',
    fixed: 'old-while-cached+pkvm-age-by-fault',
  },
  {
    row: '26',
    report: 'managarm, pull request 1304',
    when: UNKNOWN,
    found: 'write-after-protect+managarm',
    fixed: 'write-after-protect+managarm-waits',
  },
  {
    row: '27',
    report: 'M. Levitsky, KVM list: page_idle and a zap (66bc627e7fee)',
    when: '2025',
    found: 'old-while-cached-idle+kvm-x86-6.13',
    fixed: 'old-after-zap+kvm-marks-accessed',
  },
  {
    row: '27',
    report: '66bc627e7fee, the same by the zap alone',
    when: '2025',
    found: 'old-after-zap+kvm-x86-6.13',
    fixed: 'old-after-zap+kvm-marks-accessed',
  },
  {
    row: '28',
    report: 'riscv-iommu, issue 281',
    when: UNKNOWN,
    found: 'use-after-free+riscv-undrained',
    fixed: 'use-after-free+riscv-drained',
  },
  {
    row: '29',
    report: 'XSA-373, XSA-346',
    when: UNKNOWN,
    found: 'use-after-free+xen-no-wait',
    fixed: 'use-after-free+xen-waits',
  },
  {
    row: '31',
    report: 'd52605d7cb30, `pmdp_invalidate()`',
    when: UNKNOWN,
    found: 'young-lost+pmdp-invalidate',
    fixed: 'young-lost+pmdp-invalidate-fixed',
  },
  {
    row: '32',
    report: 'cf54364fb81f, pagemap scan; ced108037c2a, NUMA hinting',
    when: UNKNOWN,
    found: 'young-lost+pagemap-scan',
    fixed: 'young-lost+pagemap-scan-fixed',
  },
  {
    row: '33',
    report: '3ea277194daa, 383c4613c67c, mprotect() beside a batched unmap',
    when: UNKNOWN,
    found: 'write-after-protect+mprotect-batched',
    fixed: 'write-after-protect+mprotect-waits',
  },
  {
    row: '34',
    report: 'Xiao Guangrong: copy on write before the secondary hears',
    when: '2012',
    found: 'split-view+cow-2012',
    fixed: 'split-view+cow-fixed',
  },
  {
    row: '35',
    report: 'df6556adf27b, KVM on arm64: the first page of a range',
    when: UNKNOWN,
    found: 'old-after-first-page+kvm-arm64',
    fixed: 'old-after-first-page+kvm-arm64-fixed',
  },
  {
    row: '36',
    report: `iommu/amd, flush of a domain: ${UNKNOWN}`,
    when: UNKNOWN,
    found: 'use-after-free+amd-size',
    fixed: 'use-after-free+amd-size-fixed',
  },
  {
    row: '37',
    report: `KVM on arm64, lookup of a VMA: ${UNKNOWN}`,
    when: UNKNOWN,
    found: 'use-after-free+kvm-arm64-vma-lookup',
    fixed: 'use-after-free+kvm-arm64-vma-lookup-fixed',
  },
  {
    row: '38',
    report: '3141153816bf, VT-d: "flush everything" without PASID',
    when: '7.3.4 has it',
    found: 'use-after-free+vtd-6.12-flush-all',
    fixed: 'use-after-free+vtd-flush-all-fixed',
  },
  {
    row: '38 fork',
    report: '3141153816bf, the same after a fork',
    when: '7.3.4 has it',
    found: 'write-after-protect+vtd-6.12-flush-all',
    fixed: 'use-after-free+vtd-flush-all-fixed',
  },
  {
    row: '39',
    report: '`radix__flush_tlb_page_psize()`, read and not reported',
    when: 'open in 6.12',
    found: 'use-after-free+ppc-radix',
    fixed: 'use-after-free+ppc-radix-notifies',
  },
];
