/**
 * What is modelled: a system is kernel x driver x hardware, bounded by a scope. All four are plain
 * data; docs/model.md tells what each field means, docs/kernel-map.md where the kernel has it.
 */

/** What reclaim calls to age a page: classic LRU the first, multi-gen LRU one of the other two. */
export const AGING_HELPERS = [
  'ptep_clear_flush_young_notify',
  'ptep_clear_young_notify',
  'ptep_test_and_clear_young',
] as const;
export type AgingHelper = (typeof AGING_HELPERS)[number];

/** What the page-table walk of the multi-gen LRU calls. */
export const WALK_HELPERS = ['ptep_test_and_clear_young', 'ptep_clear_young_notify'] as const;
export type WalkHelper = (typeof WALK_HELPERS)[number];

/** What core mm and the architecture do. */
export interface Kernel {
  readonly agingHelper: AgingHelper;
  /** The helper flushes the CPU TLBs of a page whose PTE was young (generic code, arm64). */
  readonly flushesTlbWhenYoung: boolean;
  /** A CPU TLB flush also calls invalidate_secondary (arm64 since 6.6). */
  readonly tlbFlushReachesSecondary: boolean;
  /** The notifier that the mail proposes: called only when the PTE was young. */
  readonly notifiesFlushYoung: boolean;
  /** F: an unmap or write-protect of an old PTE flushes nothing (arm64 before 07509e10dcc7). */
  readonly unmapFlushesOld: boolean;
  /** F: an unmap does not call invalidate_secondary (khugepaged before f268f6cf875f). */
  readonly unmapNotifies: boolean;
  /** mm: the invalidation of an unmap covers every page in scope (x86 since 6.6). */
  readonly unmapInvalidates: 'page' | 'mm';
  /** invalidate_secondary runs when a present PTE becomes writable or dirty (6bbd42e2df8f). */
  readonly upgradeNotifies: boolean;
  /** What walk_pte_range() calls: the bare one, which skips old PTEs; since 6.12 the other. */
  readonly walkHelper: WalkHelper;
  /** MADV_PAGEOUT looks before it takes a page, so that it adds nothing but that look (6.1). */
  readonly pageoutLooks: boolean;
  /** A read fault on a swapped page maps it writable (seen on 6.12; not on 6.1). */
  readonly swapinWritable: boolean;
  /** two-pages: a mark or check asks clear_young of the next page as well (f166586f74dd). */
  readonly idleRange: 'page' | 'two-pages';
}

/** What a notifier callback of a driver can do, in the order in which it is listed. */
export const ACTIONS = [
  'flush-iotlb',
  'flush-atc',
  'flush-atc-nowait',
  'harvest',
  'flush-atc-if-harvested',
  'zap',
] as const;
export type Action = (typeof ACTIONS)[number];

export const RETURNS = ['zero', 'one', 'harvested'] as const;
export type Return = (typeof RETURNS)[number];

export interface Callback {
  readonly actions: readonly Action[];
  readonly returns: Return;
}

export const CALLBACKS = [
  'clear_flush_young',
  'clear_young',
  'flush_young',
  'invalidate_secondary',
] as const;
export type CallbackName = (typeof CALLBACKS)[number];

/** The notifier policy. shared: the IOMMU walks the CPU's page table (SVA); shadow: KVM. */
export interface Driver extends Readonly<Record<CallbackName, Callback>> {
  readonly secondary: 'shared' | 'shadow';
}

export interface Hardware {
  /** The device has an ATC (PCIe ATS). */
  readonly ats: boolean;
  /** The IOMMU caches its walks. */
  readonly iotlb: boolean;
  /** A device that handles an invalidation discards a completion still in flight for that page. */
  readonly dropsOvertakenCompletions: boolean;
  /** F: an IOTLB entry without write answers a write with a fault, not with a new walk. */
  readonly rewalksOnPermissionFault: boolean;
  /** Who sets young and dirty on an IOMMU walk: the walker, or the fault handler. */
  readonly accessFlag: 'hardware' | 'fault';
  /** F: a device completes an invalidation before its posted writes have landed. */
  readonly drainsPostedWrites: boolean;
}

export const OBSERVERS = ['reclaim', 'idle'] as const;
export type Observer = (typeof OBSERVERS)[number];

export const GRANULARITIES = ['atomic', 'fine'] as const;

/** The events that the independent models of the same semantics know. */
export const REFERENCE_EVENTS = [
  'evict',
  'unmap',
  'protect',
  'clear-refs',
  'write',
  'posted',
] as const;
/** And what the logs of real kernels hold besides. No preset scope has any of it. */
export const OPTIONAL_EVENTS = [
  ...REFERENCE_EVENTS,
  'cold',
  'walk',
  'lru',
  'pageout',
  'swap',
  'fork',
  'collapse',
] as const;
export type OptionalEvent = (typeof OPTIONAL_EVENTS)[number];

