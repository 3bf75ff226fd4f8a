/**
 * The fields of a system. A system is a kernel, a driver and hardware, and a scope bounds it. Each
 * field is declared once, with its values, its default and its meaning. docs/model.md explains
 * them; docs/kernel-map.md says where the kernel has them.
 */
import type { Source } from './citation.ts';
import { cite } from './citation.ts';
import { LINUX } from './citations.ts';
import type { Callback, Field, Form } from './field.ts';
import { callback, choice, count, flag, program, set } from './field.ts';
import type { Program } from './program.ts';

/** The kernel: a list of steps for each operation of core mm, and a few choices. */
export const KERNEL_FIELDS = {
  age: program(
    'pte,clear_flush_young',
    'Reclaim looks whether a page was used, as observer reclaim.',
    cite`${LINUX.folio_referenced_one}`,
  ),
  idle: program(
    'pte,clear_young',
    'page_idle or DAMON marks or checks a page, as observer idle.',
    cite`${LINUX.page_idle_clear_pte_refs_one}; ${LINUX.damon_ptep_mkold}`,
  ),
  unmap: program(
    'pte,flush-tlb,invalidate',
    'Reclaim unmaps a page and then frees its frame.',
    cite`${LINUX.try_to_unmap_one}`,
  ),
  'write-protect': program(
    'pte,flush-tlb,invalidate',
    'Writeback makes a page read-only and clean.',
    cite`${LINUX.page_vma_mkclean_one}`,
  ),
  'clear-refs': program(
    'pte',
    'A user writes 1 to /proc/PID/clear_refs.',
    cite`${LINUX.clear_refs_pte_range}`,
  ),
  upgrade: program(
    'none',
    'The fault handler has allowed a write on a present PTE, and runs these steps.',
    cite`${LINUX.arm64_ptep_set_access_flags} or ${
      LINUX.__ptep_set_access_flags
    }, since 6.6 (6bbd42e2df8f)`,
  ),
  walk: program(
    'pte',
    'The multi-gen LRU walks page tables to find young pages (event walk).',
    cite`${LINUX.walk_pte_range}; since 6.12 it calls clear_young (1d4832becdc2)`,
  ),
  cold: program(
    'pte,flush-tlb?young,invalidate?young',
    'A user calls madvise(MADV_COLD) (event cold).',
    cite`${LINUX.madvise_cold_or_pageout_pte_range}`,
  ),
  fork: program(
    'pte,flush-tlb,invalidate',
    'A fork shares a page with a child; a later write copies it (event fork).',
    cite`${LINUX.copy_present_pte} or ${LINUX.copy_present_ptes}, ${LINUX.wp_page_copy}`,
  ),
  collapse: program(
    'pte,flush-tlb,invalidate',
    'khugepaged copies a page into a huge page (event collapse).',
    cite`${LINUX.collapse_huge_page}`,
  ),
  migrate: program(
    'pte,flush-tlb,invalidate,copy,remap',
    'A page is copied to another frame, and mapped again (event migrate).',
    cite`${LINUX.try_to_migrate_one}, ${LINUX.remove_migration_pte}`,
  ),
  cow: program(
    'pte,flush-tlb,invalidate,set',
    'A write to a page that a child shares copies it, step by step (event cow).',
    cite`${LINUX.wp_page_copy}`,
  ),
  rewrite: program(
    'take,put',
    'A PTE is read and written back, and means to keep young and dirty (event rewrite).',
    cite`${LINUX.change_pte_range}; ${LINUX.pagemap_scan_pmd_entry}`,
  ),
  lru: choice(
    {
      classic: 'Active and inactive lists: a second reference activates a page.',
      'multi-gen': 'The multi-gen LRU: a page is reclaimed if its last look found it unreferenced.',
    },
    {
      about: 'The LRU that decides whether a page is reclaimed after a look (event lru).',
      source: cite`${LINUX.folio_check_references}; ${LINUX.lru_gen_enabled}`,
    },
  ),
  pageout: choice(
    {
      none: 'MADV_PAGEOUT unmaps no page without a look.',
      takes: 'MADV_PAGEOUT unmaps a page without a look, since 6.10.',
      clears:
        'MADV_PAGEOUT clears young and then looks, 5.4 to 6.9: only a young spte keeps a page.',
    },
    {
      about: 'How MADV_PAGEOUT unmaps pages (event pageout).',
      source: cite`${LINUX.madvise_cold_or_pageout_pte_range}, ${LINUX.reclaim_pages}`,
    },
  ),
  swapinWritable: flag(false, {
    about: 'A read fault on a swapped page maps it writable (event swap).',
    source: cite`${LINUX.do_swap_page}; seen on 6.12, not on 6.1`,
  }),
  checksPending: flag(true, {
    about: 'If false, madvise and mprotect do not wait for an unmap that flushes without the lock.',
    source: cite`${LINUX.flush_tlb_batched_pending}, since 3ea277194daa; 60bae7370896`,
  }),
} as const;

