/**
 * The vocabulary of kernel programs and driver callbacks. It says of each step where it may stand,
 * what it needs, what it waits for, and what it does to a page.
 */
import { cite } from './citation.ts';
import { LINUX } from './citations.ts';
import type { Guard } from './event.ts';
import type { Machine } from './machine.ts';
import { invalidateAtOnce } from './mechanics/atc.ts';
import { markAccessed } from './mechanics/lru.ts';
import type { Need } from './needs.ts';
import { atc, cpus, iotlb, queued, shadow } from './needs.ts';
import type { Told } from './program.ts';
import type { Page, Thread } from './state.ts';
import type { CallbackName, ProgramName } from './system.ts';

/** What holds translations of a page. An ATC is filled from an IOTLB or an spte. */
export type Cache = 'tlb' | 'iotlb' | 'atc' | 'spte';

export interface StepKind {
  /** Whether the step belongs in a kernel's program or in a driver's callback. */
  readonly in: 'program' | 'callback';
  /** What the system must have. Otherwise the step is no event and does nothing. */
  readonly needs: readonly Need[];
  /** What the system must have for the step to change anything. It is an event all the same. */
  readonly actsOn?: readonly Need[];
  /**
   * The guard for which the step waits if it is an event of its own. Done at once it does not wait.
   */
  readonly waits?: Guard;
  /**
   * The translations of a page that the step drops. Done at once, steps that drop something may
   * come in any order.
   */
  readonly drops?: Cache;
  /** Acts on one of the pages that the step covers. */
  readonly act: (m: Machine, page: Page, run: Thread, atOnce: boolean) => void;
  /** Whether the step finds something to act on. */
  readonly found: (page: Page) => boolean;
  readonly told: Told;
  /** The same in KVM's terms, where the device is a vCPU. */
  readonly kvm?: Told;
}

const ATS = 'PCIe ATS';
const KVM_FLUSH = cite`${LINUX.kvm_flush_remote_tlbs}`;

/* The driver waits until every device has completed its invalidations of the page. */
const allAnswered: Guard = {
  holds: (m, page, unit) => {
    const { covers } = m.operations.steps[m.threads[unit].at];
    for (const index of covers[page.index]) {
      for (const device of m.pages[index].link) if (device.invalidation) return false;
    }
    return true;
  },
  otherwise: ({ invalidation, page: nameOf }, m, page, unit) => {
    const { covers } = m.operations.steps[m.threads[unit].at];
    for (const index of covers[page.index]) {
      const dev = m.pages[index].link.findIndex((each) => each.invalidation === 1);
      if (dev >= 0) return `dev${dev} has not handled the ${invalidation} of ${nameOf(index)}`;
    }
    return '';
  },
};

/* The driver waits until the IOMMU has handled its invalidations of the page. */
const queueEmpty: Guard = {
  holds: (m, page, unit) => {
    for (const index of m.operations.steps[m.threads[unit].at].covers[page.index]) {
      if (m.pages[index].queue.invalidation) return false;
    }
    return true;
  },
  otherwise: ({ page: nameOf }, m, page, unit) => {
    const { covers } = m.operations.steps[m.threads[unit].at];
    const waits = covers[page.index].find((index) => m.pages[index].queue.invalidation === 1);
    return `the IOMMU has not handled the invalidation of ${nameOf(waits ?? 0)}`;
  },
};

