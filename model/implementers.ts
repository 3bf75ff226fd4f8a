/**
 * Which files of the kernel implement which callback of a notifier. A driver preset stands for
 * each file that has releases here; `besides` are others that are known, and that no preset stands
 * for.
 */
import type { Releases } from './releases.ts';

export interface NotifierCallback {
  /** The struct of callbacks, and its member. */
  readonly struct: 'mmu_notifier_ops' | 'mmu_interval_notifier_ops';
  readonly member: string;
  /** The releases that have the member. */
  readonly releases: Releases;
  /** The files that implement it, in which releases. */
  readonly by: Readonly<Record<string, Releases>>;
  readonly besides: readonly string[];
}

const KVM = 'virt/kvm/kvm_main.c';
const OCXL = 'drivers/misc/ocxl/link.c';
const SMMU = 'drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c';

export const NOTIFIER_CALLBACKS: readonly NotifierCallback[] = [
  {
    struct: 'mmu_notifier_ops',
    member: 'clear_flush_young',
    releases: '..',
    by: { [KVM]: '..', 'drivers/iommu/amd_iommu_v2.c': '..5.0' },
    besides: [],
  },
  {
    struct: 'mmu_notifier_ops',
    member: 'clear_young',
    releases: '4.3..',
    by: { [KVM]: '4.3..' },
    besides: [],
  },
  {
    struct: 'mmu_notifier_ops',
    member: 'test_young',
    releases: '..',
    by: { [KVM]: '..' },
    besides: [],
  },
  {
    struct: 'mmu_notifier_ops',
    member: 'invalidate_range',
    releases: '..6.5',
    by: {
      'drivers/iommu/amd_iommu_v2.c': '..5.7',
      'drivers/iommu/amd/iommu_v2.c': '5.8..6.5',
      'drivers/iommu/intel-svm.c': '..5.7',
      'drivers/iommu/intel/svm.c': '5.8..6.5',
      [SMMU]: '5.10..6.5',
      [OCXL]: '5.15..6.5',
    },
    besides: [KVM],
  },
  {
    struct: 'mmu_notifier_ops',
    member: 'arch_invalidate_secondary_tlbs',
    releases: '6.6..',
    by: {
      'drivers/iommu/amd/iommu_v2.c': '6.6..6.6',
      'drivers/iommu/amd/pasid.c': '6.12..',
      'drivers/iommu/intel/svm.c': '6.6..',
      [SMMU]: '6.6..',
      [OCXL]: '6.6..',
    },
    besides: [],
  },
  {
    struct: 'mmu_notifier_ops',
    member: 'invalidate_range_start',
    releases: '..',
    by: { [KVM]: '..' },
    besides: [
      'drivers/gpu/drm/nouveau/nouveau_svm.c',
      'drivers/infiniband/hw/hfi1/mmu_rb.c',
      'drivers/misc/sgi-gru/grutlbpurge.c',
    ],
  },
  {
    struct: 'mmu_interval_notifier_ops',
    member: 'invalidate',
    releases: '5.5..',
    by: {
      'drivers/infiniband/hw/mlx5/odp.c': '5.5..',
      'drivers/gpu/drm/nouveau/nouveau_svm.c': '5.15..',
    },
    besides: [
      'drivers/gpu/drm/amd/amdgpu/amdgpu_hmm.c',
      'drivers/gpu/drm/amd/amdgpu/amdgpu_mn.c',
      'drivers/gpu/drm/amd/amdkfd/kfd_svm.c',
      'drivers/gpu/drm/i915/gem/i915_gem_userptr.c',
      'drivers/gpu/drm/radeon/radeon_mn.c',
      'drivers/gpu/drm/xe/xe_vm.c',
      'drivers/infiniband/hw/hfi1/user_exp_rcv.c',
      'drivers/xen/gntdev.c',
    ],
  },
];
