/** A miss that a log shows, as a run of the model that anybody can replay, cut to what it needs. */
import { basename } from 'node:path';
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Property } from '../../properties/index.ts';
import type { Minimal } from '../shrink/minimize.ts';
import { canonical } from '../shrink/canonical.ts';
import { fewer, quieter } from '../shrink/scope.ts';
import { Trial } from '../shrink/trial.ts';
import { reduce } from '../shrink/minimize.ts';
import { traceOf } from '../trace/replay.ts';
import type { Conformance, MissedPage } from './conform.ts';
import { runsOf } from './run.ts';

export interface MissedTrace extends Minimal {
  readonly property: Property;
  readonly story: string;
}

const MISSES = ['no-missed-device-reference(reclaim)', 'no-missed-cpu-reference(reclaim)'];

/** The property that a run violates with its last event. */
function violatedBy({ ranked }: Conformance, run: readonly Event[]) {
  const { system } = ranked[0].hypothesis.candidate;
  const { verdict } = traceOf(system, run);
  const found = PROPERTIES.filter(({ name }) => MISSES.includes(name));
  return found.find((property) => property === verdict);
}

/** The same run in whole operations and accesses, if it misses the use there, too. */
function atOnce(
  system: System,
  property: Property,
  run: readonly Event[],
): [System, readonly Event[]] | undefined {
  const { scope: _, ...names } = system.names;
  const atomic: System = { ...system, scope: { ...system.scope, granularity: 'atomic' }, names };
  let verb: 'read' | 'write' = 'read';
  const events = run.map((event): Event => {
    if (event.actor === 'dev' && event.verb === 'request-read') verb = 'read';
    if (event.actor === 'dev' && event.verb === 'request-write') verb = 'write';
    if (event.actor === 'dev' && event.verb === 'complete') return { ...event, verb };
    if (event.actor === 'kswapd' && event.verb === 'age') {
      return { ...event, verb: 'folio_referenced' };
    }
    return event;
  });
  const trial = new Trial(atomic, property);
  return trial.violating(trial.places(events)) === undefined ? undefined : [atomic, events];
}

/**
 * What the log has to do with the miss: the run without all that it can do without, in the smallest
 * scope that has room for it. A search for the shortest run might find another way to the same end.
 */
function distil(system: System, property: Property, run: readonly Event[]): Minimal {
  const trial = new Trial(system, property);
  const least = reduce(trial, trial.violating(trial.places(run))!);
  const events = trial.events(least);
  const smaller = [...quieter(system), ...fewer(system, ['pages', 'cpus'])].find((candidate) => {
    if (!property.applies(candidate)) return false;
    const tried = new Trial(candidate, property);
    return tried.violating(tried.places(events)) !== undefined;
  });
  if (smaller !== undefined) return distil(smaller, property, events);
  return { system, run: trial.events(canonical(trial, least)) };
}

/**
 * The minimal trace behind a look that missed a use; undefined where no run explains the log up to
 * it, or where the run that was found can do without the use.
 */
export function missedTrace(conformance: Conformance, missed: MissedPage): MissedTrace | undefined {
  const { page, line, usedAtLine } = missed;
  const { hypothesis } = conformance.ranked[0];
  const { explained } = conformance.pages.find((verdict) => verdict.page === page)!;
  const at = page.lastAt(line);
  if (missed.kind !== 'unreferenced' || at < 0 || at >= explained) return undefined;
  const run = runsOf(hypothesis, page, at + 1).at(-1)!;
  const property = violatedBy(conformance, run);
  if (property === undefined) return undefined;
  const file = basename(conformance.summary.file);
  const story =
    `${property.story}\n\n` +
    `Seen in the log of a real kernel: ${file}, line ${line}; the page was used at line ` +
    `${usedAtLine}.`;
  const { system } = hypothesis.candidate;
  const [simpler, events] = atOnce(system, property, run) ?? [system, run];
  return { ...distil(simpler, property, events), property, story };
}
