/**
 * The result of a random search: minimal traces of what it found, and how much "not found" is
 * worth.
 */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { Distinct } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import type { Pieces } from '../search/progress.ts';
import { partOf, whole } from '../search/progress.ts';
import { Search } from '../search/search.ts';
import type { Certificate } from '../search/certify.ts';
import { certifying } from '../search/certify.ts';
import { shrinking } from './shrink.ts';
import { Trial } from './trial.ts';
import type { Chance } from './chance.ts';
import { measuringChance } from './chance.ts';
import { ChunkRunner } from './chunk.ts';
import type { Explored } from './random-search.ts';
import type { SavedFailure } from './saved.ts';
import type { Settings } from './settings.ts';

/** A violation, made minimal. */
export interface Failure {
  readonly property: Property;
  /** The source of the violation: the number of a run, or the file of a saved trace. */
  readonly from: number | string;
  /** The beginnings that the run needs to be made again. */
  readonly beginnings: string;
  /** fast-check's `path` to the minimal run. The path from a saved trace begins with its file. */
  readonly path: string;
  readonly system: System;
  readonly run: readonly Event[];
  readonly certificate: Certificate;
}

/** not-found is no proof. vacuous: what the property speaks of never happened in any run. */
export type FindingName = 'violated' | 'not-found' | 'vacuous';

export interface Finding {
  readonly property: Property;
  readonly verdict: FindingName;
  /** How many transitions reached the property's antecedent. */
  readonly witnesses: number;
  /** How many runs violated it. */
  readonly violating: number;
  readonly failure?: Failure;
  readonly chance?: Chance;
}

export interface Exploration {
  readonly system: System;
  readonly properties: readonly Property[];
  readonly settings: Settings;
  readonly explored: Explored;
  readonly findings: readonly Finding[];
  readonly distinctStates: number;
  /** Whether distinctStates was counted exactly, and not estimated. */
  readonly distinctExact: boolean;
  /** The number of reachable states, if an exhaustive search soon finishes. */
  readonly reachable?: number;
  readonly saved: readonly SavedFailure[];
  /** The work was told to stop: something was not shrunk, not certified or not measured. */
  readonly cutShort?: true;
}

/** How many states the exhaustive search for the number of reachable states may visit. */
const SPACE_BUDGET = 200_000;

function* countingStates(
  system: System,
  properties: readonly Property[],
): Pieces<number | undefined> {
  const search = new Search(system, properties, { maxStates: SPACE_BUDGET });
  yield* search.pieces();
  return search.complete ? search.size : undefined;
}

/** Whether all runs that were asked for were made, and there was at least one. */
const allRun = ({ stopped, counts }: Explored): boolean => stopped === undefined && counts.runs > 0;

export interface ConcludeOptions {
  /** What was found is not shrunk, as in fast-check. */
  readonly endOnFailure?: boolean;
}

/** Sums up a search and what was saved before. */
export const conclude = (...asked: Parameters<typeof concluding>): Exploration =>
  whole(concluding(...asked));

/**
 * Sums up in pieces, which are counted as properties. A user who ends the runs with Ctrl-C waits
 * for no certificate and no measurement.
 */
export function* concluding(
  system: System,
  properties: readonly Property[],
  settings: Settings,
  explored: Explored,
  saved: readonly SavedFailure[] = [],
  { endOnFailure = false }: ConcludeOptions = {},
): Pieces<Exploration> {
  const distinct = new Distinct();
  distinct.join(explored.hashes);
  const findings: Finding[] = [];
  const all = properties.length;
  for (const property of properties) {
    const before = saved.find((failure) => failure.property === property);
    const search = { system, properties, settings, explored, endOnFailure };
    const finding = findingOf(search, property, before);
    findings.push(yield* partOf(finding, [findings.length, all]));
  }
  const passed = findings.some(({ verdict }) => verdict !== 'violated');
  const hasTime = explored.stopped !== 'interrupted';
  const counting = countingStates(system, properties);
  const reachable = passed && hasTime ? yield* partOf(counting, [all, all + 1]) : undefined;
  const cutShort = (yield [all, all + 1]) || !hasTime;
  return {
    system,
    properties,
    settings,
    explored,
    findings,
    distinctStates: distinct.size(),
    distinctExact: distinct.exact,
    ...(reachable === undefined ? {} : { reachable }),
    saved,
    ...(cutShort ? { cutShort } : {}),
  };
}

interface Concluded {
  readonly system: System;
  readonly properties: readonly Property[];
  readonly settings: Settings;
  readonly explored: Explored;
  readonly endOnFailure: boolean;
}

function* findingOf(
  { system, properties, settings, explored, endOnFailure }: Concluded,
  property: Property,
  before: SavedFailure | undefined,
): Pieces<Finding> {
  const { counts, stopped } = explored;
  const at = properties.indexOf(property);
  const first = counts.first[at];
  const [witnesses, violating] = [counts.witnesses[at], counts.violating[at]];
  const counted = { property, witnesses, violating };
  const hasTime = stopped !== 'interrupted';
  // This trace violates the property on the way and ends with another one; its replay would report
  // that.
  const known = before?.onTheWay && first !== undefined ? undefined : before;
  if (known === undefined && first === undefined) {
    const { runs } = counts;
    // Runs that are learned from each other are not independent.
    const canTell = hasTime && !settings.learn;
    const chance = canTell ? yield* measuringChance(system, property, settings, runs) : undefined;
    const verdict = witnesses === 0 && allRun(explored) ? 'vacuous' : 'not-found';
    return { ...counted, verdict, ...(chance === undefined ? {} : { chance }) };
  }
  const madeRun = () => {
    const beginnings = explored.beginnings?.[at] ?? settings.beginnings;
    return new ChunkRunner(system, properties, { ...settings, beginnings }).runOf(first!);
  };
  const made = known === undefined ? madeRun() : { events: known.run, beginnings: '' };
  const from = known?.file ?? first!;
  const trial = new Trial(known?.system ?? system, property);
  const places = trial.places(made.events);
  const { path, ...minimal } = endOnFailure
    ? { system: trial.system, run: trial.events(places), path: [] }
    : yield* shrinking(trial, places);
  const certificate: Certificate =
    hasTime && !endOnFailure
      ? yield* certifying(minimal.system, property, minimal.run)
      : { kind: 'stopped', states: 0 };
  const { system: scoped, run: least } = minimal;
  const { beginnings } = made;
  const way = { property, from, path: [from, ...path].join(':'), beginnings };
  const failure = { ...way, system: scoped, run: least, certificate };
  return { ...counted, verdict: 'violated', failure };
}
