/**
 * Tests of the presets as data. This file imports nothing that needs a preset when it is loaded. If
 * a mutation removes the default, files that parse a system fail to load; only a test that runs can
 * report it.
 */
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { SCOPES } from '../model/systems/scopes.ts';
import type { OptionalEvent, PartName, Preset, Scope } from '../model/system.ts';
import { DEFAULTS, fieldsOf } from '../model/system.ts';
import { valueText } from '../model/text.ts';
import { hasPosted, losesFrames } from '../model/play.ts';
import { noWriteAfterWriteProtect } from '../properties/no-write-after-write-protect.ts';

const PARTS: Readonly<Record<string, readonly Preset<object>[]>> = {
  kernel: KERNELS,
  driver: DRIVERS,
  hardware: HARDWARE,
  scope: SCOPES,
};

describe.each(Object.entries(PARTS))('%s', (part, presets) => {
  it('has a default, which its first preset is', () => {
    expect(presets.length).toBeGreaterThan(1);
    if (part !== 'driver') expect(presets[0].about).toMatch(/; the default$/);
  });

  it('has presets with the same fields, each under its own name', () => {
    const fields = Object.keys(presets[0].value).toSorted();
    expect(fields.length).toBeGreaterThan(0);
    for (const { name, about, source, value } of presets) {
      expect(name).toMatch(/^[a-z][a-z0-9.-]*$/);
      expect(about, name).not.toBe('');
      expect(source, name).not.toBe('');
      expect(Object.keys(value).toSorted(), name).toEqual(fields);
    }
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
  });
});

describe('defaults', () => {
  it.each([
    ['kernel', 'v4.20-x86'],
    ['driver', 'amd-iommu-v2-patched'],
    ['driver', 'none'],
    ['hardware', 'ats'],
    ['scope', 'mail'],
  ])('%s %s is there', (part, name) => {
    expect(PARTS[part].map((preset) => preset.name)).toContain(name);
  });
});

/** The fields of a preset that are not at their default, as a setup block spells them. */
function said(part: PartName, value: object): string {
  const fields = fieldsOf(part);
  return Object.entries(value)
    .filter(([name, is]) => JSON.stringify(is) !== JSON.stringify(fields[name].otherwise))
    .map(([name, is]) => `${name}=${valueText(fields[name], is)}`)
    .join(' ');
}

const AGES_ARM64 = 'age=pte,flush-tlb?young,clear_flush_young';
const AGES_SINCE_6_6 = 'age=pte,flush-tlb?young,invalidate?young,clear_flush_young';
const UNLOCKS = 'unmap=pte,unlock,flush-tlb,invalidate';
const BATCHED = 'unmap=pte,invalidate@mm,flush-tlb';
const MGLRU_SINCE_6_12 = 'age=pte,clear_young';
const WALKS_SINCE_6_12 = 'walk=pte,clear_young lru=multi-gen';
const SINCE_6_12 = 'pageout=takes swapinWritable=true';
const FLUSH = 'flush-iotlb,flush-atc';
const ON_UNMAP = `invalidate_secondary=${FLUSH}`;
const ALWAYS = `clear_flush_young=${FLUSH} ${ON_UNMAP}`;
const KVM_FLUSHES = 'clear_flush_young=harvest,flush-atc?harvested,return-harvested';
const KVM = 'clear_young=harvest,return-harvested invalidate_secondary=zap,flush-atc';

/** Every field and its default. */
const OTHERWISE: Readonly<Record<PartName, string>> = {
  kernel:
    'age=pte,clear_flush_young idle=pte,clear_young unmap=pte,flush-tlb,invalidate ' +
    'write-protect=pte,flush-tlb,invalidate clear-refs=pte upgrade=none walk=pte ' +
    'cold=pte,flush-tlb?young,invalidate?young fork=pte,flush-tlb,invalidate ' +
    'collapse=pte,flush-tlb,invalidate migrate=pte,flush-tlb,invalidate,copy,remap ' +
    'cow=pte,flush-tlb,invalidate,set rewrite=take,put lru=classic pageout=none ' +
    'swapinWritable=false checksPending=true',
  driver:
    'secondary=shared clear_flush_young=none clear_young=none flush_young=none ' +
    'invalidate_secondary=none marksAccessed=none fill=lock',
  hardware:
    'ats=true iotlb=true dropsOvertakenCompletions=true rewalksOnPermissionFault=true ' +
    'accessFlag=hardware drainsPostedWrites=true iotlbQueue=false acknowledges=dropped ' +
    'inFlight=false drainsTranslated=true',
  scope:
    'pages=1 cpus=0 devices=1 observers=reclaim block=1 range=none granularity=atomic events=none',
};

