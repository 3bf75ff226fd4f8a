/** youngcheck reproduce --sweep: random traces on a real kernel, many in one boot. */
import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import { checkNewFolder } from '../checker/files/new-folder.ts';
import { writeFolder } from '../checker/reproduce/folder.ts';
import { fetchKernel } from '../checker/reproduce/images.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import { judge } from '../checker/reproduce/judged.ts';
import type { Image } from '../checker/reproduce/kernels.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { Programs } from '../checker/reproduce/run-command.ts';
import { drawing } from '../checker/reproduce/sweep/draw.ts';
import type { Sweep } from '../checker/reproduce/sweep/record.ts';
import {
  SWEEP_FILE,
  readSweep,
  relativeTo,
  sweepText,
  tallyOf,
} from '../checker/reproduce/sweep/record.ts';
import { sweepOn } from '../checker/reproduce/sweep/sweep.ts';
import { sweepTable } from '../checker/reproduce/sweep/sweep-text.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { COUNTS, SECONDS } from './check.ts';
import { STATUS, readNumber, readWhole, refuseArguments } from './command.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print, tell } from './output.ts';
import { Meter, tallyShown } from './progress.ts';
import type { KernelValues } from './reproduce-kernel.ts';
import { givenKernel, imageGiven, imageNamed, refuseMissing } from './reproduce-kernel.ts';
import { readSeed } from './seed-option.ts';

/** Seconds after which a guest is ended that has told nothing. */
export const SWEEP_QUIET = 120;

/** The most traces of a sweep. A day and a night boot some thousands. */
const MOST = 10_000;

interface Values extends KernelValues {
  readonly sweep?: string | undefined;
  readonly seed?: string | undefined;
  readonly out?: string | undefined;
  readonly run?: boolean | undefined;
  readonly 'time-limit'?: string | undefined;
  readonly json?: boolean | undefined;
}

/** What a sweep is asked for. What is left out comes from its folder, if that is there. */
interface Asked {
  readonly count: number;
  readonly seed: number | undefined;
  readonly image: Image | undefined;
  readonly given: Kernels | undefined;
}

function readAsked(values: Values): Asked {
  const given = givenKernel(values);
  return {
    count: readWhole('--sweep', values.sweep, COUNTS, MOST)!,
    seed: readSeed(values.seed),
    image: given === undefined ? imageNamed(values.image) : imageGiven(given),
    given,
  };
}

/** The sweep of a folder, with what is asked for now. Complains if that is another one. */
function goneOn(sweep: Sweep, { count, seed, image, given }: Asked, out: string): Sweep {
  const differs = (what: string, own: number | string, asked: number | string): Complaint =>
    new Complaint(`${out} is a sweep of ${what} ${own}, and not ${asked}`, undefined, {
      hint: 'name another folder by --out, which is not there yet',
    });
  if (seed !== undefined && seed !== sweep.seed) throw differs('seed', sweep.seed, seed);
  if (image !== undefined && image !== sweep.image) throw differs('kernel', sweep.image, image);
  const { version } = sweep.kernels;
  if (given !== undefined && given.version !== version) {
    throw differs('kernel', version, given.version);
  }
  if (count < sweep.count) {
    throw new Complaint(`${out} is a sweep of ${sweep.count} traces: --sweep takes no fewer`);
  }
  return { ...sweep, count };
}

/** Makes the folder of a new sweep, with the kernel in it. */
async function begun(asked: Asked, out: string, programs: Programs): Promise<Sweep> {
  const { count, given, image = '6.1', seed = randomInt(2 ** 31) } = asked;
  const sweepWith = (kernels: Kernels): Sweep => ({ count, seed, image, kernels, traces: [] });
  await writeFolder(
    out,
    (folder) => given ?? fetchKernel(image, folder, programs),
    (kernels, folder) => new Map([[SWEEP_FILE, sweepText(sweepWith(relativeTo(folder, kernels)))]]),
  );
  return readSweep(out)!;
}

/** The status of a sweep. What differs comes before what is not judged. */
export function statusOf(sweep: Sweep): number {
  const { parted, notUnderstood, hung, left } = tallyOf(sweep.traces, sweep.count);
  if (parted > 0) return STATUS.violated;
  if (notUnderstood > 0) return STATUS.unexplained;
  return hung + left > 0 ? STATUS.unfinished : STATUS.holds;
}

/** The plans of a sweep, or fewer if an interrupt comes. */
async function plansOf(sweep: Sweep): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const plan of drawing(sweep)) {
    if (await interruptOfProcess().look()) break;
    plans.push(plan);
  }
  return plans;
}

/** Boots what is left of a sweep, and shows how far it has come. */
async function boot(sweep: Sweep, out: string, quiet: number, programs: Programs): Promise<Sweep> {
  const plans = await plansOf(sweep);
  if (plans.length < sweep.count) return sweep;
  const meter = new Meter();
  const told = ({ traces, count }: Sweep): void =>
    meter.show(tallyShown('traces', [traces.length, count], meter.seconds, undefined));
  told(sweep);
  try {
    return await sweepOn(resolve(out), sweep, plans, {
      quiet,
      runs: programs,
      signal: interruptOfProcess().signal,
      judges: judge,
      told,
    });
  } finally {
    meter.end();
  }
}

/** Draws traces, boots them, and tells what became of them. Returns the exit status. */
export async function sweepRun(values: Values, positionals: readonly string[]): Promise<number> {
  const { out, json = false } = values;
  if (out === undefined) throw new Complaint('reproduce --sweep needs --out DIR, its folder');
  if (values.run) throw new Complaint('--sweep boots without --run: leave it out');
  const asked = readAsked(values);
  refuseArguments('reproduce --sweep', positionals, {});
  const quiet = Math.ceil(readNumber('--time-limit', values['time-limit'], SECONDS) ?? SWEEP_QUIET);
  const earlier = readSweep(out);
  const known = earlier && goneOn(earlier, asked, out);
  if (known === undefined) checkNewFolder(out);
  refuseMissing(known?.kernels ?? asked.given, true);
  const interrupt = interruptOfProcess();
  const programs = new Programs(interrupt.signal);
  try {
    const sweep = await boot(known ?? (await begun(asked, out, programs)), out, quiet, programs);
    print(json ? sweepText(sweep) : sweepTable(sweep, out));
    return statusOf(sweep);
  } catch (error) {
    // What apt-get says of a signal is no fault of the input.
    if (!interrupt.came || !(error instanceof Complaint)) throw error;
    tell(`unfinished, interrupted: ${join(out, SWEEP_FILE)} has no trace yet\n`);
    return STATUS.unfinished;
  }
}
