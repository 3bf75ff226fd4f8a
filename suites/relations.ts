/**
 * Relations between systems, and guarantees of systems. They must hold whatever else a system has.
 * A suite states those that are true for its property, and tries them on random systems.
 */
import type { Line, Program } from '../model/program.ts';
import type { CallbackName, OptionalEvent, ProgramName, Scope, System } from '../model/system.ts';
import { CALLBACKS, LIMITS, OBSERVERS, OPTIONAL_EVENTS } from '../model/system.ts';

/**
 * Two systems that differ in one thing. If `from` violates the property, `to` must violate it, too.
 */
export interface Pair {
  readonly from: System;
  readonly to: System;
}

export interface Relation {
  /** One sentence for a kernel developer. */
  readonly sentence: string;
  /** The pairs in which a system takes part. */
  readonly pairs: (system: System) => readonly Pair[];
  /** Whether the shortest violation of `to` must not be longer than that of `from`. */
  readonly noLonger: boolean;
}

/** A guarantee: the property holds in every system that `made` returns. */
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

/** Makes a step of a program, or an action of a callback. */
export const line = (name: string, when: Line['when'] = 'always'): Line => ({
  name,
  range: 'page',
  when,
});

export const withActions = (system: System, name: CallbackName, actions: Program): System =>
  withDriver(system, { [name]: { ...system.driver[name], actions } });

/** The system with more steps at the end of these programs. */
export const withSteps = (system: System, names: readonly ProgramName[], steps: Program): System =>
  withKernel(
    system,
    Object.fromEntries(names.map((name) => [name, [...system.kernel[name], ...steps]])),
  );

/**
 * The system with a device that keeps the ATS rules about overtaken completions and posted writes.
 */
export const keepsAtsRules = (system: System): System =>
  withHardware(system, { dropsOvertakenCompletions: true, drainsPostedWrites: true });

/**
 * The system in which a completed invalidation is one, an IOMMU drains what it has translated, and
 * a secondary fault waits for the lock. Its operations are of single pages.
 */
export const keepsExtendedRules = (system: System): System =>
  withScope(
    withDriver(withHardware(system, { acknowledges: 'dropped', drainsTranslated: true }), {
      fill: 'lock',
    }),
    { block: '1', range: 'none' },
  );

/**
 * The system in which a walk of the IOMMU leaves a young bit, by hardware or by the fault handler.
 */
export const marksYoung = (system: System): System =>
  system.hardware.accessFlag === 'ignored'
    ? withHardware(system, { accessFlag: 'hardware' })
    : system;

/**
 * The system in which only looks of reclaim clear young, and they end with a call of
 * clear_flush_young.
 */
export const reclaimAlone = (system: System): System =>
  withSteps(
    withScope(withoutEvents(system, 'clear-refs', 'cold', 'walk'), { observers: ['reclaim'] }),
    ['age'],
    [line('clear_flush_young')],
  );

/** The system in which the IOMMU walks the CPU's page table. */
export const shared = (system: System): System => withDriver(system, { secondary: 'shared' });

/** The usual flush. The IOTLB comes first, as it could otherwise fill the ATC again. */
export const FLUSHES: Program = [line('flush-iotlb'), line('flush-atc')];

/** The system in which a callback leaves no translation behind. */
export const flushesIn = (system: System, name: CallbackName): System =>
  withActions(system, name, FLUSHES);

/** The programs that take a frame away. A fork does so later, when a write copies. */
export const TAKES_FRAMES = ['unmap', 'fork', 'collapse'] as const;

/**
 * The system in which every operation that takes something away flushes every cache, in a safe
 * order and in time.
 */
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

/** Rows for a table of tests: each entry with its sentence. */
export const bySentence = <T extends { readonly sentence: string }>(all: readonly T[]) =>
  all.map((each) => [each.sentence, each] as const);

/** The system with one more action, in any callback and at every possible place. */
const insertions = (system: System, action: Line): System[] =>
  CALLBACKS.flatMap((name) => {
    const { actions } = system.driver[name];
    const places = Array.from({ length: actions.length + 1 }, (_, at) => at);
    return places.map((at) => withActions(system, name, actions.toSpliced(at, 0, action)));
  });

/**
 * A flush drops translations, so that more accesses walk and set a young bit. It never clears a
 * young bit. The actions `zap` and `harvest` do, and are therefore no flushes.
 */
export const MORE_FLUSHING: Relation = {
  sentence: 'one more flush of the IOTLB or the ATC, in any callback, adds no violation',
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

/**
 * What is no widening: `lru` adds no event, but makes reclaim follow the verdict of a look. With
 * `cow` a write to a page that fork shared waits for a copy in steps, where it copied at once.
 */
const CHANGES_A_RULE: readonly OptionalEvent[] = ['lru', 'cow'];
const sameRule = (events: readonly OptionalEvent[]) => (more: readonly OptionalEvent[]) =>
  CHANGES_A_RULE.every((event) => more.includes(event) === events.includes(event));

/** Lists that have one more member, in the declared order. */
const plusOne = <T>(all: readonly T[], some: readonly T[]): T[][] =>
  all
    .filter((each) => !some.includes(each))
    .map((added) => all.filter((each) => each === added || some.includes(each)));

/**
 * A wider scope keeps every violation possible. In `fine` it may take more events: one more device
 * must answer an invalidation, for one more page, or there is a TLB to flush.
 */
export const WIDER: readonly Relation[] = [
  wider('one more page loses no violation', oneMore('pages')),
  wider('one more CPU loses no violation', oneMore('cpus')),
  wider('one more device loses no violation', oneMore('devices')),
  wider(
    'one more optional event loses no violation, and makes none longer',
    ({ events }) =>
      plusOne(OPTIONAL_EVENTS, events)
        .filter(sameRule(events))
        .map((more) => ({ events: more })),
    true,
  ),
];

/** It follows that removing an observer never adds a miss for another observer. */
export const ANOTHER_OBSERVER = wider(
  'another observer loses no violation, and makes none longer',
  ({ observers, events }) =>
    plusOne(OBSERVERS, observers)
      // Systems are left out in which the further observer would change the rule.
      .filter(
        (more) =>
          observers.includes('reclaim') || !more.includes('reclaim') || !events.includes('lru'),
      )
      .map((more) => ({ observers: more })),
  true,
);

/** What happens at once in `atomic` may happen in `fine` in steps with nothing in between. */
export const IN_STEPS = wider('a violation in atomic is also possible in fine', ({ granularity }) =>
  granularity === 'atomic' ? [{ granularity: 'fine' }] : [],
);

/** The relations that hold for every property. */
/** Those of a property that is asked in `fine` alone. */
export const OF_STEPS: readonly Relation[] = [...WIDER, ANOTHER_OBSERVER];
export const OF_EVERY_PROPERTY: readonly Relation[] = [...OF_STEPS, IN_STEPS];