/** The bound within which everything is explored. */
export interface Scope {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
  readonly observers: readonly Observer[];
  readonly granularity: (typeof GRANULARITIES)[number];
  readonly events: readonly OptionalEvent[];
}

/** Smallest and largest count of each kind of thing in a scope. */
export const LIMITS = { pages: [1, 4], cpus: [0, 2], devices: [1, 2] } as const;

export interface Parts {
  readonly kernel: Kernel;
  readonly driver: Driver;
  readonly hardware: Hardware;
  readonly scope: Scope;
}
export type PartName = keyof Parts;

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

/** An ATC exists: the device's, or for a shadow secondary the vCPU's TLB. */
export const hasAtc = ({ driver, hardware }: Parts): boolean =>
  hardware.ats || driver.secondary === 'shadow';

/** A shadow secondary has no IOTLB in the model: its page table is its own. */
export const hasIotlb = ({ driver, hardware }: Parts): boolean =>
  hardware.iotlb && driver.secondary === 'shared';

/** What an optional event needs of its system, as a person would write it. */
interface Need {
  readonly needs: string;
  readonly met: (parts: Parts) => boolean;
}
const NEEDS: { readonly [E in OptionalEvent]?: readonly Need[] } = {
  evict: [
    {
      needs: 'a TLB, an IOTLB or an ATC',
      met: (parts) => parts.scope.cpus > 0 || hasIotlb(parts) || hasAtc(parts),
    },
  ],
  posted: [
    { needs: 'an ATC', met: hasAtc },
    { needs: 'granularity=fine', met: ({ scope }) => scope.granularity === 'fine' },
    { needs: 'write', met: ({ scope }) => scope.events.includes('write') },
  ],
  lru: [{ needs: 'observers=reclaim', met: ({ scope }) => scope.observers.includes('reclaim') }],
  pageout: [{ needs: 'pageoutLooks=false', met: ({ kernel }) => !kernel.pageoutLooks }],
  swap: [{ needs: 'unmap', met: (parts) => hasUnmaps(parts) }],
};

/** What keeps an event out of play, though the scope has it. */
const lackOf = (parts: Parts, event: OptionalEvent): string[] =>
  (NEEDS[event] ?? []).filter(({ met }) => !met(parts)).map(({ needs }) => needs);

/** An event of the scope that another field keeps out of play: it changes nothing. */
export interface NotInPlay {
  readonly event: OptionalEvent;
  readonly needs: readonly string[];
}
export const notInPlay = (parts: Parts): NotInPlay[] =>
  parts.scope.events
    .map((event) => ({ event, needs: lackOf(parts, event) }))
    .filter(({ needs }) => needs.length > 0);

const isInPlay = (parts: Parts, event: OptionalEvent): boolean =>
  parts.scope.events.includes(event) && lackOf(parts, event).length === 0;

/** The two-touch rule is in play: a look decides what becomes of the page. */
export const hasLru = (parts: Parts): boolean => isInPlay(parts, 'lru');

/** MADV_PAGEOUT takes pages without a look: else it is that look, and what comes of it. */
export const hasPageout = (parts: Parts): boolean => isInPlay(parts, 'pageout');

/** Pages are unmapped, so that frames are freed. */
export const hasUnmaps = (parts: Parts): boolean =>
  parts.scope.events.includes('unmap') || hasPageout(parts);

/** An unmapped page leaves a swap entry. */
export const hasSwap = (parts: Parts): boolean => isInPlay(parts, 'swap');

/** A present PTE can lack write permission. */
export const hasReadOnly = (parts: Parts): boolean =>
  parts.scope.events.includes('protect') ||
  parts.scope.events.includes('fork') ||
  (hasSwap(parts) && !parts.kernel.swapinWritable);

/** A page can get another frame: freed, copied on write, copied into a huge page. */
export const losesFrames = (parts: Parts): boolean => {
  const has = (event: OptionalEvent) => parts.scope.events.includes(event);
  return hasUnmaps(parts) || has('collapse') || (has('fork') && has('write'));
};

/** Write permission can be withdrawn from somebody who has used it. */
export const withdrawsWrite = ({ scope }: Parts): boolean =>
  scope.events.includes('write') &&
  (scope.events.includes('protect') || scope.events.includes('fork'));

/** Posted writes are in play: they need ATS, steps that interleave, and writes. */
export const hasPosted = (parts: Parts): boolean => isInPlay(parts, 'posted');
