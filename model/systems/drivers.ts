import type { Action, Callback, Driver, Preset, Return } from '../system.ts';

const callback = (actions: readonly Action[], returns: Return = 'zero'): Callback => ({
  actions,
  returns,
});
const nothing = callback([]);
const flush = callback(['flush-iotlb', 'flush-atc']);

const none: Driver = {
  secondary: 'shared',
  clear_flush_young: nothing,
  clear_young: nothing,
  flush_young: nothing,
  invalidate_secondary: nothing,
};
const flushesOnUnmap: Driver = { ...none, invalidate_secondary: flush };
const flushesAlways: Driver = { ...flushesOnUnmap, clear_flush_young: flush };
const kvm: Driver = {
  ...none,
  secondary: 'shadow',
  clear_flush_young: callback(['harvest', 'flush-atc-if-harvested'], 'harvested'),
  clear_young: callback(['harvest'], 'harvested'),
  invalidate_secondary: callback(['zap', 'flush-atc']),
};

/** Notifier policies, by driver and version. */
export const DRIVERS: readonly Preset<Driver>[] = [
  {
    name: 'amd-iommu-v2',
    about: 'up to 5.0: clear_flush_young flushes always and returns 0',
    source: 'Linux 5.0 drivers/iommu/amd_iommu_v2.c mn_clear_flush_young()',
    value: flushesAlways,
  },
  {
    name: 'amd-iommu-v2-patched',
    about: 'after the patch that the mail answers (5.1); the default',
    source: 'Linux 5.2 drivers/iommu/amd_iommu_v2.c: no clear_flush_young any more',
    value: flushesOnUnmap,
  },
  {
    name: 'intel-svm',
    about: 'never had clear_flush_young',
    source: 'Linux 4.20 drivers/iommu/intel-svm.c intel_mmuops',
    value: flushesOnUnmap,
  },
  {
    name: 'sva-rework',
    about: 'the callback kept, as the author of the mail meant to in his SVA series',
    source: 'the mail of 2019-01-31; as merged in 5.10 the callback was not kept',
    value: flushesAlways,
  },
  {
    name: 'arm-smmu-v3-sva',
    about: 'SMMUv3 SVA, 5.10 and later',
    source: 'Linux 5.15 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c',
    value: flushesOnUnmap,
  },
  {
    name: 'amd-sva',
    about: 'AMD SVA, 6.12 and later',
    source: 'Linux 6.12 drivers/iommu/amd/pasid.c sva_arch_invalidate_secondary_tlbs()',
    value: flushesOnUnmap,
  },
  {
    name: 'sva-flush-young',
    about: "the driver's half of the proposal: flush in flush_young",
    source: 'proposed in the mail of 2019-01-31; never merged',
    value: { ...flushesOnUnmap, flush_young: flush },
  },
  {
    name: 'kvm',
    about: 'KVM (x86 before 6.13): harvests its own bit, flushes if it was set',
    source: 'Linux 6.12 virt/kvm/kvm_main.c kvm_mmu_notifier_clear_flush_young()',
    value: kvm,
  },
  {
    name: 'kvm-x86-6.13',
    about: 'KVM on x86 since 6.13: the flush is elided',
    source: 'Linux 6.13 KVM_ELIDE_TLB_FLUSH_IF_YOUNG (2ebbe0308c29)',
    value: { ...kvm, clear_flush_young: callback(['harvest'], 'harvested') },
  },
  {
    name: 'smmu-5.2-reordered',
    about: 'the ATC is invalidated before the IOTLB',
    source: 'Linux 5.2 drivers/iommu/arm-smmu-v3.c; fixed by 353e3cf8590c',
    value: { ...none, invalidate_secondary: callback(['flush-atc', 'flush-iotlb']) },
  },
  {
    name: 'vtd-6.18-wrong-descriptor',
    about: 'the IOTLB keeps its PASID entries: the wrong descriptor is queued',
    source: 'Linux 6.18 drivers/iommu/intel/cache.c; fixed by 04b1b069f151',
    value: { ...none, invalidate_secondary: callback(['flush-atc']) },
  },
  {
    name: 'none',
    about: 'no notifier at all',
    source: 'a yardstick, not a kernel',
    value: none,
  },
  {
    name: 'always-referenced',
    about: 'the cheat that no-false-reference catches: clear_flush_young returns 1',
    source: 'a yardstick, not a kernel',
    value: { ...flushesOnUnmap, clear_flush_young: callback([], 'one') },
  },
];