export const STEPS = {
  'flush-tlb': {
    in: 'program',
    needs: [cpus],
    drops: 'tlb',
    act: (_m, { tlb }) => {
      for (const entry of tlb) entry.clear();
    },
    found: ({ tlb }) => tlb.some(({ present }) => present !== 0),
    told: { sentence: 'Every CPU drops its TLB entry.', source: cite`${LINUX.flush_tlb_page}` },
  },
  'flush-iotlb': {
    in: 'callback',
    needs: [iotlb],
    drops: 'iotlb',
    act: (_m, page) => page.iotlb.clear(),
    found: (page) => page.iotlb.present !== 0,
    told: { sentence: 'The IOTLB drops its entry.', source: 'the driver of the notifier' },
  },
  'post-iotlb': {
    in: 'callback',
    needs: [iotlb, queued],
    drops: 'iotlb',
    act: (_m, page, _run, atOnce) => {
      if (atOnce) page.iotlb.clear();
      else page.queue.invalidation = 1;
    },
    found: (page) => page.iotlb.present !== 0,
    told: {
      sentence: 'An invalidation is put into the command queue of the IOMMU.',
      source: 'AMD INVALIDATE_IOMMU_PAGES; VT-d p_iotlb descriptor',
    },
  },
  'await-iotlb': {
    in: 'callback',
    needs: [iotlb, queued],
    waits: queueEmpty,
    act: () => undefined,
    found: () => false,
    told: {
      sentence: 'The IOMMU has handled the invalidations of the page in its queue.',
      source: 'AMD COMPLETION_WAIT; VT-d invalidation wait descriptor',
    },
  },
  'post-atc': {
    in: 'callback',
    needs: [atc],
    drops: 'atc',
    act: (m, page, _run, atOnce) => {
      if (atOnce) return invalidateAtOnce(m, page);
      for (const link of page.link) link.invalidation = 1;
    },
    found: (page) => page.atc.some(({ present }) => present !== 0),
    told: {
      sentence: 'An ATC invalidation is sent to every device.',
      source: `${ATS}: invalidate request`,
    },
    kvm: { sentence: 'Every vCPU is asked to flush its TLB.', source: KVM_FLUSH },
  },
  'await-atc': {
    in: 'callback',
    needs: [atc],
    waits: allAnswered,
    act: () => undefined,
    found: () => false,
    told: {
      sentence: 'Every device has completed the invalidations of the page.',
      source: `${ATS}: invalidate completion`,
    },
    kvm: { sentence: 'Every vCPU has flushed its TLB.', source: KVM_FLUSH },
  },
  harvest: {
    in: 'callback',
    needs: [],
    actsOn: [shadow],
    act: (_m, { spte }, run) => {
      if (!spte.young) return;
      spte.young = 0;
      run.harvested = 1;
    },
    found: ({ spte }) => spte.young !== 0,
    told: {
      sentence: "The secondary's own young bit is tested and cleared.",
      source: cite`${LINUX.kvm_age_gfn}`,
    },
  },
  zap: {
    in: 'callback',
    needs: [],
    actsOn: [shadow],
    drops: 'spte',
    act: (m, page) => {
      if (page.spte.young && m.zapMarksAccessed) markAccessed(m, page);
      page.spte.clear();
    },
    found: ({ spte }) => spte.present !== 0,
    told: {
      sentence: "The secondary's own page-table entry is dropped.",
      source: cite`${LINUX.kvm_unmap_gfn_range}`,
    },
  },
  copy: {
    in: 'program',
    needs: [],
    act: () => undefined,
    found: () => false,
    told: {
      sentence: 'The page is copied to its new frame. A later write to the old frame is lost.',
      source: cite`${LINUX.migrate_folio}`,
    },
  },
} as const satisfies Readonly<Record<string, StepKind>>;
export type StepVerb = keyof typeof STEPS;
export const STEP_VERBS = Object.keys(STEPS) as StepVerb[];

/** Words that stand for several steps, which then share one range and one condition. */
export const WORDS: Readonly<Record<string, { steps: readonly StepVerb[]; told: Told }>> = {
  'flush-atc': {
    steps: ['post-atc', 'await-atc'],
    told: {
      sentence: 'It is post-atc and then await-atc: afterwards the ATC entries are gone.',
      source: `${ATS}: invalidate request and completion`,
    },
  },
};

/** Steps that only some programs may have. */
export const STEP_PROGRAMS: { readonly [V in StepVerb]?: readonly ProgramName[] } = {
  copy: ['migrate'],
};

/**
 * The steps for which a word of a callback stands. Without a queue the IOTLB drops its entry when
 * it is told, and nobody waits.
 */
