/** The events of KVM and of IOMMU drivers that needed.ts lists. */
import type { NeededEvent } from './probe.ts';
import { entry, fixed, returns, same } from './probe.ts';

const CALLBACK = 'start=$arg3:x64 end=$arg4:x64';

export const KVM: readonly NeededEvent[] = [
  fixed('kvm/kvm_age_hva', {
    weight: 'useful',
    of: 'kvm',
    gives: "KVM's clear_flush_young or clear_young was entered",
    without: 'KVM cannot be told from another secondary MMU',
  }),
  fixed('kvm/kvm_test_age_hva', {
    weight: 'useful',
    of: 'kvm',
    gives: "KVM's test_young was entered",
    without: 'KVM cannot be told from another secondary MMU',
  }),
  fixed('kvm/kvm_unmap_hva_range', {
    weight: 'useful',
    of: 'kvm',
    gives: 'KVM unmaps the range',
    without: 'a zap is inferred from invalidate_range_start',
  }),
  fixed('kvmmmu/kvm_tdp_mmu_spte_changed', {
    weight: 'needed',
    of: 'kvm',
    gives: 'every change of an spte: mapped, aged, zapped; not with shadow paging',
    without: "whether a guest used a page is only known by KVM's answer",
  }),
  fixed('kvmmmu/kvm_mmu_set_spte', {
    weight: 'useful',
    of: 'kvm',
    gives: 'an spte is installed, with shadow paging too',
    without: 'with shadow paging no access of a guest is seen',
  }),
  fixed('kvm/kvm_page_fault', {
    weight: 'useful',
    of: 'kvm',
    gives: 'a guest faults: an access of a device',
    without: 'an access of a guest is seen as the change of its spte',
  }),
  fixed('kvm/kvm_guest_fault', {
    weight: 'useful',
    of: 'kvm',
    gives: 'a guest faults, on arm64',
    without: 'on arm64 KVM is known by its notifiers alone',
  }),
  fixed('kvm/kvm_access_fault', {
    weight: 'useful',
    of: 'kvm',
    gives: 'a guest faults on an old entry, on an arm64 CPU without a hardware access flag',
    without: 'such an access of a guest leaves no line',
  }),
  returns('kvmx/unmap_gfn_range_ret', same('kvm_unmap_gfn_range', 'ret=$retval:u8'), {
    weight: 'needed',
    of: 'kvm',
    gives: 'KVM has zapped, and whether there was something to zap',
    without: 'when KVM zapped is not known',
  }),
  returns('kvmx/tdp_page_fault_ret', same('kvm_tdp_page_fault', 'ret=$retval:s32'), {
    weight: 'useful',
    of: 'kvm',
    gives: 'the fault of a guest is over',
    without: 'the fault of a guest lasts until the next event of its vCPU',
  }),
  returns('kvmx/age_gfn_ret', same('kvm_age_gfn', 'ret=$retval:u8'), {
    weight: 'useful',
    of: 'kvm',
    gives: "what KVM's own table said",
    without: 'the answer of the notifier has to be believed',
  }),
  entry(
    'kvmx/flush_remote_tlbs',
    [
      // It is inlined on arm64 of 6.12, where the function below it is not.
      { symbol: 'kvm_flush_remote_tlbs', fetch: '' },
      { symbol: 'kvm_arch_flush_remote_tlbs', fetch: '' },
    ],
    {
      weight: 'useful',
      of: 'kvm',
      gives: "the vCPUs' TLBs are flushed",
      without: 'whether a look flushed the vCPUs is not known: flush-atc?harvested is not checked',
    },
  ),
];

export const SVA: readonly NeededEvent[] = [
  ...(
    [
      ['intel', 'intel_arch_invalidate_secondary_tlbs', 'intel_invalidate_range'],
      ['smmu', 'arm_smmu_mm_arch_invalidate_secondary_tlbs', 'arm_smmu_mm_invalidate_range'],
      ['amd', 'sva_arch_invalidate_secondary_tlbs', 'mn_invalidate_range'],
    ] as const
  ).map(([driver, ...symbols]) =>
    entry(
      `sva/${driver}_invalidate`,
      symbols.map((symbol) => ({ symbol, fetch: CALLBACK })),
      {
        weight: 'useful',
        of: driver,
        gives: `the ${driver} driver flushes IOTLB and ATC`,
        without: `the notifier's call is taken for the flush of the ${driver} driver`,
      },
    ),
  ),
  ...(
    [
      ['qi_submit', 'a descriptor; its type says whether a device-TLB invalidation has a PASID'],
      ['cache_tag_flush_range', 'the range, and the device with its PASID, that is flushed'],
      ['cache_tag_flush_all', 'everything that a device has of a PASID is flushed'],
      ['prq_report', 'a device requests a page'],
    ] as const
  ).map(([name, gives]) =>
    fixed(`intel_iommu/${name}`, {
      weight: 'useful',
      of: 'intel',
      gives,
      without: 'which invalidation the Intel IOMMU was sent is not known',
    }),
  ),
  entry(
    'sva/device_fault',
    [
      { symbol: 'iommu_sva_handle_mm', fetch: 'mm=$arg2:x64' },
      { symbol: 'iommu_sva_handle_iopf', fetch: '' },
    ],
    {
      weight: 'useful',
      of: 'sva',
      gives: 'a page request of a device is handled',
      without: 'a page request of a device is taken for a fault of a CPU',
    },
  ),
];
