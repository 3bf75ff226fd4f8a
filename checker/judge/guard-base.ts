/**
 * Finds the system with which a policy is compared. A comparison says something of the policy only
 * if the base is of its kind: a KVM driver is not compared with an IOMMU driver.
 */
import type { System } from '../../model/system.ts';
import { CALLBACKS, PROGRAMS, fieldsOf } from '../../model/system.ts';
import { NO_MACHINE, noSuchMachine, presetNames } from '../../model/systems/machines.ts';
import { valueText } from '../../model/text.ts';
import type { WrittenParts } from '../trace/setup.ts';
import { DEFAULTS, PRESETS, overridden, parsePart } from '../trace/setup.ts';
import { isSame } from './guard.ts';

/** The parts that a policy can change: what a notifier does, and when core mm calls it. */
type PolicyPart = 'driver' | 'kernel';
const POLICY_PARTS: readonly PolicyPart[] = ['driver', 'kernel'];

/** The fields that say what a part does, step by step. */
const LISTS: Readonly<Record<PolicyPart, readonly string[]>> = {
  driver: CALLBACKS,
  kernel: PROGRAMS,
};

/** What one of these lists is called. */
const LIST_NAMES: Readonly<Record<PolicyPart, string>> = {
  driver: 'callbacks',
  kernel: 'programs',
};

export interface Base {
  readonly system: System;
  /** Sentences for the report: which base it is, why, and which one fits better. */
  readonly notes: readonly string[];
}

/**
 * A system with a preset in the place of one part. It may be refused in the scope of the policy,
 * as others are chosen for the comparison.
 */
const withPreset = (system: System, part: PolicyPart, name: string): System => ({
  ...system,
  [part]: parsePart(part, name).value,
  names: { ...system.names, [part]: name },
});

type Value = Readonly<Record<string, unknown>>;
const valueOf = (system: System, part: PolicyPart): Value => system[part] as unknown as Value;

const textOf = (system: System, part: PolicyPart, name: string): string =>
  valueText(fieldsOf(part)[name], valueOf(system, part)[name]);

/** How many of some fields have the same value in two systems. */
const alike = (one: System, other: System, part: PolicyPart, names: readonly string[]): number =>
  names.filter((name) => textOf(one, part, name) === textOf(other, part, name)).length;

/** The lists of a part that have steps. */
const withSteps = (system: System, part: PolicyPart): string[] =>
  LISTS[part].filter((name) => textOf(system, part, name) !== 'none');

const hasSameSecondary = (one: System, other: System): boolean =>
  one.driver.secondary === other.driver.secondary;

/**
 * The preset that fits a policy best as its base. Its driver has the same secondary, and it is not
 * the policy itself. The most equal callbacks (of a kernel, programs) decide, then how many of
 * these do something. Then it counts whether it was a machine with the other parts, and the other
 * fields. No yardstick is a base.
 */
export function fittingPreset(policy: System, part: PolicyPart): string | undefined {
  const all = Object.keys(fieldsOf(part));
  const ranked = PRESETS[part]
    .filter(({ name }) => !Object.hasOwn(NO_MACHINE, name))
    .map(({ name }) => ({ name, system: withPreset(policy, part, name) }))
    .filter(({ system }) => hasSameSecondary(policy, system) && !isSame(policy, system))
    .map(({ name, system }) => ({
      name,
      ranks: [
        alike(policy, system, part, LISTS[part]),
        alike(policy, system, part, withSteps(policy, part)),
        noSuchMachine(presetNames(system)) === undefined ? 1 : 0,
        alike(policy, system, part, all),
      ],
    }));
  const byRanks = (a: readonly number[], b: readonly number[]): number =>
    b.map((rank, i) => rank - a[i]).find((more) => more !== 0) ?? 0;
  return ranked.toSorted((a, b) => byRanks(a.ranks, b.ranks)).at(0)?.name;
}

