/**
 * What is modelled: a system is kernel x driver x hardware, bounded by a scope. All four are plain
 * data. Each of their fields is declared here once, with its values, its default and its meaning;
 * docs/model.md tells more, docs/kernel-map.md where the kernel has it.
 */
import type { Line, Program } from './program.ts';
import { ListFault, itemsOf, lineOf } from './program.ts';

/** How the values of a field are written. */
export type Form =
  | { readonly form: 'flag' }
  | { readonly form: 'choice'; readonly values: readonly string[] }
  | { readonly form: 'count'; readonly least: number; readonly most: number }
  | { readonly form: 'set'; readonly members: readonly string[] }
  | { readonly form: 'program' }
  | { readonly form: 'callback' };

/** A field of a part: its values, what it is if nothing is said, and what it means. */
export interface Field<T = unknown> {
  readonly values: Form;
  readonly otherwise: T;
  /** One sentence: what it means. */
  readonly about: string;
  /** The function of the kernel, or the section of a specification, behind it. */
  readonly source: string;
}

type Told = Pick<Field, 'about' | 'source'>;
const flag = (otherwise: boolean, told: Told): Field<boolean> => ({
  values: { form: 'flag' },
  otherwise,
  ...told,
});
/** The first value is the default. */
const choice = <const V extends string>(values: readonly V[], told: Told): Field<V> => ({
  values: { form: 'choice', values },
  otherwise: values[0],
  ...told,
});
const count = (least: number, most: number, otherwise: number, told: Told): Field<number> => ({
  values: { form: 'count', least, most },
  otherwise,
  ...told,
});
const set = <const V extends string>(
  members: readonly V[],
  otherwise: readonly V[],
  told: Told,
): Field<readonly V[]> => ({ values: { form: 'set', members }, otherwise, ...told });

/** A list of steps that is written here, in the project, and so is known to be one. */
function listOf(text: string): Program {
  const items = itemsOf(text);
  if (items instanceof ListFault) throw new Error(`${text}: ${items.rule}`);
  return items.map((item): Line => {
    const line = lineOf(item);
    if (typeof line === 'string') throw new Error(`${text}: ${line}`);
    return line;
  });
}
const program = (otherwise: string, about: string, source: string): Field<Program> => ({
  values: { form: 'program' },
  otherwise: listOf(otherwise),
  about,
  source,
});

export const RETURNS = ['zero', 'one', 'harvested'] as const;
export type Return = (typeof RETURNS)[number];

/** What a notifier callback of a driver does, in order, and what it returns. */
export interface Callback {
  readonly actions: Program;
  readonly returns: Return;
}
const callback = (about: string, source: string): Field<Callback> => ({
  values: { form: 'callback' },
  otherwise: { actions: [], returns: 'zero' },
  about,
  source,
});

/** A program has at most so many steps, a callback so many actions: more than any kernel has. */
export const MOST_STEPS = 12;
export const MOST_ACTIONS = 8;