/** Every preset and the fields that it sets to something other than the default. */
const SPELLED: Readonly<Record<PartName, Readonly<Record<string, string>>>> = {
  kernel: {
    'v4.20-x86': 'clear-refs=pte,flush-tlb',
    'v4.20-x86-rechecks': 'unmap=look,pte,flush-tlb,invalidate clear-refs=pte,flush-tlb',
    'v4.20-arm64':
      `${AGES_ARM64} unmap=pte,flush-tlb?young,invalidate ` +
      'write-protect=pte,flush-tlb?young,invalidate',
    'v5.15-x86': 'pageout=clears',
    'v5.15-arm64': `${AGES_ARM64} pageout=clears`,
    'v6.1-x86': 'pageout=clears',
    'v6.1-arm64': `${AGES_ARM64} pageout=clears`,
    'v6.1-x86-mglru': 'lru=multi-gen pageout=clears',
    'v6.1-arm64-mglru': 'lru=multi-gen pageout=clears',
    'v6.6-x86': 'pageout=clears',
    'v6.6-x86-batched': `${BATCHED} pageout=clears`,
    'v6.6-x86-mglru': 'lru=multi-gen pageout=clears',
    'v6.6-x86-thp': `${AGES_SINCE_6_6} pageout=clears`,
    'v6.6-arm64': `${AGES_SINCE_6_6} upgrade=invalidate pageout=clears`,
    'v6.6-arm64-mglru': 'upgrade=invalidate lru=multi-gen pageout=clears',
    'v6.12-x86': SINCE_6_12,
    'v6.12-x86-batched': `${BATCHED} ${SINCE_6_12}`,
    'v6.12-x86-thp': 'age=pte,flush-tlb?young,invalidate@mm?young,clear_flush_young ' + SINCE_6_12,
    'v6.12-x86-damon': `idle=pte,clear_young@next ${SINCE_6_12}`,
    'v6.12-x86-mglru': `${MGLRU_SINCE_6_12} ${WALKS_SINCE_6_12} ${SINCE_6_12}`,
    'v6.12-arm64': `${AGES_SINCE_6_6} upgrade=invalidate ${SINCE_6_12}`,
    'v6.12-arm64-damon':
      `${AGES_SINCE_6_6} idle=pte,clear_young@next upgrade=invalidate ` + SINCE_6_12,
    'v6.12-arm64-mglru': `${MGLRU_SINCE_6_12} upgrade=invalidate ${WALKS_SINCE_6_12} ${SINCE_6_12}`,
    'v7.1-x86': SINCE_6_12,
    'v7.1-x86-batched': `${BATCHED} ${SINCE_6_12}`,
    'v7.1-x86-thp': `${AGES_SINCE_6_6} ${SINCE_6_12}`,
    'v7.1-x86-mglru': `${MGLRU_SINCE_6_12} ${WALKS_SINCE_6_12} ${SINCE_6_12}`,
    'v7.1-arm64': `${AGES_SINCE_6_6} upgrade=invalidate ${SINCE_6_12}`,
    'v7.1-arm64-mglru': `${MGLRU_SINCE_6_12} upgrade=invalidate ${WALKS_SINCE_6_12} ${SINCE_6_12}`,
    'v7.1-riscv': SINCE_6_12,
    'v6.6-ppc-radix': 'unmap=pte,flush-tlb pageout=clears',
    'flush-young-proposal': 'age=pte,clear_flush_young,flush_young?young clear-refs=pte,flush-tlb',
    'khugepaged-before-6.1': 'unmap=pte,flush-tlb pageout=clears',
    'soft-dirty-before-3.11': `${AGES_ARM64} write-protect=pte,flush-tlb`,
    'invalidate-page-4.12': `${UNLOCKS} clear-refs=pte,flush-tlb`,
    'thp-migration-4.19': 'clear-refs=pte,flush-tlb migrate=pte,flush-tlb,copy,invalidate,remap',
    'young-check-2014': 'unmap=invalidate,look,pte,flush-tlb clear-refs=pte,flush-tlb',
    'migrate-device-2022': `${UNLOCKS} pageout=clears checksPending=false`,
    'lossy-pmdp-invalidate': 'clear-refs=pte,flush-tlb rewrite=read,put',
    'mprotect-unaware': `${UNLOCKS} clear-refs=pte,flush-tlb checksPending=false`,
    'cow-2012': 'clear-refs=pte,flush-tlb cow=set,flush-tlb,invalidate',
  },
  driver: {
    'amd-iommu-v2': ALWAYS,
    'amd-iommu-v2-patched': ON_UNMAP,
    'intel-svm': ON_UNMAP,
    'intel-svm-6.12-flush-all': 'invalidate_secondary=flush-iotlb',
    'sva-rework': ALWAYS,
    'arm-smmu-v3-sva': ON_UNMAP,
    'amd-sva': 'invalidate_secondary=post-iotlb,post-atc,await-iotlb,await-atc',
    'sva-flush-young': `flush_young=${FLUSH} ${ON_UNMAP}`,
    kvm: `secondary=shadow ${KVM_FLUSHES} ${KVM} marksAccessed=fault,zap`,
    'kvm-x86-4.20': `secondary=shadow ${KVM_FLUSHES} ${KVM} marksAccessed=zap`,
    'kvm-x86-6.13':
      `secondary=shadow clear_flush_young=harvest,return-harvested ${KVM} ` + 'marksAccessed=fault',
    'kvm-arm64': `secondary=shadow ${KVM_FLUSHES} ${KVM} marksAccessed=fault`,
    'interval-notifier': 'secondary=shadow invalidate_secondary=zap,flush-atc',
    ocxl: 'invalidate_secondary=flush-atc',
    'smmu-5.2-reordered': 'invalidate_secondary=flush-atc,flush-iotlb',
    'vtd-6.18-wrong-descriptor': 'invalidate_secondary=flush-atc',
    none: '',
    'always-referenced': `clear_flush_young=return-one ${ON_UNMAP}`,
  },
  hardware: {
    ats: '',
    'smmu-v3': 'rewalksOnPermissionFault=false accessFlag=fault',
    'af-by-fault': 'iotlb=false accessFlag=fault',
    'smmu-v3-stall': 'ats=false rewalksOnPermissionFault=false accessFlag=fault',
    'no-ats': 'ats=false',
    'walk-always': 'ats=false iotlb=false',
    'nest-mmu': 'iotlb=false',
    'overtaken-completions': 'dropsOvertakenCompletions=false',
    qat: 'drainsPostedWrites=false',
    queued: 'iotlbQueue=true',
    undrained: 'ats=false iotlbQueue=true inFlight=true drainsTranslated=false',
    'acknowledges-in-vain': 'acknowledges=in-vain',
    'ignores-accessed': 'accessFlag=ignored',
  },
  scope: {
    mail: '',
    small: 'pages=2 cpus=1 observers=reclaim,idle events=evict,unmap,protect,clear-refs,write',
    races: 'cpus=1 observers=reclaim,idle granularity=fine events=unmap,protect,write',
    any:
      'pages=many cpus=many devices=many observers=reclaim,idle granularity=fine ' +
      'events=unmap,protect,clear-refs,write',
    large: 'pages=2 cpus=1 observers=reclaim,idle granularity=fine',
  },
};

