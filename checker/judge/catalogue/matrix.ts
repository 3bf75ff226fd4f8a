/**
 * The systems of counterexamples/VERDICTS: which kernels, drivers and hardware belong together, and
 * in which scopes each is searched. Written by hand; a test holds that every preset occurs.
 */
import type { System } from '../../../model/system.ts';
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { HARDWARE } from '../../../model/systems/hardware.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import type { Property } from '../../../properties/index.ts';
import { propertiesFor } from '../../../properties/index.ts';
import { parseSystem } from '../../trace/setup.ts';

/** A scope as the table names it, and the text that it stands for. */
interface NamedScope {
  readonly name: string;
  readonly text: string;
}
const MAIL: NamedScope = { name: 'mail', text: 'mail' };
const SMALL: NamedScope = { name: 'small', text: 'small' };
const RACES: NamedScope = { name: 'races', text: 'races' };
/** Posted writes are what drainsPostedWrites is about; no preset scope has them. */
const POSTED: NamedScope = {
  name: 'races+posted',
  text: 'races events=unmap,protect,write,posted',
};
/** What the logs of real kernels hold besides; no preset scope has any of it. */
const EVICTS: NamedScope = { name: 'mail+lru', text: 'mail events=unmap,cold,lru' };
const WALKS: NamedScope = { name: 'mail+walk', text: 'mail events=cold,walk' };
const PAGES_OUT: NamedScope = { name: 'mail+pageout', text: 'mail events=pageout,swap' };
const PAIR: NamedScope = {
  name: 'pair',
  text: 'mail pages=2 observers=reclaim,idle events=cold',
};
const USUAL = [MAIL, SMALL, RACES];

/** Every combination of these belongs together. */
interface Block {
  readonly why: string;
  readonly kernels: readonly string[];
  readonly drivers: readonly string[];
  readonly hardware: readonly string[];
  readonly scopes: readonly NamedScope[];
}

