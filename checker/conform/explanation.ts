/** Prints the run of the model that explains a page, as text that can be replayed. */
import type { Event } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { annotating } from '../tell/explain.ts';
import { printStep, printTrace } from '../trace/print.ts';
import { following } from '../trace/replay.ts';
import type { Pieces } from '../search/progress.ts';
import type { Conformance, PageResult } from './conform.ts';
import { noMachineOf } from './conform.ts';
import { machineSentence } from '../tell/verdict-text.ts';
import { findingRuns, roundTrip } from './explaining-runs.ts';

/**
 * Prints a run. A trace ends with a violation, so that all after the last violation follows as
 * notes.
 */
function* runText(system: System, run: readonly Event[], story: string): Pieces<string> {
  const followed = yield* following(system, run);
  const { steps } = followed;
  const trace = yield* annotating(followed);
  const last = steps.findLastIndex(({ violated }) => violated.length > 0);
  const end = last < 0 ? steps.length : last + 1;
  const verdict = last < 0 ? 'ends' : steps[last].violated[0];
  const text = printTrace({ ...trace, story, verdict, steps: trace.steps.slice(0, end) });
  const after = trace.steps.slice(end);
  if (after.length === 0) return text;
  const notes = after.map((step, i) => `// ${printStep(end + i + 1, step, system.scope)}`);
  return `${text}\n// and on, without a violation:\n${notes.join('\n')}\n`;
}

function pageNamed({ pages }: Conformance, name: string): PageResult {
  const found = pages.find(({ page }) => page.name === name);
  if (found !== undefined) return found;
  const names = pages.map(({ page }) => page.name);
  throw new Complaint(`the log has no page ${quote(name)}${didYouMean(name, names)}`, undefined, {
    hint: 'youngcheck conform LOG, which lists the pages',
    possible: names.slice(0, 10),
  });
}

/** A trace has events. Where the lines of a page need none, the trace has some from before them. */
const NO_EVENT = 'No line about it needs an event. These events may have come before the log.';

/**
 * Prints the events that the log shows and those that it hides, in order. It ends at the end of the
 * log, or at the line that no run explains. There are several runs if the page is unknown in
 * between.
 */
export function* explaining(conformance: Conformance, name: string): Pieces<string> {
  const { page, explained, refusal } = pageNamed(conformance, name);
  const { hypothesis } = conformance.ranked[0];
  const { system } = hypothesis.candidate;
  const found = yield* findingRuns(hypothesis, page, explained);
  const runs = found.filter((run) => run.length > 0);
  const end = refusal === undefined ? '' : ` up to line ${refusal.line}, which no run explains`;
  const about = `A run that explains page ${name} of the log${end}`;
  const texts: string[] = [];
  for (const [i, run] of runs.entries()) {
    const part = runs.length > 1 ? `, part ${i + 1} of ${runs.length}` : '';
    texts.push(yield* runText(system, run, `${about}${part}.`));
  }
  if (runs.length === 0) {
    texts.push(yield* runText(system, roundTrip(hypothesis), `${about}. ${NO_EVENT}`));
  }
  return texts
    .concat(machineSentence(noMachineOf(conformance)).map((note) => `// ${note}\n`))
    .join('\n');
}
