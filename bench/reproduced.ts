/**
 * `npm run long:reproduced [FOLDER [NAME...]]` makes every trace of the catalogue happen that can
 * be driven, and the shortest trace of every violated line of VERDICTS. It writes
 * docs/reproduced.md and suites/reproduced.log. FOLDER keeps the kernels of Debian, which are
 * fetched once, the logs, and the judgements as far as they have come: a run that was stopped goes
 * on. Where traces of the catalogue are named, or runs of lines by their numbers in FOLDER, they
 * alone are made to happen, even once more.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { bootAll, grouped } from '../checker/reproduce/batch.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import { fetchKernel } from '../checker/reproduce/images.ts';
import type { Judged } from '../checker/reproduce/judged.ts';
import { judge } from '../checker/reproduce/judged.ts';
import type { Image } from '../checker/reproduce/kernels.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { Programs } from '../checker/reproduce/run-command.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';
import { cellsDigest, cellsSection } from './reproduced-cells.ts';
import type { Recorded } from './reproduced-page.ts';
import { digestText, recordOf, reproducedPage } from './reproduced-page.ts';
import { plannedOf, runsOf, violatedCells } from './violated-cells.ts';

const CATALOGUE = 'counterexamples';
/** Seconds after which a guest is ended that has told nothing, on a busy machine. */
const QUIET = 180;
/** The most traces of one boot. */
const MOST = 40;

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

/** A file of judgements by name. */
class Ledger {
  readonly records: Record<string, Recorded>;
  private readonly file: string;

  constructor(name: string) {
    this.file = join(folder, name);
    this.records = existsSync(this.file)
      ? (JSON.parse(readFileSync(this.file, 'utf8')) as Record<string, Recorded>)
      : {};
  }

  set(record: Recorded): void {
    this.records[record.name] = record;
    writeFileSync(this.file, JSON.stringify(this.records, null, 1));
  }
}

/** The owner of a plan: what its judgement is kept by, and what its log is held against. */
interface Owner {
  readonly name: string;
  readonly ledger: Ledger;
  readonly judgedBy: readonly Plan[];
}

const [catalogue, lines] = [new Ledger('judged.json'), new Ledger('cells.json')];
const owners = new Map<Plan, Owner>();

/** Adds a plan to what is booted, if it is due: nobody has judged it, or it is named. */
function add(owner: Owner): void {
  const { name, ledger, judgedBy } = owner;
  const fate = ledger.records[name]?.fate;
  const isDue = again.length > 0 ? again.includes(name) : fate === undefined || fate === 'hung';
  if (isDue) owners.set(judgedBy[0], owner);
}

const names = readdirSync(CATALOGUE)
  .filter((file) => file.endsWith('.trace'))
  .map((file) => file.replace('.trace', ''))
  .toSorted();
for (const name of names) {
  const file = join(CATALOGUE, `${name}.trace`);
  const plan = plannedOf(replay(parseTrace(readFileSync(file, 'utf8'), file)));
  if (typeof plan === 'string') catalogue.records[name] = { name, why: plan };
  else add({ name, ledger: catalogue, judgedBy: [plan] });
}
const { runs, undriven } = runsOf(violatedCells());
for (const { id, plans } of runs) add({ name: id, ledger: lines, judgedBy: plans });

/** Holds a log against each trace that it has to show. The first that it does not show counts. */
async function judgeAll(booted: Plan, log: string): Promise<Judged> {
  const all: Judged[] = [];
  for (const plan of owners.get(booted)!.judgedBy) all.push(await judge(plan, log));
  const other = all.find(({ fate }) => fate !== 'agreed');
  return { ...(other ?? all[0]), plan: booted };
}

let hung = 0;
for (const group of grouped([...owners.keys()])) {
  const kernels = await kernelsOf(group[0].bootable.image);
  await bootAll(group, {
    kernels,
    quiet: QUIET,
    most: MOST,
    runs: programs,
    signal,
    judges: judgeAll,
    folder,
    hung: (text) => writeFileSync(join(folder, `console-${++hung}`), text),
    hears(judged, log) {
      const { name, ledger } = owners.get(judged.plan)!;
      const record = { ...recordOf(judged, kernels), name };
      ledger.set(record);
      const kept = join(folder, `${name}.log`);
      rmSync(kept, { force: true });
      if (log !== undefined && record.fate !== 'agreed') copyFileSync(log, kept);
      console.log(`${kernels.version} ${name}: ${record.fate} ${record.why ?? ''}`);
    },
  });
}

const all = names.map((name) => catalogue.records[name]);
const shown = runs.map(({ id, cells }) => ({ cells, record: lines.records[id] }));
writeFileSync('docs/reproduced.md', reproducedPage(all) + cellsSection(shown, undriven));
writeFileSync('suites/reproduced.log', digestText(all) + cellsDigest(shown));
