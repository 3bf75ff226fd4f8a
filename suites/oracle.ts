/**
 * The exhaustive search as an oracle for the suites of properties. It gives the verdict of a
 * system, tries relations and guarantees on random systems, and is compared with a random search.
 */
import fc from 'fast-check';
import { Model } from '../model/model.ts';
import { shownOf } from '../model/shown.ts';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import { misfitOf } from '../model/misfit.ts';
import type { OptionalEvent, Preset, Scope, System } from '../model/system.ts';
import { GRANULARITIES } from '../model/system.ts';
import { anyCoreSystem, anySystem } from '../properties/generators/any-system.ts';
import { Walk } from '../properties/generators/index.ts';
import type { Property } from '../properties/index.ts';
import { samples } from './samples.ts';
import type { Guarantee, Relation } from './relations.ts';
import { line, withKernel, withScope } from './relations.ts';
import { printSetup } from '../checker/trace/setup.ts';
import { Search } from '../checker/search/search.ts';

/** The verdict of a property as the catalogue words it, and whatever else there is to say. */
function verdictIn(system: System, property: Property): string {
  if (!property.applies(system)) return 'not asked';
  const search = new Search(system, [property]);
  search.run();
  const run = search.violation(property);
  if (run !== undefined) return `Sometimes ${run.length}`;
  return search.witness(property) === undefined ? 'Vacuous' : 'Never';
}

/** The verdicts as `atomic, fine`; only one if the two are the same. */
export function verdictOf(property: Property, system: System): string {
  const verdicts = GRANULARITIES.map((granularity) =>
    verdictIn(withScope(system, { granularity }), property),
  );
  return [...new Set(verdicts)].join(', ');
}

/** The largest number of states of a random system; larger systems are left out. */
const MOST_STATES = 3000;
const NEVER = Infinity;

/**
 * The number of events of the shortest violation, or NEVER. Undefined if the system is too large to
 * tell.
 */
function shortestIn(system: System, property: Property): number | undefined {
  const search = new Search(system, [property], { maxStates: MOST_STATES });
  search.run();
  return search.violation(property)?.length ?? (search.complete ? NEVER : undefined);
}

const MOST = { pages: 1, cpus: 1, devices: 1 };
const ANY = anyCoreSystem(MOST);

/** What must be in play for a property about an extension of the core. */
const PLAY: Readonly<Record<string, (system: System) => System>> = {
  'no-split-view': (system) =>
    withKernel(withMore(system, ['unmap', 'fork', 'cow', 'write']), {
      unmap: [line('pte'), line('unlock'), line('flush-tlb'), line('invalidate')],
    }),
  'no-lost-write': (system) => withMore(system, ['migrate', 'write']),
};
const withMore = (system: System, events: readonly OptionalEvent[]): System =>
  withScope(system, {
    granularity: 'fine',
    // Few other events keep a search short.
    events: [...new Set([...system.scope.events.slice(0, 2), ...events])],
  });

/** Random systems for a property: of the core, or with the extension that it is about. */
const anyFor = ({ name }: Property): fc.Arbitrary<System> =>
  PLAY[name] === undefined ? ANY : anySystem(MOST).map(ofSinglePages).map(PLAY[name]).filter(isFit);
const ofSinglePages = (system: System): System => withScope(system, { block: '1', range: 'none' });
const isFit = (system: System): boolean => misfitOf(system) === undefined;
const SEED = { seed: 20190131 };
const RUNS = samples(3);
/** How many systems are drawn for each try, as most drawn systems offer nothing to try. */
const DRAWN = 4;
/** One in this many runs must be a try; fewer tries would prove little. */
const RARE = 8;

/** Tries a predicate several times. Returns a value for which it is false, or undefined. */
function exception<T>(
  runs: number,
  values: fc.Arbitrary<T>,
  print: (value: T) => string,
  holds: (value: T, tried: () => void) => boolean,
): string | undefined {
  let tries = 0;
  const found = fc.check(
    fc.property(values, (value) => tries >= runs || holds(value, () => tries++)),
    { ...SEED, numRuns: runs * DRAWN, endOnFailure: true },
  );
  if (found.counterexample) return print(found.counterexample[0]);
  return tries * RARE < runs ? `tried ${tries} times only` : undefined;
}

const text = (system: System): string => printSetup(system).join('\n');