/** What core mm and the architecture do: a list of steps for each operation, and what is left. */
export const KERNEL_FIELDS = {
  age: program(
    'pte,clear_flush_young',
    'Observer reclaim looks at a page.',
    'mm/rmap.c folio_referenced_one()',
  ),
  idle: program(
    'pte,clear_young',
    'Observer idle marks a page, or checks it: page_idle and DAMON.',
    'mm/page_idle.c page_idle_clear_pte_refs_one(); mm/damon/ops-common.c damon_ptep_mkold()',
  ),
  unmap: program(
    'pte,flush-tlb,invalidate',
    'Reclaim unmaps a page, and then frees its frame.',
    'mm/rmap.c try_to_unmap_one()',
  ),
  'write-protect': program(
    'pte,flush-tlb,invalidate',
    'Writeback makes a page read-only and clean.',
    'mm/rmap.c page_vma_mkclean_one()',
  ),
  'clear-refs': program(
    'pte',
    'A user writes 1 to /proc/PID/clear_refs.',
    'fs/proc/task_mmu.c clear_refs_pte_range()',
  ),
  upgrade: program(
    'none',
    'What follows when the fault handler has let a write through on a present PTE.',
    'mm/memory.c ptep_set_access_flags(); arch/arm64/mm/fault.c since 6.6 (6bbd42e2df8f)',
  ),
  walk: program(
    'pte',
    'The multi-gen LRU walks page tables to find young pages (event walk).',
    'mm/vmscan.c walk_pte_range(); since 6.12 it calls clear_young (1d4832becdc2)',
  ),
  cold: program(
    'pte,flush-tlb?young,invalidate?young',
    'A user calls madvise(MADV_COLD) (event cold).',
    'mm/madvise.c madvise_cold_or_pageout_pte_range()',
  ),
  fork: program(
    'pte,flush-tlb,invalidate',
    'A fork shares a page with a child; a later write copies it (event fork).',
    'mm/memory.c copy_present_pte(), wp_page_copy()',
  ),
  collapse: program(
    'pte,flush-tlb,invalidate',
    'khugepaged copies a page into a huge page (event collapse).',
    'mm/khugepaged.c collapse_huge_page()',
  ),
  lru: choice(['classic', 'multi-gen'], {
    about: 'Which LRU decides, with event lru, what becomes of a page that was looked at.',
    source: 'mm/vmscan.c folio_check_references(); lru_gen_enabled()',
  }),
  pageout: choice(['none', 'takes', 'clears'], {
    about:
      'What MADV_PAGEOUT does (event pageout). takes: it unmaps without a look, since 6.10.' +
      ' clears: it clears the PTE and then looks, 5.4 to 6.9, so that only a young spte saves it.',
    source: 'mm/madvise.c madvise_cold_or_pageout_pte_range(), mm/vmscan.c reclaim_pages()',
  }),
  swapinWritable: flag(false, {
    about: 'A read fault on a swapped page maps it writable (event swap).',
    source: 'mm/memory.c do_swap_page(); seen on 6.12, not on 6.1',
  }),
} as const;

/** The notifier policy of a driver: what each callback does. */
export const DRIVER_FIELDS = {
  secondary: choice(['shared', 'shadow'], {
    about:
      'shared: the IOMMU walks the page table of the CPU (SVA).' +
      ' shadow: the secondary MMU has a page table of its own (KVM, GPUs).',
    source: 'iommu_sva_bind_device(); virt/kvm/kvm_main.c',
  }),
  clear_flush_young: callback(
    'The kernel asks for the young bit of the secondary, and for a flush.',
    'mmu_notifier_clear_flush_young()',
  ),
  clear_young: callback(
    'The kernel asks for the young bit of the secondary, without a flush.',
    'mmu_notifier_clear_young()',
  ),
  flush_young: callback(
    'The notifier that the mail proposes: the PTE was young, so flush.',
    'proposed on 2019-01-31; never merged',
  ),
  invalidate_secondary: callback(
    'The kernel tells the secondary that a translation is no longer valid.',
    'invalidate_range(), arch_invalidate_secondary_tlbs() since 6.6; KVM: invalidate_range_start',
  ),
  marksAccessed: set(['fault', 'zap'], [], {
    about:
      'When a shadow secondary calls folio_mark_accessed(): at a fault, at a zap of a young spte.',
    source:
      'kvm_release_pfn_clean() and kvm_set_pfn_accessed(); a zap: x86 up to 6.12 (66bc627e7fee)',
  }),
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
    about:
      'A device that handles an invalidation discards a completion still in flight for that page.',
    source: 'PCIe ATS: "required to discard Translation Completions that might be stale"',
  }),
  rewalksOnPermissionFault: flag(true, {
    about: 'false: an IOTLB entry without write answers a write with a fault, not with a new walk.',
    source: 'Arm SMMUv3, TLB entries with permission faults; 6bbd42e2df8f',
  }),
  accessFlag: choice(['hardware', 'fault', 'ignored'], {
    about:
      'Who sets young and dirty on a walk of the IOMMU: the walker, the fault handler, or nobody.',
    source: 'Arm SMMUv3 CD.HA and CD.HD; arm_smmu_make_sva_cd() sets neither',
  }),
  drainsPostedWrites: flag(true, {
    about: 'false: a device completes an invalidation before its posted writes have landed.',
    source: 'PCIe ATS invalidate completion; Intel QAT (e65a6897be5e)',
  }),
} as const;