/** Says in how much a preset is like a policy: `3 of 4 callbacks are equal`. */
function likeness(policy: System, part: PolicyPart, name: string): string {
  const equal = alike(policy, withPreset(policy, part, name), part, LISTS[part]);
  const secondary = part === 'driver' ? `secondary=${policy.driver.secondary} and ` : '';
  return `${secondary}${equal} of ${LISTS[part].length} ${LIST_NAMES[part]} are equal`;
}

/** The preset that the text of a policy names and then overrides, if it can be a base. */
function writtenFrom(policy: System, part: PolicyPart): string | undefined {
  const name = policy.names[part];
  if (name === undefined || Object.hasOwn(NO_MACHINE, name)) return undefined;
  const preset = withPreset(policy, part, name);
  return isSame(policy, preset) || !hasSameSecondary(policy, preset) ? undefined : name;
}

/** The preset for one part of a base, and why it was taken. */
function baseOf(policy: System, part: PolicyPart): readonly [name: string, why: string] {
  const from = writtenFrom(policy, part);
  if (from !== undefined) return [from, 'from which it is written'];
  const usual = DEFAULTS[part];
  if (part === 'driver' && hasSameSecondary(policy, withPreset(policy, part, usual))) {
    return [usual, 'the default'];
  }
  const own = presetNames(policy)[part];
  if (own !== undefined) return [own, 'which it is'];
  const fit = fittingPreset(policy, part) ?? usual;
  return [fit, `which fits best: ${likeness(policy, part, fit)}`];
}

/** Whether a part is the user's own: its fields are those of no preset that it names. */
const isOwn = (policy: System, part: PolicyPart): boolean =>
  presetNames(policy)[part] === undefined;

/**
 * The base of a policy that names none. Each part that is the user's own is replaced by the preset
 * from which it is written, or by one that fits. If neither part is, the driver is replaced.
 */
export function baseWithout(policy: System): Base {
  const own = POLICY_PARTS.filter((part) => isOwn(policy, part));
  let system = policy;
  const notes: string[] = [];
  for (const part of own.length > 0 ? own : (['driver'] as const)) {
    const [name, why] = baseOf(policy, part);
    system = withPreset(system, part, name);
    notes.push(`Without --against, the base is ${part} ${name}, ${why}.`);
    const fit = part === 'driver' ? better(policy, name) : undefined;
    if (fit !== undefined) notes.push(fit);
  }
  return { system, notes };
}

/** The base whose driver or kernel is a preset. A hint says if the driver is of another kind. */
export function baseOfPreset(policy: System, part: PolicyPart, name: string): Base {
  const system = withPreset(policy, part, name);
  const fit = hasSameSecondary(policy, system) ? undefined : better(policy, name);
  return { system, notes: fit === undefined ? [] : [fit] };
}

/**
 * The base that a text names, such as an older version of the policy. A kernel and hardware that it
 * does not name are those of the policy, as they are no part of the change. A driver that the
 * policy alone names, or a kernel that it changes, has its preset here: it is the change.
 */
export function baseOfText(policy: System, written: WrittenParts, base: WrittenParts): Base {
  const changed = POLICY_PARTS.filter(
    (part) =>
      base[part] === undefined &&
      written[part] !== undefined &&
      (part === 'driver' || isOwn(policy, part)),
  );
  let system = policy;
  const notes: string[] = [];
  for (const part of changed) {
    const [name, why] = baseOf(policy, part);
    system = withPreset(system, part, name);
    notes.push(`The base names no ${part}, and has ${name}, ${why}.`);
  }
  return { system: overridden(system, base), notes };
}

/** The hint that another driver fits better than the one of this name. */
function better(policy: System, name: string): string | undefined {
  const fit = fittingPreset(policy, 'driver');
  if (fit === undefined || fit === name) return undefined;
  const [now, then] = [name, fit].map((one) => withPreset(policy, 'driver', one));
  const equal = (system: System) => alike(policy, system, 'driver', CALLBACKS);
  if (hasSameSecondary(policy, now) && equal(then) <= equal(now)) return undefined;
  return `--against ${fit} fits better: ${likeness(policy, 'driver', fit)}.`;
}
