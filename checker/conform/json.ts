/** The document of `conform --json`. */
import type { Conformance } from './conform.ts';
import { gaps } from '../ftrace/index.ts';
import { refusalText } from './why.ts';

export function conformanceJson({ summary, ranked, pages, missed }: Conformance): object {
  const { names } = ranked[0].hypothesis.candidate.system;
  return {
    kernel: names.kernel,
    driver: names.driver,
    lines: summary.lines,
    events: summary.events,
    unknown: summary.unknown.count,
    gaps: gaps(summary),
    pages: pages.map(({ page, refusal }) => ({
      page: page.name,
      looks: page.uses.looks,
      verdict: refusal === undefined ? 'explained' : 'refused',
      ...(refusal === undefined ? {} : { line: refusal.line, why: refusalText(refusal) }),
    })),
    missed: missed.map(({ line, page, kind, usedAtLine }) => ({
      line,
      page: page.name,
      kind,
      usedAtLine,
    })),
  };
}
