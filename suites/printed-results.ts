/** Prints all that a check of a system has found, and replays what was printed. */
import { expect } from 'vitest';
import { assess } from '../checker/judge/assess.ts';
import { resultJson, resultText, traceTexts } from '../checker/judge/result.ts';
import { check } from '../checker/search/check.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';
import type { System } from '../model/system.ts';
import { propertiesFor } from '../properties/index.ts';

const MAX_STATES = 4000;

/**
 * Prints all that check can print of a system, and replays every trace in it. Returns how many
 * traces there were.
 */
export function printAll(system: System, maxStates = MAX_STATES): number {
  const result = check(system, propertiesFor(system), { maxStates });
  const assessment = result.search.complete ? assess(system, result.verdicts) : undefined;
  if (result.verdicts.length > 0) expect(resultText(result, assessment)).toContain('kernel');
  JSON.stringify(resultJson(result, assessment));
  const texts = traceTexts(result, assessment);
  for (const text of texts) replay(parseTrace(text, 'printed'));
  return texts.length;
}
