import { citeIn } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { Driver, Preset } from '../system.ts';
import { driver } from '../text.ts';

const flushesOnUnmap = driver('invalidate_secondary=flush-iotlb,flush-atc');
const flushesAlways = driver('clear_flush_young=flush-iotlb,flush-atc', flushesOnUnmap);
const kvm = driver(
  'secondary=shadow clear_flush_young=harvest,flush-atc?harvested,return-harvested' +
    ' clear_young=harvest,return-harvested invalidate_secondary=zap,flush-atc' +
    ' marksAccessed=fault,zap',
);

/** The preset drivers, by name and version. Each is the policy of its notifier callbacks. */
export const DRIVERS: readonly Preset<Driver>[] = [
  {
    name: 'amd-iommu-v2',
    about: 'up to 5.0: clear_flush_young flushes always and returns 0',
    source: citeIn('5.0')`${LINUX.mn_clear_flush_young}`,
    value: flushesAlways,
  },
  {
    name: 'amd-iommu-v2-patched',
    about: 'since 5.1, with the patch that the mail answers: no clear_flush_young; the default',
    source: citeIn('5.2')`${LINUX.iommu_mn}: no clear_flush_young any more`,
    value: flushesOnUnmap,
  },
  {
    name: 'intel-svm',
    about: 'never had clear_flush_young',
    source: citeIn('4.20')`${LINUX.intel_mmuops}`,
    value: flushesOnUnmap,
  },
  {
    name: 'intel-svm-6.12-flush-all',
    about: 'the notifier flushes "everything", and the device-TLB invalidation misses the ATC',
    source: citeIn('6.12')`${LINUX.cache_tag_flush_all}: no PASID in it; fixed by 3141153816bf`,
    value: driver('invalidate_secondary=flush-iotlb'),
  },
  {
    name: 'sva-rework',
    about: 'clear_flush_young is kept, as the author of the mail planned in his SVA series',
    source: 'the mail of 2019-01-31; as merged in 5.10 the callback was not kept',
    value: flushesAlways,
  },
  {
    name: 'arm-smmu-v3-sva',
    about: 'SMMUv3 SVA, 5.10 and later',
    source: citeIn('5.15')`${LINUX.arm_smmu_mmu_notifier_ops}`,
    value: flushesOnUnmap,
  },
  {
    name: 'amd-sva',
    about: 'AMD SVA, 6.10 and later: both invalidations are queued, and one wait ends both',
    source: citeIn('7.1')`${LINUX.amd_iommu_dev_flush_pasid_pages}`,
    value: driver('invalidate_secondary=post-iotlb,post-atc,await-iotlb,await-atc'),
  },
  {
    name: 'sva-flush-young',
    about: "the driver's half of the proposal: flush in flush_young",
    source: 'proposed in the mail of 2019-01-31; never merged',
    value: driver('flush_young=flush-iotlb,flush-atc', flushesOnUnmap),
  },
  {
    name: 'kvm',
    about: 'KVM on x86, 6.1 to 6.12: harvests its own bit, flushes if it was set',
    source: citeIn('6.12')`${LINUX.kvm_mmu_notifier_clear_flush_young}`,
    value: kvm,
  },
  {
    name: 'kvm-x86-4.20',
    about: 'KVM on x86, 4.20 to 6.0: a fault does not mark the page accessed',
    source: citeIn('4.20')`${LINUX.mmu_spte_clear_track_bits}`,
    value: driver('marksAccessed=zap', kvm),
  },
  {
    name: 'kvm-x86-6.13',
    about: 'KVM on x86 since 6.13: the flush is elided, and a zap tells nobody',
    source: 'Linux 6.13 KVM_ELIDE_TLB_FLUSH_IF_YOUNG (2ebbe0308c29); 66bc627e7fee',
    value: driver('clear_flush_young=harvest,return-harvested marksAccessed=fault', kvm),
  },
  {
    name: 'kvm-arm64',
    about: 'KVM on arm64, 5.15 and later: a zap tells nobody',
    source: citeIn('5.15')`${LINUX.user_mem_abort}, ${LINUX.arm64_kvm_unmap_gfn_range}`,
    value: driver('marksAccessed=fault', kvm),
  },
  {
    name: 'interval-notifier',
    about: "GPUs and mlx5 ODP: the device's own page table, and no young callback at all",
    source: citeIn('6.12')`${LINUX.hmm_range_fault}, ${LINUX.mmu_interval_notifier}`,
    value: driver('secondary=shadow invalidate_secondary=zap,flush-atc'),
  },
  {
    name: 'ocxl',
    about: "OpenCAPI on POWER9 (with hardware nest-mmu): the nest MMU hears the CPUs' tlbie",
    source: citeIn('5.15')`${LINUX.ocxl_mmu_notifier_ops}: invalidate_range`,
    value: driver('invalidate_secondary=flush-atc'),
  },
  {
    name: 'smmu-5.2-reordered',
    about: 'the ATC is invalidated before the IOTLB',
    source: 'Linux 5.2 drivers/iommu/arm-smmu-v3.c; fixed by 353e3cf8590c',
    value: driver('invalidate_secondary=flush-atc,flush-iotlb'),
  },
  {
    name: 'vtd-6.18-wrong-descriptor',
    about: 'the IOTLB keeps its PASID entries: the wrong descriptor is queued',
    source: 'Linux 6.18 drivers/iommu/intel/cache.c; fixed by 04b1b069f151',
    value: driver('invalidate_secondary=flush-atc'),
  },
  {
    name: 'none',
    about: 'no notifier at all',
    source: 'a yardstick, not a kernel',
    value: driver(''),
  },
  {
    name: 'always-referenced',
    about: 'clear_flush_young always returns 1, which violates no-false-reference',
    source: 'a yardstick, not a kernel',
    value: driver('clear_flush_young=return-one', flushesOnUnmap),
  },
];
