/** What a random search comes to: minimal traces of what was found, and what "not found" means. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { Distinct } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { Search } from '../search/search.ts';
import type { Certificate } from '../shrink/certify.ts';
import { certify } from '../shrink/certify.ts';
import { minimize } from '../shrink/minimize.ts';
import type { Chance } from './chance.ts';
import { chanceOf } from './chance.ts';
import { ChunkRunner } from './chunk.ts';
import type { Explored } from './run.ts';
import type { SavedFailure } from './saved.ts';
import type { Settings } from './settings.ts';

/** A violation, made minimal. */
export interface Failure {
  readonly property: Property;
  /** Where it comes from: the number of a run, or the file of a saved trace. */
  readonly from: number | string;
  readonly system: System;
  readonly run: readonly Event[];
  readonly certificate: Certificate;
}

/** not-found is no proof. vacuous: no run ever reached what the property is about. */
export type FindingName = 'violated' | 'not-found' | 'vacuous';

export interface Finding {
  readonly property: Property;
  readonly verdict: FindingName;
  /** Transitions that reach the property's antecedent. */
  readonly witnesses: number;
  /** Runs that violate it. */
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
  /** Whether distinctStates is no estimate. */
  readonly distinctExact: boolean;
  /** States that the system can reach, where an exhaustive search soon finishes. */
  readonly reachable?: number;
  readonly saved: readonly SavedFailure[];
}

/** States that the search for the size of the whole may visit. */
const SPACE_BUDGET = 200_000;

function reachableStates(system: System, properties: readonly Property[]): number | undefined {
  const search = new Search(system, properties, { maxStates: SPACE_BUDGET });
  search.run();
  return search.complete ? search.size : undefined;
}

export function failureOf(
  system: System,
  property: Property,
  run: readonly Event[],
  from: Failure['from'],
): Failure {
  const minimal = minimize(system, property, run);
  const certificate = certify(minimal.system, property, minimal.run);
  return { property, from, ...minimal, certificate };
}

/** The runs that were asked for were made, and there were some. */
const allRun = ({ stopped, counts }: Explored): boolean => stopped === undefined && counts.runs > 0;

/** Sums up a search and what was saved before. */
export function conclude(
  system: System,
  properties: readonly Property[],
  settings: Settings,
  explored: Explored,
  saved: readonly SavedFailure[] = [],
): Exploration {
  const distinct = new Distinct();
  distinct.join(explored.hashes);
  const runner = new ChunkRunner(system, properties, settings);
  const findings = properties.map((property, i): Finding => {
    const before = saved.find((failure) => failure.property === property);
    const first = explored.counts.first[i];
    // The replay of a trace that goes on would end with another property.
    const known = before?.onTheWay && first !== undefined ? undefined : before;
    const counted = {
      property,
      witnesses: explored.counts.witnesses[i],
      violating: explored.counts.violating[i],
    };
    if (known !== undefined || first !== undefined) {
      const failure =
        known === undefined
          ? failureOf(system, property, runner.runOf(first!), first!)
          : failureOf(known.system, property, known.run, known.file);
      return { ...counted, verdict: 'violated', failure };
    }
    const chance = chanceOf(system, property, settings, explored.counts.runs);
    const verdict = counted.witnesses === 0 && allRun(explored) ? 'vacuous' : 'not-found';
    return { ...counted, verdict, ...(chance === undefined ? {} : { chance }) };
  });
  const passed = findings.some(({ verdict }) => verdict !== 'violated');
  const reachable = passed ? reachableStates(system, properties) : undefined;
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
  };
}
