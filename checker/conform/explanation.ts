/** Prints the run of the model that explains a page, as text that can be replayed. */
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import type { Pieces } from '../search/progress.ts';
import { going, whole } from '../search/progress.ts';
import { notedStep } from '../tell/explain.ts';
import type { Moment } from '../tell/moment.ts';
import { PIECE, momentsOf } from '../tell/moment.ts';
import { machineSentence } from '../tell/verdict-text.ts';
import { Complaint, didYouMean, quote } from '../trace/complaint.ts';
import { Margin, noteText, printHead, printStep } from '../trace/print.ts';
import { stepsOf } from '../trace/replay.ts';
import type { TraceEnd } from '../trace/trace.ts';
import { verdictText } from '../trace/trace.ts';
import type { Conformance, PageResult } from './conform.ts';
import { noMachineOf } from './conform.ts';
import { findingRuns, roundTrip } from './explaining-runs.ts';

/** Takes a text as it grows. */
export type Sink = (text: string) => void;

/** Where the trace of a run ends, and what its last line says. */
interface End {
  /** How many events it has. */
  readonly count: number;
  readonly verdict: TraceEnd;
  readonly margin: Margin;
}

/** The moments of a run, made one by one, so that the memory for them does not grow with it. */
function momentsOfRun(system: System, run: readonly Event[]): Iterable<Moment> {
  const model = new Model(system);
  return momentsOf({ trace: { system, verdict: 'ends' }, model, steps: stepsOf(model, run) });
}

const linesOf = (m: Moment): [text: string, note: string] => {
  const step = notedStep(m);
  return [printStep(m.number, step, m.parts.scope), noteText(step)];
};

/** Goes through a run to see where its trace ends: with its last violation, if it has one. */
function* endOf(system: System, run: readonly Event[]): Pieces<End> {
  const margin = new Margin();
  let end: End | undefined;
  for (const m of momentsOfRun(system, run)) {
    if (m.number % PIECE === 0) yield* going(m.number, 2 * run.length);
    margin.add(...linesOf(m));
    const [verdict] = m.violated;
    if (verdict !== undefined) end = { count: m.number, verdict, margin: margin.copy() };
  }
  return end ?? { count: run.length, verdict: 'ends', margin };
}

/**
 * Prints a run. A trace ends with a violation, so that all after the last violation follows as
 * notes.
 */
function* printing(system: System, run: readonly Event[], story: string, put: Sink): Pieces<void> {
  const { count, verdict, margin } = yield* endOf(system, run);
  put(printHead({ system, story }));
  for (const m of momentsOfRun(system, run)) {
    if (m.number % PIECE === 0) yield* going(run.length + m.number, 2 * run.length);
    const [text, note] = linesOf(m);
    put(m.number <= count ? `${margin.line(text, note)}\n` : `// ${text}\n`);
    if (m.number !== count) continue;
    put(`\n${verdictText(verdict)}\n`);
    if (count < run.length) put('\n// and on, without a violation:\n');
  }
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
 * between. The text is given to `put` as it grows, as it may be longer than the log.
 */
export function* explaining(conformance: Conformance, name: string, put: Sink): Pieces<void> {
  const { page, explained, refusal } = pageNamed(conformance, name);
  const { hypothesis } = conformance.ranked[0];
  const { system } = hypothesis.candidate;
  const found = yield* findingRuns(hypothesis, page, explained);
  const runs = found.filter((run) => run.length > 0);
  const end = refusal === undefined ? '' : ` up to line ${refusal.line}, which no run explains`;
  const about = `A run that explains page ${name} of the log${end}`;
  for (const [i, run] of runs.entries()) {
    const part = runs.length > 1 ? `, part ${i + 1} of ${runs.length}` : '';
    if (i > 0) put('\n');
    yield* printing(system, run, `${about}${part}.`, put);
  }
  if (runs.length === 0) {
    yield* printing(system, roundTrip(hypothesis), `${about}. ${NO_EVENT}`, put);
  }
  for (const note of machineSentence(noMachineOf(conformance))) put(`\n// ${note}\n`);
}

/** The same as one text. */
export function explanation(conformance: Conformance, name: string): string {
  let text = '';
  whole(explaining(conformance, name, (more) => (text += more)));
  return text;
}