/** The driver: what each of its notifier callbacks does. */
export const DRIVER_FIELDS = {
  secondary: choice(
    {
      shared: 'The IOMMU walks the page table of the CPU (SVA).',
      shadow: 'The secondary MMU has a page table of its own (KVM, GPUs).',
    },
    {
      about: 'The page table that the secondary MMU walks.',
      source: cite`${LINUX.iommu_sva_bind_device}; virt/kvm/kvm_main.c`,
    },
  ),
  clear_flush_young: callback(
    'The kernel asks whether the secondary has used the page, and wants a flush.',
    cite`${LINUX.mmu_notifier_clear_flush_young}`,
  ),
  clear_young: callback(
    'The kernel asks whether the secondary has used the page, and wants no flush.',
    cite`${LINUX.mmu_notifier_clear_young}`,
  ),
  flush_young: callback(
    'The notifier that the mail proposes: the kernel found the PTE young and wants a flush.',
    'proposed on 2019-01-31; never merged',
  ),
  invalidate_secondary: callback(
    'The kernel tells the secondary that a translation is no longer valid.',
    cite`${LINUX.mmu_notifier_invalidate_range}, ${
      LINUX.mmu_notifier_arch_invalidate_secondary_tlbs
    } since 6.6; KVM: invalidate_range_start`,
  ),
  marksAccessed: set(
    {
      fault: 'A fault of the secondary marks the page accessed.',
      zap: 'A zap of a young spte marks the page accessed: x86 up to 6.12 (66bc627e7fee).',
    },
    [],
    {
      about: 'The occasions on which a shadow secondary calls folio_mark_accessed().',
      source: cite`${LINUX.kvm_release_pfn_clean} and ${LINUX.kvm_set_pfn_accessed}`,
    },
  ),
  fill: choice(
    {
      lock: 'A secondary fault is one event, and waits for the lock of the page.',
      sequence: 'It looks the page up and installs it later, and retries if it was overtaken.',
      none: 'It looks the page up and installs it later, overtaken or not.',
    },
    {
      about: 'How a secondary fault is kept apart from invalidations (fine, secondary=shadow).',
      source: cite`${LINUX.mmu_invalidate_retry_hva} or ${
        LINUX.mmu_invalidate_retry_gfn
      }; ${LINUX.mmu_interval_read_retry}`,
    },
  ),
} as const;

export const HARDWARE_FIELDS = {
  ats: flag(true, {
    about: 'The device has an ATC. A shadow secondary always has one: the TLB of the vCPU.',
    source: 'PCIe Base Specification, Address Translation Services',
  }),
  iotlb: flag(true, {
    about: 'The IOMMU caches its walks. A shadow secondary has no IOTLB.',
    source: 'Intel VT-d, AMD IOMMU and Arm SMMU specifications',
  }),
  dropsOvertakenCompletions: flag(true, {
    about: 'A device that handles an invalidation discards an overtaken completion for that page.',
    source: 'PCIe ATS: "required to discard Translation Completions that might be stale"',
  }),
  rewalksOnPermissionFault: flag(true, {
    about: 'If false, a write that finds an IOTLB entry without write faults, without a new walk.',
    source: 'Arm SMMUv3, TLB entries with permission faults; 6bbd42e2df8f',
  }),
  accessFlag: choice(
    {
      hardware: 'The walker of the IOMMU sets young and dirty itself.',
      fault: 'A walk that would set young or dirty faults, and the fault handler sets them.',
      ignored: 'A walk that needs no fault handler sets neither young nor dirty.',
    },
    {
      about: 'How young and dirty are set on a walk of the IOMMU.',
      source: cite`Arm SMMUv3 CD.HA and CD.HD; ${LINUX.arm_smmu_make_sva_cd} sets neither`,
    },
  ),
  drainsPostedWrites: flag(true, {
    about: 'If false, a device completes an invalidation before its posted writes have landed.',
    source: 'PCIe ATS invalidate completion; Intel QAT (e65a6897be5e)',
  }),
  iotlbQueue: flag(false, {
    about: 'Invalidations of the IOTLB are commands in a queue, and take their time (fine).',
    source: 'AMD command buffer; VT-d invalidation queue; SMMU command queue',
  }),
  acknowledges: choice(
    {
      dropped: 'A device that completes an invalidation has dropped its entry.',
      'in-vain': 'A device completes an invalidation and keeps its entry.',
    },
    {
      about: 'What a device has done when it completes an invalidation.',
      source: 'PCIe ATS invalidate completion; Intel IPU E2000',
    },
  ),
  inFlight: flag(false, {
    about: 'A DMA without an ATC is in flight between its translation and its access (fine).',
    source: 'riscv-iommu issue 281; needs ats=false, an IOTLB and iotlbQueue=true',
  }),
  drainsTranslated: flag(true, {
    about: 'If false, the IOMMU completes an invalidation before translated requests are over.',
    source: 'VT-d drain of reads and writes; RISC-V IOMMU IOFENCE.C',
  }),
} as const;

