/** Finds the kernels and drivers that a log may come from: presets, or what the user gave. */
import { operationsOf } from '../../model/events.ts';
import { CALLS } from '../../model/steps.ts';
import { DRIVERS } from '../../model/systems/drivers.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { noSuchMachine } from '../../model/systems/machines.ts';
import type { System } from '../../model/system.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Architecture } from './architecture.ts';
import { hasAtc, isShadow } from './secondary.ts';

/** The parts that the user may give. Otherwise they are inferred. */
export const INFERRED = ['kernel', 'driver'] as const;
export type Inferred = (typeof INFERRED)[number];

/** A kernel and a driver that were a machine together, or what the user gave. */
export type Pair = Readonly<Record<Inferred, string>>;

/** A system that a log is compared with. */
export interface Candidate {
  readonly system: System;
  /** The page that the log tells of. The others are neighbours, which an unaligned range covers. */
  readonly subject: number;
  /** The presets that it stands for. No log of these events can tell these apart. */
  readonly pairs: readonly Pair[];
}

/** What an unmap of reclaim tells secondary MMUs to flush: a page, or everything. */
export type UnmapRange = 'page' | 'everything';

/** Facts about the log that restrict the candidates. */
export interface LogTraits {
  readonly seen: ReadonlySet<string>;
  /** An aging in the log covers more than its page. */
  readonly isWide: boolean;
  /** The first line that shows one of its pages to be huge. */
  readonly firstHuge: number | undefined;
  /** The kernel's release, if the head of the log has it, and the machine's architecture. */
  readonly release: string | undefined;
  readonly architecture: Architecture | undefined;
  /** The line of a device-TLB invalidation without a PASID, if the log has one. */
  readonly withoutPasid: number | undefined;
  /** Markers tell by which path a device got its data. */
  readonly tellsPaths: boolean;
  /** A marker finds a PTE old after a translation. */
  readonly leavesOld: boolean;
  /** For each way in which reclaim has told of an unmap, the first line that does. */
  readonly unmaps: Readonly<Record<UnmapRange, number | undefined>>;
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
function candidate(texts: Texts, isWide: boolean): Omit<Candidate, 'pairs'> {
  const parse = (pages: number): System =>
    parseSystem({ ...texts, scope: `pages=${pages} ${SCOPE}` });
  const wide = parse(3);
  return isWide && operationsOf(wide).byName.get('mark')!.reachesFar
    ? { system: wide, subject: 1 }
    : { system: parse(1), subject: 0 };
}

const KVMS = DRIVERS.filter(({ name }) => name.startsWith('kvm'));
const SHARING = DRIVERS.filter(({ value }) => value.secondary === 'shared');
/** The driver of a log that shows no secondary MMU. Every kernel can be without one. */
export const NONE = 'none';

/**
 * The preset kernels that a kernel stands for: itself, or the one that it begins with. A kernel
 * that only the user knows may have the drivers of any on its architecture.
 */
function presetsOf(kernel: string, architecture: Architecture | undefined): readonly string[] {
  const [written] = kernel.split(/\s/);
  const names = KERNELS.map(({ name }) => name);
  return names.includes(written) ? [written] : names.filter((name) => isOf(architecture, name));
}

const isOf = (architecture: Architecture | undefined, kernel: string): boolean =>
  architecture === undefined || kernel.includes(`-${architecture}`);

/**
 * Orders drivers; smaller is tried first. The callback of the SVA series was never merged, and is
 * last.
 */
function preference(driver: string, { seen, tellsPaths }: LogTraits): number {
  if (driver === 'sva-rework') return 2;
  // If the log shows no secondary MMU, the simplest explanation is that there is none.
  return driver === NONE && !hasAtc(seen) && !tellsPaths ? 0 : 1;
}

/** Drivers that write lines of their own: the lines, and how the names of their presets begin. */
const MAKERS: readonly { readonly lines: readonly string[]; readonly presets: RegExp }[] = [
  {
    lines: ['intel_invalidate', 'qi_submit', 'cache_tag_flush_range', 'cache_tag_flush_all'],
    presets: /^(?:intel|vtd)-/,
  },
  { lines: ['smmu_invalidate'], presets: /^arm-smmu-/ },
  { lines: ['amd_invalidate'], presets: /^amd-/ },
];

/** Its invalidations of everything have no PASID. It sends those of a range with one. */
const FLUSH_ALL = 'intel-svm-6.12-flush-all';

/**
 * Whether a driver was in a kernel. The driver that sends no PASID was in all kernels of 6.12. With
 * some of them only a fork or a huge page shows that, which its machines do not have.
 */
function wasIn(driver: string, kernel: string, { withoutPasid }: LogTraits): boolean {
  if (noSuchMachine({ kernel, driver }) === undefined) return true;
  return driver === FLUSH_ALL && withoutPasid !== undefined && kernel.startsWith('v6.12-x86');
}

/** The drivers that were in a kernel, of the kind that the log shows. */
function drivers(traits: LogTraits, kernel: string): readonly string[] {
  const { seen, architecture } = traits;
  const kernels = presetsOf(kernel, architecture);
  const maker = MAKERS.find(({ lines }) => lines.some((name) => seen.has(name)));
  return (isShadow(seen) ? KVMS : SHARING)
    .map(({ name }) => name)
    .filter((name) => maker === undefined || maker.presets.test(name))
    .filter((driver) => driver === NONE || kernels.some((one) => wasIn(driver, one, traits)))
    .toSorted((a, b) => preference(a, traits) - preference(b, traits));
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
function kernels(traits: LogTraits): string[] {
  const { seen, release, architecture, unmapsByPtepClearFlush } = traits;
  const own = versionOf(release) ?? (unmapsByPtepClearFlush ? 612 : Infinity);
  const [before, since] = [seen.has(KERNEL_WORDS.before), seen.has(KERNEL_WORDS.since)];
  const variant = variantOf(traits);
  return KERNELS.flatMap(({ name }) => {
    const number = versionOf(name);
    if (number === undefined) return [];
    if (!isOf(architecture, name)) return [];
    if (number >= RENAMED ? before : since) return [];
    const later = number > own ? 1 : 0;
    return [{ name, number, later, fits: variant.test(name) ? 0 : 1 }];
  })
    .toSorted((a, b) => a.later - b.later || a.fits - b.fits || b.number - a.number)
    .map(({ name }) => name);
}
/** How the name ends of presets whose LRU, pages and unmaps the log shows at work. */
function variantOf({ seen, unmaps, firstHuge }: LogTraits): RegExp {
  if (firstHuge !== undefined) return /-thp$/;
  if (seen.has('lru_gen_look_around')) return /-mglru$/;
  return unmaps.everything === undefined ? /-(?:x86|arm64)$/ : /-batched$/;
}

/** Since 6.6 invalidate_range() is called arch_invalidate_secondary_tlbs(). */
const RENAMED = 606;
export const KERNEL_WORDS = {
  before: 'invalidate_range',
  since: 'arch_invalidate_secondary_tlbs',
} as const;

/**
 * What a log can show of a candidate: the steps of its operations, and the calls that its lines
 * name. Without event lru nothing shows who marks a page accessed.
 */
function behaviour({ system, subject }: Omit<Candidate, 'pairs'>): string {
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
 * its walks may not set young bits. Elsewhere they set them, unless a marker finds one unset.
 */
function hardwares({ seen, architecture, tellsPaths, leavesOld }: LogTraits): readonly string[] {
  const isModule = hasAtc(seen);
  if (architecture === 'arm64' && (isModule || tellsPaths)) {
    return ['af-by-fault', 'ats iotlb=false'];
  }
  return [isModule ? 'ats iotlb=false' : 'ats', ...(leavesOld ? ['ignores-accessed'] : [])];
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
  const found = new Map<string, Omit<Candidate, 'pairs'> & { pairs: Pair[] }>();
  for (const texts of combinations(given, traits)) {
    const { kernel, driver } = texts;
    const one = candidate(texts, isWide);
    const key = behaviour(one);
    const same = found.get(key);
    if (same === undefined) found.set(key, { ...one, pairs: [{ kernel, driver }] });
    else same.pairs.push({ kernel, driver });
  }
  return [...found.values()];
}

const OTHER = { kernel: 'driver', driver: 'kernel' } as const;

/**
 * The kernels that had the driver of a pair, or the drivers that its kernel had, among the presets
 * that a candidate stands for.
 */
export const namesBeside = (part: Inferred, pair: Pair, { pairs }: Candidate): string[] => {
  const met = pairs.filter((each) => each[OTHER[part]] === pair[OTHER[part]]);
  return [...new Set(met.map((each) => each[part]))];
};

/** The presets of a candidate, in groups where every kernel had every driver. */
export function groupsOf(candidate: Candidate): Readonly<Record<Inferred, string>>[] {
  const groups = new Map<string, Set<string>>();
  for (const pair of candidate.pairs) {
    const driver = namesBeside('driver', pair, candidate).join(' or ');
    groups.set(driver, (groups.get(driver) ?? new Set()).add(pair.kernel));
  }
  return [...groups].map(([driver, kernels]) => ({ kernel: [...kernels].join(' or '), driver }));
}
