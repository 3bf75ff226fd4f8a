/** Systems at random: what a test that must hold for every system is tried on. */
import fc from 'fast-check';
import type { Callback, Driver, Hardware, Kernel, Observer, OptionalEvent, Scope, System } from '../../model/system.ts';
import { ACTIONS, AGING_HELPERS, GRANULARITIES, OBSERVERS, OPTIONAL_EVENTS, RETURNS, WALK_HELPERS } from '../../model/system.ts';

const flag = fc.boolean();
/** A switch that is off its default now and then: two thrown at once hide each other. */
const seldom = <T>(usual: T, other: T): fc.Arbitrary<T> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constant(other) },
  );

export const anyKernel: fc.Arbitrary<Kernel> = fc.record({
  agingHelper: fc.constantFrom(AGING_HELPERS[0], ...AGING_HELPERS),
  flushesTlbWhenYoung: flag,
  tlbFlushReachesSecondary: flag,
  notifiesFlushYoung: flag,
  unmapFlushesOld: seldom(true, false),
  unmapNotifies: seldom(true, false),
  unmapInvalidates: seldom<'page' | 'mm'>('page', 'mm'),
  upgradeNotifies: seldom(false, true),
  walkHelper: fc.constantFrom(...WALK_HELPERS),
  pageoutLooks: flag,
  swapinWritable: flag,
  idleRange: seldom<'page' | 'two-pages'>('page', 'two-pages'),
});

/** Up to four actions of any kind, in any order, also such as no driver would choose. */
const anyCallback: fc.Arbitrary<Callback> = fc.record({
  actions: fc.oneof(
    fc.constant(['flush-iotlb', 'flush-atc'] as const),
    fc.constant(['harvest', 'flush-atc-if-harvested'] as const),
    fc.array(fc.constantFrom(...ACTIONS), { maxLength: 4 }),
  ),
  returns: fc.constantFrom(...RETURNS),
});

export const anyDriver: fc.Arbitrary<Driver> = fc.record({
  secondary: seldom<'shared' | 'shadow'>('shared', 'shadow'),
  clear_flush_young: anyCallback,
  clear_young: anyCallback,
  flush_young: anyCallback,
  invalidate_secondary: anyCallback,
});

export const anyHardware: fc.Arbitrary<Hardware> = fc.record({
  ats: seldom(true, false),
  iotlb: seldom(true, false),
  dropsOvertakenCompletions: seldom(true, false),
  rewalksOnPermissionFault: seldom(true, false),
  accessFlag: seldom<'hardware' | 'fault'>('hardware', 'fault'),
  drainsPostedWrites: seldom(true, false),
});

/** The largest scope to draw from; the smallest has one page, no CPU, one device. */
export interface Most {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
}

const anyObservers: fc.Arbitrary<Observer[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Observer[]>([]) },
  { weight: 4, arbitrary: fc.subarray([...OBSERVERS], { minLength: 1 }) },
);
export const anyScope = (
  { pages, cpus, devices }: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<Scope> =>
  fc.record({
    pages: fc.integer({ min: 1, max: pages }),
    cpus: fc.integer({ min: 0, max: cpus }),
    devices: fc.integer({ min: 1, max: devices }),
    observers: anyObservers,
    granularity: fc.constantFrom(...GRANULARITIES),
    events: fc.subarray([...events]),
  });

/** `events`: those to draw from. */
export const anySystem = (
  most: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<System> =>
  fc.record({
    kernel: anyKernel,
    driver: anyDriver,
    hardware: anyHardware,
    scope: anyScope(most, events),
    names: fc.constant({}),
  });
