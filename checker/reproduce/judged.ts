/** Holds the log of a run against the trace: as `conform --expect` does, and call by call. */
import { readFileSync } from 'node:fs';
import { conform, outcomeOf } from '../conform/conform.ts';
import { expectation, givenBy, refuseUntold } from '../conform/expect/expect.ts';
import { partingText } from '../conform/expect/expect-text.ts';
import { openLog } from '../conform/ftrace/index.ts';
import { Complaint } from '../trace/complaint.ts';
import type { Answer } from './answer.ts';
import { answerOf, partedAt } from './answer.ts';
import type { Plan } from './plan.ts';

/**
 * `agreed`: the kernel did what the trace predicts. `parted`: it did something else. `not
 * understood`: the program failed, or the model does not explain the log. `hung`: the guest hung
 * while this trace was under way, so that it is not judged.
 */
export const FATES = ['agreed', 'parted', 'not understood', 'hung'] as const;
export type Fate = (typeof FATES)[number];

/** What became of one trace. */
export interface Judged {
  readonly plan: Plan;
  readonly fate: Fate;
  /** Why it is not `agreed`. */
  readonly why?: string;
  readonly answer?: Answer;
  /** The lines of the log that prove its steps. */
  readonly digest: readonly string[];
}

/** The lines of a log that the steps name, each with its number. */
function digestOf(log: string, { calls }: Answer): string[] {
  const numbers = calls.flatMap(({ findings }) => findings.flatMap(({ lines }) => lines));
  const lines = readFileSync(log, 'utf8').split('\n');
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  return sorted.map((number) => `${number}: ${lines[number - 1].trim()}`);
}

/** Whether a log can be held against the whole trace. It tells an unmap of a run page by page. */
function isTold({ replay }: Plan): boolean {
  if (replay.steps.some(({ event: { page, to } }) => page !== to)) return false;
  try {
    refuseUntold(replay);
    return true;
  } catch (error) {
    if (error instanceof Complaint) return false;
    throw error;
  }
}

type Verdict = Pick<Judged, 'fate' | 'why'>;

/** The verdict of `conform --expect`. Where it does not take the trace, that of `conform`. */
async function verdictOf(plan: Plan, log: string): Promise<Verdict> {
  const { replay } = plan;
  const conformance = await conform(openLog(log), log, givenBy(replay));
  if (!isTold(plan)) {
    const outcome = outcomeOf(conformance);
    const isExplained = outcome === 'explained' || outcome === 'missed' || outcome === 'harmed';
    return isExplained
      ? { fate: 'agreed' }
      : { fate: 'not understood', why: `conform: ${outcome}` };
  }
  const expected = expectation(replay, conformance);
  if (expected.verdict === 'as predicted') return { fate: 'agreed' };
  const why = partingText(expected) ?? expected.notUnderstood.join(' ');
  return { fate: expected.verdict, why };
}

/** Judges the log of a trace. */
export async function judge(plan: Plan, log: string): Promise<Judged> {
  const answer = await answerOf(plan, log);
  const said = { plan, answer, digest: digestOf(log, answer) };
  if (answer.broken !== undefined) return { ...said, fate: 'not understood', why: answer.broken };
  const parted = partedAt(answer);
  if (parted !== undefined) {
    return { ...said, fate: 'parted', why: `step ${parted.step}: ${parted.instead}` };
  }
  return { ...said, ...(await verdictOf(plan, log)) };
}