/** A pair of random systems that breaks a relation; undefined if none was found. */
export function exceptionToRelation(
  { pairs, noLonger }: Relation,
  property: Property,
  runs = RUNS,
): string | undefined {
  const anyPair = fc
    .tuple(anyFor(property), fc.nat())
    .map(([system, choice]) => {
      const all = pairs(system);
      return all[choice % all.length];
    })
    .filter((pair) => pair !== undefined && property.applies(pair.from));
  return exception(
    runs,
    anyPair,
    ({ from, to }) => `violated in\n${text(from)}\nbut not in\n${text(to)}`,
    ({ from, to }, tried) => {
      const before = shortestIn(from, property);
      if (before === undefined || before === NEVER) return true;
      const after = shortestIn(to, property);
      if (after === undefined) return true;
      tried();
      return noLonger ? after <= before : after !== NEVER;
    },
  );
}

/** A random system that breaks a guarantee; undefined if none was found. */
export function exceptionToGuarantee(
  { made }: Guarantee,
  property: Property,
  runs = RUNS,
): string | undefined {
  const systems = anyFor(property)
    .map(made)
    .filter((system) => property.applies(system));
  return exception(runs, systems, text, (system, tried) => {
    const search = new Search(system, [property], { maxStates: MOST_STATES });
    search.run();
    if (search.witness(property) !== undefined) tried();
    return search.violation(property) === undefined;
  });
}

const RUN_LENGTH = 60;
/** The number of runs if there is nothing to find. More would be expensive. */
const FEW_RUNS = 50;
/** After this many runs a random search has found everything in systems as small as these. */
const ENOUGH_RUNS = 200_000;

/** Whether one of so many random runs violates the property. */
function foundAtRandom(system: System, property: Property, runs: number): boolean {
  const walk = new Walk(new Model(system, property.ghosts), RUN_LENGTH);
  const known = new Map<number, boolean>();
  const violates = (flags: number): boolean => {
    const judged = known.get(flags) ?? property.violated(shownOf(flags));
    known.set(flags, judged);
    return judged;
  };
  for (let run = 0; run < runs; run++) {
    const length = walk.run(run, RUN_LENGTH);
    if (walk.shown.subarray(0, length).some(violates)) return true;
  }
  return false;
}

/**
 * The longest violation that is searched for at random. One driver in a thousand has a longer one,
 * of up to 28 events, which would take days to find.
 */
const LONGEST = 16;

/** Where the exhaustive and the random search disagree about these systems, as text. */
function disagreement(system: System, property: Property): string[] {
  if (!property.applies(system)) return [];
  const shortest = shortestIn(system, property);
  if (shortest === undefined) return [];
  if (shortest === NEVER) {
    const found = foundAtRandom(system, property, FEW_RUNS);
    return found ? [`found, but there is none:\n${text(system)}`] : [];
  }
  if (shortest > LONGEST) return [];
  const found = foundAtRandom(system, property, ENOUGH_RUNS);
  return found ? [] : [`not found, but there is one of ${shortest} events:\n${text(system)}`];
}

/** The distinct values of presets, as several presets have the same value. */
const valuesOf = <T>(presets: readonly Preset<T>[]): T[] => [
  ...new Map(presets.map(({ value }) => [JSON.stringify(value), value])).values(),
];

/** `npm test` takes each kernel with one driver in so many, and each driver with other kernels. */
const APART = samples(1) > 1 ? 1 : 8;

/** Systems of every kernel with every driver. The hardware changes from one system to the next. */
function presetSystems(scope: Scope): System[] {
  return valuesOf(KERNELS).flatMap((kernel, i) =>
    valuesOf(DRIVERS).flatMap((driver, j) => {
      if ((i - j) % APART !== 0) return [];
      const granularity = GRANULARITIES[(i + j) % GRANULARITIES.length];
      const hardware = HARDWARE[(i + j) % HARDWARE.length].value;
      const system = { kernel, driver, hardware, scope: { ...scope, granularity }, names: {} };
      return isFit(system) ? [system] : [];
    }),
  );
}

/** Where the random and the exhaustive search disagree: in the presets, and in random systems. */
export const disagreementsInPresets = (property: Property, scope: Scope): string[] =>
  presetSystems(scope).flatMap((system) => disagreement(system, property));

export const disagreementsAtRandom = (property: Property): string[] =>
  fc
    .sample(
      anyFor(property).filter((system) => property.applies(system)),
      { ...SEED, numRuns: RUNS },
    )
    .flatMap((system) => disagreement(system, property));
