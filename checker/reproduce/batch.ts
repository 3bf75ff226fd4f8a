/** Makes several traces happen in one boot, or in several where a guest hangs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyOf } from '../files/new-folder.ts';
import { Complaint } from '../trace/complaint.ts';
import { bootFolder } from './boot.ts';
import { batchTexts, programName, writeFolder } from './folder.ts';
import type { Kernels } from './images.ts';
import type { Judged } from './judged.ts';
import type { Plan } from './plan.ts';
import type { Runs } from './run-command.ts';

/** The numbers of the programs that a console says have begun. */
const begunIn = (console: string): number[] =>
  [...console.matchAll(/^=== trace-(\d+) begins/gm)].map(([, number]) => Number(number) - 1);

/** How often a boot may make no trace at all before the rest is given up. */
const MOST_IN_VAIN = 3;

/** The folder of a boot. */
const BOOT = 'boot';

/** How a batch is booted. */
export interface Booting {
  readonly kernels: Kernels;
  /** Seconds after which a guest is ended that has told nothing. */
  readonly quiet: number;
  /** The most traces of one boot. */
  readonly most: number;
  readonly runs: Runs;
  /** Ends the boot that is under way, and all that would follow. */
  readonly signal: AbortSignal;
  /** A folder that is there. In it is one more while a boot lasts. */
  readonly folder: string;
  /** Judges the log of a trace: judge() of judged.ts. */
  readonly judges: (plan: Plan, log: string) => Promise<Judged>;
  /** Is told of a trace that was booted, and of its log, which is gone behind the call. */
  readonly hears: (judged: Judged, log?: string) => void | Promise<void>;
  /** Is told of a guest that hung, and of its console, which is gone behind the call. */
  readonly hung?: (console: string) => void;
}

/** Plans in groups that can be booted at once: each has one device, and modules of its own. */
export function grouped(plans: readonly Plan[]): Plan[][] {
  const groups = new Map<string, Plan[]>();
  for (const plan of plans) {
    const key = [plan.bootable.image, plan.device, plan.file].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), plan]);
  }
  return [...groups.values()];
}

/**
 * Boots plans of one image, and tells of each. After a guest that hung the next boot goes on behind
 * the trace that was under way. Plans that are left after a signal are not told of.
 */
export async function bootAll(plans: readonly Plan[], booting: Booting): Promise<void> {
  for (const group of grouped(plans)) await bootGroup(group, booting);
}

async function bootGroup(plans: readonly Plan[], booting: Booting): Promise<void> {
  let [rest, vain] = [plans, 0];
  while (rest.length > 0 && vain < MOST_IN_VAIN && !booting.signal.aborted) {
    const done = await bootOnce(rest.slice(0, booting.most), booting);
    vain = done === 0 ? vain + 1 : 0;
    rest = rest.slice(done);
  }
  if (booting.signal.aborted) return;
  for (const plan of rest) {
    await booting.hears({ plan, fate: 'hung', why: 'the guest did not boot', digest: [] });
  }
}

/** Boots once, and returns how many of the plans are over. */
async function bootOnce(plans: readonly Plan[], booting: Booting): Promise<number> {
  const { kernels, quiet, runs } = booting;
  const folder = join(booting.folder, BOOT);
  // It is there if an earlier boot was killed.
  emptyOf(folder);
  try {
    await writeFolder(
      folder,
      () => kernels,
      (...made) => batchTexts(plans, ...made),
    );
    const booted = await bootFolder(folder, quiet * (plans.length + 2), runs, quiet);
    if (booted.boot === 'failed') {
      throw new Complaint('boot.sh failed', undefined, { possible: booted.output.split('\n') });
    }
    const isHung = booted.boot === 'hung';
    const console = existsSync(booted.console) ? readFileSync(booted.console, 'utf8') : '';
    const isOver = booting.signal.aborted;
    if (isHung && !isOver) booting.hung?.(console);
    const begun = !isHung ? undefined : isOver ? [] : begunIn(console);
    return await judgeAll(plans, folder, begun, booting);
  } finally {
    emptyOf(folder);
  }
}

/**
 * Judges the logs that a boot has left, in their order. `begun` is given if the guest hung. Returns
 * how many traces are over.
 */
async function judgeAll(
  plans: readonly Plan[],
  folder: string,
  begun: readonly number[] | undefined,
  { judges, hears }: Booting,
): Promise<number> {
  for (const [i, plan] of plans.entries()) {
    const log = join(folder, `${programName(i)}.log`);
    if (existsSync(log)) {
      await hears(await judges(plan, log), log);
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
