/** A policy that names no base is compared with one of its kind. */
import { describe, expect, it } from 'vitest';
import { NO_MACHINE } from '../../model/systems/machines.ts';
import { parseSystemFile } from '../trace/read-setup.ts';
import { PRESETS, overridden, parseSystem, printPart, systemOf } from '../trace/setup.ts';
import type { Base } from './guard-base.ts';
import { baseOfPreset, baseOfText, baseWithout, fittingPreset } from './guard-base.ts';

const KVM_4_20 = 'harvest,flush-atc?harvested,return-harvested';
const FLUSH = 'flush-iotlb,flush-atc';

const partsOf = ({ system }: Base) => [printPart(system, 'kernel'), printPart(system, 'driver')];

describe('the preset that fits', () => {
  it.each([
    // Three callbacks of it are KVM's, and two are those of interval-notifier.
    [`secondary=shadow clear_flush_young=${KVM_4_20} invalidate_secondary=zap,flush-atc`, 'kvm'],
    [`secondary=shadow flush_young=flush-atc invalidate_secondary=zap,flush-atc`, 'interval'],
    [`clear_flush_young=${FLUSH} flush_young=${FLUSH} invalidate_secondary=${FLUSH}`, 'amd-iommu'],
    ['invalidate_secondary=flush-atc flush_young=flush-atc', 'ocxl'],
  ])('has the secondary and the most callbacks of driver %s', (driver, begins) => {
    expect(fittingPreset(parseSystem({ driver }), 'driver')).toMatch(new RegExp(`^${begins}`));
  });

  it('was a machine with the kernel, where callbacks do not decide', () => {
    const driver = `secondary=shadow clear_flush_young=${KVM_4_20} invalidate_secondary=zap`;
    const fits = ['v5.15-x86', 'v5.15-arm64', 'v6.12-x86'].map((kernel) =>
      fittingPreset(parseSystem({ kernel, driver }), 'driver'),
    );
    expect(fits).toEqual(['kvm-x86-4.20', 'kvm-arm64', 'kvm']);
  });

  it('is for a kernel the one with the most programs in common', () => {
    const kernel = 'v6.6-x86-batched age=pte clear-refs=pte,flush-tlb';
    const bare = { ...parseSystem({ kernel }), names: {} };
    expect(fittingPreset(bare, 'kernel')).toBe('v6.6-x86-batched');
  });

  it('is neither a yardstick nor the policy itself', () => {
    for (const { name } of PRESETS.driver) {
      const fit = fittingPreset(parseSystem({ driver: name }), 'driver')!;
      expect(Object.keys(NO_MACHINE)).not.toContain(fit);
      const [policy, preset] = [name, fit].map((driver) => parseSystem({ driver }));
      expect(preset.driver, name).not.toEqual(policy.driver);
      expect(preset.driver.secondary, name).toBe(policy.driver.secondary);
    }
  });
});

describe('without --against', () => {
  const baseOf = (texts: Parameters<typeof parseSystem>[0]) => baseWithout(parseSystem(texts));

  it('the base of a driver is the preset from which it is written', () => {
    const base = baseOf({ driver: 'kvm-arm64 clear_young=none' });
    expect(partsOf(base)).toEqual(['v4.20-x86', 'kvm-arm64']);
    expect(base.notes[0]).toContain('the base is driver kvm-arm64, from which it is written');
  });

  it('it is the default only for a driver of its kind', () => {
    const shared = baseOf({ driver: `clear_flush_young=${FLUSH}` });
    expect(partsOf(shared)[1]).toBe('amd-iommu-v2-patched');
    const shadow = baseOf({ driver: `secondary=shadow clear_flush_young=${KVM_4_20}` });
    expect(partsOf(shadow)[1]).toBe('kvm-x86-4.20');
    expect(shadow.notes.join()).toContain('secondary=shadow and 2 of 4 callbacks are equal');
  });

  it('a yardstick is compared with the default, and never with itself', () => {
    for (const driver of ['none', 'always-referenced', 'none flush_young=flush-atc']) {
      expect(partsOf(baseOf({ driver }))[1]).toBe('amd-iommu-v2-patched');
    }
  });

  it('a driver that fits better than the default is suggested', () => {
    const { notes } = baseOf({
      driver: `clear_flush_young=${FLUSH} flush_young=${FLUSH} invalidate_secondary=${FLUSH}`,
    });
    expect(notes[1]).toMatch(/^--against amd-iommu-v2 fits better: .* 3 of 4 callbacks are equal/);
  });

  it('a patch to core mm is compared with the kernel that it changes, and the same driver', () => {
    const kernel = 'v6.6-x86 age=pte,flush-tlb?young,invalidate?young,clear_flush_young';
    const base = baseOf({ kernel, driver: 'intel-svm' });
    expect(partsOf(base)).toEqual(['v6.6-x86', 'intel-svm']);
  });

  it('a patch to both is compared with the presets of both', () => {
    const base = baseOf({ kernel: 'v6.6-x86 age=pte', driver: 'kvm clear_young=none' });
    expect(partsOf(base)).toEqual(['v6.6-x86', 'kvm']);
  });
});

describe('with --against', () => {
  it('a driver of another kind is compared, and one that fits is suggested', () => {
    const policy = parseSystem({ driver: 'kvm clear_young=none' });
    const other = baseOfPreset(policy, 'driver', 'amd-iommu-v2');
    expect(partsOf(other)[1]).toBe('amd-iommu-v2');
    expect(other.notes.join()).toMatch(/^--against kvm\S* fits better: secondary=shadow/);
    expect(baseOfPreset(policy, 'driver', 'interval-notifier').notes).toEqual([]);
    expect(baseOfPreset(policy, 'kernel', 'v6.6-x86').notes).toEqual([]);
  });

  const against = (policy: string, base: string) => {
    const [after, before] = [policy, base].map((text) => parseSystemFile(text, 'a.system'));
    return baseOfText(systemOf({ ...before, ...after }), after, before);
  };

  it('a text takes the kernel and the hardware that only the policy names', () => {
    const base = against('kernel v6.6-x86\nhardware no-ats\ndriver intel-svm', 'driver ocxl');
    expect(partsOf(base)).toEqual(['v6.6-x86', 'ocxl']);
    expect(printPart(base.system, 'hardware')).toBe('no-ats');
  });

  it('a text does not take what the policy changes: there would be nothing to compare', () => {
    const changed = against('kernel v6.6-x86 age=pte\ndriver kvm', 'driver kvm');
    expect(partsOf(changed)).toEqual(['v6.6-x86', 'kvm']);
    const added = against('kernel v6.6-x86\ndriver none', 'kernel v6.6-x86');
    expect(partsOf(added)).toEqual(['v6.6-x86', 'amd-iommu-v2-patched']);
    expect(added.notes.join()).toContain('The base names no driver, and has amd-iommu-v2-patched');
  });
});

it('overridden() drops the name of a preset that is no longer there', () => {
  const base = overridden(
    parseSystem({ driver: 'kvm' }),
    parseSystemFile('driver secondary=shadow', 'a'),
  );
  expect(base.names.driver).toBeUndefined();
});
