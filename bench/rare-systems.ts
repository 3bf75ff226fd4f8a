/**
 * Systems whose shortest violation of a property is long, in scopes that are large. They are drawn
 * from a seed, and the exhaustive search with its reductions says how long the violation is. Long
 * ones that many runs come across are left out.
 */
import fc from 'fast-check';
import { startingAt } from '../checker/explore/leap.ts';
import { Checking } from '../checker/search/checking.ts';
import { parseSystem, printPart } from '../checker/trace/setup.ts';
import { coreOf } from '../model/core.ts';
import { Model, NO_PAGE } from '../model/model.ts';
import type { Scope, System } from '../model/system.ts';
import { OPTIONAL_EVENTS } from '../model/system.ts';
import { anyDriver, anyHardware, anyKernel } from '../properties/generators/any-system.ts';
import { Distinct, Tally, Walk } from '../properties/generators/index.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';

const SEED = 20_190_131;
/** The lengths of a rare violation. */
const LEAST = 12;
const MOST = 30;
/** How many states the exhaustive search of one property may visit. */
const MAX_STATES = 300_000;
/** How many states the scope has at least without a reduction. */
const LARGE = 10_000_000;
const RUN_LENGTH = 200;
/** A violation that fewer than FEW of RUNS runs find is seldom. */
const RUNS = 5000;
const FEW = 3;

const anyScope: fc.Arbitrary<Scope> = fc.record({
  pages: fc.constantFrom(2, 3, 4),
  cpus: fc.constantFrom(1, 2),
  devices: fc.constant(2),
  observers: fc.constantFrom<Scope['observers'][]>(['reclaim'], ['idle'], ['reclaim', 'idle']),
  block: fc.constant('1' as const),
  range: fc.constant('none' as const),
  granularity: fc.constant('fine' as const),
  events: fc.subarray([...OPTIONAL_EVENTS]),
});

const anySystem: fc.Arbitrary<System> = fc
  .record({
    kernel: anyKernel,
    driver: anyDriver,
    hardware: anyHardware,
    scope: anyScope,
    names: fc.constant({}),
  })
  .map(coreOf);

/** A system with a rare violation. */
export interface Rare {
  /** The number of the drawn system. */
  readonly candidate: number;
  readonly property: string;
  /** The number of events of the shortest violation. */
  readonly length: number;
  /** The parts of the system as text. */
  readonly texts: Readonly<Record<'kernel' | 'driver' | 'hardware' | 'scope', string>>;
}

export const systemOf = ({ texts }: Rare): System => parseSystem(texts);

/** The drawn system with a number. */
const drawn = (candidate: number): System =>
  fc.sample(fc.noBias(anySystem), {
    seed: SEED,
    randomType: startingAt(candidate),
    numRuns: 1,
  })[0];

/** The length of the shortest violation, if the search finds it and it is rare. */
function lengthIn(system: System, property: Property): number | undefined {
  const checking = new Checking(system, [property], { maxStates: MAX_STATES });
  checking.run();
  const [{ run, verdict, atLeast }] = checking.result().verdicts;
  if (verdict !== 'violated' || atLeast !== undefined) return undefined;
  return run!.length >= LEAST && run!.length <= MOST ? run!.length : undefined;
}

/** The properties whose violation in the smallest scope is long. The search there is short. */
function longInSmall(system: System): Property[] {
  const smallest = { ...system.scope, pages: 1, cpus: 1, devices: 1 };
  const small = { ...system, scope: smallest };
  const checking = new Checking(small, propertiesFor(small), { maxStates: MAX_STATES });
  checking.run();
  return checking
    .result()
    .verdicts.filter(({ verdict, run }) => verdict === 'violated' && run!.length >= LEAST)
    .map(({ property }) => property);
}

/** Whether fewer than FEW runs without a beginning and with the default bias find it. */
function isSeldom(system: System, property: Property): boolean {
  const model = new Model(system, property.ghosts);
  const walk = new Walk(model, RUN_LENGTH);
  const tally = new Tally(model, [property]);
  for (let run = 0; run < RUNS; run++) tally.add(walk, walk.run(run, RUN_LENGTH), run);
  return tally.counts().violating[0] < FEW;
}

/** How many states of a system runs come through in which no operation is under way. */
function idleStates(model: Model, runs: number): number {
  const walk = new Walk(model, RUN_LENGTH);
  const distinct = new Distinct();
  const visitor = {
    visit: (words: Int32Array) => {
      if (model.holders.every((holder) => holder(words) === NO_PAGE)) distinct.visit(words);
    },
  };
  for (let run = 0; run < runs; run++) walk.run(run, RUN_LENGTH, visitor);
  return distinct.size();
}

/**
 * Whether the scope is large. Where no event writes another page, every page can come to each state
 * that it has alone, whatever the others are in. Otherwise random runs have to come through that
 * many states.
 */
function isLarge(system: System): boolean {
  const model = new Model(system);
  if (!model.groups.every(({ local }) => local)) return idleStates(model, 75_000) > LARGE;
  const alone = new Model({ ...system, scope: { ...system.scope, pages: 1 } });
  return idleStates(alone, 2500) ** system.scope.pages > LARGE;
}

/** The rare violation of a drawn system with the longest shortest run; undefined if it has none. */
export function rareIn(candidate: number): Rare | undefined {
  const system = drawn(candidate);
  const found = longInSmall(system)
    .filter((property) => property.applies(system) && isSeldom(system, property))
    .map((property) => ({ property, length: lengthIn(system, property) ?? 0 }));
  const [rarest] = found.toSorted((a, b) => b.length - a.length);
  if (rarest === undefined || rarest.length === 0 || !isLarge(system)) return undefined;
  const text = (part: 'kernel' | 'driver' | 'hardware' | 'scope') => printPart(system, part);
  return {
    candidate,
    property: rarest.property.name,
    length: rarest.length,
    texts: {
      kernel: text('kernel'),
      driver: text('driver'),
      hardware: text('hardware'),
      scope: text('scope'),
    },
  };
}
