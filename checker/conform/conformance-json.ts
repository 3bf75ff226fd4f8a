/** The document of `conform --json`. */
import type { Conformance } from './conform.ts';
import { noMachineOf, notHeld, outcomeOf } from './conform.ts';
import type { HostSummary, Tally } from './host-summary.ts';
import { hostSummary } from './host-summary.ts';
import { printPart } from '../trace/setup.ts';
import type { Log } from './log.ts';
import type { Losses } from './losses.ts';
import { mixtures } from './mixed.ts';
import type { Space } from './page-log.ts';
import { refusalText } from './refusal.ts';
import type { HarmedPage, MissedPage } from './watch.ts';

/** The process that owns the pages, as far as the log says. */
const processOf = ({ line, scenario, mm, pids, vcpus }: Space): object => ({
  line,
  ...(scenario === undefined ? {} : { scenario }),
  ...(mm === undefined ? {} : { mm }),
  ...(vcpus.size === 0 ? {} : { vcpus: [...vcpus].map(([pid, name]) => ({ pid, name })) }),
  ...(pids.size === 0 ? {} : { pids: [...pids] }),
});

/** One miss. */
export const missedJson = (
  { line, page, kind, usedAtLine, usedBy, after, story }: MissedPage,
  { watch }: Log,
): object => ({
  line,
  page: page.name,
  kind,
  usedAtLine,
  usedBy,
  ...(watch.isSeconds ? { secondsAfterUse: Number(after.toFixed(9)) } : {}),
  story,
});

/** One use of what was taken away. */
export const harmJson = ({ line, page, kind, story }: HarmedPage): object => ({
  line,
  page: page.name,
  kind,
  story,
});

const tallyJson = ({ pages, looks, missed, evictions, inUse }: Tally): object => ({
  pages,
  looks,
  missed,
  evictions,
  evictedInUse: inUse,
});

const summaryJson = (summary: HostSummary): object => ({
  ...tallyJson(summary),
  processes: summary.processes.map((tally) => ({
    process: processOf(tally.space),
    ...(tally.cgroup === undefined ? {} : { cgroup: tally.cgroup }),
    ...tallyJson(tally),
  })),
  cgroups: summary.cgroups.map((tally) => ({
    ...(tally.cgroup === undefined ? {} : { cgroup: tally.cgroup }),
    ...tallyJson(tally),
  })),
  secondsToEviction: summary.bars.map(({ under, times }) => ({ under: under ?? null, times })),
});

const lostJson = ({ first, times }: Losses): object => ({ ...first, times });

export function conformanceJson(conformance: Conformance): object {
  const { summary, log, ranked, pages, missed, harms, unread } = conformance;
  const { system } = ranked[0].hypothesis.candidate;
  return {
    verdict: outcomeOf(conformance),
    kernel: printPart(system, 'kernel'),
    driver: printPart(system, 'driver'),
    hardware: printPart(system, 'hardware'),
    noSuchMachine: noMachineOf(conformance) ?? null,
    notInPlay: notHeld(conformance),
    lines: summary.lines,
    events: summary.events,
    unknown: summary.unknown.count,
    unread,
    stopped: summary.stopped,
    gaps: conformance.gaps,
    summary: summaryJson(hostSummary(conformance)),
    mixed: mixtures(conformance.log),
    pages: pages.map(({ page, refusal }) => ({
      page: page.name,
      process: processOf(page.space),
      looks: page.uses.looks,
      evictions: page.uses.evictions,
      verdict: refusal === undefined ? 'explained' : 'refused',
      ...(page.huge.length === 0 ? {} : { huge: page.huge }),
      ...(page.mostSmall === 0 ? {} : { smallEntries: page.mostSmall }),
      ...(page.unjudged === undefined ? {} : { unjudged: page.unjudged }),
      ...(page.losses === undefined ? {} : { lost: lostJson(page.losses) }),
      ...(refusal === undefined ? {} : { line: refusal.line, why: refusalText(refusal) }),
    })),
    missed: missed.map((miss) => missedJson(miss, log)),
    harms: harms.map(harmJson),
  };
}
