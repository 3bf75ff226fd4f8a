/**
 * The words of a kernel developer, and what to write here for each: the callbacks of struct
 * mmu_notifier_ops, the invalidation commands of IOMMUs, and what the model leaves out.
 */
import type { KernelWord } from './kernel-word.ts';
import { KVM, NOT_IN_KVM } from './not-in-kvm.ts';

const OPS = 'include/linux/mmu_notifier.h struct mmu_notifier_ops';
const SVA = 'invalidate_secondary=flush-iotlb,flush-atc';
const SHADOW = 'secondary=shadow invalidate_secondary=zap,flush-atc';

/** The callbacks of a notifier, as its C source names them. */
export const C_CALLBACKS: readonly KernelWord[] = [
  {
    name: '.clear_flush_young',
    also: ['clear_flush_young'],
    write: [
      'clear_flush_young=flush-iotlb,flush-atc',
      'secondary=shadow clear_flush_young=harvest,flush-atc?harvested,return-harvested',
    ],
    sentence:
      'Write what it does, in its order. An SVA driver can only flush, and returns 0. KVM tests ' +
      'and clears its own young bit, and returns it.',
    source: `${OPS}; virt/kvm/kvm_main.c, drivers/iommu/amd_iommu_v2.c up to 5.0`,
  },
  {
    name: '.clear_young',
    also: ['clear_young'],
    write: ['secondary=shadow clear_young=harvest,return-harvested'],
    sentence: 'As clear_flush_young, but it may omit the flush. Only KVM has it.',
    source: `${OPS}; virt/kvm/kvm_main.c kvm_mmu_notifier_clear_young()`,
  },
  {
    name: '.test_young',
    also: ['test_young'],
    write: undefined,
    sentence:
      'It neither clears nor flushes, so it changes the answer of no later look. The checks of ' +
      'DAMON and khugepaged, which call it, are not looks of the model.',
    source: `${OPS}; mm/damon/ops-common.c, mm/khugepaged.c`,
  },
  {
    name: '.invalidate_range',
    versions: 'up to 6.5',
    also: ['invalidate_range'],
    write: [SVA],
    sentence:
      "The kernel calls it beside the CPUs' flush or at invalidate_range_end. When it does so is " +
      'the step `invalidate` in the lists of the kernel.',
    source: `${OPS}; mm/mmu_notifier.c mn_hlist_invalidate_end()`,
  },
  {
    name: '.arch_invalidate_secondary_tlbs',
    versions: 'since 6.6',
    also: ['arch_invalidate_secondary_tlbs'],
    write: [SVA],
    sentence:
      "The CPUs' TLB flush calls it. In the lists of the kernel it is the step `invalidate` " +
      'beside `flush-tlb`.',
    source: `${OPS}; arch/*/include/asm/tlbflush.h (6bbd42e2df8f)`,
  },
  {
    name: '.invalidate_range_start',
    also: ['invalidate_range_start'],
    write: [SHADOW],
    sentence:
      'It is for a secondary with a page table of its own: KVM, GPUs. A driver whose IOMMU walks ' +
      "the CPU's page table has one of the two callbacks above instead.",
    source: `${OPS}; virt/kvm/kvm_main.c kvm_mmu_notifier_invalidate_range_start()`,
  },
  {
    name: '.invalidate_range_end',
    also: ['invalidate_range_end'],
    write: [],
    sentence:
      'Between start and end KVM makes no spte. The model has no such window: a fault waits for ' +
      "the page's lock.",
    source: `${OPS}; include/linux/kvm_host.h mmu_invalidate_retry()`,
  },
  {
    name: 'mmu_interval_notifier_ops.invalidate',
    versions: 'since 5.5',
    also: ['.invalidate', '.invalidate_start', '.invalidate_finish', 'mmu_interval_notifier_ops'],
    write: [SHADOW],
    sentence: 'It is the preset interval-notifier. Such a driver has no young callback at all.',
    source: 'include/linux/mmu_notifier.h struct mmu_interval_notifier_ops; mm/hmm.c',
  },
  {
    name: '.change_pte',
    versions: 'up to 6.9',
    also: ['change_pte', 'set_pte_at_notify'],
    write: [],
    sentence:
      'When it is called, invalidate_range_start has dropped the entry, and it finds none to ' +
      'change.',
    source: `${OPS}; mm/memory.c wp_page_copy(), mm/ksm.c (6bdb913f0a70)`,
  },
  {
    name: '.invalidate_page',
    versions: 'up to 4.12',
    also: ['invalidate_page'],
    write: undefined,
    sentence:
      'It came when the page-table lock was given up and the page could be mapped anew. No ' +
      'kernel here calls it.',
    source: `${OPS} up to 4.12; mm/rmap.c try_to_unmap_one()`,
  },
  {
    name: '.release',
    also: ['release'],
    write: undefined,
    sentence:
      'The address space ends, and no look comes after that. The model has one address space, ' +
      'which never ends. So nobody checks that the PASID is dead before the page tables are freed.',
    source: `${OPS}; mm/mmap.c exit_mmap()`,
  },
  {
    name: '.alloc_notifier',
    also: ['alloc_notifier', '.free_notifier', 'free_notifier'],
    write: [],
    sentence: 'It and .free_notifier make and free the structure, and touch no translation.',
    source: `${OPS}; mm/mmu_notifier.c mmu_notifier_get_locked()`,
  },
];

