/** The document of `conform --json`. */
import type { Conformance } from './conform.ts';
import { noMachineOf, outcomeOf } from './conform.ts';
import { printPart } from '../trace/setup.ts';
import { mixtures } from './mixed.ts';
import type { Space } from './page-log.ts';
import { refusalText } from './refusal.ts';

/** The process that owns the pages, as far as the log says. */
const processOf = ({ line, scenario, mm, pids }: Space): object => ({
  line,
  ...(scenario === undefined ? {} : { scenario }),
  ...(mm === undefined ? {} : { mm }),
  ...(pids.size === 0 ? {} : { pids: [...pids] }),
});

export function conformanceJson(conformance: Conformance): object {
  const { summary, ranked, pages, missed, harms, unread } = conformance;
  const { system } = ranked[0].hypothesis.candidate;
  return {
    verdict: outcomeOf(conformance),
    kernel: printPart(system, 'kernel'),
    driver: printPart(system, 'driver'),
    hardware: printPart(system, 'hardware'),
    noSuchMachine: noMachineOf(conformance) ?? null,
    lines: summary.lines,
    events: summary.events,
    unknown: summary.unknown.count,
    unread,
    stopped: summary.stopped,
    gaps: conformance.gaps,
    mixed: mixtures(conformance.log),
    pages: pages.map(({ page, refusal }) => ({
      page: page.name,
      process: processOf(page.space),
      looks: page.uses.looks,
      verdict: refusal === undefined ? 'explained' : 'refused',
      ...(page.unjudged === undefined ? {} : { unjudged: page.unjudged }),
      ...(refusal === undefined ? {} : { line: refusal.line, why: refusalText(refusal) }),
    })),
    missed: missed.map(({ line, page, kind, usedAtLine }) => ({
      line,
      page: page.name,
      kind,
      usedAtLine,
    })),
    harms: harms.map(({ line, page, kind, story }) => ({ line, page: page.name, kind, story })),
  };
}
