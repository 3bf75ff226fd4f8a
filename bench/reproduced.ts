/**
 * `npm run long:reproduced [FOLDER [NAME...]]` makes every trace of the catalogue happen that can
 * be driven, and writes docs/reproduced.md and suites/reproduced.log. FOLDER keeps the kernels of
 * Debian, which are fetched once, the logs, and their judgement as far as it has come: a run that
 * was stopped goes on. Where traces are named, they alone are made to happen, even once more.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { bootAll, grouped } from '../checker/reproduce/batch.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import { fetchKernel } from '../checker/reproduce/images.ts';
import { judge } from '../checker/reproduce/judged.ts';
import type { Image } from '../checker/reproduce/kernels.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { planOf } from '../checker/reproduce/plan.ts';
import type { Recorded } from './reproduced-page.ts';
import { digestText, recordOf, reproducedPage } from './reproduced-page.ts';
import { Programs } from '../checker/reproduce/run-command.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';

const CATALOGUE = 'counterexamples';
/** Seconds after which a guest is ended that has told nothing, on a busy machine. */
const QUIET = 180;
/** The most traces of one boot. */
const MOST = 12;

const [named = 'reports/reproduced', ...again] = process.argv.slice(2);
const folder = resolve(named);
mkdirSync(folder, { recursive: true });
const { signal } = new AbortController();
const programs = new Programs(signal);

/** The kernel of an image, which is fetched where it is not there yet. */
async function kernelsOf(image: Image): Promise<Kernels> {
  const file = join(folder, `${image}.json`);
  if (!existsSync(file)) {
    const own = join(folder, image);
    mkdirSync(own);
    writeFileSync(file, JSON.stringify(await fetchKernel(image, own, programs)));
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Kernels;
}

/** The plan of a trace, or why there is none. */
function plannedOf(name: string): Plan | string {
  const file = join(CATALOGUE, `${name}.trace`);
  try {
    return planOf(replay(parseTrace(readFileSync(file, 'utf8'), file)));
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return [error.message, error.advice.possible?.[0] ?? []].flat().join(': ');
  }
}

const names = readdirSync(CATALOGUE)
  .filter((file) => file.endsWith('.trace'))
  .map((file) => file.replace('.trace', ''))
  .toSorted();

const ledger = join(folder, 'judged.json');
const records: Record<string, Recorded> = existsSync(ledger)
  ? (JSON.parse(readFileSync(ledger, 'utf8')) as Record<string, Recorded>)
  : {};

/** Whether a trace is to be booted: none has judged it, or it is named. */
function isDue(name: string): boolean {
  const fate = records[name]?.fate;
  return again.length > 0 ? again.includes(name) : fate === undefined || fate === 'hung';
}

const plans: Plan[] = [];
for (const name of names) {
  const plan = plannedOf(name);
  if (typeof plan === 'string') records[name] = { name, why: plan };
  else if (isDue(name)) plans.push(plan);
}

let hung = 0;
for (const group of grouped(plans)) {
  const kernels = await kernelsOf(group[0].bootable.image);
  await bootAll(group, {
    kernels,
    quiet: QUIET,
    most: MOST,
    runs: programs,
    signal,
    judges: judge,
    folder,
    hung: (text) => writeFileSync(join(folder, `console-${++hung}`), text),
    hears(judged, log) {
      const record = recordOf(judged, kernels);
      records[record.name] = record;
      writeFileSync(ledger, JSON.stringify(records, null, 1));
      if (log !== undefined) copyFileSync(log, join(folder, `${record.name}.log`));
      console.log(`${kernels.version} ${record.name}: ${record.fate} ${record.why ?? ''}`);
    },
  });
}

const all = names.map((name) => records[name]);
writeFileSync('docs/reproduced.md', reproducedPage(all));
writeFileSync('suites/reproduced.log', digestText(all));
