/** youngcheck explore: random runs of a system that no exhaustive search finishes. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Complaint } from '../checker/trace/complaint.ts';
import type { Exploration } from '../checker/explore/conclude.ts';
import type { Coverage } from '../checker/explore/counted.ts';
import { coverageLines, covering } from '../checker/explore/coverage.ts';
import { concluding } from '../checker/explore/conclude.ts';
import { explorationJson } from '../checker/explore/exploration-json.ts';
import type { Control, RunsSoFar } from '../checker/explore/random-search.ts';
import { run as runSearch } from '../checker/explore/random-search.ts';
import { savedBeginnings } from '../checker/explore/learning.ts';
import type { SavedTrace } from '../checker/explore/saved.ts';
import { EXAMPLES, readSaved, saveTrace, savedFailures } from '../checker/explore/saved.ts';
import type { Settings } from '../checker/explore/settings.ts';
import type { Shard } from '../checker/explore/settings.ts';
import {
  DEFAULT_LENGTH,
  DEFAULT_RUNS,
  EPOCH_EVENTS,
  LEARNING_BIAS,
  LEARNING_LENGTH,
  settingsOf,
} from '../checker/explore/settings.ts';
import { MOST, explorationText } from '../checker/explore/exploration-text.ts';
import { ORDER } from '../checker/judge/catalogue/readme.ts';
import type { Bias } from '../properties/generators/index.ts';
import { DEFAULT_BIAS, readBeginnings } from '../properties/generators/index.ts';
import { eventsOf, operationsOf } from '../model/events.ts';
import type { System } from '../model/system.ts';
import { propertiesFor } from '../properties/index.ts';
import { forSeconds, graced, limited } from '../checker/search/progress.ts';
import { printable } from '../checker/trace/printable.ts';
import { documentText } from '../checker/trace/document.ts';
import { refuseMany } from '../checker/trace/numbers.ts';
import { COUNTS, SECONDS, propertiesAsked } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, cannotBe, readArgs, readNumber, readWhole, refuseArguments } from './command.ts';
import { conduct } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print, tell } from './output.ts';
import type { Shown } from './progress.ts';
import { Meter } from './progress.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { readSeed } from './seed-option.ts';
import { readShard } from './shard-option.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, readSystem } from './system-options.ts';

/** Seconds that shrinking and measuring may take at least, even with a shorter time limit. */
const LEAST_TO_CONCLUDE = 10;
/** Seconds that are left for shrinking when the command is interrupted. */
const LAST = 0.5;

const HELP = `youngcheck explore: random runs, where an exhaustive search does not finish

usage: youngcheck explore [OPTION...]

${SYSTEM_HELP}
  --property NAME   what to look at; may be repeated; default: all that make
                    sense in the system
  --runs N          how many runs (k, M, G); default ${DEFAULT_RUNS}
  --length N        events a run, up to 65536; default ${DEFAULT_LENGTH};
                    with --learn ${LEARNING_LENGTH}
  --seed N          the same seed makes the same runs; default: a random one
  --run N           only run N of the seed
  --bias PAIRS      what runs prefer, as name=chance pairs:
                    ${Object.entries(DEFAULT_BIAS)
                      .map(([name, chance]) => `${name}=${chance}`)
                      .join(' ')
                      .replace(/(.{40}\S*) /, '$1\n                    ')}
  --learn           go on from states that few runs have reached, in epochs of
                    ${EPOCH_EVENTS.toLocaleString('en')} events, and vary the bias: for what is rare
  --beginnings LIST how runs may begin, as --learn prints it
  --time-limit S    make no more runs after S seconds (s, m, h), and shrink and
                    measure for as long at most, or for ${LEAST_TO_CONCLUDE} s
  --jobs N          threads; default: one a processor; the result is the same
  --shard k/n       only part k of n of the runs (docs/many-machines.md)
  --shards n        the same; k comes from JOB_COMPLETION_INDEX (from 0, a
                    Kubernetes Indexed Job), CI_NODE_INDEX (from 1) or
                    SLURM_ARRAY_TASK_ID (a Slurm array of n tasks)
  --examples DIR    traces that are tried first, and where --save puts new ones;
                    default: ${EXAMPLES}
  --save            save the trace of each failure
  --coverage        what the runs covered: events, steps, rules, states
  --coverage-lines  only that, one JSON object a line
${SEARCH_HELP}
  --json            print one JSON document

Ctrl-C or SIGTERM ends the runs. What was found by then is shrunk for half a
second more at most, and printed with the command that finds and shrinks it
again. A failure is shrunk to a minimal trace, and the exhaustive
search says whether that is the shortest in its scope. That nothing was found is
no proof. How likely such runs are to find a violation is measured, and printed.

exit status: 0 nothing found, 1 some violated, 2 bad input, 3 stopped early,
4 vacuous (where several apply: 1 before 3 before 4)
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  ...SEARCH_OPTIONS,
  property: { type: 'string', multiple: true },
  runs: { type: 'string' },
  length: { type: 'string' },
  seed: { type: 'string' },
  run: { type: 'string' },
  bias: { type: 'string' },
  learn: { type: 'boolean' },
  beginnings: { type: 'string' },
  'time-limit': { type: 'string' },
  jobs: { type: 'string' },
  shard: { type: 'string' },
  shards: { type: 'string' },
  examples: { type: 'string' },
  save: { type: 'boolean' },
  coverage: { type: 'boolean' },
  'coverage-lines': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

type Values = {
  readonly [O in Exclude<keyof typeof OPTIONS, 'property'>]?: string | boolean | undefined;
};
const textOf = (values: Values, option: keyof Values): string | undefined =>
  values[option] as string | undefined;

const MAX_RUNS = 1e12;
const MAX_LENGTH = 65536;
/** More than the processors of any machine. */
const MAX_JOBS = 1024;

/** Reads a whole number within bounds, with an optional unit. */
const wholeOf = (values: Values, name: keyof Values, most: number): number | undefined =>
  readWhole(`--${name}`, textOf(values, name), COUNTS, most);

/** Reads a number that counts from 0. */
function readIndex(values: Values, name: keyof Values): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number >= 0 && Number.isSafeInteger(number)) return number;
  throw cannotBe(`--${name}`, text, `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}

