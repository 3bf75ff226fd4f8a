/** What a boot has shown: each step of the trace with the lines of the log that prove it. */
import type { LogEvent } from '../conform/ftrace/index.ts';
import { MARKER, openLog, readLog } from '../conform/ftrace/index.ts';
import type { Plan } from './plan.ts';
import type { Call } from './planning.ts';
import { stepText } from './program.ts';
import type { Finding } from './proof.ts';
import { check } from './proof.ts';

/** A call of the program, and what the log shows of it. */
export interface Shown {
  readonly call: Call;
  readonly findings: readonly Finding[];
}

export interface Answer {
  readonly calls: readonly Shown[];
  /** Why the program or the device says that the run is none, with the line. */
  readonly broken: string | undefined;
}

/** The events of a log that concern a call: from the marker of its last step to the next marker. */
function windowsOf(events: readonly LogEvent[], calls: readonly Call[]): LogEvent[][] {
  const marks = new Map<number, number>();
  for (const [i, { name, text }] of events.entries()) {
    const number = name === MARKER ? /^STEP \((\d+)\)/.exec(text)?.[1] : undefined;
    if (number !== undefined) marks.set(Number(number), i);
  }
  const end = events.findLastIndex(({ name, text }) => name === MARKER && text === 'TRACE end');
  const starts = calls.map(({ steps }) => marks.get(steps.at(-1)!));
  return starts.map((start, i) => {
    if (start === undefined) return [];
    return events.slice(start, starts[i + 1] ?? (end < 0 ? undefined : end));
  });
}

/** A line that says that the run was not as it should be. */
function brokenBy(events: readonly LogEvent[]): string | undefined {
  const end = events.findIndex(({ name, text }) => name === MARKER && text === 'TRACE end');
  const failed = events
    .slice(0, end < 0 ? undefined : end)
    .find(
      ({ name, text }) =>
        (name === MARKER && text.startsWith('FAILED')) ||
        (name === 'atc_step' && text.startsWith('overrun')),
    );
  return failed && `line ${failed.line}: ${failed.text}`;
}

/** Reads what a log shows of each call. */
export async function answerOf(plan: Plan, log: string): Promise<Answer> {
  const events: LogEvent[] = [];
  await readLog(openLog(log), (event) => events.push({ ...event }), { file: log });
  const windows = windowsOf(events, plan.calls);
  const calls = plan.calls.map((call, i) => ({
    call,
    findings: call.proofs.map((proof) => check(proof, windows[i])),
  }));
  return { calls, broken: brokenBy(events) };
}

/** What the log shows of a call in the place of what is predicted; undefined if that is there. */
const insteadIn = ({ findings }: Shown): string | undefined =>
  findings.find(({ instead }) => instead !== undefined)?.instead;

/** The first call that the kernel did not make as predicted, and what it did instead. */
export function partedAt({
  calls,
}: Answer): { readonly step: number; readonly instead: string } | undefined {
  for (const shown of calls) {
    const instead = insteadIn(shown);
    if (instead !== undefined) return { step: shown.call.steps.at(-1)!, instead };
  }
  return undefined;
}

const linesText = (lines: readonly number[]): string =>
  lines.length === 0 ? '' : `, line${lines.length > 1 ? 's' : ''} ${lines.join(' and ')}`;

/** The steps, one a line, each with the lines of the log that show it. */
export function answerText(plan: Plan, { calls, broken }: Answer): string {
  const width = Math.max(
    ...plan.replay.steps.map(({ number }) => `(${number}) ${stepText(plan, number)}`.length),
  );
  const rows = calls.flatMap((shown) => {
    const { call, findings } = shown;
    const instead = insteadIn(shown);
    const lines = findings.flatMap((finding) => finding.lines);
    const said = instead === undefined ? 'as predicted' : `parted: ${instead}`;
    return call.steps.map((number) => {
      return `${`(${number}) ${stepText(plan, number)}`.padEnd(width)}  ${said}${linesText(lines)}`;
    });
  });
  return [
    ...rows,
    ...(broken === undefined ? [] : [`the run is not one of the trace: ${broken}`]),
    '',
  ].join('\n');
}

/** What is said of a run beside its steps. */
export interface Ran {
  /** The release of the kernel. */
  readonly version: string;
  readonly seconds: number;
  readonly log: string;
  readonly status: number;
  readonly said: string;
}

/** The document of a folder that was written, and not booted. */
export const plannedJson = (plan: Plan, out: string, version: string): object => ({
  written: out,
  version,
  kernel: plan.bootable.kernel,
  device: plan.device,
  steps: plan.calls.flatMap(({ steps, code }) =>
    steps.map((number) => ({ number, event: stepText(plan, number), call: code })),
  ),
});

/** The document of a run. */
export const answerJson = (plan: Plan, { calls, broken }: Answer, ran: Ran): object => ({
  ...ran,
  ...(broken === undefined ? {} : { broken }),
  steps: calls.flatMap((shown) => {
    const { call, findings } = shown;
    const instead = insteadIn(shown);
    return call.steps.map((number) => ({
      number,
      event: stepText(plan, number),
      call: call.code,
      lines: findings.flatMap(({ lines }) => lines),
      ...(instead === undefined ? {} : { instead }),
    }));
  }),
});
