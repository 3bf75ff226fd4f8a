/**
 * `npm run long:reproduced [FOLDER]` makes every trace of the catalogue happen that can be driven,
 * and writes docs/reproduced.md and suites/reproduced.log. FOLDER keeps Debian's kernels, which are
 * fetched once, and the logs' judgement as far as it has come: a run that was stopped goes on.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bootBatch } from './reproduced-batch.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import { fetchKernel } from '../checker/reproduce/images.ts';
import type { Judged } from '../checker/reproduce/judged.ts';
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
/** Seconds for a boot, and for each of its traces, on a busy machine. */
const SECONDS = { boot: 180, each: 45 };
/** The most traces of one boot. */
const MOST = 12;

const folder = resolve(process.argv[2] ?? 'reports/reproduced');
mkdirSync(folder, { recursive: true });
const programs = new Programs(new AbortController().signal);

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

const groups = new Map<string, Plan[]>();
for (const name of names) {
  const plan = plannedOf(name);
  if (typeof plan === 'string') {
    records[name] = { name, why: plan };
    continue;
  }
  if (records[name]?.fate !== undefined && records[name].fate !== 'hung') continue;
  const key = `${plan.bootable.image} ${plan.device} ${plan.file ? 'file' : ''}`;
  groups.set(key, [...(groups.get(key) ?? []), plan]);
}

for (const [key, plans] of groups) {
  const kernels = await kernelsOf(key.split(' ')[0] as Image);
  const hears = (judged: Judged): void => {
    const record = recordOf(judged, kernels);
    records[record.name] = record;
    writeFileSync(ledger, JSON.stringify(records, null, 1));
    console.log(`${kernels.version} ${record.name}: ${record.fate} ${record.why ?? ''}`);
  };
  for (let i = 0; i < plans.length; i += MOST) {
    await bootBatch(plans.slice(i, i + MOST), {
      kernels,
      seconds: SECONDS.boot,
      secondsEach: SECONDS.each,
      runs: programs,
      keep: folder,
      hears,
    });
  }
}

const all = names.map((name) => records[name]);
writeFileSync('docs/reproduced.md', reproducedPage(all));
writeFileSync('suites/reproduced.log', digestText(all));
