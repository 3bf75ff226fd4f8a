import type { Hardware, Preset } from '../system.ts';

const ats: Hardware = {
  ats: true,
  iotlb: true,
  dropsOvertakenCompletions: true,
  rewalksOnPermissionFault: true,
  accessFlag: 'hardware',
  drainsPostedWrites: true,
};

/** IOMMUs and devices. The first is the default. */
export const HARDWARE: readonly Preset<Hardware>[] = [
  {
    name: 'ats',
    about: 'a device that keeps the ATS rules; the default',
    source: 'PCIe Base Specification, chapter 10 (Address Translation Services)',
    value: ats,
  },
  {
    name: 'smmu-v3',
    about: 'mainline SMMUv3 SVA: a fault handler sets young, a read-only TLB entry faults',
    source: 'Linux 7.1 arm_smmu_make_sva_cd() sets neither HA nor HD; 6bbd42e2df8f',
    value: { ...ats, accessFlag: 'fault', rewalksOnPermissionFault: false },
  },
  {
    name: 'no-ats',
    about: 'no ATC: translations live in the IOTLB only',
    source: 'RISC-V IOMMU specification: cached A bits need no ATC to be missed',
    value: { ...ats, ats: false },
  },
  {
    name: 'walk-always',
    about: 'nothing is cached: every access walks the page table',
    source: 'a yardstick, not a device',
    value: { ...ats, ats: false, iotlb: false },
  },
  {
    name: 'overtaken-completions',
    about: 'a device that keeps a completion which an invalidation has overtaken',
    source: 'breaks PCIe ATS: "required to discard Translation Completions that might be stale"',
    value: { ...ats, dropsOvertakenCompletions: false },
  },
  {
    name: 'qat',
    about: 'the invalidation completion overtakes posted writes',
    source: 'Intel QAT 0x4940 to 0x4943; worked around by e65a6897be5e',
    value: { ...ats, drainsPostedWrites: false },
  },
];
