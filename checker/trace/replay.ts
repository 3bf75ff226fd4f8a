/** Runs a trace through the model, and checks every claim that the trace makes. */
import type { Event } from '../../model/events.ts';
import { answersOf } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Packed } from '../../model/model.ts';
import type { Shown } from '../../model/shown.ts';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';
import type { Pieces } from './pieces.ts';
import { going, whole } from './pieces.ts';
import { printEvent } from './print.ts';
import type { Answer, Trace, TraceEnd } from './trace.ts';
import { answered, verdictText } from './trace.ts';
import { whyNot } from './why-not.ts';

/** How many steps are one piece of work. */
const PIECE = 256;

/** One event that happened. */
export interface ReplayStep {
  /** The number of the event, counted from 1, as in the text. */
  readonly number: number;
  readonly event: Event;
  /** The answer that the model gives, if the event has one. */
  readonly answer?: Answer;
  readonly before: Packed;
  readonly after: Packed;
  readonly shown: Shown;
  /** Every property that this step violates. */
  readonly violated: readonly Property[];
}

/** The replay of a trace whose claims all hold. */
export interface Replay {
  readonly trace: Trace;
  /** This model tracks every ghost, and reads the states of the steps. */
  readonly model: Model;
  readonly steps: readonly ReplayStep[];
}

/** The effect of an event on a state; undefined if it cannot happen there. */
function fire(model: Model, before: Packed, event: Event, number: number): ReplayStep | undefined {
  const transition = model.step(before, event);
  if (transition === undefined) return undefined;
  const { state: after, shown } = transition;
  const violated = PROPERTIES.filter((property) => property.violated(shown));
  const { answer } = shown;
  return {
    number,
    event,
    ...(answer === undefined ? {} : { answer }),
    before,
    after,
    shown,
    violated,
  };
}

/**
 * Replays a trace. Throws a Complaint that points at the first error: an event that cannot happen,
 * an answer that the model does not give, or a last line that is not true.
 */
export const replay = (trace: Trace): Replay => whole(replaying(trace));

/** The same in pieces. */
export function* replaying(trace: Trace): Pieces<Replay> {
  const model = new Model(trace.system);
  const steps: ReplayStep[] = [];
  let state = model.initial;
  for (const [i, { event, answer }] of trace.steps.entries()) {
    if (i % PIECE === PIECE - 1) yield* going(i, trace.steps.length);
    const step = fire(model, state, event, i + 1);
    if (step === undefined) {
      throw cannotHappen(model, state, event, i, trace.source?.steps[i].event);
    }
    if (answer !== undefined && answer !== step.answer) throw answersOtherwise(trace, step);
    steps.push(step);
    state = step.after;
  }
  checkVerdict(trace, steps);
  checkResult(trace);
  return { trace, model, steps };
}

function cannotHappen(
  model: Model,
  state: Packed,
  event: Event,
  index: number,
  place?: Place,
): Complaint {
  const { scope } = model.parts;
  const why = whyNot(model, state, event);
  const reason = why === undefined ? '' : `: ${why}`;
  const text = `(${index + 1}) ${printEvent(event, scope)}`;
  return new Complaint(`${text} cannot happen here${reason}`, place, {
    possible: model.enabled(state).map((enabled) => printEvent(enabled, scope)),
  });
}

function answersOtherwise(trace: Trace, { number, event, answer }: ReplayStep): Complaint {
  const { scope } = trace.system;
  const words = answersOf(event, scope)!;
  const given = words[trace.steps[number - 1].answer!];
  const text = `(${number}) ${printEvent(event, scope)}`;
  const place = trace.source?.steps[number - 1].answer;
  return new Complaint(`${text} answers ${words[answer!]} here, not ${given}`, place, {
    possible: [printEvent(event, scope, answer)],
  });
}

/** The statements that the last line could make about these steps. */
function verdictsOf(steps: readonly ReplayStep[]): TraceEnd[] {
  const last = steps.at(-1)?.violated ?? [];
  return steps.some(({ violated }) => violated.length > 0) ? [...last] : ['ends'];
}