const VTD = 'Intel VT-d specification; drivers/iommu/intel/dmar.c';
const AMD = 'AMD I/O Virtualization Technology specification; drivers/iommu/amd/iommu.c';
const SMMU = 'Arm SMMUv3 specification; drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c';
const WAITS = 'Behind an IOTLB invalidation write nothing: flush-iotlb is done when it is over.';

/** What a driver puts into the queue of its IOMMU. The actions stand in the order of the queue. */
export const DESCRIPTORS: readonly KernelWord[] = [
  {
    name: 'VT-d: PASID-based IOTLB invalidate',
    also: ['p_iotlb_inv_dsc', 'qi_flush_piotlb', 'QI_EIOTLB_TYPE'],
    write: ['flush-iotlb'],
    sentence: 'The IOTLB drops its entries of the PASID. qi_flush_piotlb() also waits for it.',
    source: `${VTD} qi_flush_piotlb()`,
  },
  {
    name: 'VT-d: IOTLB invalidate',
    also: ['iotlb_inv_dsc', 'qi_flush_iotlb', 'QI_IOTLB_TYPE'],
    write: [],
    sentence:
      'It has no PASID, and an SVA device has entries of a PASID alone, which stay. The driver ' +
      'vtd-6.18-wrong-descriptor made this mistake.',
    source: `${VTD} qi_flush_iotlb(); 04b1b069f151`,
  },
  {
    name: 'VT-d: PASID-based device-TLB invalidate',
    also: ['p_dev_tlb_inv_dsc', 'qi_flush_dev_iotlb_pasid', 'QI_DEIOTLB_TYPE'],
    write: ['post-atc'],
    sentence:
      'The device drops its entries of the PASID. qi_flush_dev_iotlb_pasid() also waits for it: ' +
      'write flush-atc.',
    source: `${VTD} qi_flush_dev_iotlb_pasid()`,
  },
  {
    name: 'VT-d: device-TLB invalidate',
    also: ['dev_tlb_inv_dsc', 'qi_flush_dev_iotlb', 'QI_DIOTLB_TYPE'],
    write: [],
    sentence:
      'It has no PASID, so the entries of an SVA device stay. The driver ' +
      'intel-svm-6.12-flush-all makes this mistake.',
    source: `${VTD} qi_flush_dev_iotlb(); 3141153816bf`,
  },
  {
    name: 'VT-d: invalidation wait',
    also: ['inv_wait_dsc', 'QI_IWD_TYPE', 'qi_submit_sync'],
    write: ['await-atc'],
    sentence: `It waits for what was queued before it. ${WAITS}`,
    source: `${VTD} qi_submit_sync()`,
  },
  {
    name: 'AMD: INVALIDATE_IOMMU_PAGES',
    also: ['INVALIDATE_IOMMU_PAGES', 'CMD_INV_IOMMU_PAGES', 'build_inv_iommu_pages'],
    write: ['post-iotlb'],
    sentence:
      'The IOMMU drops its entries of the PASID. Whether it does so before a device answers an ' +
      'invalidation that was queued later is not known: see hardware queued.',
    source: `${AMD} build_inv_iommu_pages()`,
  },
  {
    name: 'AMD: INVALIDATE_IOTLB_PAGES',
    also: ['INVALIDATE_IOTLB_PAGES', 'CMD_INV_IOTLB_PAGES', 'build_inv_iotlb_pages'],
    write: ['post-atc'],
    sentence: 'The device drops its entries. AMD calls the ATC of a device an IOTLB.',
    source: `${AMD} build_inv_iotlb_pages()`,
  },
  {
    name: 'AMD: COMPLETION_WAIT',
    also: ['COMPLETION_WAIT', 'CMD_COMPL_WAIT', 'build_completion_wait', 'iommu_completion_wait'],
    write: ['await-iotlb,await-atc'],
    sentence: `It waits for what was queued before it. ${WAITS}`,
    source: `${AMD} build_completion_wait()`,
  },
  {
    name: 'SMMUv3: TLBI_NH_VA',
    also: ['TLBI_NH_VA', 'CMDQ_OP_TLBI_NH_VA', 'TLBI_EL2_VA', 'CMDQ_OP_TLBI_EL2_VA'],
    write: ['flush-iotlb'],
    sentence: 'The SMMU drops its entries of these addresses.',
    source: `${SMMU} arm_smmu_tlb_inv_range_asid()`,
  },
  {
    name: 'SMMUv3: TLBI_NH_ASID',
    also: [
      'TLBI_NH_ASID',
      'CMDQ_OP_TLBI_NH_ASID',
      'TLBI_EL2_ASID',
      'CMDQ_OP_TLBI_EL2_ASID',
      'TLBI_NH_ALL',
      'CMDQ_OP_TLBI_NH_ALL',
    ],
    write: ['flush-iotlb@mm'],
    sentence: 'The SMMU drops all entries of the address space.',
    source: `${SMMU} arm_smmu_tlb_inv_asid()`,
  },
  {
    name: 'SMMUv3: ATC_INV',
    also: ['ATC_INV', 'CMD_ATC_INV', 'CMDQ_OP_ATC_INV', 'arm_smmu_atc_inv_domain'],
    write: ['post-atc'],
    sentence: 'The device drops its entries. With size 0 it means all of them: post-atc@mm.',
    source: `${SMMU} arm_smmu_atc_inv_domain()`,
  },
  {
    name: 'SMMUv3: CMD_SYNC',
    also: ['CMD_SYNC', 'CMDQ_OP_CMD_SYNC'],
    write: ['await-atc'],
    sentence: `It waits for what was queued before it. ${WAITS}`,
    source: `${SMMU} arm_smmu_cmdq_issue_cmdlist()`,
  },
  {
    name: 'an invalidation, and the wait behind it',
    also: [],
    write: ['flush-atc'],
    sentence: 'It is post-atc,await-atc in one word, and both have one condition and one range.',
    source: 'docs/trace-format.md',
  },
  {
    name: 'all addresses of a PASID or ASID',
    also: ['PASID', 'ASID', 'whole PASID'],
    write: ['flush-iotlb@mm,flush-atc@mm'],
    sentence: 'The range @mm stands behind each action. Without a range it is the page alone.',
    source: 'docs/trace-format.md',
  },
  {
    name: 'PASID-cache, context-cache, DTE, STE or CD invalidate',
    also: ['CFGI_CD', 'CFGI_STE', 'qi_flush_pasid_cache', 'INVALIDATE_DEVTAB_ENTRY'],
    write: undefined,
    sentence:
      'It tells of a change of the tables by which the IOMMU finds the page table. Here these ' +
      'tables never change.',
    source: 'drivers/iommu/intel/pasid.c; arm_smmu_sync_cd(); amd_iommu_flush_dte()',
  },
];