describe.each(Object.entries(PARTS))('%s, spelled out', (part, presets) => {
  it('has defaults', () => {
    const values = Object.entries(DEFAULTS[part as PartName]);
    const fields = fieldsOf(part as PartName);
    const texts = values.map(([name, value]) => `${name}=${valueText(fields[name], value)}`);
    expect(texts.join(' ')).toBe(OTHERWISE[part as PartName]);
  });

  it('sets the fields that it was written to set', () => {
    const found = presets.map(({ name, value }) => [name, said(part as PartName, value)]);
    expect(Object.fromEntries(found)).toEqual(SPELLED[part as PartName]);
  });
});

describe('what a system has', () => {
  const has = (events: readonly OptionalEvent[], more: Partial<Scope> = {}, ats = true) => {
    const parts = {
      kernel: KERNELS[0].value,
      driver: DRIVERS[0].value,
      hardware: { ...HARDWARE[0].value, ats },
      scope: { ...SCOPES[0].value, granularity: 'fine' as const, ...more, events },
    };
    return {
      posted: hasPosted(parts),
      withdrawsWrite: noWriteAfterWriteProtect.applies(parts),
      losesFrames: losesFrames(parts),
    };
  };

  it.each<[boolean, OptionalEvent[], Partial<Scope>, boolean]>([
    [true, ['write', 'posted'], {}, true],
    [false, ['posted'], {}, true],
    [false, ['write'], {}, true],
    [false, ['write', 'posted'], { granularity: 'atomic' }, true],
    [false, ['write', 'posted'], {}, false],
  ])('posted writes %s: events %j, %j, ATS %s', (expected, events, more, ats) => {
    expect(has(events, more, ats).posted).toBe(expected);
  });

  it.each<[boolean, OptionalEvent[]]>([
    [true, ['write', 'protect']],
    [true, ['write', 'fork']],
    [false, ['write']],
    [false, ['protect', 'fork']],
    [false, ['write', 'unmap']],
  ])('writes that are withdrawn %s: events %j', (expected, events) => {
    expect(has(events).withdrawsWrite).toBe(expected);
  });

  it.each<[boolean, OptionalEvent[]]>([
    [true, ['unmap']],
    [true, ['collapse']],
    [true, ['fork', 'write']],
    [false, ['fork']],
    [false, ['write']],
    [false, ['protect', 'swap']],
  ])('frames that are lost %s: events %j', (expected, events) => {
    expect(has(events).losesFrames).toBe(expected);
  });
});
