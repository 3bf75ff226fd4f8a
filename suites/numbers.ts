/**
 * Compares what `check` says of a system with full searches that know no reduction: for every
 * number of agents, or for the numbers of its scope.
 */
import fc from 'fast-check';
import type { Numbered } from '../checker/search/agreement.ts';
import { contradictions, sizesText, within } from '../checker/search/agreement.ts';
import type { Result, Verdict } from '../checker/search/check.ts';
import { resultOf } from '../checker/search/check.ts';
import { Checking } from '../checker/search/checking.ts';
import type { Reduction } from '../checker/search/reductions.ts';
import type { Sizes } from '../checker/search/reach.ts';
import type { Kind } from '../model/many.ts';
import { sized, sizesOf } from '../checker/search/reach.ts';
import { KINDS_OF_AGENTS, manyOf } from '../model/many.ts';
import { Search } from '../checker/search/search.ts';
import { replay, traceOf } from '../checker/trace/replay.ts';
import { printSetup } from '../checker/trace/setup.ts';
import { MANY } from '../model/field.ts';
import type { System } from '../model/system.ts';
import { OPTIONAL_EVENTS } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';
import { misfitOf } from '../model/misfit.ts';
import { anySystem, fitted } from '../properties/generators/any-system.ts';

/** The most states of a full search that is compared. */
const FULL = 8_000;
/** The most states of all searches that `check` may make. */
const REDUCED = 100_000;
const NUMBERS = [1, 2, 3];

/** Random systems with few optional events, so that full searches of several sizes end. */
const systems: fc.Arbitrary<System> = fc
  .record({
    system: anySystem({ pages: 1, cpus: 1, devices: 1 }),
    events: fc.subarray([...OPTIONAL_EVENTS], { maxLength: 4 }),
  })
  .map(({ system, events }) => ({ ...system, scope: { ...system.scope, events } }));

/** Systems with any number of one kind of agent, or of several kinds. */
export const anyNumber: fc.Arbitrary<System> = fc
  .record({ system: systems, kinds: fc.subarray([...KINDS_OF_AGENTS], { minLength: 1 }) })
  .map(({ system, kinds }) =>
    sized(system, Object.fromEntries(kinds.map((kind) => [kind, MANY])) as Partial<Sizes>),
  )
  .filter((system) => misfitOf(system) === undefined);

/** Systems with up to two pages, CPUs and devices. */
export const someNumber: fc.Arbitrary<System> = fc
  .record({
    system: systems,
    pages: fc.integer({ min: 1, max: 2 }),
    cpus: fc.integer({ min: 0, max: 2 }),
    devices: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ system, ...sizes }) => fitted(sized(system, sizes)));

/** What `check` says, with these reductions. */
export function checked(system: System, reductions?: ReadonlySet<Reduction>): Result {
  const checking = new Checking(system, propertiesFor(system), { maxStates: REDUCED }, reductions);
  checking.run();
  return checking.result();
}

/** The sizes to compare with, small ones first. */
function sizesFor(system: System): Sizes[] {
  const many = manyOf(system);
  const numbers = (kind: Kind) => (many.includes(kind) ? NUMBERS : [system.scope[kind]]);
  return numbers('pages')
    .flatMap((pages) =>
      numbers('cpus').flatMap((cpus) =>
        numbers('devices').map((devices): Sizes => ({ pages, cpus, devices })),
      ),
    )
    .toSorted((a, b) => a.pages + a.cpus + a.devices - b.pages - b.cpus - b.devices);
}

/** Full searches that came to their end, and whether all sizes did. */
export interface Full {
  readonly searches: readonly Search[];
  readonly all: boolean;
}
export function searchesOf(system: System, properties: readonly Property[]): Full {
  const searches: Search[] = [];
  const large: Sizes[] = [];
  const sizes = sizesFor(system);
  for (const each of sizes) {
    if (large.some((other) => within(other, each))) continue;
    const search = new Search(sized(system, each), properties, { maxStates: FULL });
    search.run();
    if (search.complete) searches.push(search);
    else large.push(each);
  }
  return { searches, all: searches.length === sizes.length };
}

/** What a verdict claims that a replay or a full search contradicts. */
function* contradicted(system: System, verdict: Verdict, full: Full): Generator<string> {
  const { property, run, where = system, atLeast } = verdict;
  const numbered = numberedOf(system, full, property);
  yield* contradictions(system, verdict, numbered);
  if (verdict.verdict !== 'violated') return;
  const length = run?.length ?? Infinity;
  if (length === Infinity && atLeast === undefined) yield 'violated without a run or a bound';
  const lengthIn = (each: Numbered) => each.verdict.run?.length ?? Infinity;
  const least = Math.min(...numbered.map(lengthIn));
  if (full.all && least !== length) yield `the least of all numbers is ${least}`;
  if (run === undefined) return;
  const trace = traceOf(where, run, { verdict: property });
  if (replay(trace).steps.length !== length) yield 'its trace replays otherwise';
  const own = numbered.find(({ sizes }) => sizesText(sizes) === sizesText(sizesOf(where.scope)));
  const inOwn = own === undefined ? length : lengthIn(own);
  if (inOwn !== length) yield `its numbers need ${inOwn} events`;
}

/** What each full search says of a property. */
const numberedOf = (system: System, { searches }: Full, property: Property): Numbered[] =>
  searches.map((search) => {
    const { verdicts } = resultOf(system, search);
    const verdict = verdicts.find((each) => each.property === property)!;
    return { sizes: sizesOf(search.model.parts.scope), verdict };
  });

/** What a comparison found. */
export interface Compared {
  /** How many full searches came to their end. */
  readonly searches: number;
  /** How many verdicts are not unfinished. */
  readonly verdicts: number;
  readonly wrong: readonly string[];
}

/** Compares every verdict of a system with full searches. */
export function compared(system: System, reductions?: ReadonlySet<Reduction>): Compared {
  const { verdicts } = checked(system, reductions);
  const full = searchesOf(
    system,
    verdicts.map(({ property }) => property),
  );
  const finished = verdicts.filter(({ verdict }) => verdict !== 'unfinished');
  const wrong = finished.flatMap((verdict) =>
    [...contradicted(system, verdict, full)].map(
      (what) =>
        `${verdict.property.name}: ${verdict.verdict} ${verdict.run?.length}, but ${what}\n` +
        printSetup(system).join('\n'),
    ),
  );
  return { searches: full.searches.length, verdicts: finished.length, wrong };
}
