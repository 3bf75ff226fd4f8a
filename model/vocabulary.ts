/** What each event is, in one sentence, with the kernel function or specification behind it. */

export interface Term {
  /** As a trace spells it; `dev0`, `cpu0` and `A` stand for any. */
  readonly text: string;
  readonly granularity: 'atomic' | 'fine' | 'both';
  readonly sentence: string;
  readonly source: string;
  /** The same of KVM, where `dev0` is a vCPU, its ATC the TLB, and a walk is one of the sptes. */
  readonly kvm?: { readonly sentence: string; readonly source: string };
}

const ATS = 'PCIe ATS';
const SECOND_STAGE = 'CPU architecture manuals: EPT, NPT, stage 2';

export const VOCABULARY: readonly Term[] = [
  {
    text: 'dev0: read A',
    granularity: 'both',
    sentence: 'A DMA read; in fine, with an ATC, one that hits it.',
    source: `${ATS}: translated request`,
    kvm: {
      sentence: "A guest's load; in fine, one that hits the vCPU's TLB.",
      source: SECOND_STAGE,
    },
  },
  {
    text: 'dev0: write A',
    granularity: 'both',
    sentence: 'A DMA write; in fine, with an ATC, one that hits it (needs events=write).',
    source: `${ATS}: translated request`,
    kvm: {
      sentence: "A guest's store; in fine, one that hits the vCPU's TLB (needs events=write).",
      source: SECOND_STAGE,
    },
  },
  {
    text: 'dev0: request-read A',
    granularity: 'fine',
    sentence: 'The device misses in its ATC and asks for a translation to read.',
    source: `${ATS}: translation request`,
    kvm: {
      sentence: 'The vCPU misses in its TLB, and the hardware begins to walk the sptes to read.',
      source: SECOND_STAGE,
    },
  },
  {
    text: 'dev0: request-write A',
    granularity: 'fine',
    sentence: 'The device misses in its ATC and asks for a translation to write.',
    source: `${ATS}: translation request`,
    kvm: {
      sentence: 'The vCPU misses in its TLB, and the hardware begins to walk the sptes to write.',
      source: SECOND_STAGE,
    },
  },
  {
    text: 'iommu: translate dev0 A',
    granularity: 'fine',
    sentence: 'The IOMMU answers from the IOTLB or by a walk, which sets young (and dirty).',
    source: `${ATS}: translation completion; iommu_sva_handle_mm() for a fault`,
    kvm: {
      sentence: 'The hardware finds an spte, which sets its young bit, or KVM handles the fault.',
      source: 'kvm_mmu_page_fault() on x86, user_mem_abort() on arm64, for a fault',
    },
  },
  {
    text: 'dev0: complete A',
    granularity: 'fine',
    sentence: 'The completion arrives: the ATC entry is installed and the access happens.',
    source: `${ATS}: translation completion`,
    kvm: {
      sentence: 'The walk is over: the TLB entry is installed and the access happens.',
      source: SECOND_STAGE,
    },
  },
  {
    text: 'dev0: handle-invalidation A',
    granularity: 'fine',
    sentence: 'The device drops its ATC entry and completes the invalidation.',
    source: `${ATS}: invalidate request and completion`,
    kvm: {
      sentence: 'The vCPU flushes the entry from its TLB.',
      source: 'KVM_REQ_TLB_FLUSH on x86, TLBI on arm64',
    },
  },
  {
    text: 'dev0: post-write A',
    granularity: 'fine',
    sentence: 'A posted write leaves the device with its translation (needs events=write,posted).',
    source: 'PCIe posted memory write',
    kvm: {
      sentence: 'A store leaves the vCPU with its translation (needs events=write,posted).',
      source: 'CPU architecture manuals: store buffers',
    },
  },
  {
    text: 'dev0: land-write A',
    granularity: 'fine',
    sentence: 'The posted write reaches memory: that is the access.',
    source: 'PCIe posted memory write',
    kvm: {
      sentence: 'The store reaches memory: that is the access.',
      source: 'CPU architecture manuals: store buffers',
    },
  },
  {
    text: 'dev0: evict A',
    granularity: 'both',
    sentence: 'The ATC drops an entry for want of room (needs events=evict).',
    source: ATS,
    kvm: {
      sentence: "The vCPU's TLB drops an entry for want of room (needs events=evict).",
      source: 'CPU architecture manuals',
    },
  },
  {
    text: 'iommu: evict A',
    granularity: 'both',
    sentence: 'The IOTLB drops an entry for want of room (needs events=evict).',
    source: 'IOMMU specifications',
  },
  {
    text: 'cpu0: read A',
    granularity: 'both',
    sentence: 'A load: a TLB hit, or a walk that sets young.',
    source: 'handle_mm_fault() for a fault',
  },
  {
    text: 'cpu0: write A',
    granularity: 'both',
    sentence: 'A store: a hit on a dirty entry, or a walk that sets young and dirty.',
    source: 'handle_mm_fault() for a fault',
  },
  {
    text: 'cpu0: evict A',
    granularity: 'both',
    sentence: 'The TLB drops an entry: a context switch, or want of room.',
    source: 'CPU architecture manuals',
  },
  {
    text: 'kswapd: folio_referenced A == 1',
    granularity: 'atomic',
    sentence: 'Reclaim ages the page at once; 1: referenced, 0: unreferenced.',
    source: 'mm/rmap.c folio_referenced()',
  },
  {
    text: 'kswapd: age A == 1',
    granularity: 'fine',
    sentence: 'Reclaim begins a look: it takes the page-table lock, reads and clears young.',
    source: 'mm/rmap.c folio_referenced_one()',
  },
  {
    text: 'kswapd: report A == 1',
    granularity: 'fine',
    sentence: 'The look is over; 1: referenced, 0: unreferenced.',
    source: 'mm/rmap.c folio_referenced()',
  },
  {
    text: 'kswapd: unmap A',
    granularity: 'both',
    sentence: 'Reclaim clears the PTE; in atomic it also flushes and frees the frame.',
    source: 'mm/rmap.c try_to_unmap_one()',
  },
  {
    text: 'kswapd: free A',
    granularity: 'fine',
    sentence: 'The frame is freed, or swapped out: whoever still caches it has a stale entry.',
    source: 'mm/vmscan.c shrink_folio_list()',
  },
  {
    text: 'kswapd: write-protect A',
    granularity: 'both',
    sentence: 'Writeback clears writable and dirty; in atomic it also flushes.',
    source: 'mm/rmap.c page_vma_mkclean_one()',
  },
  {
    text: 'kswapd: end A',
    granularity: 'fine',
    sentence: 'The write-protect is over: whoever still caches the permission has lost it.',
    source: 'mm/rmap.c page_vma_mkclean_one()',
  },
  {
    text: 'kswapd: walk A == 1',
    granularity: 'both',
    sentence: 'The multi-gen LRU walks and clears young; 1: found young (needs events=walk).',
    source: 'mm/vmscan.c walk_pte_range()',
  },
  {
    text: 'kswapd: pageout A',
    granularity: 'both',
    sentence: 'MADV_PAGEOUT unmaps without a look (needs events=pageout and pageoutLooks=false).',
    source: 'mm/vmscan.c reclaim_pages(), called by mm/madvise.c',
  },
  {
    text: 'page_idle: mark A',
    granularity: 'both',
    sentence: 'The page is marked idle; in fine `== 1` tells the young bit that was cleared.',
    source: 'mm/page_idle.c page_idle_bitmap_write(); damon_ptep_mkold()',
  },
  {
    text: 'page_idle: check A == idle',
    granularity: 'both',
    sentence: 'A marked page is looked at: idle or busy; in fine `== 1` is the young bit.',
    source: 'mm/page_idle.c page_idle_bitmap_read()',
  },
  {
    text: 'page_idle: report A == idle',
    granularity: 'fine',
    sentence: 'The check is over: idle or busy.',
    source: 'mm/page_idle.c page_idle_bitmap_read()',
  },
  {
    text: 'page_idle: end A',
    granularity: 'fine',
    sentence: 'The mark is over.',
    source: 'mm/page_idle.c page_idle_clear_pte_refs()',
  },
  {
    text: 'kswapd: flush-tlb A',
    granularity: 'fine',
    sentence: 'A step of an operation: every CPU drops its TLB entry.',
    source: 'flush_tlb_page()',
  },
  {
    text: 'kswapd: flush-iotlb A',
    granularity: 'fine',
    sentence: 'A step of a callback: the IOTLB drops its entry.',
    source: 'the driver of the notifier',
  },
  {
    text: 'kswapd: post-invalidation A',
    granularity: 'fine',
    sentence: 'A step of a callback: an ATC invalidation is sent to every device.',
    source: `${ATS}: invalidate request`,
    kvm: {
      sentence: 'A step of a callback: every vCPU is asked to flush its TLB.',
      source: 'virt/kvm/kvm_main.c kvm_flush_remote_tlbs()',
    },
  },
  {
    text: 'kswapd: await-invalidation A',
    granularity: 'fine',
    sentence: 'A step of a callback: every device has completed the invalidation.',
    source: `${ATS}: invalidate completion`,
    kvm: {
      sentence: 'A step of a callback: every vCPU has flushed its TLB.',
      source: 'virt/kvm/kvm_main.c kvm_flush_remote_tlbs()',
    },
  },
  {
    text: 'kswapd: harvest A',
    granularity: 'fine',
    sentence: "A step of a callback: the secondary's own young bit is tested and cleared.",
    source: 'virt/kvm/kvm_main.c kvm_age_gfn()',
  },
  {
    text: 'kswapd: zap A',
    granularity: 'fine',
    sentence: "A step of a callback: the secondary's own page-table entry is dropped.",
    source: 'virt/kvm/kvm_main.c kvm_unmap_gfn_range()',
  },
  {
    text: 'user: clear-refs A',
    granularity: 'both',
    sentence: 'young and PG_young are cleared; no notifier, no flush (needs events=clear-refs).',
    source: 'fs/proc/task_mmu.c clear_refs_pte_range()',
  },
  {
    text: 'user: madvise-cold A',
    granularity: 'both',
    sentence:
      'MADV_COLD: young is cleared, and flushed if set; KVM is not told (needs events=cold).',
    source: 'mm/madvise.c madvise_cold_or_pageout_pte_range()',
  },
  {
    text: 'user: fork A',
    granularity: 'both',
    sentence:
      'A child shares the frame: write permission goes, a write copies (needs events=fork).',
    source: 'mm/memory.c copy_present_pte(), wp_page_copy()',
  },
  {
    text: 'khugepaged: collapse A',
    granularity: 'both',
    sentence: 'The page is copied into a huge page, young and dirty (needs events=collapse).',
    source: 'mm/khugepaged.c collapse_huge_page()',
  },
];