function checkVerdict(trace: Trace, steps: readonly ReplayStep[]): void {
  const { verdict } = trace;
  const right = verdictsOf(steps);
  if (right.includes(verdict)) return;
  throw new Complaint(wrongVerdict(verdict, steps), trace.source?.verdict, {
    ...(right.length === 0 ? { hint: hintToCut(verdict, steps) } : {}),
    possible: right.map(verdictText),
  });
}

/**
 * A hint where to cut a trace, because its last event must violate the property that it is about.
 */
function hintToCut(verdict: TraceEnd, steps: readonly ReplayStep[]): string {
  const own = steps.find(({ violated }) => violated.some((property) => property === verdict));
  if (own !== undefined) return `drop what follows (${own.number})`;
  const { number, violated } = steps.find((step) => step.violated.length > 0)!;
  return `drop what follows (${number}), and end with '${verdictText(violated[0])}'`;
}

function wrongVerdict(verdict: TraceEnd, steps: readonly ReplayStep[]): string {
  const names = (properties: readonly Property[]) => properties.map(({ name }) => name).join(', ');
  const last = steps.at(-1);
  const violating = steps.find(({ violated }) => violated.length > 0);
  if (verdict === 'ends') {
    return `(${violating?.number}) violates ${names(violating?.violated ?? [])}`;
  }
  const already = steps.find(({ violated }) => violated.includes(verdict));
  if (already !== undefined) {
    const where = `already at (${already.number})`;
    return `${verdict.name} is violated ${where}, and not by the last event`;
  }
  if (violating === undefined) return 'nothing is violated';
  if (violating === last) return `(${last.number}) violates ${names(last.violated)} instead`;
  const where = `(${violating.number}) violates ${names(violating.violated)}`;
  return `${verdict.name} is not violated; ${where}`;
}

/** Complains about a comment that says Never above a trace that shows the violation. */
function checkResult({ result, verdict, source }: Trace): void {
  if (result !== 'Never' || verdict === 'ends') return;
  throw new Complaint(
    `the result is not Never: this trace violates ${verdict.name}`,
    source?.result,
    {
      possible: ['Sometimes'],
    },
  );
}

/** The steps of a replay that begin another run, too. */
function commonSteps({ steps }: Replay, events: readonly Event[]): ReplayStep[] {
  const differs = steps.findIndex(({ event }, i) => event.index !== events[i]?.index);
  return differs < 0 ? [...steps] : steps.slice(0, differs);
}

/** What a trace says about a run besides its events. */
export type About = Partial<Pick<Trace, 'name' | 'result' | 'story' | 'verdict'>>;

/** The steps of a run, one after the other, behind the last one that is known. */
export function* stepsOf(
  model: Model,
  events: readonly Event[],
  known?: ReplayStep,
): Generator<ReplayStep> {
  let before = known?.after ?? model.initial;
  for (let i = known?.number ?? 0; i < events.length; i++) {
    const step = fire(model, before, events[i], i + 1);
    if (step === undefined) throw cannotHappen(model, before, events[i], i);
    yield step;
    before = step.after;
  }
}

/**
 * Makes a trace with answers from a run that a search or a generator found. Without a given
 * verdict, the trace ends with the first property that its last event violates, or else with
 * `ends`. Violations may occur on the way. An event that cannot happen is a Complaint, as a link or
 * a program may have named it. `earlier` is another run of the same system: what both begin with is
 * taken from it, and not run again.
 */
export const follow = (...asked: Parameters<typeof following>): Replay =>
  whole(following(...asked));

/** The same in pieces. */
export function* following(
  system: System,
  events: readonly Event[],
  about: About = {},
  earlier?: Replay,
): Pieces<Replay> {
  const model = earlier?.model ?? new Model(system);
  const steps = earlier === undefined ? [] : commonSteps(earlier, events);
  for (const step of stepsOf(model, events, steps.at(-1))) {
    if (step.number % PIECE === 0) yield* going(step.number, events.length);
    steps.push(step);
  }
  const trace: Trace = {
    ...about,
    system,
    steps: steps.map(({ event, answer }) => answered(event, answer)),
    verdict: about.verdict ?? steps.at(-1)?.violated[0] ?? 'ends',
  };
  return { trace, model, steps };
}

/** The trace of such a run. */
export const traceOf = (system: System, events: readonly Event[], about: About = {}): Trace =>
  follow(system, events, about).trace;
