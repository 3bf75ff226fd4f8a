/** Makes several traces happen in one boot, or in several where a guest hangs. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '../conform/conform.ts';
import { outcomeOf } from '../conform/conform.ts';
import type { Answer } from './answer.ts';
import { answerOf, partedAt } from './answer.ts';
import { bootFolder } from './boot.ts';
import { batchTexts, programName, writeFolder } from './folder.ts';
import type { Kernels } from './images.ts';
import { judged } from './judged.ts';
import type { Plan } from './plan.ts';
import type { Runs } from './run-command.ts';

/**
 * `agreed`: the kernel did what the trace predicts, and conform explains the log. `parted`: it did
 * something else. `not understood`: the program failed, or conform refuses the log. `hung`: the
 * guest hung while this trace was under way, so that it is not judged.
 */
export type Fate = 'agreed' | 'parted' | 'not understood' | 'hung';

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

/** Outcomes of conform by which a log is explained. A miss may be what the trace is about. */
const EXPLAINED: readonly Outcome[] = ['explained', 'missed', 'harmed'];

/** The lines of a log that the steps name, each with its number. */
function digestOf(log: string, { calls }: Answer): string[] {
  const numbers = calls.flatMap(({ findings }) => findings.flatMap(({ lines }) => lines));
  const lines = readFileSync(log, 'utf8').split('\n');
  const sorted = [...new Set(numbers)].toSorted((a, b) => a - b);
  return sorted.map((number) => `${number}: ${lines[number - 1].trim()}`);
}

/** Judges the log of a trace. */
export async function judge(plan: Plan, log: string): Promise<Judged> {
  const answer = await answerOf(plan, log);
  const digest = digestOf(log, answer);
  const parted = partedAt(answer);
  const why = parted?.findings.find(({ instead }) => instead !== undefined)?.instead;
  if (answer.broken !== undefined) {
    return { plan, fate: 'not understood', why: answer.broken, answer, digest };
  }
  if (parted !== undefined) {
    const step = parted.call.steps.at(-1);
    return { plan, fate: 'parted', why: `step ${step}: ${why}`, answer, digest };
  }
  const outcome = outcomeOf(await judged(plan, log));
  return EXPLAINED.includes(outcome)
    ? { plan, fate: 'agreed', answer, digest }
    : { plan, fate: 'not understood', why: `conform: ${outcome}`, answer, digest };
}

/** The numbers of the programs that a console says have begun. */
const begunIn = (console: string): number[] =>
  [...console.matchAll(/^=== trace-(\d+) begins/gm)].map(([, number]) => Number(number) - 1);

/** How often a boot may make no trace at all before the rest is given up. */
const MOST_IN_VAIN = 3;

/** How a batch is booted. */
export interface Booting {
  readonly kernels: Kernels;
  /** Seconds for a boot, and for each of its traces. */
  readonly seconds: number;
  readonly secondsEach: number;
  readonly runs: Runs;
  /** Folder in which the consoles of guests that hung are kept. */
  readonly keep?: string;
  readonly hears: (judged: Judged) => void | Promise<void>;
}

/**
 * Boots plans of one device and one image, and tells of each. After a guest that hung the next boot
 * goes on behind the trace that was under way.
 */
export async function bootBatch(plans: readonly Plan[], booting: Booting): Promise<void> {
  let [rest, vain, boots] = [plans, 0, 0];
  while (rest.length > 0 && vain < MOST_IN_VAIN) {
    const done = await bootOnce(rest, booting, boots++);
    vain = done === 0 ? vain + 1 : 0;
    rest = rest.slice(done);
  }
  for (const plan of rest) {
    await booting.hears({ plan, fate: 'hung', why: 'the guest did not boot', digest: [] });
  }
}

/** Boots once, and returns how many of the plans are over. */
async function bootOnce(plans: readonly Plan[], booting: Booting, boot: number): Promise<number> {
  const { kernels, seconds, secondsEach, runs, hears, keep } = booting;
  const above = mkdtempSync(join(tmpdir(), 'youngcheck-reproduce-'));
  const folder = join(above, 'batch');
  try {
    await writeFolder(
      folder,
      () => kernels,
      (...made) => batchTexts(plans, ...made),
    );
    const booted = await bootFolder(folder, seconds + secondsEach * plans.length, runs);
    if (booted.boot === 'failed') throw new Error(booted.output);
    const console = existsSync(booted.console) ? readFileSync(booted.console, 'utf8') : '';
    const isHung = booted.boot === 'hung';
    if (isHung && keep !== undefined) renameSync(booted.console, join(keep, `console-${boot}`));
    return await judgeAll(plans, folder, isHung ? begunIn(console) : undefined, hears);
  } finally {
    rmSync(above, { recursive: true });
  }
}

/** Judges the logs that a boot has left, in their order. `begun` is given if the guest hung. */
async function judgeAll(
  plans: readonly Plan[],
  folder: string,
  begun: readonly number[] | undefined,
  hears: Booting['hears'],
): Promise<number> {
  for (const [i, plan] of plans.entries()) {
    const log = join(folder, `${programName(i)}.log`);
    if (existsSync(log)) {
      await hears(await judge(plan, log));
      continue;
    }
    if (begun === undefined) {
      await hears({ plan, fate: 'not understood', why: 'it left no log', digest: [] });
      continue;
    }
    if (!begun.includes(i)) return i;
    await hears({ plan, fate: 'hung', why: 'the guest hung', digest: [] });
    return i + 1;
  }
  return plans.length;
}