export const BLOCKS: readonly Block[] = [
  {
    why: 'the drivers that the mail names, on the kernel that it is about, and two yardsticks',
    kernels: ['v4.20-x86'],
    drivers: [
      'amd-iommu-v2',
      'amd-iommu-v2-patched',
      'intel-svm',
      'sva-rework',
      'kvm',
      'none',
      'always-referenced',
    ],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'what the device and the IOMMU do to the two sides of the patch',
    kernels: ['v4.20-x86'],
    drivers: ['amd-iommu-v2', 'amd-iommu-v2-patched'],
    hardware: ['no-ats', 'walk-always'],
    scopes: USUAL,
  },
  {
    why: 'a completion can be overtaken where operations interleave alone',
    kernels: ['v4.20-x86'],
    drivers: ['amd-iommu-v2', 'amd-iommu-v2-patched'],
    hardware: ['overtaken-completions'],
    scopes: [RACES],
  },
  {
    why: "both halves of the mail's proposal; KVM has to live with the core's half",
    kernels: ['flush-young-proposal'],
    drivers: ['sva-flush-young', 'kvm'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'page tables were retracted without notice to the IOMMU and to KVM alike',
    kernels: ['khugepaged-before-6.1'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'x86 since 6.6, classic LRU: the drivers of 6.12 and 6.13 run on it as well',
    kernels: ['v6.6-x86'],
    drivers: ['intel-svm', 'amd-sva', 'kvm', 'kvm-x86-6.13', 'vtd-6.18-wrong-descriptor'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'multi-gen LRU on x86 before clear_young: KVM on x86 still flushed then',
    kernels: ['v6.6-x86-mglru'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'multi-gen LRU on x86 with clear_young',
    kernels: ['v6.12-x86-mglru'],
    drivers: ['intel-svm', 'amd-sva', 'kvm-x86-6.13'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'QAT is an x86 device; one that drains its posted writes is the other half of the pair',
    kernels: ['v6.6-x86'],
    drivers: ['intel-svm'],
    hardware: ['qat', 'ats'],
    scopes: [POSTED],
  },
  {
    why: 'arm64 before 5.10: KVM, the reordered driver of 5.2, and SVA as its author meant it',
    kernels: ['v4.20-arm64'],
    drivers: ['kvm', 'smmu-5.2-reordered', 'sva-rework'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'SMMUv3 SVA before and after 6.6, on an SMMU that sets young itself and on mainline',
    kernels: ['v5.15-arm64', 'v6.6-arm64', 'v6.12-arm64-mglru'],
    drivers: ['arm-smmu-v3-sva'],
    hardware: ['ats', 'smmu-v3'],
    scopes: USUAL,
  },
  {
    why: 'SMMUv3 SVA with a device without ATC behind it',
    kernels: ['v6.6-arm64'],
    drivers: ['arm-smmu-v3-sva'],
    hardware: ['no-ats'],
    scopes: USUAL,
  },
  {
    why: 'the same with one that breaks a rule of ATS',
    kernels: ['v6.6-arm64'],
    drivers: ['arm-smmu-v3-sva'],
    hardware: ['overtaken-completions'],
    scopes: [RACES],
  },
  {
    why: 'the order of two invalidations alone, without the bug of arm64 before 5.10',
    kernels: ['v5.15-arm64'],
    drivers: ['smmu-5.2-reordered'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'what reclaim makes of its answers, on the kernels of the logs: an SVA device, and KVM',
    kernels: ['v6.1-x86'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, EVICTS],
  },
  {
    why: 'the same on 6.12, where DAMON asks of two pages: too many states in small',
    kernels: ['v6.12-x86'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [MAIL, RACES, EVICTS],
  },
  {
    why: 'what 6.12 does otherwise: MADV_PAGEOUT, and DAMON beside reclaim',
    kernels: ['v6.12-x86'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [PAGES_OUT, PAIR],
  },
  {
    why: 'walks of the multi-gen LRU on the kernels of the logs',
    kernels: ['v6.1-x86-mglru'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [...USUAL, WALKS],
  },
  {
    why: 'the same with clear_young',
    kernels: ['v6.12-x86-mglru'],
    drivers: ['intel-svm', 'kvm'],
    hardware: ['ats'],
    scopes: [WALKS],
  },
  {
    why: 'huge pages on x86 since 6.6: there the classic LRU tells the IOMMU',
    kernels: ['v6.6-x86-thp'],
    drivers: ['intel-svm', 'amd-sva'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'KVM on arm64 flushes to this day; the flush of 6.6 that reaches the SMMU is not its own',
    kernels: ['v5.15-arm64'],
    drivers: ['kvm'],
    hardware: ['ats'],
    scopes: USUAL,
  },
  {
    why: 'the same with the multi-gen LRU, where that flush does not matter: nothing is unmapped',
    kernels: ['v6.12-arm64-mglru'],
    drivers: ['kvm'],
    hardware: ['ats'],
    scopes: [MAIL],
  },
];

const SCOPES: readonly NamedScope[] = [MAIL, SMALL, RACES, POSTED, EVICTS, WALKS, PAGES_OUT, PAIR];

/** A system of the table in one scope, and what is asked of it. */
export interface TableSystem {
  /** What the columns of its lines say: kernel, driver, hardware, scope. */
  readonly names: readonly [string, string, string, string];
  readonly system: System;
  readonly properties: readonly Property[];
}

function entry(kernel: string, driver: string, hardware: string, scope: NamedScope): TableSystem {
  const system = parseSystem({ kernel, driver, hardware, scope: scope.text });
  const names = [kernel, driver, hardware, scope.name] as const;
  return { names, system, properties: propertiesFor(system) };
}

const entriesOf = ({ kernels, drivers, hardware, scopes }: Block): TableSystem[] =>
  kernels.flatMap((kernel) =>
    drivers.flatMap((driver) =>
      hardware.flatMap((device) => scopes.map((scope) => entry(kernel, driver, device, scope))),
    ),
  );

/** Where a name stands in `youngcheck list`. */
const ORDER = [KERNELS, DRIVERS, HARDWARE, SCOPES].map((presets) =>
  presets.map(({ name }) => name),
);

function compare(a: TableSystem, b: TableSystem): number {
  for (const [column, order] of ORDER.entries()) {
    const difference = order.indexOf(a.names[column]) - order.indexOf(b.names[column]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Every system of the table in every scope in which it is searched, in the order of the table. */
export const entries = (): TableSystem[] => BLOCKS.flatMap(entriesOf).sort(compare);
