/**
 * What "not found" is worth: how likely these settings would have found a violation that is known
 * to be there, in a preset that violates the same property, in the same scope.
 */
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { ChunkRunner } from './chunk.ts';
import type { Settings } from './settings.ts';
import { settingsOf } from './settings.ts';

export interface Chance {
  readonly property: Property;
  /** The preset driver, kernel and hardware that violate it. */
  readonly known: { readonly kernel: string; readonly driver: string; readonly hardware: string };
  /** Of so many runs of the same length, so many found it. */
  readonly runs: number;
  readonly found: number;
  /** That all runs of the settings would have missed it; at least, if none found it. */
  readonly missed: number;
}

const KERNEL = 'v4.20-x86';
const DRIVER = 'amd-iommu-v2-patched';
/** By property, without the observer: presets that are known to violate it. */
const KNOWN: Readonly<Record<string, Partial<Chance['known']>>> = {
  'no-missed-device-reference': {},
  'no-repeated-miss': {},
  'no-missed-cpu-reference': {},
  'no-false-reference': { driver: 'always-referenced' },
  'no-stale-access': { driver: 'vtd-6.18-wrong-descriptor' },
  'no-write-after-write-protect': { driver: 'vtd-6.18-wrong-descriptor' },
  'no-spurious-invalidation': { driver: 'amd-iommu-v2' },
  'fault-makes-progress': { hardware: 'smmu-v3' },
};

/** Runs that the chance is measured with, at most. */
const SAMPLE_EVENTS = 100_000;

/** Measures the chance for one property; undefined where no preset is known to violate it. */
export function chanceOf(
  system: System,
  property: Property,
  settings: Settings,
): Chance | undefined {
  const preset = KNOWN[property.name.replace(/\(.*/, '')];
  if (preset === undefined) return undefined;
  const known = { kernel: KERNEL, driver: DRIVER, hardware: 'ats', ...preset };
  const sample = { ...parseSystem(known), scope: system.scope };
  if (!property.applies(sample)) return undefined;
  const { seed, length, bias } = settings;
  const runs = Math.max(10, Math.floor(SAMPLE_EVENTS / length));
  const runner = new ChunkRunner(sample, [property], settingsOf({ seed, length, bias, runs }));
  const { counts } = runner.run(0);
  const found = counts.violating[0];
  // With none or all of them the true rate is not 0 or 1: half a run is given to the other side.
  const rate = Math.min(found, counts.runs - 0.5) / counts.runs;
  return { property, known, runs: counts.runs, found, missed: (1 - rate) ** settings.runs };
}
