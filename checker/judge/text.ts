/** The result of a check as text: the system, what was searched, the verdicts, then the traces. */
import type { Extent, Result, Verdict } from '../search/check.ts';
import type { Assessment } from './assess.ts';
import { printSetup } from '../trace/setup.ts';
import { assessmentLines, lassoTexts } from './severity-text.ts';
import type { System } from '../../model/system.ts';
import { notInPlay } from '../../model/system.ts';
import { traceText } from '../tell/trace-of.ts';

export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

const STOPS = {
  'max-states': '--max-states was reached',
  'max-memory': '--max-memory was reached',
  'time-limit': '--time-limit was reached',
  interrupted: 'it was interrupted',
} as const;

/** The system, and below it the events of its scope that are not in play. */
export function systemText(system: System): string[] {
  const notes = notInPlay(system).map(
    ({ event, needs }) => `${event} needs ${needs.join(' and ')}: not in play`,
  );
  return [...printSetup(system), ...notes];
}

/** How far the search went, and what that proves. */
export function extentText({ complete, stopped, ...search }: Extent): string {
  const size =
    `${count(search.states, 'state')}, ${count(search.transitions, 'transition')}, ` +
    `depth ${search.depth}, ${search.seconds.toFixed(2)} s`;
  if (complete) return `searched everything reachable: ${size}`;
  return (
    `unfinished, ${STOPS[stopped ?? 'interrupted']}: ${size}\n` +
    `every run of up to ${count(search.depth, 'event')} was searched`
  );
}

/** One verdict in words. */
export function verdictText({ verdict, run, property }: Verdict, depth: number): string {
  switch (verdict) {
    case 'violated':
      return `violated in ${count(run!.length, 'event')}`;
    case 'holds':
      return 'holds';
    case 'vacuous':
      return `vacuous: never ${property.antecedent}`;
    case 'unfinished':
      return `unfinished: not violated in up to ${count(depth, 'event')}`;
  }
}

/** Where there is no property to ask for. */
export const NOTHING =
  '  no property makes sense in this scope: give it an observer, or the events unmap,\n' +
  '  or protect and write';

/** The verdicts, one a line; then how bad they are and what looking costs, if that is known. */
export function resultText({ system, search, verdicts }: Result, assessment?: Assessment): string {
  const width = Math.max(...verdicts.map(({ property }) => property.name.length));
  const lines = verdicts.map(
    (verdict) => `  ${verdict.property.name.padEnd(width)}  ${verdictText(verdict, search.depth)}`,
  );
  if (lines.length === 0) lines.push(NOTHING);
  const assessed = assessment === undefined ? [] : assessmentLines(assessment, verdicts);
  if (assessed.length > 0) assessed.unshift('');
  return [...systemText(system), extentText(search), '', ...lines, ...assessed].join('\n');
}

/**
 * The shortest trace of each violated property, each with what it violates; then the runs without
 * end that none of these begins with.
 */
export function traceTexts({ system, verdicts }: Result, assessment?: Assessment): string[] {
  const traces = verdicts.flatMap(({ property, run }) =>
    run === undefined ? [] : [traceText(system, run, property).trimEnd()],
  );
  const lassos = assessment === undefined ? [] : lassoTexts(system, assessment, verdicts);
  return [...traces, ...lassos];
}
