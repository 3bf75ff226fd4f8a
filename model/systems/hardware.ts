import { cite, citeIn } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { Hardware, Preset } from '../system.ts';
import { hardware } from '../text.ts';

/** The preset hardware: an IOMMU and its devices. The first is the default. */
export const HARDWARE: readonly Preset<Hardware>[] = [
  {
    name: 'ats',
    about: 'a device that keeps the ATS rules; the default',
    source: 'PCIe Base Specification, chapter 10 (Address Translation Services)',
    value: hardware(''),
  },
  {
    name: 'smmu-v3',
    about: 'an ATS device behind an SMMUv3 that handles its own faults',
    source: citeIn(
      '7.1',
    )`${LINUX.arm_smmu_make_sva_cd} sets neither HA nor HD; ${LINUX.arm_smmu_handle_ppr} denies`,
    value: hardware('accessFlag=fault rewalksOnPermissionFault=false'),
  },
  {
    name: 'af-by-fault',
    about: 'no IOTLB; the fault handler sets young and dirty, and a permission fault walks again',
    source: 'the synthetic device of ftrace logs of arm64',
    value: hardware('accessFlag=fault iotlb=false'),
  },
  {
    name: 'smmu-v3-stall',
    about: 'mainline SMMUv3 SVA: the device stalls on a fault, and has no ATC',
    source: 'Linux 7.1 drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.c; 6bbd42e2df8f',
    value: hardware('ats=false accessFlag=fault rewalksOnPermissionFault=false'),
  },
  {
    name: 'no-ats',
    about: 'no ATC: translations live in the IOTLB only',
    source: 'RISC-V IOMMU specification: cached A bits need no ATC to be missed',
    value: hardware('ats=false'),
  },
  {
    name: 'walk-always',
    about: 'nothing is cached: every access walks the page table',
    source: 'a yardstick, not a device',
    value: hardware('ats=false iotlb=false'),
  },
  {
    name: 'nest-mmu',
    about: "POWER9: an ATC behind a walker that receives the CPUs' tlbie",
    source: cite`POWER9 nest MMU, ${LINUX.mm_context_add_copro}`,
    value: hardware('iotlb=false'),
  },
  {
    name: 'overtaken-completions',
    about: 'a device that keeps a completion which an invalidation has overtaken',
    source: 'breaks PCIe ATS: "required to discard Translation Completions that might be stale"',
    value: hardware('dropsOvertakenCompletions=false'),
  },
  {
    name: 'qat',
    about: 'the invalidation completion overtakes posted writes',
    source: 'Intel QAT 0x4940 to 0x4943; worked around by e65a6897be5e',
    value: hardware('drainsPostedWrites=false'),
  },
  {
    name: 'queued',
    about: 'invalidations of the IOTLB take their time, and a device may answer its own first',
    source: 'whether the command queue of AMD keeps the two in order is not known',
    value: hardware('iotlbQueue=true'),
  },
  {
    name: 'undrained',
    about: 'no ATC; the IOMMU completes an invalidation while translated requests are in flight',
    source: 'riscv-non-isa/riscv-iommu, issue 281',
    value: hardware('ats=false iotlbQueue=true inFlight=true drainsTranslated=false'),
  },
  {
    name: 'acknowledges-in-vain',
    about: 'a device that completes an invalidation and drops another address',
    source: 'Intel IPU E2000, whose ATS Linux turns off (drivers/pci/quirks.c)',
    value: hardware('acknowledges=in-vain'),
  },
  {
    name: 'ignores-accessed',
    about: 'a walker without A and D bits: a walk that needs no fault sets neither',
    source: 'walkers that predate or disable A and D updates',
    value: hardware('accessFlag=ignored'),
  },
];