/** The optional events of a scope. Accesses, and the looks of its observers, are always there. */
export const EVENTS_ABOUT = {
  evict: 'TLBs, the IOTLB and ATCs drop entries to make room.',
  unmap: 'Reclaim unmaps pages and frees their frames: try_to_unmap_one().',
  protect: 'Writeback write-protects pages: page_vma_mkclean_one().',
  'clear-refs': 'A user clears the referenced bits of pages: clear_refs_write().',
  write: 'CPUs and devices write. Without this event every access is a read.',
  posted: 'Devices post writes that land later (fine, with an ATC and write).',
  cold: 'A user calls madvise(MADV_COLD): madvise_cold_or_pageout_pte_range().',
  walk: 'The multi-gen LRU walks page tables: walk_pte_range().',
  lru: 'The looks of reclaim decide which pages may be unmapped: shrink_folio_list().',
  pageout: 'A user calls madvise(MADV_PAGEOUT) (kernel pageout=takes or clears): reclaim_pages().',
  swap: 'An unmapped page leaves a swap entry: do_swap_page().',
  fork: 'A user forks, and a later write copies: copy_present_pte(), wp_page_copy().',
  collapse: 'khugepaged copies pages into a huge page: collapse_huge_page().',
  dontneed: 'A user calls madvise(MADV_DONTNEED) on an unmapped page: zap_pte_range() (fine).',
  mprotect: 'A user calls mprotect() on an unmapped page: change_pte_range() (fine).',
  rewrite: 'A PTE is written back from an earlier read: change_pte_range() (fine).',
  migrate: 'Pages are copied to other frames: migrate_pages() (fine).',
  cow: 'A write copies a page that a child shares step by step: wp_page_copy() (fine, fork).',
} as const;
export type OptionalEvent = keyof typeof EVENTS_ABOUT;
export const OPTIONAL_EVENTS = Object.keys(EVENTS_ABOUT) as readonly OptionalEvent[];

/** The observers: who asks whether pages are in use. */
const OBSERVERS_ABOUT = {
  reclaim: 'Reclaim looks at pages: it ages them, and may evict what was not referenced.',
  idle: 'Idle page tracking marks pages idle and checks them: page_idle and DAMON.',
} as const;
export type Observer = keyof typeof OBSERVERS_ABOUT;
export const OBSERVERS = Object.keys(OBSERVERS_ABOUT) as readonly Observer[];

/** The smallest and the largest number of each kind of thing in a scope. */
export const LIMITS = { pages: [1, 4], cpus: [0, 3], devices: [1, 3] } as const;

const GRANULARITIES_ABOUT = {
  atomic: 'Each operation and each access is one event.',
  fine: 'Operations and translations are cut into steps, which interleave.',
} as const;
export const GRANULARITIES = Object.keys(
  GRANULARITIES_ABOUT,
) as readonly (keyof typeof GRANULARITIES_ABOUT)[];

