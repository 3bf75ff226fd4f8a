/**
 * Measures how much "not found" is worth. It takes presets that are known to violate the same
 * property in the same scope. It measures how likely these settings would find their violation.
 */
import type { Scope, System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf } from '../search/progress.ts';
import { within } from './scope.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Interval } from './binomial.ts';
import { clopperPearson } from './binomial.ts';
import { ChunkRunner } from './chunk.ts';
import type { Settings } from './settings.ts';
import { chunksOf, settingsOf } from './settings.ts';

/** Presets by their names. */
export interface Presets {
  readonly kernel: string;
  readonly driver: string;
  readonly hardware: string;
}

export interface Chance {
  readonly property: Property;
  /** The measured presets whose violation the fewest runs found. */
  readonly known: Presets;
  /** How many presets were measured. */
  readonly of: number;
  /** The number of runs in the sample, and how many of them found the violation. */
  readonly runs: number;
  readonly found: number;
  /** The chance that one run finds it, with the confidence of binomial.ts. */
  readonly perRun: Interval;
  /** The chance that all runs of the search would have missed it. It follows from `perRun`. */
  readonly allMiss: Interval;
}

/** Presets that violate a property in every scope that has at least the fields given here. */
export interface Known extends Partial<Presets> {
  readonly needs?: Partial<Scope>;
}

const TWO_OBSERVERS = { observers: ['reclaim', 'idle'] } as const;
const OVERTAKEN = { driver: 'amd-iommu-v2', hardware: 'overtaken-completions' } as const;
const FIX = { kernel: 'flush-young-proposal', driver: 'sva-flush-young' } as const;
const DAMON = { kernel: 'v6.12-x86-damon', driver: 'kvm' } as const;
const PAGEOUT = { kernel: 'v6.12-x86', driver: 'kvm' } as const;
const FINE = { granularity: 'fine' } as const;

/** The known presets, by the name of the property without its observer. */
export const KNOWN: Readonly<Record<string, readonly Known[]>> = {
  'no-missed-device-reference': [{}, { ...OVERTAKEN, needs: FINE }],
  'no-repeated-miss': [{}, { ...FIX, needs: TWO_OBSERVERS }],
  'no-missed-cpu-reference': [{ needs: { cpus: 1 } }],
  'no-false-reference': [
    { driver: 'always-referenced' },
    { driver: 'kvm-x86-4.20', needs: { events: ['clear-refs'] } },
  ],
  'no-stale-access': [
    { driver: 'vtd-6.18-wrong-descriptor', needs: { events: ['unmap'] } },
    { kernel: 'v5.15-arm64', driver: 'smmu-5.2-reordered', needs: { ...FINE, events: ['unmap'] } },
    { ...OVERTAKEN, needs: { ...FINE, events: ['unmap'] } },
    {
      kernel: 'v6.6-x86',
      driver: 'intel-svm',
      hardware: 'qat',
      needs: { ...FINE, events: ['unmap', 'write', 'posted'] },
    },
  ],
  'no-write-after-write-protect': [
    { driver: 'vtd-6.18-wrong-descriptor', needs: { events: ['protect', 'write'] } },
    { ...OVERTAKEN, needs: { ...FINE, events: ['protect', 'write'] } },
  ],
  'no-spurious-invalidation': [{ driver: 'amd-iommu-v2' }],
  'fault-makes-progress': [{ hardware: 'smmu-v3', needs: { events: ['protect', 'write'] } }],
  'no-eviction-in-use': [
    { kernel: 'v6.1-x86', driver: 'intel-svm', needs: { events: ['unmap', 'lru'] } },
    { ...PAGEOUT, needs: { observers: ['reclaim'], events: ['pageout'] } },
    { ...DAMON, needs: { ...TWO_OBSERVERS, pages: 2, events: ['unmap', 'cold', 'lru'] } },
  ],
  'no-split-view': [
    { kernel: 'invalidate-page-4.12', needs: { ...FINE, cpus: 1, events: ['unmap', 'write'] } },
    { kernel: 'cow-2012', needs: { ...FINE, cpus: 1, events: ['write', 'fork', 'cow'] } },
  ],
  'no-lost-write': [
    { kernel: 'thp-migration-4.19', needs: { ...FINE, events: ['write', 'migrate'] } },
  ],
};

/** The presets that are known to violate a property in a scope. */
export const knownFor = ({ name }: Property, scope: Scope): readonly Known[] =>
  (KNOWN[name.replace(/\(.*/, '')] ?? []).filter(({ needs = {} }) => within(needs, scope));

export const presetsOf = ({
  kernel = 'v4.20-x86',
  driver = 'amd-iommu-v2-patched',
  hardware = 'ats',
}: Known): Presets => ({ kernel, driver, hardware });

/** How many events the sample of each preset has. */
const SAMPLE_EVENTS = 100_000;

/**
 * Measures the chance that `made` runs miss a violation of one property. It uses the preset whose
 * violation is found least often, as ours may be as rare. Undefined if no preset is known to
 * violate it, or if the work is told to stop.
 */
export function* measuringChance(
  system: System,
  property: Property,
  settings: Settings,
  made: number,
): Pieces<Chance | undefined> {
  const all = knownFor(property, system.scope);
  const measured = [];
  for (const [i, known] of all.entries()) {
    const sample = { ...parseSystem(presetsOf(known)), scope: system.scope };
    if (!property.applies(sample)) continue;
    const hits = yield* partOf(measuring(sample, property, settings), [i, all.length]);
    if (hits === undefined) return undefined;
    measured.push({ known, ...hits });
  }
  const [rarest] = measured.toSorted((a, b) => a.found - b.found);
  if (rarest === undefined) return undefined;
  const { known, runs, found } = rarest;
  const perRun = clopperPearson(found, runs);
  const missWith = (rate: number): number => Math.exp(made * Math.log1p(-rate));
  const allMiss = {
    least: made === 0 ? 1 : missWith(perRun.most),
    most: missWith(perRun.least),
  };
  return {
    property,
    known: presetsOf(known),
    of: measured.length,
    runs,
    found,
    perRun,
    allMiss,
  };
}

/** The runs of a sample, and how many found the violation. Undefined if it is told to stop. */
function* measuring(
  sample: System,
  property: Property,
  { seed, length, bias }: Settings,
): Pieces<Pick<Chance, 'runs' | 'found'> | undefined> {
  const all = Math.max(10, Math.floor(SAMPLE_EVENTS / length));
  const settings = settingsOf({ seed, length, bias, runs: all });
  const runner = new ChunkRunner(sample, [property], settings);
  let [runs, found] = [0, 0];
  for (const chunk of chunksOf(settings)) {
    if (yield [runs, all]) return undefined;
    const { counts } = runner.run(chunk);
    runs += counts.runs;
    found += counts.violating[0];
  }
  return { runs, found };
}
