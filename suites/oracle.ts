/**
 * The exhaustive search as the oracle of the property suites: what it says of one system, whether
 * random systems keep to a relation or a guarantee, and whether a random search agrees with it.
 */
import fc from 'fast-check';
import { Model } from '../model/model.ts';
import { shownOf } from '../model/shown.ts';
import { DRIVERS } from '../model/systems/drivers.ts';
import { HARDWARE } from '../model/systems/hardware.ts';
import { KERNELS } from '../model/systems/kernels.ts';
import type { Preset, Scope, System } from '../model/system.ts';
import { GRANULARITIES } from '../model/system.ts';
import { Walk, anySystem } from '../properties/generators/index.ts';
import type { Property } from '../properties/index.ts';
import { samples } from './samples.ts';
import type { Guarantee, Relation } from './relations.ts';
import { withScope } from './relations.ts';
import { printSetup } from '../checker/trace/setup.ts';
import { Search } from '../checker/search/search.ts';

/** What a property's verdict is called in a catalogue, and what else there is to say. */
function verdictIn(system: System, property: Property): string {
  if (!property.applies(system)) return 'not asked';
  const search = new Search(system, [property]);
  search.run();
  const run = search.violation(property);
  if (run !== undefined) return `Sometimes ${run.length}`;
  return search.witness(property) === undefined ? 'Vacuous' : 'Never';
}

/** The verdict in both granularities, `atomic, fine`; said once where it is the same. */
export function verdictOf(property: Property, system: System): string {
  const verdicts = GRANULARITIES.map((granularity) =>
    verdictIn(withScope(system, { granularity }), property),
  );
  return [...new Set(verdicts)].join(', ');
}

/** States that a random system may have: a larger one is left out. */
const MOST_STATES = 3000;
const NEVER = Infinity;

/** Events of the shortest violation, or NEVER; undefined where the system is too large to say. */
function shortestIn(system: System, property: Property): number | undefined {
  const search = new Search(system, [property], { maxStates: MOST_STATES });
  search.run();
  return search.violation(property)?.length ?? (search.complete ? NEVER : undefined);
}

const ANY = anySystem({ pages: 1, cpus: 1, devices: 1 });
const SEED = { seed: 20190131 };
const RUNS = samples(10);
/** Most systems that are drawn have nothing to try. */
const DRAWN = 4;
/** Of so many runs one must be a try: fewer would say little. */
const RARE = 8;

/** Tries a predicate, so many times if it can; what it was false of, or undefined. */
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

/** A pair of random systems that breaks a relation; undefined where none was found. */
export function exceptionToRelation(
  { pairs, noLonger }: Relation,
  property: Property,
  runs = RUNS,
): string | undefined {
  const anyPair = fc
    .tuple(ANY, fc.nat())
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

/** A random system that breaks a guarantee; undefined where none was found. */
export function exceptionToGuarantee(
  { made }: Guarantee,
  property: Property,
  runs = RUNS,
): string | undefined {
  const systems = ANY.map(made).filter((system) => property.applies(system));
  return exception(runs, systems, text, (system, tried) => {
    const search = new Search(system, [property], { maxStates: MOST_STATES });
    search.run();
    if (search.witness(property) !== undefined) tried();
    return search.violation(property) === undefined;
  });
}

const RUN_LENGTH = 60;
/** As many as are cheap where there is nothing to find. */
const FEW_RUNS = 50;
/** By then a random search has found what there is in systems as small as these. */
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
    const length = walk.run(SEED.seed, run, RUN_LENGTH);
    if (walk.shown.subarray(0, length).some(violates)) return true;
  }
  return false;
}

/** Longer ones exist: of 28 events, in one driver of a thousand. Chance needs days for them. */
const LONGEST = 16;

/** What exhaustion and chance disagree about in these systems, as text. */
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

/** The values of presets; many have the same. */
const valuesOf = <T>(presets: readonly Preset<T>[]): T[] => [
  ...new Map(presets.map(({ value }) => [JSON.stringify(value), value])).values(),
];

/** Each kernel with each driver; the hardware in turn. */
function presetSystems(scope: Scope): System[] {
  return valuesOf(KERNELS).flatMap((kernel, i) =>
    valuesOf(DRIVERS).map((driver, j) => ({
      kernel,
      driver,
      hardware: HARDWARE[(i + j) % HARDWARE.length].value,
      scope: { ...scope, granularity: GRANULARITIES[(i + j) % GRANULARITIES.length] },
      names: {},
    })),
  );
}

/** Where a random search and the exhaustive one disagree: in the presets, in random systems. */
export const disagreementsInPresets = (property: Property, scope: Scope): string[] =>
  presetSystems(scope).flatMap((system) => disagreement(system, property));

export const disagreementsAtRandom = (property: Property): string[] =>
  fc
    .sample(
      ANY.filter((system) => property.applies(system)),
      { ...SEED, numRuns: RUNS },
    )
    .flatMap((system) => disagreement(system, property));
