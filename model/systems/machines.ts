/**
 * Which kernels, drivers and hardware existed together as a machine. The model answers for every
 * combination. One that never existed is marked, so that nobody takes its verdict for a finding
 * about a kernel.
 */
import type { Source } from '../citation.ts';
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { System } from '../system.ts';
import { DRIVERS } from './drivers.ts';
import { HARDWARE } from './hardware.ts';
import { KERNELS } from './kernels.ts';

/**
 * A group of presets; every combination of them was a machine. A name that ends in `*` is a prefix.
 */
export interface Machines {
  readonly drivers: readonly string[];
  readonly kernels: readonly string[];
  readonly hardware: readonly string[];
  readonly source: Source;
}

/** The preset kernels, grouped by series. v4.20 also stands for 5.1, which had the same lists. */
const MAIL = ['v4.20-x86*', 'flush-young-proposal', 'thp-migration-4.19'];
/** What is modelled of them is an order of 4.12, which is before the mail. */
const BEFORE_4_13 = ['invalidate-page-4.12', 'mprotect-unaware'];
const BEFORE_6_1 = [...MAIL, 'v5.15-x86', 'khugepaged-before-6.1', 'migrate-device-2022'];
const X86_6 = ['v6.1-x86*', 'v6.6-x86*', 'v6.12-x86*'];
/** Kernels of 6.12 whose notifiers name the pages that they flush, and not everything. */
const PAGE_BY_PAGE = ['v6.12-x86', 'v6.12-x86-mglru', 'v6.12-x86-damon'];
const SINCE_6_12 = ['v6.12-x86*', 'v7.1-x86*'];
const ARM64 = ['v5.15-arm64', 'v6.1-arm64*', 'v6.6-arm64*', 'v6.12-arm64*', 'v7.1-arm64*'];

/**
 * SVA on x86 requires a device with ATS. One such device broke the rule about overtaken
 * completions.
 */
const ATS = ['ats', 'overtaken-completions'];
/** With a secondary page table of its own (vCPU, GPU), no other hardware is modelled. */
const OWN_WALKER = ['ats'];

export const MACHINES: readonly Machines[] = [
  {
    drivers: ['amd-iommu-v2'],
    kernels: [...MAIL, ...BEFORE_4_13, 'lossy-pmdp-invalidate', 'soft-dirty-before-3.11'],
    hardware: ATS,
    source: 'drivers/iommu/amd_iommu_v2.c, clear_flush_young up to 5.0',
  },
  {
    drivers: ['amd-iommu-v2-patched'],
    kernels: [...BEFORE_6_1, 'v6.1-x86*', 'v6.6-x86*'],
    hardware: ATS,
    source: 'drivers/iommu/amd_iommu_v2.c, 5.1 up to 6.6; the file is gone in 6.7',
  },
  {
    drivers: ['sva-rework'],
    kernels: [...MAIL, 'v4.20-arm64'],
    hardware: [...ATS, 'smmu-v3'],
    source: 'the mail of 2019-01-31: what its author meant to merge, on kernels of that day',
  },
  {
    drivers: ['sva-flush-young'],
    kernels: ['flush-young-proposal'],
    hardware: ATS,
    source: 'the mail of 2019-01-31: both halves of its proposal',
  },
  {
    drivers: ['intel-svm'],
    kernels: [
      ...BEFORE_4_13,
      ...BEFORE_6_1,
      'v6.1-x86*',
      'v6.6-x86*',
      ...PAGE_BY_PAGE,
      'v7.1-x86*',
    ],
    hardware: ATS,
    source: 'drivers/iommu/intel/svm.c, 4.4 and later; in 6.12 where notifiers name the pages',
  },
  {
    drivers: ['intel-svm'],
    kernels: ['v5.15-x86'],
    hardware: ['qat'],
    source: 'drivers/iommu/intel/svm.c before 6.2, which works around it (e65a6897be5e)',
  },
  {
    drivers: ['intel-svm-6.12-flush-all'],
    kernels: ['v6.12-x86-batched', 'v6.12-x86-thp'],
    hardware: ATS,
    source:
      'drivers/iommu/intel/cache.c of 6.12 (3141153816bf), where the notifier says "everything": ' +
      'for batched unmaps, and for the flush of an aged PMD',
  },
  {
    drivers: ['vtd-6.18-wrong-descriptor'],
    kernels: ['v6.12-x86*'],
    hardware: ATS,
    source:
      'drivers/iommu/intel/cache.c of 6.18 and 6.19, fixed in 7.0 by 04b1b069f151; ' +
      'the core mm of 6.18 does what that of 6.12 does',
  },
  {
    drivers: ['amd-sva'],
    kernels: SINCE_6_12,
    hardware: ATS,
    source: 'drivers/iommu/amd/pasid.c, 6.10 and later',
  },
  {
    drivers: ['arm-smmu-v3-sva'],
    kernels: ARM64,
    hardware: ['smmu-v3', 'smmu-v3-stall'],
    source:
      'drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3-sva.c, 5.10 and later; it sets neither HA nor HD',
  },
  {
    drivers: ['arm-smmu-v3-sva', 'sva-rework'],
    kernels: ['v6.1-arm64*', 'v6.12-arm64*'],
    hardware: ['af-by-fault'],
    source: 'the synthetic device of ftrace logs of arm64, with and without clear_flush_young',
  },
  {
    drivers: ['sva-rework'],
    kernels: ['v6.1-x86*', 'v6.12-x86*'],
    hardware: [],
    source: 'the synthetic device of ftrace logs of x86: no preset, as it has an ATC and no IOTLB',
  },
  {
    drivers: ['ocxl'],
    kernels: ['v6.6-ppc-radix'],
    hardware: ['nest-mmu'],
    source: 'drivers/misc/ocxl/link.c on POWER9',
  },
  {
    drivers: ['kvm-x86-4.20'],
    kernels: BEFORE_6_1,
    hardware: OWN_WALKER,
    source: 'arch/x86/kvm, 4.20 up to 6.0; no preset is the KVM of soft-dirty-before-3.11',
  },
  {
    drivers: ['kvm'],
    kernels: X86_6,
    hardware: OWN_WALKER,
    source: 'arch/x86/kvm, 6.1 up to 6.12',
  },
  {
    drivers: ['kvm-x86-6.13'],
    kernels: ['v7.1-x86*', 'v7.1-riscv'],
    hardware: OWN_WALKER,
    source: 'arch/x86/kvm, 6.13 and later; arch/riscv/kvm does the same',
  },
  {
    drivers: ['kvm-arm64'],
    kernels: ARM64,
    hardware: OWN_WALKER,
    source: 'arch/arm64/kvm, 5.15 and later',
  },
  {
    drivers: ['interval-notifier'],
    kernels: [
      'v5.15-x86',
      'khugepaged-before-6.1',
      ...X86_6,
      'v7.1-x86*',
      ...ARM64,
      'v7.1-riscv',
      'v6.6-ppc-radix',
    ],
    hardware: OWN_WALKER,
    source: cite`${LINUX.mmu_interval_notifier_insert}, 5.5 and later, on any architecture`,
  },
];

