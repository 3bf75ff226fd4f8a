/** Boots random traces, and keeps what becomes of each: a sweep that was stopped goes on. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { emptyOf, fillFile } from '../../files/new-folder.ts';
import { writeFile } from '../../files/write.ts';
import { Complaint } from '../../trace/complaint.ts';
import { printTrace } from '../../trace/print.ts';
import type { Booting } from '../batch.ts';
import { bootAll } from '../batch.ts';
import type { Judged } from '../judged.ts';
import type { Plan } from '../plan.ts';
import type { Sweep, Swept } from './record.ts';
import { SWEEP_FILE, absoluteIn, sweepText, sweptOf } from './record.ts';

/** The most traces of one boot. A guest that hangs takes no more than the one under way with it. */
const MOST = 40;

/** What boots, and who is told how far it has come. */
export interface Sweeping extends Pick<Booting, 'quiet' | 'runs' | 'signal' | 'judges'> {
  readonly told: (sweep: Sweep) => void;
}

/** The name of a trace in the folder, without its ending. */
export const traceFile = (number: number): string => `trace-${String(number).padStart(4, '0')}`;

/** Complains if a folder has another trace of a number than this version draws. */
function checkSame({ traces, seed }: Sweep, plans: readonly Plan[], folder: string): void {
  for (const { number, trace } of traces) {
    if (plans[number - 1] !== undefined && printTrace(plans[number - 1].replay.trace) === trace) {
      continue;
    }
    const text = `${folder}: trace ${number} of seed ${seed} is another one in this version`;
    throw new Complaint(text, undefined, { hint: 'begin a new folder' });
  }
}

/** The first number of a console that is not there yet. */
const nextConsole = (folder: string): number =>
  readdirSync(folder).filter((name) => name.startsWith('console-')).length + 1;

/**
 * Boots the plans of a sweep that were not judged yet, and returns the sweep as it is then. Its
 * folder gets the log of each trace that did not agree, and the console of each guest that hung.
 */
export async function sweepOn(
  folder: string,
  sweep: Sweep,
  plans: readonly Plan[],
  { told, ...booting }: Sweeping,
): Promise<Sweep> {
  checkSame(sweep, plans, folder);
  const swept = new Map(sweep.traces.map((one) => [one.number, one]));
  const numbers = new Map(plans.map((plan, i) => [plan, i + 1]));
  const isDue = (plan: Plan): boolean => (swept.get(numbers.get(plan)!)?.fate ?? 'hung') === 'hung';
  const now = (): Sweep => ({ ...sweep, traces: sorted(swept.values()) });
  const hears = async (judged: Judged, log?: string): Promise<void> => {
    const number = numbers.get(judged.plan)!;
    const { why } = judged;
    // The log of the boot is gone soon. The line is that of the log that is kept.
    const said = why && log ? why.replaceAll(log, `${traceFile(number)}.log`) : why;
    const one = sweptOf(number, { ...judged, ...(said === undefined ? {} : { why: said }) });
    swept.set(number, one);
    keep(folder, one, log);
    const far = now();
    await writeFile(join(folder, SWEEP_FILE), sweepText(far));
    told(far);
  };
  let consoles = nextConsole(folder);
  const hung = (console: string): void => fillFile(join(folder, `console-${consoles++}`), console);
  const kernels = absoluteIn(folder, sweep.kernels);
  await bootAll(plans.filter(isDue), { ...booting, most: MOST, kernels, folder, hears, hung });
  return now();
}

const sorted = (traces: Iterable<Swept>): Swept[] =>
  [...traces].toSorted((a, b) => a.number - b.number);

/** Keeps the trace and the log of what did not agree, and nothing of what did. */
function keep(folder: string, { number, fate, trace }: Swept, log: string | undefined): void {
  const file = join(folder, traceFile(number));
  emptyOf(`${file}.log`);
  emptyOf(`${file}.trace`);
  if (fate === 'agreed') return;
  fillFile(`${file}.trace`, trace);
  if (log !== undefined) fillFile(`${file}.log`, readFileSync(log, 'utf8'));
}
