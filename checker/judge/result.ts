/**
 * The result of a check and how bad it is, as text and as one JSON document: the system, what was
 * searched, the verdicts, then the traces.
 */
import type { Result } from '../search/check.ts';
import { traceText } from '../tell/trace-of.ts';
import { systemJson, verdictJson } from '../tell/verdict-json.ts';
import { NOTHING, extentText, machineNote, systemText, verdictText } from '../tell/verdict-text.ts';
import type { Assessment } from './assess.ts';
import { assessmentJson, assessmentLines, lassoTexts } from './severity-text.ts';

/** The verdicts, one a line; then how bad they are and what looking costs, if that is known. */
export function resultText({ system, search, verdicts }: Result, assessment?: Assessment): string {
  const width = Math.max(...verdicts.map(({ property }) => property.name.length));
  const lines = verdicts.map(
    (verdict) => `  ${verdict.property.name.padEnd(width)}  ${verdictText(verdict, search.depth)}`,
  );
  if (lines.length === 0) lines.push(NOTHING);
  const note = machineNote(system);
  if (note.length > 0) lines.push('', ...note);
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

/** The document of `youngcheck check --json`. */
export function resultJson({ system, search, verdicts }: Result, assessment?: Assessment) {
  return {
    system: systemJson(system),
    search,
    properties: verdicts.map((verdict) => verdictJson(system, verdict)),
    ...(assessment === undefined ? {} : assessmentJson(system, assessment)),
  };
}
