/**
 * Prints the result of a check as text and as one JSON document. It has the system, what was
 * searched, the verdicts with their severity, and the traces.
 */
import type { Property } from '../../properties/index.ts';
import type { Result } from '../search/check.ts';
import { notAskedJson, notAskedLines } from '../tell/not-asked-text.ts';
import { traceText } from '../tell/trace-of.ts';
import { systemJson, verdictJson } from '../tell/verdict-json.ts';
import {
  NOTHING,
  extentText,
  machineNote,
  reductionText,
  systemText,
  verdictLines,
} from '../tell/verdict-text.ts';
import type { Assessment } from './assess.ts';
import { assessmentJson, assessmentLines, lassoTexts } from './severity-text.ts';

const asked = ({ verdicts }: Result): Property[] => verdicts.map(({ property }) => property);

/** Prints the verdicts, one on each line. What was not asked follows, then severity and cost. */
export function resultText(result: Result, assessment?: Assessment): string {
  const { system, search, verdicts } = result;
  const lines = verdictLines(verdicts, search.depth);
  if (lines.length === 0) lines.push(NOTHING);
  lines.push('', ...notAskedLines([system], asked(result)));
  const note = machineNote(system);
  if (note.length > 0) lines.push('', ...note);
  const assessed = assessment === undefined ? [] : assessmentLines(assessment, verdicts);
  if (assessed.length > 0) assessed.unshift('');
  const searched = [extentText(search), ...reductionText(result)];
  return [...systemText(system), ...searched, '', ...lines, ...assessed].join('\n');
}

/**
 * Prints the shortest trace of each violated property. Then come the runs without end, unless a
 * shortest trace begins with the same events.
 */
export function traceTexts({ system, verdicts }: Result, assessment?: Assessment): string[] {
  const traces = verdicts.flatMap(({ property, run, where = system }) =>
    run === undefined ? [] : [traceText(where, run, property).trimEnd()],
  );
  const lassos = assessment === undefined ? [] : lassoTexts(system, assessment, verdicts);
  return [...traces, ...lassos];
}

/** The document of `youngcheck check --json`. */
export function resultJson(result: Result, assessment?: Assessment) {
  const { system, search, verdicts } = result;
  return {
    system: systemJson(system),
    search,
    ...searchesJson(result),
    properties: verdicts.map((verdict) => verdictJson(system, verdict)),
    ...notAskedJson(system, asked(result)),
    ...(assessment === undefined ? {} : assessmentJson(system, assessment)),
  };
}

/** Each search that was made, and the reductions that it stands for. */
function searchesJson({ searches, reductions }: Result) {
  if (searches === undefined) return {};
  return {
    reductions,
    searches: searches.map(({ properties, others, ...search }) => ({
      properties: properties.map(({ name }) => name),
      ...search,
      ...(others === undefined ? {} : { others }),
    })),
  };
}