/** Events that a scope may have besides accesses and the looks of its observers. */
export const EVENTS_ABOUT = {
  evict: 'Caches drop entries for want of room.',
  unmap: 'Reclaim unmaps pages and frees their frames.',
  protect: 'Writeback write-protects pages.',
  'clear-refs': 'A user clears the referenced bits of pages.',
  write: 'CPUs and devices write; without it every access is a read.',
  posted: 'Devices post writes that land later (fine, with an ATC and write).',
  cold: 'A user calls madvise(MADV_COLD).',
  walk: 'The multi-gen LRU walks page tables.',
  lru: 'The looks of reclaim decide which pages may be unmapped.',
  pageout: 'A user calls madvise(MADV_PAGEOUT) (kernel pageout=takes or clears).',
  swap: 'An unmapped page leaves a swap entry.',
  fork: 'A user forks, and a later write copies the page.',
  collapse: 'khugepaged copies pages into a huge page.',
} as const;
export type OptionalEvent = keyof typeof EVENTS_ABOUT;
export const OPTIONAL_EVENTS = Object.keys(EVENTS_ABOUT) as readonly OptionalEvent[];

export const OBSERVERS = ['reclaim', 'idle'] as const;
export type Observer = (typeof OBSERVERS)[number];

/** Smallest and largest count of each kind of thing in a scope. */
export const LIMITS = { pages: [1, 4], cpus: [0, 3], devices: [1, 3] } as const;

export const GRANULARITIES = ['atomic', 'fine'] as const;

/** The bound within which everything is explored. */
export const SCOPE_FIELDS = {
  pages: count(...LIMITS.pages, 1, {
    about: 'How many pages there are: A, B, C, D.',
    source: 'a bound',
  }),
  cpus: count(...LIMITS.cpus, 0, {
    about: 'How many CPUs share the page table. 0: no CPU does anything.',
    source: 'a bound',
  }),
  devices: count(...LIMITS.devices, 1, {
    about: 'How many devices there are; of KVM, vCPUs.',
    source: 'a bound',
  }),
  observers: set(OBSERVERS, ['reclaim'], {
    about: 'Who asks whether pages are in use: reclaim, and idle page tracking.',
    source: 'mm/vmscan.c; mm/page_idle.c and mm/damon',
  }),
  granularity: choice(GRANULARITIES, {
    about: 'atomic: each event happens at once. fine: operations and translations interleave.',
    source: 'a bound',
  }),
  events: set(OPTIONAL_EVENTS, [], {
    about: 'Which optional events can happen.',
    source: 'a bound',
  }),
} as const;

/** Every field of every part, in the order in which they are written. */
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

/** The fields of one part, by name. */
export const fieldsOf = (part: PartName) => FIELDS[part] as Readonly<Record<string, Field>>;

const otherwise = <P extends PartName>(part: P): Parts[P] =>
  Object.fromEntries(
    Object.entries(fieldsOf(part)).map(([name, field]) => [name, field.otherwise]),
  ) as unknown as Parts[P];

/** What every field is if nothing is said. A driver then answers no callback. */
export const DEFAULTS: Parts = {
  kernel: otherwise('kernel'),
  driver: otherwise('driver'),
  hardware: otherwise('hardware'),
  scope: otherwise('scope'),
};

/** A system, with the name of the preset that each part was written from, for printing alone. */
export interface System extends Parts {
  readonly names: Readonly<Partial<Record<PartName, string>>>;
}

/** Named plain data: what `youngcheck list` shows and what a setup block may name. */
export interface Preset<T> {
  readonly name: string;
  /** One line: what it is. */
  readonly about: string;
  /** The kernel version and the source behind it. */
  readonly source: string;
  readonly value: T;
}