const randomSeed = (): number => randomInt(2 ** 31);

function readBias(text: string | undefined, usual: Bias): Bias {
  const bias: Record<string, number> = { ...usual };
  for (const pair of (text ?? '').split(/[\s,]+/).filter((word) => word !== '')) {
    const [, name, value] = /^(\w+)=(\d*\.?\d+(?:e-\d+)?)$/.exec(pair) ?? [];
    if (name === undefined || !Object.hasOwn(DEFAULT_BIAS, name) || Number(value) > 1) {
      throw cannotBe('--bias', pair, ...Object.keys(DEFAULT_BIAS).map((n) => `${n}=0 to ${n}=1`));
    }
    bias[name] = Number(value);
  }
  return bias as unknown as Bias;
}

/** Reads beginnings, and complains if they are not of this system. */
function readRuns(text: string | undefined, system: System): string | undefined {
  const events = eventsOf(system, operationsOf(system)).length;
  if (text === undefined || readBeginnings(text, events) !== undefined) return text;
  throw cannotBe('--beginnings', text, 'what explore --learn has printed for this system');
}

/** What a search that learns cannot have: it needs all of its runs, one epoch after another. */
function refuseLearning(values: Values, shard: Shard): void {
  if (values.learn !== true) return;
  const unfit = shard.count > 1 ? '--shard' : values.run === undefined ? undefined : '--run';
  if (unfit === undefined) return;
  throw new Complaint(`--learn cannot be beside ${unfit}`, undefined, {
    hint: '--learn --json prints beginnings, which --beginnings takes for any part of the runs',
  });
}

function readSettings(values: Values, system: System, saved: readonly SavedTrace[]): Settings {
  const only = readIndex(values, 'run');
  const runs = wholeOf(values, 'runs', MAX_RUNS);
  if (only !== undefined && runs !== undefined) {
    throw cannotBe('--runs', textOf(values, 'runs')!, 'not beside --run, which is one run');
  }
  const shards = wholeOf(values, 'shards', 1e6);
  const shard = readShard(textOf(values, 'shard'), shards, process.env);
  refuseLearning(values, shard);
  const learn = values.learn === true;
  const given = readRuns(textOf(values, 'beginnings'), system);
  if (shard.count > 1 && values.seed === undefined) {
    throw new Complaint('a shard needs --seed, the same for all of them', undefined, {
      hint: `--seed ${randomSeed()}`,
    });
  }
  return settingsOf({
    seed: readSeed(textOf(values, 'seed')) ?? randomSeed(),
    first: only ?? 0,
    runs: only === undefined ? (runs ?? DEFAULT_RUNS) : 1,
    length: wholeOf(values, 'length', MAX_LENGTH) ?? (learn ? LEARNING_LENGTH : DEFAULT_LENGTH),
    bias: readBias(textOf(values, 'bias'), learn ? LEARNING_BIAS : DEFAULT_BIAS),
    beginnings: given ?? (learn ? savedBeginnings(system, saved) : ''),
    learn,
    shard,
  });
}

