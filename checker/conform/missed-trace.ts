/** Turns a miss in a log into a run of the model that can be replayed, cut to what it needs. */
import { basename } from 'node:path';
import type { Event } from '../../model/events.ts';
import type { OptionalEvent, System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Property } from '../../properties/index.ts';
import { noEvictionInUse } from '../../properties/no-eviction-in-use.ts';
import type { Minimal } from '../explore/minimize.ts';
import { canonical } from '../explore/canonical.ts';
import { fewer, quieter, withScope } from '../explore/scope.ts';
import { Trial } from '../explore/trial.ts';
import { reducing } from '../explore/shrink.ts';
import type { Pieces } from '../search/progress.ts';
import { going, whole } from '../search/progress.ts';
import { traceOf } from '../trace/replay.ts';
import type { Conformance } from './conform.ts';
import { findingRuns } from './explaining-runs.ts';
import type { MissedPage } from './watch.ts';

export interface MissedTrace extends Pick<Minimal, 'system' | 'run'> {
  readonly property: Property;
  readonly story: string;
}

/** A run that ends with what a log shows, in a system where that is possible. */
interface Ending {
  readonly system: System;
  readonly property: Property;
  readonly run: readonly Event[];
}

const MISSES = ['no-missed-device-reference(reclaim)', 'no-missed-cpu-reference(reclaim)'];

/** The look at the end of a run, if it missed a use. */
function lookOf(system: System, run: readonly Event[]): Ending | undefined {
  const { verdict } = traceOf(system, run);
  const property = PROPERTIES.find((one) => MISSES.includes(one.name) && one === verdict);
  return property && { system, property, run };
}

const withEvents = (system: System, ...more: OptionalEvent[]): System =>
  withScope(system, { events: [...new Set([...system.scope.events, ...more])] });

/**
 * The eviction at the end of a run: after a look that missed a use, or without a look. In a log any
 * page may be unmapped, by anybody. Here a page is unmapped only if the last look condemned it, or
 * if MADV_PAGEOUT takes it.
 */
function evictionAfter(system: System, page: number, run: readonly Event[]): Ending | undefined {
  const evictions = [
    ['unmap', withEvents(system, 'lru', 'unmap')],
    ['pageout', withEvents(system, 'pageout')],
  ] as const;
  for (const [verb, evicting] of evictions) {
    if (!noEvictionInUse.applies(evicting)) continue;
    const trial = new Trial(evicting, noEvictionInUse);
    const { events } = trial.model;
    const last = events.find((event) => event.verb === verb && event.page === page)!;
    const evicted = [...run, last];
    if (trial.violating(trial.places(evicted)) === undefined) continue;
    return { system: evicting, property: noEvictionInUse, run: evicted };
  }
  return undefined;
}

/** The same run with granularity=atomic, if it violates the property there, too. */
function atOnce(ending: Ending): Ending {
  const { system, property, run } = ending;
  const atomic = withScope(system, { granularity: 'atomic' });
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
  return trial.violating(trial.places(events)) === undefined
    ? ending
    : { system: atomic, property, run: events };
}

/**
 * Drops everything from a run that the miss does not need, and finds the smallest scope for it. A
 * search for the shortest run might find a miss that the log does not show.
 */
function* distil({ system, property, run }: Ending): Pieces<Pick<Minimal, 'system' | 'run'>> {
  const trial = new Trial(system, property);
  const least = yield* reducing(trial, trial.violating(trial.places(run))!);
  const events = trial.events(least);
  const smaller = [...quieter(system), ...fewer(system, ['pages', 'cpus'])].find((candidate) => {
    if (!property.applies(candidate)) return false;
    const tried = new Trial(candidate, property);
    return tried.violating(tried.places(events)) !== undefined;
  });
  yield* going(0, 1);
  if (smaller !== undefined) return yield* distil({ system: smaller, property, run: events });
  return { system, run: trial.events(canonical(trial, least)) };
}

/**
 * The minimal trace of a look or an eviction that missed a use. Undefined if no run explains the
 * log up to it, or if the run does not need the use.
 */
export const missedTrace = (...asked: Parameters<typeof tracing>): MissedTrace | undefined =>
  whole(tracing(...asked));

/** The same in pieces. */
export function* tracing(
  conformance: Conformance,
  missed: MissedPage,
): Pieces<MissedTrace | undefined> {
  const { page, line, usedAtLine, kind } = missed;
  const { hypothesis } = conformance.ranked[0];
  const { explained } = conformance.pages.find((verdict) => verdict.page === page)!;
  const observed = page.countUntil(line);
  if (observed === 0 || observed > explained) return undefined;
  // A look ends with its report, which is a line of the page. An eviction comes after a line.
  if (kind === 'unreferenced' && page.lines.at(observed - 1) !== line) return undefined;
  const run = (yield* findingRuns(hypothesis, page, observed)).at(-1)!;
  const { system, subject } = hypothesis.candidate;
  const ending = kind === 'evicted' ? evictionAfter(system, subject, run) : lookOf(system, run);
  if (ending === undefined) return undefined;
  const { property } = ending;
  const file = basename(conformance.summary.file);
  const story =
    `${property.story}\n\n` +
    `Seen in the log of a real kernel: ${file}, line ${line}; the page was used at line ` +
    `${usedAtLine}.`;
  return { ...(yield* distil(atOnce(ending))), property, story };
}
