/**
 * Relations between systems, and guarantees of systems: what must be so whatever the rest of the
 * system is. A suite states those that are true of its property and has random systems try them.
 */
import type { Line, Program } from '../model/program.ts';
import type { CallbackName, OptionalEvent, ProgramName, Scope, System } from '../model/system.ts';
import { CALLBACKS, LIMITS, OBSERVERS, OPTIONAL_EVENTS } from '../model/system.ts';

/** Two systems that differ in one thing: where `from` violates the property, `to` does, too. */
export interface Pair {
  readonly from: System;
  readonly to: System;
}

export interface Relation {
  /** In the words of a kernel developer. */
  readonly sentence: string;
  /** The pairs that a system is one half of. */
  readonly pairs: (system: System) => readonly Pair[];
  /** And the shortest violation of `to` is not longer than that of `from`. */
  readonly noLonger: boolean;
}

/** A property holds in every system that is made so. */
export interface Guarantee {
  readonly sentence: string;
  readonly made: (system: System) => System;
}

export const withKernel = (system: System, kernel: Partial<System['kernel']>): System => ({
  ...system,
  kernel: { ...system.kernel, ...kernel },
});
export const withDriver = (system: System, driver: Partial<System['driver']>): System => ({
  ...system,
  driver: { ...system.driver, ...driver },
});
export const withHardware = (system: System, hardware: Partial<System['hardware']>): System => ({
  ...system,
  hardware: { ...system.hardware, ...hardware },
});
export const withScope = (system: System, scope: Partial<Scope>): System => ({
  ...system,
  scope: { ...system.scope, ...scope },
});
export const withoutEvents = (system: System, ...gone: OptionalEvent[]): System =>
  withScope(system, { events: system.scope.events.filter((event) => !gone.includes(event)) });

/** A step of a program, or an action of a callback. */
export const line = (name: string, when: Line['when'] = 'always'): Line => ({
  name,
  range: 'page',
  when,
});

export const withActions = (system: System, name: CallbackName, actions: Program): System =>
  withDriver(system, { [name]: { ...system.driver[name], actions } });

/** These programs, with steps behind those that they have. */
export const withSteps = (system: System, names: readonly ProgramName[], steps: Program): System =>
  withKernel(
    system,
    Object.fromEntries(names.map((name) => [name, [...system.kernel[name], ...steps]])),
  );

/** A device that keeps the rules of ATS: completions that were overtaken, posted writes. */
export const keepsAtsRules = (system: System): System =>
  withHardware(system, { dropsOvertakenCompletions: true, drainsPostedWrites: true });

/** The walk of an IOMMU leaves a young bit, whoever sets it. */
export const marksYoung = (system: System): System =>
  system.hardware.accessFlag === 'ignored'
    ? withHardware(system, { accessFlag: 'hardware' })
    : system;

/** Nobody clears young but looks of reclaim, which end with a call of clear_flush_young. */
export const reclaimAlone = (system: System): System =>
  withSteps(
    withScope(withoutEvents(system, 'clear-refs', 'cold', 'walk'), { observers: ['reclaim'] }),
    ['age'],
    [line('clear_flush_young')],
  );

/** The IOMMU walks the CPU's page table. */
export const shared = (system: System): System => withDriver(system, { secondary: 'shared' });

/** The IOTLB first, or it fills the ATC again. */
export const FLUSHES: Program = [line('flush-iotlb'), line('flush-atc')];

/** A callback that leaves no translation behind. */
export const flushesIn = (system: System, name: CallbackName): System =>
  withActions(system, name, FLUSHES);

/** The programs that take a frame away; a fork takes it when it copies. */
export const TAKES_FRAMES = ['unmap', 'fork', 'collapse'] as const;

/** What is taken away is taken from every cache, in the order that leaves none, and in time. */
export const flushesEverything = (system: System): System =>
  withActions(
    withSteps(
      keepsAtsRules(system),
      [...TAKES_FRAMES, 'write-protect'],
      [line('flush-tlb'), line('invalidate')],
    ),
    'invalidate_secondary',
    [line('zap'), ...FLUSHES],
  );

/** For a table of tests: the sentence, and what it is said of. */
export const bySentence = <T extends { readonly sentence: string }>(all: readonly T[]) =>
  all.map((each) => [each.sentence, each] as const);

/** One action more, in any callback, at every place that it can have in the callback's list. */
const insertions = (system: System, action: Line): System[] =>
  CALLBACKS.flatMap((name) => {
    const { actions } = system.driver[name];
    const places = Array.from({ length: actions.length + 1 }, (_, at) => at);
    return places.map((at) => withActions(system, name, actions.toSpliced(at, 0, action)));
  });

/**
 * A flush forgets translations, so that more accesses walk and leave a young bit. It never forgets
 * a young bit itself, as `zap` and `harvest` do: those are no flushes.
 */
export const MORE_FLUSHING: Relation = {
  sentence: 'a flush of the IOTLB or the ATC more, in any callback, adds none',
  pairs: (to) => FLUSHES.flatMap((flush) => insertions(to, flush)).map((from) => ({ from, to })),
  noLonger: false,
};

const wider = (
  sentence: string,
  scopes: (scope: Scope) => readonly Partial<Scope>[],
  noLonger = false,
): Relation => ({
  sentence,
  pairs: (from) => scopes(from.scope).map((scope) => ({ from, to: withScope(from, scope) })),
  noLonger,
});

const oneMore = (count: 'pages' | 'cpus' | 'devices') => (scope: Scope) =>
  scope[count] < LIMITS[count][1] ? [{ [count]: scope[count] + 1 }] : [];

/** `lru` is no event that may happen: it makes reclaim wait for the word of a look. */
const sameRule = (events: readonly OptionalEvent[]) => (more: readonly OptionalEvent[]) =>
  more.includes('lru') === events.includes('lru');

/** The list with each of the others, in the order of all. */
const plusOne = <T>(all: readonly T[], some: readonly T[]): T[][] =>
  all
    .filter((each) => !some.includes(each))
    .map((added) => all.filter((each) => each === added || some.includes(each)));

/**
 * What was possible stays possible. In steps it may take longer: an invalidation has to be answered
 * by one device more, or for one page more, and with CPUs there is a TLB to flush.
 */
export const WIDER: readonly Relation[] = [
  wider('one page more loses none', oneMore('pages')),
  wider('one CPU more loses none', oneMore('cpus')),
  wider('one device more loses none', oneMore('devices')),
  wider(
    'an optional event more loses none, and makes none longer',
    ({ events }) =>
      plusOne(OPTIONAL_EVENTS, events)
        .filter(sameRule(events))
        .map((more) => ({ events: more })),
    true,
  ),
];

/** So removing an observer never adds a miss for another. */
export const ANOTHER_OBSERVER = wider(
  'another observer loses none, and makes none longer',
  ({ observers, events }) =>
    plusOne(OBSERVERS, observers)
      // That observer would bring the rule with it.
      .filter(
        (more) =>
          observers.includes('reclaim') || !more.includes('reclaim') || !events.includes('lru'),
      )
      .map((more) => ({ observers: more })),
  true,
);

/** What happens at once may happen in steps that nothing comes between. */
export const IN_STEPS = wider('one in atomic has its like in fine', ({ granularity }) =>
  granularity === 'atomic' ? [{ granularity: 'fine' }] : [],
);

/** The relations that are true of every property. */
export const OF_EVERY_PROPERTY: readonly Relation[] = [...WIDER, ANOTHER_OBSERVER, IN_STEPS];
