/**
 * The systems that are compared with Spin: any at all, but more often such as have switches and
 * callbacks thrown together that interact; and combinations of presets.
 */
import fc from 'fast-check';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import type { Action, Callback, Kernel, Parts, Return, Scope, System } from '../model/system.ts';
import { REFERENCE_EVENTS } from '../model/system.ts';
import { anySystem } from '../properties/generators/any-system.ts';

/** What a theme lays down of a system; its events come on top of those that were drawn. */
type Theme = { readonly [P in keyof Parts]?: Partial<Parts[P]> };

const callback = (text: string, returns: Return = 'zero'): Callback => ({
  actions: text.split(',') as Action[],
  returns,
});

const THEMES: readonly Theme[] = [
  {},
  {
    kernel: { upgradeNotifies: true },
    hardware: { rewalksOnPermissionFault: false, iotlb: true },
    scope: { events: ['protect', 'write'] },
  },
  {
    kernel: { upgradeNotifies: true },
    driver: { invalidate_secondary: callback('flush-atc-nowait') },
    hardware: { rewalksOnPermissionFault: false, iotlb: true },
    scope: { granularity: 'fine', events: ['write'] },
  },
  {
    kernel: { upgradeNotifies: true },
    driver: {
      secondary: 'shadow',
      invalidate_secondary: callback('harvest,flush-atc-if-harvested,zap'),
    },
    scope: { events: ['protect', 'write'] },
  },
  { kernel: { unmapInvalidates: 'mm' }, scope: { pages: 2, events: ['unmap'] } },
  {
    kernel: { unmapInvalidates: 'mm' },
    driver: {
      secondary: 'shadow',
      invalidate_secondary: callback('flush-atc-if-harvested,harvest,flush-atc-if-harvested'),
    },
    scope: { pages: 2, events: ['unmap'] },
  },
  { hardware: { ats: true }, scope: { granularity: 'fine', events: ['posted', 'write', 'unmap'] } },
  {
    hardware: { ats: true, drainsPostedWrites: false },
    scope: { granularity: 'fine', events: ['posted', 'write', 'protect'] },
  },
  {
    driver: {
      secondary: 'shadow',
      clear_flush_young: callback('flush-atc-if-harvested,harvest,flush-atc-if-harvested'),
      clear_young: callback('harvest,harvest,flush-atc-if-harvested', 'harvested'),
      flush_young: callback('flush-atc-if-harvested,flush-atc-nowait'),
    },
    kernel: { notifiesFlushYoung: true },
  },
  {
    kernel: { flushesTlbWhenYoung: true, tlbFlushReachesSecondary: true },
    driver: {
      secondary: 'shadow',
      invalidate_secondary: callback('harvest,flush-atc-if-harvested'),
      clear_flush_young: callback('flush-atc-if-harvested,harvest', 'harvested'),
    },
  },
  {
    driver: {
      secondary: 'shared',
      clear_flush_young: callback('harvest,flush-atc-if-harvested', 'harvested'),
      clear_young: callback('harvest,zap,flush-atc', 'harvested'),
    },
  },
  {
    hardware: { ats: true, dropsOvertakenCompletions: false },
    scope: { granularity: 'fine', events: ['unmap', 'protect', 'write'] },
  },
  { hardware: { accessFlag: 'fault' }, scope: { granularity: 'fine', observers: ['idle'] } },
  {
    hardware: { accessFlag: 'fault', rewalksOnPermissionFault: false },
    scope: { observers: ['reclaim', 'idle'], events: ['write', 'protect'] },
  },
  { driver: { secondary: 'shadow' }, hardware: { ats: false } },
  { hardware: { iotlb: false } },
  { hardware: { ats: false }, scope: { granularity: 'fine' } },
  { kernel: { unmapFlushesOld: false }, scope: { events: ['unmap', 'protect', 'write'] } },
  { kernel: { unmapNotifies: false, flushesTlbWhenYoung: true }, scope: { events: ['unmap'] } },
  { scope: { pages: 3, cpus: 0, granularity: 'atomic' } },
  { scope: { devices: 2, cpus: 0, granularity: 'fine' } },
  { scope: { observers: [], events: ['unmap', 'protect', 'write'] } },
];

/** The peers know none of these fields: they have the default, which means what the peers do. */
const { walkHelper, pageoutLooks, swapinWritable, idleRange } = KERNELS[0].value;
const asPeers = (kernel: Kernel): Kernel => ({
  ...kernel,
  walkHelper,
  pageoutLooks,
  swapinWritable,
  idleRange,
});

function apply(system: System, theme: Theme): System {
  const drawn = [...system.scope.events, ...(theme.scope?.events ?? [])];
  const events = REFERENCE_EVENTS.filter((event) => drawn.includes(event));
  return {
    kernel: asPeers({ ...system.kernel, ...theme.kernel }),
    driver: { ...system.driver, ...theme.driver },
    hardware: { ...system.hardware, ...theme.hardware },
    scope: { ...system.scope, ...theme.scope, events },
    names: {},
  };
}

export const randomSystem: fc.Arbitrary<System> = fc
  .tuple(anySystem({ pages: 2, cpus: 2, devices: 2 }, REFERENCE_EVENTS), fc.constantFrom(...THEMES))
  .map(([system, theme]) => apply(system, theme));

/** About the sizes of `mail` and `races`. */
const MAIL: Scope = {
  pages: 1,
  cpus: 0,
  devices: 1,
  observers: ['reclaim'],
  granularity: 'atomic',
  events: [],
};
const SIZES: readonly Scope[] = [
  { ...MAIL, granularity: 'fine' },
  { ...MAIL, cpus: 1, observers: ['reclaim', 'idle'], events: ['unmap', 'protect', 'write'] },
  { ...MAIL, granularity: 'fine', events: ['unmap', 'protect', 'write', 'posted'] },
  { ...MAIL, granularity: 'fine', cpus: 1, observers: ['reclaim', 'idle'] },
  { ...MAIL, granularity: 'fine', cpus: 1, events: ['unmap', 'protect', 'write'] },
  { ...MAIL, granularity: 'fine', observers: ['reclaim', 'idle'], events: ['unmap', 'evict'] },
];

const valueOf = <T>(presets: readonly { readonly value: T }[]): fc.Arbitrary<T> =>
  fc.constantFrom(...presets.map((preset) => preset.value));

export const presetSystem: fc.Arbitrary<System> = fc.record({
  kernel: valueOf(KERNELS).map(asPeers),
  driver: valueOf(DRIVERS),
  hardware: valueOf(HARDWARE),
  scope: fc.constantFrom(...SIZES),
  names: fc.constant({}),
});
