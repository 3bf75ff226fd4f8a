/**
 * The presets as data, with nothing loaded that needs one of them: where the default is gone, files
 * that parse a system do not even load, and only a test that runs can fail.
 */
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { SCOPES } from '../model/systems/scopes.ts';
import type { Preset } from '../model/system.ts';

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