/** How far the runs have come. */
const runsShown = ({ counts, runs, seconds }: RunsSoFar): Shown => {
  const violated = counts.violating.filter((runsOf) => runsOf > 0).length;
  const rate = counts.events / seconds;
  return {
    line: () =>
      `${((100 * counts.runs) / runs).toFixed(0)} % of ${runs.toLocaleString('en')} runs, ` +
      `${(rate / 1e6).toFixed(1)} M events/s, ${violated} violated (Ctrl-C: stop and print)`,
    fields: () => ({
      what: 'runs',
      finished: counts.runs,
      all: runs,
      events: counts.events,
      eventsPerSecond: Math.round(rate),
      violated,
    }),
  };
};

/** Runs until done or interrupted, with progress. */
async function underControl<T>(
  control: Control,
  body: (control: Control) => Promise<T>,
): Promise<T> {
  const interrupt = interruptOfProcess();
  const meter = new Meter();
  const progress = (now: RunsSoFar) => meter.show(runsShown(now));
  const look = () => interrupt.look();
  return body({ ...control, stop: interrupt.signal, look, progress }).finally(() => meter.end());
}

/** The exit status for all findings: violated comes before unfinished, and that before vacuous. */
export function statusOf({ findings, explored, cutShort }: Exploration): number {
  const has = (name: string) => findings.some(({ verdict }) => verdict === name);
  if (has('violated')) return STATUS.violated;
  if (explored.stopped !== undefined || cutShort === true) return STATUS.unfinished;
  return has('vacuous') || findings.length === 0 ? STATUS.vacuous : STATUS.holds;
}

/** Saves the violations, and enters their files in `files` by the property's name. */
async function save(
  { findings }: Exploration,
  folder: string,
  files: Map<string, string>,
): Promise<void> {
  let some = false;
  for (const { failure } of findings) {
    if (failure === undefined) continue;
    const { property, system, run } = failure;
    if (run.length > MOST) {
      tell(`not saved, as its run was not shrunk: ${property.name}\n`);
      continue;
    }
    const { file, isNew } = await saveTrace(folder, system, run, property);
    tell(`${isNew ? 'saved' : 'saved before'}: ${printable(file)}\n`);
    files.set(property.name, file);
    some ||= isNew;
  }
  const order = join(folder, ORDER);
  if (!some || !existsSync(order)) return;
  const where = folder === EXAMPLES ? '' : ` --folder ${folder}`;
  const hint = `name it in ${order}, then youngcheck promote${where}`;
  tell(`hint: ${printable(hint)}\n`);
}

/** Counts what the runs covered, if an option asks for it. */
export const coverageAsked = async (
  exploration: Exploration,
  values: Values,
): Promise<Coverage | undefined> =>
  values.coverage === true || values['coverage-lines'] === true
    ? (await conduct(covering(exploration), 'runs followed')).value
    : undefined;

/** What is printed of a search in the end. */
export function explorationShown(
  exploration: Exploration,
  coverage: Coverage | undefined,
  values: Values,
  files?: ReadonlyMap<string, string>,
): string {
  if (values['coverage-lines'] === true) return coverageLines(coverage!);
  if (values.json === true) return documentText(explorationJson(exploration, coverage));
  return explorationText(exploration, { coverage, ...(files === undefined ? {} : { files }) });
}

export const explore: Command = {
  name: 'explore',
  summary: 'random runs where the exhaustive search does not finish; failures are shrunk',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('explore', args, OPTIONS);
    refuseArguments('explore', positionals, OPTIONS);
    const system = readSystem(values);
    refuseMany('a random run', system);
    const properties = propertiesAsked(values.property, system) ?? propertiesFor(system);
    const folder = values.examples ?? EXAMPLES;
    if (values.examples !== undefined && !values.save && !existsSync(folder)) {
      throw new Complaint(`${folder}: no such folder`);
    }
    useSearchOptions(values);
    const traces = readSaved(folder);
    const settings = readSettings(values, system, traces);
    const saved = savedFailures(system, properties, traces);
    const timeLimit = readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity;
    const jobs = wholeOf(values, 'jobs', MAX_JOBS) ?? availableParallelism();
    const explored = await underControl({ jobs, timeLimit }, (control) =>
      runSearch(system, properties, settings, control),
    );
    const conclusion = concluding(system, properties, settings, explored, saved);
    const { value: exploration } = await conduct(
      graced(limited(conclusion, Math.max(timeLimit, LEAST_TO_CONCLUDE)), forSeconds(LAST)),
      'properties shrunk or measured',
    );
    const coverage = await coverageAsked(exploration, values);
    const files = new Map<string, string>();
    try {
      if (values.save) await save(exploration, folder, files);
    } finally {
      // The findings are printed even if they cannot be saved.
      print(explorationShown(exploration, coverage, values, files));
      tellShortage();
    }
    return statusOf(exploration);
  },
};
