/** Finds the kernels and drivers that a log may come from: presets, or what the user gave. */
import { operationsOf } from '../../model/events.ts';
import { CALLS } from '../../model/steps.ts';
import { DRIVERS } from '../../model/systems/drivers.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { MACHINES, noSuchMachine } from '../../model/systems/machines.ts';
import type { System } from '../../model/system.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Architecture } from './architecture.ts';
import { hasAtc, isShadow } from './secondary.ts';

/** The parts that the user may give. Otherwise they are inferred. */
export const INFERRED = ['kernel', 'driver'] as const;
export type Inferred = (typeof INFERRED)[number];

/** A system that a log is compared with. */
export interface Candidate {
  readonly system: System;
  /** The page that the log tells of. The others are neighbours, which an unaligned range covers. */
  readonly subject: number;
  /** The presets that it stands for. No log of these events can tell these apart. */
  readonly names: Readonly<Record<Inferred, readonly string[]>>;
}

/** Facts about the log that restrict the candidates. */
export interface LogTraits {
  readonly seen: ReadonlySet<string>;
  /** An aging in the log covers more than its page. */
  readonly isWide: boolean;
  /** The kernel's release, if the head of the log has it, and the machine's architecture. */
  readonly release: string | undefined;
  readonly architecture: Architecture | undefined;
  /** Reclaim unmaps by ptep_clear_flush(), as it did up to 6.12 and no longer did in 6.19. */
  readonly unmapsByPtepClearFlush: boolean;
}

/** The parts that a person may give. */
export interface Given {
  readonly kernel?: string | undefined;
  readonly driver?: string | undefined;
  readonly hardware?: string | undefined;
}

const SCOPE =
  'cpus=1 devices=1 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,cold,walk';

type Texts = Readonly<Record<keyof Given, string>>;

/** If a mark reaches into the next page, the page gets a neighbour on either side. */
function candidate(texts: Texts, isWide: boolean): Omit<Candidate, 'names'> {
  const parse = (pages: number): System =>
    parseSystem({ ...texts, scope: `pages=${pages} ${SCOPE}` });
  const wide = parse(3);
  return isWide && operationsOf(wide).byName.get('mark')!.reachesFar
    ? { system: wide, subject: 1 }
    : { system: parse(1), subject: 0 };
}

/** Yardsticks and proposals: no log comes from these. */
const UNREAL = ['sva-flush-young', 'always-referenced'];

/** Drivers that only one architecture has. Other drivers are on every architecture, or on none. */
const DRIVERS_OF = {
  x86: /^(amd|intel|vtd|kvm$|kvm-x86)/,
  arm64: /^(arm|smmu|kvm-arm64)/,
  power: /^ocxl/,
} as const;
const KVMS = MACHINES.flatMap(({ drivers: names }) => names).filter((name) =>
  name.startsWith('kvm'),
);

const isForeign = (driver: string, architecture: Architecture | undefined): boolean =>
  architecture !== undefined &&
  Object.entries(DRIVERS_OF).some(([other, own]) => other !== architecture && own.test(driver));

/** A log of KVM comes from the KVM of its kernel. If the kernel is no preset, it may be any KVM. */
function kvms(kernel: string): readonly string[] {
  const [written] = kernel.split(/\s/);
  const name = KERNELS.some((preset) => preset.name === written) ? written : undefined;
  return KVMS.filter((driver) => noSuchMachine({ kernel: name, driver }) === undefined);
}

/**
 * Orders drivers; smaller is tried first. The callback of the SVA series was never merged, and is
 * last.
 */
function preference(driver: string, seen: ReadonlySet<string>): number {
  if (driver === 'sva-rework') return 2;
  // If the log shows no secondary MMU, the simplest explanation is that there is none.
  return driver === 'none' && !hasAtc(seen) ? 0 : 1;
}

function drivers({ seen, architecture }: LogTraits, kernel: string): readonly string[] {
  const names = isShadow(seen)
    ? kvms(kernel)
    : DRIVERS.filter(({ value }) => value.secondary === 'shared').map(({ name }) => name);
  return names
    .filter((name) => !UNREAL.includes(name) && !isForeign(name, architecture))
    .toSorted((a, b) => preference(a, seen) - preference(b, seen));
}