export function stepsOf(word: string, isQueued: boolean): readonly StepVerb[] {
  switch (word) {
    case 'flush-iotlb':
      return isQueued ? ['post-iotlb', 'await-iotlb'] : ['flush-iotlb'];
    case 'post-iotlb':
      return isQueued ? ['post-iotlb'] : ['flush-iotlb'];
    case 'await-iotlb':
      return isQueued ? ['await-iotlb'] : [];
    default:
      return WORDS[word]?.steps ?? [word as StepVerb];
  }
}

/** The calls that a program can make, each with the callback of the driver that answers it. */
export const CALLS: Readonly<Record<string, { callback: CallbackName; told: Told }>> = {
  invalidate: {
    callback: 'invalidate_secondary',
    told: {
      sentence: 'The kernel calls invalidate_secondary of the driver.',
      source: cite`${LINUX.mmu_notifier_invalidate_range}, ${
        LINUX.mmu_notifier_arch_invalidate_secondary_tlbs
      }`,
    },
  },
  clear_flush_young: {
    callback: 'clear_flush_young',
    told: {
      sentence: 'The kernel calls clear_flush_young of the driver, and uses what it returns.',
      source: cite`${LINUX.mmu_notifier_clear_flush_young}`,
    },
  },
  clear_young: {
    callback: 'clear_young',
    told: {
      sentence: 'The kernel calls clear_young of the driver, and uses what it returns.',
      source: cite`${LINUX.mmu_notifier_clear_young}`,
    },
  },
  flush_young: {
    callback: 'flush_young',
    told: {
      sentence: 'The kernel calls flush_young of the driver.',
      source: 'proposed on 2019-01-31; never merged',
    },
  },
};

/** A word of a program that is about the page table or its lock, and not about a cache. */
interface Mark {
  /** The programs that may have it. Undefined if all may. */
  readonly only?: readonly ProgramName[];
  readonly told: Told;
}

/** The words of programs that are about the page table and its lock. */
export const MARKS = {
  pte: {
    told: {
      sentence: 'The operation changes the page table, and takes its lock.',
      source: cite`${LINUX.ptep_test_and_clear_young}, ${LINUX.ptep_get_and_clear}, ${
        LINUX.ptep_set_wrprotect
      } and their like`,
    },
  },
  unlock: {
    only: ['unmap'],
    told: {
      sentence: 'The page-table lock is given up, and the flushes come later.',
      source: cite`${LINUX.set_tlb_ubc_flush_pending}; ${LINUX.page_vma_mapped_walk_done}`,
    },
  },
  look: {
    only: ['unmap'],
    told: {
      sentence: 'A look of reclaim under the lock of the unmap, which a reference ends.',
      source: cite`${LINUX.try_to_unmap_one} up to 5.14: ${LINUX.ptep_clear_flush_young_notify}`,
    },
  },
  remap: {
    only: ['migrate'],
    told: {
      sentence: 'The page is mapped again, at its new frame. The old frame is freed.',
      source: cite`${LINUX.remove_migration_pte}`,
    },
  },
  set: {
    only: ['cow'],
    told: {
      sentence: 'The PTE maps the copy, young, dirty and writable.',
      source: cite`${LINUX.wp_page_copy}: ${LINUX.set_pte_at}`,
    },
  },
  take: {
    only: ['rewrite'],
    told: {
      sentence: 'The PTE is read and cleared in one, so that no walk can set a bit meanwhile.',
      source: cite`${LINUX.ptep_modify_prot_start}, ${LINUX.ptep_get_and_clear}`,
    },
  },
  read: {
    only: ['rewrite'],
    told: {
      sentence: 'The PTE is read and stays. A walk can set a bit that the write back loses.',
      source: cite`${LINUX.pmdp_invalidate} before d52605d7cb30`,
    },
  },
  put: {
    only: ['rewrite'],
    told: {
      sentence: 'The bits that were read are written back.',
      source: cite`${LINUX.ptep_modify_prot_commit}, ${LINUX.set_pte_at}`,
    },
  },
} as const satisfies Readonly<Record<string, Mark>>;
