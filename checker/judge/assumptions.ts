/** Every assumption of a system, flipped in turn. */
import type { Callback, PartName, Parts, System } from '../../model/system.ts';
import { AGING_HELPERS, CALLBACKS, GRANULARITIES, LIMITS, OBSERVERS, OPTIONAL_EVENTS, RETURNS, WALK_HELPERS } from '../../model/system.ts';
import { FIELDS } from '../trace/fields.ts';

/** One assumption, and the system in which it is another. */
export interface Flip {
  readonly part: PartName;
  /** `clear_flush_young=none`, as the field would be written. */
  readonly text: string;
  readonly system: System;
}

type Values = readonly (readonly [field: string, values: readonly unknown[]])[];

/** The other values that a field of two or more can take. */
const others = <T>(value: T, all: readonly T[]): T[] => all.filter((other) => other !== value);
const not = (value: boolean): boolean[] => [!value];

function kernelValues({ kernel }: Parts): Values {
  return [
    ['agingHelper', others(kernel.agingHelper, AGING_HELPERS)],
    ['flushesTlbWhenYoung', not(kernel.flushesTlbWhenYoung)],
    ['tlbFlushReachesSecondary', not(kernel.tlbFlushReachesSecondary)],
    ['notifiesFlushYoung', not(kernel.notifiesFlushYoung)],
    ['unmapFlushesOld', not(kernel.unmapFlushesOld)],
    ['unmapNotifies', not(kernel.unmapNotifies)],
    ['unmapInvalidates', others(kernel.unmapInvalidates, ['page', 'mm'] as const)],
    ['upgradeNotifies', not(kernel.upgradeNotifies)],
    ['walkHelper', others(kernel.walkHelper, WALK_HELPERS)],
    ['pageoutLooks', not(kernel.pageoutLooks)],
    ['swapinWritable', not(kernel.swapinWritable)],
    ['idleRange', others(kernel.idleRange, ['page', 'two-pages'] as const)],
  ];
}

const FLUSH: Callback = { actions: ['flush-iotlb', 'flush-atc'], returns: 'zero' };

/** A callback without each of its actions, in the other order, without waiting; or the usual. */
function otherCallbacks({ actions, returns }: Callback): Callback[] {
  const answers = others(returns, RETURNS).map((other) => ({ actions, returns: other }));
  if (actions.length === 0) return [FLUSH, ...answers];
  const without = actions.map((_, i) => actions.filter((_action, j) => j !== i));
  const unawaited = actions.map((action) =>
    action === 'flush-atc' ? ('flush-atc-nowait' as const) : action,
  );
  const lists = [
    ...(actions.length > 1 ? [[]] : []),
    ...without,
    ...(actions.length > 1 ? [actions.toReversed()] : []),
    ...(actions.includes('flush-atc') ? [unawaited] : []),
  ];
  return [...lists.map((list) => ({ actions: list, returns })), ...answers];
}

function driverValues({ driver }: Parts): Values {
  return [
    ['secondary', others(driver.secondary, ['shared', 'shadow'] as const)],
    ...CALLBACKS.map((name) => [name, otherCallbacks(driver[name])] as const),
  ];
}

function hardwareValues({ hardware }: Parts): Values {
  return [
    ['ats', not(hardware.ats)],
    ['iotlb', not(hardware.iotlb)],
    ['dropsOvertakenCompletions', not(hardware.dropsOvertakenCompletions)],
    ['rewalksOnPermissionFault', not(hardware.rewalksOnPermissionFault)],
    ['accessFlag', others(hardware.accessFlag, ['hardware', 'fault'] as const)],
    ['drainsPostedWrites', not(hardware.drainsPostedWrites)],
  ];
}

/** A set with each of its members taken out, and each other one put in, in the order of `all`. */
const toggled = <T>(set: readonly T[], all: readonly T[]): T[][] =>
  all.map((member) => all.filter((other) => set.includes(other) !== (other === member)));

function scopeValues({ scope }: Parts): Values {
  const near = (field: keyof typeof LIMITS): number[] => {
    const [least, most] = LIMITS[field];
    return [scope[field] - 1, scope[field] + 1].filter((n) => n >= least && n <= most);
  };
  return [
    ['pages', near('pages')],
    ['cpus', near('cpus')],
    ['devices', near('devices')],
    ['observers', toggled(scope.observers, OBSERVERS)],
    ['granularity', others(scope.granularity, GRANULARITIES)],
    ['events', toggled(scope.events, OPTIONAL_EVENTS)],
  ];
}

const VALUES: { readonly [P in PartName]: (parts: Parts) => Values } = {
  kernel: kernelValues,
  driver: driverValues,
  hardware: hardwareValues,
  scope: scopeValues,
};

/** The system with each of its assumptions flipped, in the order of the parts and their fields. */
export function flipsOf(system: System): Flip[] {
  return (Object.keys(VALUES) as PartName[]).flatMap((part) =>
    VALUES[part](system).flatMap(([field, values]) =>
      values.map((value): Flip => {
        const types = FIELDS[part] as Readonly<Record<string, { print: (v: never) => string }>>;
        const text = `${field}=${types[field].print(value as never)}`;
        return { part, text, system: { ...system, [part]: { ...system[part], [field]: value } } };
      }),
    ),
  );
}
