/** Makes several traces happen in one boot, or in several where a guest hangs. */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootFolder } from '../checker/reproduce/boot.ts';
import { batchTexts, programName, writeFolder } from '../checker/reproduce/folder.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import type { Judged } from '../checker/reproduce/judged.ts';
import { judge } from '../checker/reproduce/judged.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import type { Runs } from '../checker/reproduce/run-command.ts';

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
    if (booted.boot === 'failed') {
      const why = booted.output.split('\n').at(-1)!;
      for (const plan of plans) await hears({ plan, fate: 'not understood', why, digest: [] });
      return plans.length;
    }
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
