/**
 * The systems of counterexamples/VERDICTS. It says which kernels, drivers and hardware belong
 * together, and in which scopes each is searched. It is written by hand; a test checks that every
 * preset occurs.
 */
import type { System } from '../../../model/system.ts';
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { HARDWARE } from '../../../model/systems/hardware.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import type { Property } from '../../../properties/index.ts';
import { propertiesFor } from '../../../properties/index.ts';
import { parseSystem } from '../../trace/setup.ts';
import { EXTENSIONS } from './matrix-extensions.ts';
import type { Block, NamedScope } from './scopes.ts';
import {
  EVICTS,
  MAIL,
  PAGES_OUT,
  PAIR,
  POSTED,
  RACES,
  SCOPES,
  TAKEN,
  USUAL,
  WALKS,
} from './scopes.ts';

export const BLOCKS: readonly Block[] = [
  {
    why: 'the drivers that the mail names, on its kernel, and two yardsticks',
    kernels: ['v4.20-x86'],
    drivers: [
      'amd-iommu-v2',
      'amd-iommu-v2-patched',
      'intel-svm',
      'sva-rework',
      'kvm-x86-4.20',
      'none',
      'always-referenced',
    ],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'yardsticks: how device and IOMMU affect both sides of the patch',
    kernels: ['v4.20-x86'],
    drivers: ['amd-iommu-v2', 'amd-iommu-v2-patched'],
    hardware: ['no-ats', 'walk-always', 'ignores-accessed'],
    scopes: USUAL,
  },
  {
    why: 'only where operations interleave can a completion be overtaken',
    kernels: ['v4.20-x86'],
    drivers: ['amd-iommu-v2', 'amd-iommu-v2-patched'],
    hardware: ['overtaken-completions'],
    scopes: [RACES],
  },
  {
    why: "both halves of the mail's proposal; KVM has to live with the core's half",
    kernels: ['flush-young-proposal'],
    drivers: ['sva-flush-young', 'kvm-x86-4.20'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'in 2013 write-protecting called no notifier',
    kernels: ['soft-dirty-before-3.11'],
    drivers: ['amd-iommu-v2'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'retracting page tables called no notifier, neither for the IOMMU nor for KVM',
    kernels: ['khugepaged-before-6.1'],
    drivers: ['intel-svm', 'kvm-x86-4.20'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'arm64 before 5.10, with SVA as the author of the mail meant it',
    kernels: ['v4.20-arm64'],
    drivers: ['sva-rework'],
    hardware: ['smmu-v3'],
    scopes: USUAL,
  },
  {
    why: 'no machine: only the order of two invalidations, without the bug of arm64 before 5.10',
    kernels: ['v5.15-arm64'],
    drivers: ['smmu-5.2-reordered'],
    hardware: ['smmu-v3'],
    scopes: USUAL,
  },
  {
    why: 'x86 from 5.6 to 6.0, and a device that has no young callback',
    kernels: ['v5.15-x86'],
    drivers: ['intel-svm', 'kvm-x86-4.20', 'interval-notifier'],
    hardware: ['ats'],
    scopes: [...USUAL, EVICTS],
  },
  {
    why: 'QAT without the workaround, and for comparison a device that drains its posted writes',
    kernels: ['v5.15-x86'],
    drivers: ['intel-svm'],
    hardware: ['qat', 'ats'],
    scopes: [POSTED],
  },
  {
    why: 'SMMUv3 SVA before and after 6.6: a device that handles its faults, and one that stalls',
    kernels: ['v5.15-arm64', 'v6.6-arm64', 'v6.6-arm64-mglru', 'v6.12-arm64', 'v6.12-arm64-mglru'],
    drivers: ['arm-smmu-v3-sva'],
    hardware: ['smmu-v3', 'smmu-v3-stall'],
    scopes: USUAL,
  },
  {
    why: 'the synthetic device in the logs of arm64, with and without clear_flush_young',
    kernels: ['v6.1-arm64', 'v6.1-arm64-mglru', 'v6.12-arm64', 'v6.12-arm64-mglru'],
    drivers: ['arm-smmu-v3-sva', 'sva-rework'],
    hardware: ['af-by-fault'],
    scopes: [MAIL, RACES, EVICTS, WALKS],
  },
  {
    why: 'KVM on arm64, which still flushes',
    kernels: [
      'v5.15-arm64',
      'v6.1-arm64',
      'v6.1-arm64-mglru',
      'v6.6-arm64',
      'v6.6-arm64-mglru',
      'v6.12-arm64',
      'v6.12-arm64-mglru',
      'v7.1-arm64',
      'v7.1-arm64-mglru',
    ],
    drivers: ['kvm-arm64'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'decisions of reclaim on the kernels of the logs, with an SVA device and with KVM',
    kernels: ['v6.1-x86', 'v6.12-x86'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, EVICTS, PAGES_OUT],
  },
  {
    why: 'aging walks of the multi-gen LRU on kernels of the logs, with or without clear_young',
    kernels: ['v6.1-x86-mglru', 'v6.12-x86-mglru'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, EVICTS, WALKS],
  },
  {
    why: 'x86 of 6.6, where the TLB flush calls invalidate_secondary, and AMD before and after 6.6',
    kernels: ['v6.6-x86', 'v6.6-x86-mglru', 'v6.6-x86-thp'],
    drivers: ['amd-iommu-v2-patched', 'intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'the same drivers of 6.12: amd-sva waits once for both',
    kernels: ['v6.12-x86', 'v6.12-x86-mglru'],
    drivers: ['amd-sva', 'vtd-6.18-wrong-descriptor'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'a step that covers the whole mm, so that pages affect each other',
    kernels: ['v6.6-x86-batched'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, PAIR, TAKEN],
  },
  {
    why: 'the same in 6.12, where such an invalidation by Intel leaves the ATC as it is (captured)',
    kernels: ['v6.12-x86-batched', 'v6.12-x86-thp'],
    drivers: ['intel-svm-6.12-flush-all', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, PAIR, TAKEN],
  },
  {
    why: 'DAMON calls the notifier for two pages, so that pages affect each other',
    kernels: ['v6.12-x86-damon'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, PAIR],
  },
  {
    why: 'the same on arm64',
    kernels: ['v6.12-arm64-damon'],
    drivers: ['kvm-arm64'],
    hardware: ['ats'],
    scopes: [...USUAL, PAIR],
  },
  {
    why: 'the kernels of today',
    kernels: ['v7.1-x86', 'v7.1-x86-mglru', 'v7.1-x86-thp'],
    drivers: ['intel-svm', 'amd-sva', 'kvm-x86-6.13'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'the same where another CPU runs the mm',
    kernels: ['v7.1-x86-batched'],
    drivers: ['intel-svm', 'amd-sva', 'kvm-x86-6.13'],
    hardware: ['ats'],
    scopes: [...USUAL, TAKEN],
  },
  {
    why: 'the same on arm64',
    kernels: ['v7.1-arm64', 'v7.1-arm64-mglru'],
    drivers: ['arm-smmu-v3-sva'],
    hardware: ['smmu-v3', 'smmu-v3-stall'],
    scopes: USUAL,
  },
  {
    why: 'the same on RISC-V, for KVM alone',
    kernels: ['v7.1-riscv'],
    drivers: ['kvm-x86-6.13'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'GPUs of today have no young callback either',
    kernels: ['v7.1-x86'],
    drivers: ['interval-notifier'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'a driver that ignores the flush of an unmap; its IOMMU hears TLB flushes itself',
    kernels: ['v6.6-ppc-radix'],
    drivers: ['ocxl'],
    hardware: ['nest-mmu'],
    scopes: USUAL,
  },
  {
    why: 'a device that breaks a rule of ATS, on a kernel of today',
    kernels: ['v7.1-x86'],
    drivers: ['intel-svm'],
    hardware: ['overtaken-completions'],
    scopes: [RACES],
  },
  ...EXTENSIONS,
];

/** A system of the table in one scope, and the properties to check. */
export interface TableSystem {
  /** The first columns of its lines: kernel, driver, hardware, scope. */
  readonly names: readonly [string, string, string, string];
  readonly system: System;
  readonly properties: readonly Property[];
}

function entry(kernel: string, driver: string, hardware: string, scope: NamedScope): TableSystem {
  const policy = [driver, scope.driver].filter((text) => text !== undefined).join(' ');
  const system = parseSystem({ kernel, driver: policy, hardware, scope: scope.text });
  const names = [kernel, driver, hardware, scope.name] as const;
  return { names, system, properties: propertiesFor(system) };
}

const entriesOf = ({ kernels, drivers, hardware, scopes }: Block): TableSystem[] =>
  kernels.flatMap((kernel) =>
    drivers.flatMap((driver) =>
      hardware.flatMap((device) => scopes.map((scope) => entry(kernel, driver, device, scope))),
    ),
  );

/** The position of a name in `youngcheck list`, and of a scope among those of its table. */
const orderOf = (scopes: readonly NamedScope[]): string[][] =>
  [KERNELS, DRIVERS, HARDWARE, scopes].map((presets) => presets.map(({ name }) => name));

function compare(order: readonly string[][], a: TableSystem, b: TableSystem): number {
  for (const [column, names] of order.entries()) {
    const difference = names.indexOf(a.names[column]) - names.indexOf(b.names[column]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Every system of the table in each scope in which it is searched, in the table's order. */
export const entries = (): TableSystem[] => entriesIn(BLOCKS, SCOPES);

/** Every system of some blocks, in the order of a table with these scopes. */
export function entriesIn(blocks: readonly Block[], scopes: readonly NamedScope[]): TableSystem[] {
  const order = orderOf(scopes);
  return blocks.flatMap(entriesOf).sort((a, b) => compare(order, a, b));
}