/** The version as a number: 6.1 is 601. Undefined if the text has none. */
function versionOf(release = ''): number | undefined {
  const version = /^v?(\d+)\.(\d+)/.exec(release);
  return version === null ? undefined : Number(version[1]) * 100 + Number(version[2]);
}

/**
 * Finds the kernels that fit the names of the log's events. The latest up to the log's own kernel
 * is first, as a log without a release is probably recent. Kernels whose LRU the log shows at work
 * come before others.
 */
function kernels({ seen, release, architecture, unmapsByPtepClearFlush }: LogTraits): string[] {
  const own = versionOf(release) ?? (unmapsByPtepClearFlush ? 612 : Infinity);
  const before = seen.has('invalidate_range');
  const since = seen.has('arch_invalidate_secondary_tlbs');
  const isMglru = seen.has('lru_gen_look_around');
  return KERNELS.flatMap(({ name }) => {
    const number = versionOf(name);
    if (number === undefined) return [];
    if (architecture !== undefined && !name.includes(`-${architecture}`)) return [];
    if (number >= RENAMED ? before : since) return [];
    const later = number > own ? 1 : 0;
    return [{ name, number, later, fits: name.endsWith('-mglru') === isMglru ? 0 : 1 }];
  })
    .toSorted((a, b) => a.later - b.later || a.fits - b.fits || b.number - a.number)
    .map(({ name }) => name);
}
/** Since 6.6 invalidate_range() is called arch_invalidate_secondary_tlbs(). */
const RENAMED = 606;

/**
 * What a log can show of a candidate: the steps of its operations, and the calls that its lines
 * name. Without event lru nothing shows who marks a page accessed.
 */
function behaviour({ system, subject }: Omit<Candidate, 'names'>): string {
  const steps = operationsOf(system)
    .steps.slice(1)
    .map(({ operation: { name, program }, ...step }) => [
      name,
      system.kernel[program].filter((line) => line.name in CALLS),
      step,
    ]);
  return JSON.stringify([subject, system.driver.secondary, system.hardware, steps]);
}

/**
 * The hardware that a log may come from. The module that acts as a device has no IOTLB. On arm64
 * its walks may not set young bits.
 */
function hardwares({ seen, architecture }: LogTraits): readonly string[] {
  if (!hasAtc(seen)) return ['ats'];
  return architecture === 'arm64' ? ['af-by-fault', 'ats iotlb=false'] : ['ats iotlb=false'];
}

/** Every kernel with every driver and hardware of its kind. */
function combinations(given: Given, traits: LogTraits): Texts[] {
  const { kernel: one, driver: other, hardware: third } = given;
  return (one === undefined ? kernels(traits) : [one]).flatMap((kernel) =>
    (other === undefined ? drivers(traits, kernel) : [other]).flatMap((driver) =>
      (third === undefined ? hardwares(traits) : [third]).map((hardware) => ({
        kernel,
        driver,
        hardware,
      })),
    ),
  );
}

/**
 * Lists candidates in the order of preference. Candidates that no log of these events can tell
 * apart become one with several names. A part that the user gave is not varied.
 */
export function candidates(given: Given, traits: LogTraits): Candidate[] {
  const { isWide } = traits;
  const found = new Map<string, Omit<Candidate, 'names'> & { names: Record<Inferred, string[]> }>();
  for (const texts of combinations(given, traits)) {
    const { kernel, driver } = texts;
    const one = candidate(texts, isWide);
    const key = behaviour(one);
    const same = found.get(key);
    if (same === undefined) {
      found.set(key, { ...one, names: { kernel: [kernel], driver: [driver] } });
      continue;
    }
    same.names.kernel.push(kernel);
    same.names.driver.push(driver);
  }
  return [...found.values()];
}

/** The preset names of one part of a candidate. */
export const partNames = (part: Inferred, { names }: Candidate): string =>
  [...new Set(names[part])].join(' = ');