/** The scope: the bounds within which a system is explored. */
export const SCOPE_FIELDS = {
  pages: count(...LIMITS.pages, 1, {
    about: 'How many pages there are: A, B, C, D.',
    source: 'a bound',
  }),
  cpus: count(...LIMITS.cpus, 0, {
    about: 'How many CPUs use the page table. With 0 only devices access pages.',
    source: 'a bound',
  }),
  devices: count(...LIMITS.devices, 1, {
    about: 'How many devices there are. With KVM they are vCPUs.',
    source: 'a bound',
  }),
  observers: set(OBSERVERS_ABOUT, ['reclaim'], {
    about: 'The parts of the kernel that ask whether pages are in use.',
    source: 'mm/vmscan.c; mm/page_idle.c and mm/damon',
  }),
  block: choice(
    {
      '1': 'Each page has a PTE of its own.',
      '2': 'Two pages are one folio behind one PTE, A-B and C-D.',
      '4': 'Four pages are one folio behind one PTE.',
    },
    {
      about: 'How many pages one PTE of the kernel maps. Devices cache each page.',
      source: 'a PMD, whose pages a secondary may map and cache one by one',
    },
  ),
  range: choice(
    {
      none: 'Each operation is of one page, or of one block.',
      'A-B': 'Pages A and B are also unmapped and write-protected together.',
      'A-C': 'Pages A to C are also unmapped and write-protected together.',
      'A-D': 'Pages A to D are also unmapped and write-protected together.',
      'B-C': 'Pages B and C are also unmapped and write-protected together.',
      'B-D': 'Pages B to D are also unmapped and write-protected together.',
      'C-D': 'Pages C and D are also unmapped and write-protected together.',
    },
    {
      about: 'A run of pages that operations have beside single pages (block=1).',
      source: 'struct mmu_notifier_range: start and end',
    },
  ),
  granularity: choice(GRANULARITIES_ABOUT, {
    about: 'Whether an operation is one event or many.',
    source: 'a bound',
  }),
  events: set(EVENTS_ABOUT, [], {
    about: 'The optional events that can happen.',
    source: 'a bound',
  }),
} as const;

/** Every field of every part, in the order in which they are printed. */
export const FIELDS = {
  kernel: KERNEL_FIELDS,
  driver: DRIVER_FIELDS,
  hardware: HARDWARE_FIELDS,
  scope: SCOPE_FIELDS,
} as const;

type ValuesOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };
export type Kernel = ValuesOf<typeof KERNEL_FIELDS>;
export type Driver = ValuesOf<typeof DRIVER_FIELDS>;
export type Hardware = ValuesOf<typeof HARDWARE_FIELDS>;
export type Scope = ValuesOf<typeof SCOPE_FIELDS>;

type NamesOf<F, T> = { [K in keyof F]: F[K] extends Field<T> ? K : never }[keyof F];
export type ProgramName = NamesOf<typeof KERNEL_FIELDS, Program>;
export type CallbackName = NamesOf<typeof DRIVER_FIELDS, Callback>;

const named = (fields: Readonly<Record<string, Field>>, form: Form['form']): string[] =>
  Object.keys(fields).filter((name) => fields[name].values.form === form);
export const PROGRAMS = named(KERNEL_FIELDS, 'program') as ProgramName[];
export const CALLBACKS = named(DRIVER_FIELDS, 'callback') as CallbackName[];

export interface Parts {
  readonly kernel: Kernel;
  readonly driver: Driver;
  readonly hardware: Hardware;
  readonly scope: Scope;
}
export type PartName = keyof Parts;

/** The fields of one part by name. */
export const fieldsOf = (part: PartName) => FIELDS[part] as Readonly<Record<string, Field>>;

const otherwise = <P extends PartName>(part: P): Parts[P] =>
  Object.fromEntries(
    Object.entries(fieldsOf(part)).map(([name, field]) => [name, field.otherwise]),
  ) as unknown as Parts[P];

/** The defaults of all fields. A driver then has no callback that does anything. */
export const DEFAULTS: Parts = {
  kernel: otherwise('kernel'),
  driver: otherwise('driver'),
  hardware: otherwise('hardware'),
  scope: otherwise('scope'),
};

/**
 * A system, and the name of the preset from which each part was made. Names are for printing alone.
 */
export interface System extends Parts {
  readonly names: Readonly<Partial<Record<PartName, string>>>;
}

/** A part of a system under a name. `youngcheck list` shows it, and a setup block may name it. */
export interface Preset<T> {
  readonly name: string;
  /** One line that says what it is. */
  readonly about: string;
  /** The kernel version and the source behind it. */
  readonly source: Source;
  readonly value: T;
}