/** What a user of any kernel looks for, and does not find. docs/model.md has the whole list. */
export const NOT_IN_KERNELS: readonly KernelWord[] = [
  {
    name: 'huge pages beside small ones',
    also: ['huge', 'huge-page', 'hugepage', 'hugetlb', 'THP', 'PMD', 'contpte'],
    write: undefined,
    sentence:
      'All pages have one size. A kernel whose name ends in -thp has huge ones, and its PTE ' +
      'stands for a PMD; with block=2 or 4 a secondary caches the pages behind it one by one. ' +
      'Nothing is split.',
    source: 'mm/huge_memory.c __split_huge_pmd(); docs/model.md',
  },
  {
    name: 'several address spaces',
    also: ['address-space', 'child', 'PASIDs', 'process'],
    write: undefined,
    sentence:
      'There is one page table, with one PASID. After a fork (event fork) the child does ' +
      'nothing, and no page is mapped twice.',
    source: 'mm/memory.c copy_page_range(); docs/model.md',
  },
  {
    name: 'limits of the PRI queue',
    also: ['PRI-queue', 'PRQ', 'page-request-queue'],
    write: undefined,
    sentence:
      'Each page request is answered. So no request is lost as the queue is full, and none is ' +
      'answered with a failure.',
    source: 'drivers/iommu/intel/prq.c; docs/model.md',
  },
  {
    name: 'caches of upper page-table levels',
    also: ['PWC', 'page-walk-cache', 'paging-structure-cache'],
    write: undefined,
    sentence:
      'A walk reads one PTE, and page tables are never freed. So a stale pointer to a page ' +
      'table is not found.',
    source: 'mm/pgtable-generic.c pte_free_kernel(); CVE-2025-71089; docs/model.md',
  },
  {
    name: 'lists and generations of the LRU',
    also: ['lru-list', 'lru-lists', 'generation', 'generations', 'memcg', 'MGLRU'],
    write: undefined,
    sentence:
      'A look answers for one page, and events=lru keeps its flags. The order of pages, and ' +
      'how fast they move through lists or generations, is left out.',
    source: 'mm/vmscan.c shrink_active_list(), try_to_inc_max_seq(); docs/model.md',
  },
  {
    name: 'memory ordering',
    also: ['memory-ordering', 'memory-model', 'barrier', 'smp_mb', 'DSB', 'reordering'],
    write: undefined,
    sentence:
      'Steps happen one after the other, in the order that all see. Reordering inside a CPU ' +
      'or an IOMMU is not searched; tools/memory-model has litmus tests for it.',
    source: 'tools/memory-model/Documentation/explanation.txt; docs/model.md',
  },
  {
    name: 'time',
    also: ['timeout', 'latency', 'delay', 'deadline'],
    write: undefined,
    sentence:
      'Events have an order and no duration. So an invalidation is answered late or early, ' +
      'but it never times out, and a cost is a number of invalidations.',
    source: 'docs/model.md',
  },
];

export const KERNEL_WORDS: readonly KernelWord[] = [
  ...C_CALLBACKS,
  ...DESCRIPTORS,
  ...NOT_IN_KVM,
  ...NOT_IN_KERNELS,
];

/** The word that finds all that is not modelled. */
export const NOT_MODELLED = 'not-modelled';

/** What to write for a word of the kernel. Where there are several, each is for other drivers. */
export function writtenHere({ write }: KernelWord): string[] {
  if (write === undefined) return ['not modelled'];
  return write.length === 0 ? ['write nothing'] : write.map((text) => `write ${text}`);
}

/** The hint about a word that is of the kernel and not of a system. Undefined for any other. */
export function kernelHint(written: string): string | undefined {
  const word = written.replace(/\(\)$/, '').toLowerCase();
  const is = (name: string): boolean => name.toLowerCase() === word;
  const found = KERNEL_WORDS.find(({ name, also }) => is(name) || also.some(is));
  if (found === undefined || KVM.includes(word)) return undefined;
  return `${found.name}: ${writtenHere(found).join(', or ')}. ${found.sentence}`;
}
