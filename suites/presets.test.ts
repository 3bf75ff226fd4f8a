/**
 * The presets as data, with nothing loaded that needs one of them: where the default is gone, files
 * that parse a system do not even load, and only a test that runs can fail.
 */
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { SCOPES } from '../model/systems/scopes.ts';
import type { OptionalEvent, Preset, Scope } from '../model/system.ts';
import { hasPosted, losesFrames, withdrawsWrite } from '../model/play.ts';

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

/** A preset in words: switches that are on, other fields with their values. */
const said = (value: object): string =>
  Object.entries(value)
    .flatMap(([field, is]) => (is === true ? [field] : is === false ? [] : [`${field}=${is}`]))
    .join(' ');

const CLASSIC = 'agingHelper=ptep_clear_flush_young_notify';
const BARE = 'agingHelper=ptep_test_and_clear_young';
const NOTIFY = 'agingHelper=ptep_clear_young_notify';
const UNMAP = 'unmapFlushesOld unmapNotifies unmapInvalidates=page';
const UNMAP_MM = 'unmapFlushesOld unmapNotifies unmapInvalidates=mm';
const BARE_WALK = 'walkHelper=ptep_test_and_clear_young pageoutLooks';
const OLD = `${BARE_WALK} idleRange=page`;
const BOTH = 'flushesTlbWhenYoung tlbFlushReachesSecondary';
const SINCE_6_12 = 'walkHelper=ptep_clear_young_notify swapinWritable idleRange=page';

describe('kernels, spelled out', () => {
  it.each([
    ['v4.20-x86', `${CLASSIC} ${UNMAP} ${OLD}`],
    ['v4.20-arm64', `${CLASSIC} flushesTlbWhenYoung unmapNotifies unmapInvalidates=page ${OLD}`],
    ['v5.15-arm64', `${CLASSIC} flushesTlbWhenYoung ${UNMAP} ${OLD}`],
    ['v6.1-x86', `${CLASSIC} ${UNMAP} ${OLD}`],
    ['v6.1-x86-mglru', `${CLASSIC} ${UNMAP} ${OLD}`],
    ['v6.6-x86', `${CLASSIC} tlbFlushReachesSecondary ${UNMAP_MM} ${OLD}`],
    ['v6.6-x86-thp', `${CLASSIC} ${BOTH} ${UNMAP_MM} ${OLD}`],
    [
      'v6.12-x86',
      `${CLASSIC} tlbFlushReachesSecondary ${UNMAP_MM} ` +
        'walkHelper=ptep_test_and_clear_young swapinWritable idleRange=two-pages',
    ],
    ['v6.6-arm64', `${CLASSIC} ${BOTH} ${UNMAP} upgradeNotifies ${OLD}`],
    ['v6.6-x86-mglru', `${BARE} tlbFlushReachesSecondary ${UNMAP_MM} ${OLD}`],
    ['v6.12-x86-mglru', `${NOTIFY} tlbFlushReachesSecondary ${UNMAP_MM} ${SINCE_6_12}`],
    ['v6.12-arm64-mglru', `${NOTIFY} ${BOTH} ${UNMAP} upgradeNotifies ${SINCE_6_12}`],
    ['flush-young-proposal', `${CLASSIC} notifiesFlushYoung ${UNMAP} ${OLD}`],
    ['khugepaged-before-6.1', `${CLASSIC} unmapFlushesOld unmapInvalidates=page ${OLD}`],
  ])('%s', (name, expected) => {
    expect(said(KERNELS.find((preset) => preset.name === name)!.value)).toBe(expected);
  });
});

describe('hardware, spelled out', () => {
  const ATS = 'ats iotlb dropsOvertakenCompletions';
  it.each([
    ['ats', `${ATS} rewalksOnPermissionFault accessFlag=hardware drainsPostedWrites`],
    ['smmu-v3', `${ATS} accessFlag=fault drainsPostedWrites`],
    [
      'no-ats',
      'iotlb dropsOvertakenCompletions rewalksOnPermissionFault ' +
        'accessFlag=hardware drainsPostedWrites',
    ],
    [
      'walk-always',
      'dropsOvertakenCompletions rewalksOnPermissionFault accessFlag=hardware drainsPostedWrites',
    ],
    [
      'overtaken-completions',
      'ats iotlb rewalksOnPermissionFault accessFlag=hardware drainsPostedWrites',
    ],
    ['qat', `${ATS} rewalksOnPermissionFault accessFlag=hardware`],
  ])('%s', (name, expected) => {
    expect(said(HARDWARE.find((preset) => preset.name === name)!.value)).toBe(expected);
  });
});

describe('drivers, spelled out', () => {
  /** Callbacks that do something, each with what it returns unless that is 0. */
  const policy = ({ secondary, ...callbacks }: (typeof DRIVERS)[number]['value']): string =>
    [
      secondary,
      ...Object.entries(callbacks).flatMap(([name, { actions, returns }]) => {
        const words = [...actions, ...(returns === 'zero' ? [] : [`return-${returns}`])];
        return words.length === 0 ? [] : [`${name}=${words.join(',')}`];
      }),
    ].join(' ');

  const FLUSH = 'flush-iotlb,flush-atc';
  const ON_UNMAP = `shared invalidate_secondary=${FLUSH}`;
  const ALWAYS = `shared clear_flush_young=${FLUSH} invalidate_secondary=${FLUSH}`;
  const KVM = 'clear_young=harvest,return-harvested invalidate_secondary=zap,flush-atc';
  it.each([
    ['amd-iommu-v2', ALWAYS],
    ['amd-iommu-v2-patched', ON_UNMAP],
    ['intel-svm', ON_UNMAP],
    ['sva-rework', ALWAYS],
    ['arm-smmu-v3-sva', ON_UNMAP],
    ['amd-sva', ON_UNMAP],
    ['sva-flush-young', `shared flush_young=${FLUSH} invalidate_secondary=${FLUSH}`],
    ['kvm', `shadow clear_flush_young=harvest,flush-atc-if-harvested,return-harvested ${KVM}`],
    ['kvm-x86-6.13', `shadow clear_flush_young=harvest,return-harvested ${KVM}`],
    ['smmu-5.2-reordered', 'shared invalidate_secondary=flush-atc,flush-iotlb'],
    ['vtd-6.18-wrong-descriptor', 'shared invalidate_secondary=flush-atc'],
    ['none', 'shared'],
    ['always-referenced', `shared clear_flush_young=return-one invalidate_secondary=${FLUSH}`],
  ])('%s', (name, expected) => {
    expect(policy(DRIVERS.find((preset) => preset.name === name)!.value)).toBe(expected);
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
      withdrawsWrite: withdrawsWrite(parts),
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