/** Presets that no machine ever had, each with the reason. */
export const NO_MACHINE: Readonly<Record<string, string>> = {
  none: 'driver none is a yardstick',
  'always-referenced': 'driver always-referenced is a yardstick',
  'walk-always': 'hardware walk-always is a yardstick',
  'smmu-5.2-reordered': 'the SMMU driver of 5.2 flushed in this order, but had no SVA before 5.10',
  'no-ats': 'no driver here serves hardware no-ats, an IOTLB that sets young without an ATC',
  'ignores-accessed': 'no driver here serves hardware ignores-accessed',
  queued:
    'whether the command queue of AMD keeps both invalidations in order is not known; ' +
    'hardware queued does not',
  undrained: 'no driver here serves hardware undrained: its report is about a RISC-V IOMMU',
  'acknowledges-in-vain': 'Linux turns the ATS of hardware acknowledges-in-vain off',
  'young-check-2014': 'no driver here is the KVM of 2014',
  'cow-2012': 'no driver here shared the page table in 2012',
};

const fits = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );

/** The presets of which a system consists. A part that a user has changed is undefined. */
export interface PresetNames {
  readonly kernel?: string | undefined;
  readonly driver?: string | undefined;
  readonly hardware?: string | undefined;
}

/** The presets of a system. A part that differs from its preset in a field is the user's own. */
export function presetNames({ names, kernel, driver, hardware }: System): PresetNames {
  const same = (value: unknown, preset: { name: string; value: unknown } | undefined) =>
    JSON.stringify(value) === JSON.stringify(preset?.value) ? preset?.name : undefined;
  return {
    kernel: same(
      kernel,
      KERNELS.find(({ name }) => name === names.kernel),
    ),
    driver: same(
      driver,
      DRIVERS.find(({ name }) => name === names.driver),
    ),
    hardware: same(
      hardware,
      HARDWARE.find(({ name }) => name === names.hardware),
    ),
  };
}

/**
 * Why presets never were a machine together, such as `driver ocxl was not in kernel v4.20-x86`.
 * Undefined if they were. A part that is the user's own is never objected to.
 */
export function noSuchMachine({ kernel, driver, hardware }: PresetNames): string | undefined {
  for (const name of [kernel, driver, hardware]) {
    if (name !== undefined && Object.hasOwn(NO_MACHINE, name)) return NO_MACHINE[name];
  }
  const may = (name: string | undefined, known: readonly string[]) =>
    name === undefined || fits(name, known);
  const driven = MACHINES.filter(({ drivers }) => may(driver, drivers));
  const met = driven.filter(({ kernels }) => may(kernel, kernels));
  if (met.length === 0) return `driver ${driver} was not in kernel ${kernel}`;
  if (met.some((machines) => may(hardware, machines.hardware))) return undefined;
  if (driver !== undefined && !driven.some((machines) => may(hardware, machines.hardware))) {
    return `driver ${driver} does not serve hardware ${hardware}`;
  }
  const served = driver === undefined ? '' : ` served by ${driver}`;
  return `hardware ${hardware} was not${served} in kernel ${kernel}`;
}
