/** Which kernels and drivers a log may come from: presets, or what a person said. */
import { DRIVERS } from '../../model/systems/drivers.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import type { System } from '../../model/system.ts';
import { parseSystem } from '../trace/setup.ts';

/** A system to hold a log against. */
export interface Candidate {
  readonly system: System;
  /** Its page; the others are neighbours, which a range that is not aligned covers. */
  readonly subject: number;
}

/** What a log says of itself. */
export interface LogTraits {
  readonly seen: ReadonlySet<string>;
  /** Some aging covers more than its page. */
  readonly isWide: boolean;
  /** Of its kernel, where the log's head has it. */
  readonly release: string | undefined;
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

/** Where agings reach into the next page, a page has a neighbour on either side. */
export function candidate({ kernel, driver, hardware }: Given, isWide: boolean): Candidate {
  const parse = (pages: number): System =>
    parseSystem({ kernel, driver, hardware, scope: `pages=${pages} ${SCOPE}` });
  const system = parse(1);
  return isWide && system.kernel.idleRange === 'two-pages'
    ? { system: parse(3), subject: 1 }
    : { system, subject: 0 };
}

const KVM = ['kvm_page_fault', 'kvm_age_hva', 'age_gfn_ret', 'kvm_tdp_mmu_spte_changed'];
const ATC = ['atc_access', 'atc_invalidate_range', 'atc_clear_flush_young', 'atc_release'];
/** Names of drivers that no log comes from: yardsticks and proposals. */
const UNREAL = ['sva-flush-young', 'always-referenced', 'sva-rework'];

const has = (seen: ReadonlySet<string>, names: readonly string[]): boolean =>
  names.some((name) => seen.has(name));

/** These are functions on x86 alone, and inlined elsewhere. */
const onX86 = (seen: ReadonlySet<string>): boolean =>
  has(seen, ['ptep_clear_flush_young_ret', 'ptep_test_and_clear_young_ret']);

/** The device's uses are told by a young bit of its own. */
export const isShadow = (seen: ReadonlySet<string>): boolean => has(seen, KVM) && !has(seen, ATC);

/** The simplest first where the log shows nothing of a secondary MMU. */
function drivers(seen: ReadonlySet<string>): string[] {
  const shadow = has(seen, KVM);
  const rank = ({ name }: { readonly name: string }) =>
    name === 'none' && !has(seen, ATC) ? 0 : 1;
  return DRIVERS.toSorted((a, b) => rank(a) - rank(b))
    .filter(({ name, value }) => {
      if (UNREAL.includes(name) || (onX86(seen) && /^(arm|smmu)-/.test(name))) return false;
      return (value.secondary === 'shadow') === shadow;
    })
    .map(({ name }) => name);
}

/** 6.1 as 601; undefined where it is not said. */
function versionOf(release = ''): number | undefined {
  const version = /^v?(\d+)\.(\d+)/.exec(release);
  return version === null ? undefined : Number(version[1]) * 100 + Number(version[2]);
}

/**
 * By what the log's events are called. First the latest up to the log's own kernel, for logs are
 * young where they do not say; and those of the LRU that the log shows at work.
 */
function kernels({ seen, release }: LogTraits): string[] {
  const own = versionOf(release) ?? Infinity;
  const before = seen.has('invalidate_range');
  const since = seen.has('arch_invalidate_secondary_tlbs');
  const isMglru = seen.has('lru_gen_look_around');
  return KERNELS.flatMap(({ name }) => {
    const number = versionOf(name);
    if (number === undefined || (onX86(seen) && !/-x86\b/.test(name))) return [];
    if (number >= RENAMED ? before : since) return [];
    const later = number > own ? 1 : 0;
    return [{ name, number, later, fits: name.endsWith('-mglru') === isMglru ? 0 : 1 }];
  })
    .toSorted((a, b) => a.later - b.later || a.fits - b.fits || b.number - a.number)
    .map(({ name }) => name);
}
/** 6.6: invalidate_range() became arch_invalidate_secondary_tlbs(). */
const RENAMED = 606;

/**
 * Candidates in the order of preference, those that no log of these events can tell apart left
 * out. What a person gave is not varied.
 */
export function candidates(given: Given, traits: LogTraits): Candidate[] {
  const { seen, isWide } = traits;
  const hardware = given.hardware ?? (has(seen, ATC) ? 'ats iotlb=false' : 'ats');
  const kernelTexts = given.kernel === undefined ? kernels(traits) : [given.kernel];
  const driverTexts = given.driver === undefined ? drivers(seen) : [given.driver];
  const all = kernelTexts.flatMap((kernel) =>
    driverTexts.map((driver) => candidate({ kernel, driver, hardware }, isWide)),
  );
  const values = new Set<string>();
  return all.filter(({ system: { kernel, driver } }) => {
    const value = JSON.stringify([kernel, driver]);
    return !values.has(value) && values.add(value);
  });
}

/** The presets that are the same as one that was tried. */
export function aliases(part: 'kernel' | 'driver', system: System): string[] {
  const presets = part === 'kernel' ? KERNELS : DRIVERS;
  const value = JSON.stringify(system[part]);
  return presets.filter((preset) => JSON.stringify(preset.value) === value).map(({ name }) => name);
}
