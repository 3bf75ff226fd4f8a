/** youngcheck check: the exhaustive search of one system. */
import { propertiesNamed } from '../checker/library/system-input.ts';
import type { Assessment } from '../checker/judge/assess.ts';
import { CHEAP, assessing } from '../checker/judge/assess.ts';
import type { Asked } from '../checker/judge/default-scopes.ts';
import {
  boundless,
  defaultScopes,
  defaultTraces,
  defaultsJson,
  defaultsText,
  isLast,
  splitAccepted,
} from '../checker/judge/default-scopes.ts';
import { resultJson, resultText, traceTexts } from '../checker/judge/result.ts';
import type { Result } from '../checker/search/check.ts';
import type { Threads } from '../checker/search/checking.ts';
import { Checking } from '../checker/search/checking.ts';
import type { Reduction } from '../checker/search/reductions.ts';
import { REDUCTIONS, REDUCTION_NAMES } from '../checker/search/reductions.ts';
import { threadsThatFit } from '../checker/search/machine-memory.ts';
import { limited } from '../checker/search/progress.ts';
import type { Limits } from '../checker/search/search.ts';
import { manyOf } from '../model/many.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { propertiesFor } from '../properties/index.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { systemOf } from '../checker/trace/setup.ts';
import { profileTexts } from '../checker/tell/profile-text.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readNumber, readWhole, refuseArguments } from './command.ts';
import { drive, driveThreads, quietly } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, useSearchOptions } from './search-options.ts';
import { SYSTEM_HELP, SYSTEM_OPTIONS, writtenSystem } from './system-options.ts';

const reductionLines = Object.entries(REDUCTIONS)
  .map(([name, does]) => `                    ${name}: ${does}`)
  .join('\n');

const HELP = `youngcheck check: search a system exhaustively, breadth first

usage: youngcheck check [OPTION...]

${SYSTEM_HELP}
  --property NAME   what to check; may be repeated; without the observer in
                    parentheses, for every observer in scope; default: all
                    properties that make sense in the system
  --json            print one JSON document
  --max-states N    stop after N states (k, M)
  --time-limit S    stop after S seconds (s, m, h)
${SEARCH_HELP}
  --profile         which events the states and the time of each search go to
  --no-reduction[=NAME]
                    search without a reduction; without a NAME, without any:
${reductionLines}
  --jobs N          threads of a search without any reduction; default: 1; the
                    result is the same, and millions of states take less time

Without a scope, check asks for every number of pages, CPUs and devices: with
atomic operations first, then with operations cut into steps that interleave.
Then no-missed-cpu-reference is printed apart: it tells what the kernel accepts,
whatever the driver does. It counts for the exit status if --property names it.

A violated property comes with its shortest trace: all shorter ones were
searched. A verdict says for which reductions a smaller search stands; each has
its argument in docs/reductions.md. Lines below the verdicts tell how long the
wrong answers about one page can go on, and how many ATC invalidations a look
sends. They are not computed beyond ${CHEAP.toLocaleString('en')} states or for 'many', and are left
out where a limit was reached. Ctrl-C prints what was found so far and how far
the search went. docs/glossary.md explains the words.

exit status: 0 all hold, 1 some violated, 2 bad input, 3 unfinished, or a
property holds up to a number of pages only, 4 vacuous (where several apply: 1
before 3 before 4)
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  property: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  profile: { type: 'boolean' },
  'max-states': { type: 'string' },
  'time-limit': { type: 'string' },
  ...SEARCH_OPTIONS,
  'no-reduction': { type: 'string', multiple: true },
  jobs: { type: 'string' },
} as const;

/** Memory that the threads of a search share grows with their number. */
const MAX_JOBS = 64;

export const COUNTS = { '': 1, k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
export const SECONDS = { '': 1, s: 1, m: 60, h: 3600 };

/** The properties that --property names. Undefined if it was not given. */
export function propertiesAsked(
  names: readonly string[] | undefined,
  system: System,
): Property[] | undefined {
  const asked = names?.flatMap((name) => {
    const place = { file: '--property', line: 1, column: 1, source: name };
    const comma = name.indexOf(',');
    if (comma >= 0) {
      const message = 'one property at a time: --property may be repeated';
      throw new Complaint(message, { ...place, column: comma + 1 });
    }
    return propertiesNamed(name, system, place);
  });
  return asked && [...new Set(asked)];
}

/** The reductions that are used. `--no-reduction` alone switches off all of them. */
function reductionsLeft(off: readonly string[]): ReadonlySet<Reduction> {
  const unknown = off.find(
    (name) => name !== EVERY && !REDUCTION_NAMES.includes(name as Reduction),
  );
  if (unknown !== undefined) {
    const place = { file: '--no-reduction', line: 1, column: 1, source: unknown };
    const message = `no reduction ${quote(unknown)}${didYouMean(unknown, REDUCTION_NAMES)}`;
    throw new Complaint(message, place, { possible: REDUCTION_NAMES });
  }
  const isOff = (name: Reduction) => off.includes(EVERY) || off.includes(name);
  return new Set(REDUCTION_NAMES.filter((name) => !isOff(name)));
}
const EVERY = 'every';

/** Spells out `--no-reduction` without a name, as node:util has no optional values. */
const withEvery = (args: readonly string[]): string[] =>
  args.map((arg) => (arg === '--no-reduction' ? `--no-reduction=${EVERY}` : arg));

/** The exit status for all verdicts: violated comes before unfinished, and that before vacuous. */
export function statusOf(verdicts: Result['verdicts']): number {
  const has = (name: string) => verdicts.some(({ verdict }) => verdict === name);
  if (has('violated')) return STATUS.violated;
  if (has('unfinished') || has('holds-up-to')) return STATUS.unfinished;
  return has('vacuous') || verdicts.length === 0 ? STATUS.vacuous : STATUS.holds;
}

/** Severity and cost, if the search was complete, and numbers of agents are asked for. */
async function assessmentOf(
  { system, search, searches, verdicts }: Result,
  { timeLimit = Infinity }: Limits,
): Promise<Assessment | undefined> {
  if (!search.complete || manyOf(system).length > 0) return undefined;
  // One page was searched for all. The graph of all has about a power of its states.
  const { pages } = system.scope;
  const reduced = searches?.some(({ sizes }) => sizes.pages < pages) === true;
  const states = Math.max(...(searches ?? []).map((each) => each.states));
  const isFine = system.scope.granularity === 'fine';
  if (isFine && reduced && states ** pages > CHEAP) {
    return { severities: undefined, cost: undefined, over: CHEAP };
  }
  const left = Math.max(0, timeLimit - search.seconds);
  const work = limited(assessing(system, verdicts), left);
  const assessment = await quietly(work);
  const isLate = assessment.stopped === 'interrupted' && !interruptOfProcess().came;
  return isLate ? { ...assessment, stopped: 'time-limit' } : assessment;
}

interface Settings {
  readonly limits: Limits;
  readonly reductions: ReadonlySet<Reduction>;
  readonly json: boolean;
  readonly profile: boolean;
  readonly jobs: number;
}

/** How searches are made on several threads; undefined for one thread. */
async function threadsOf(jobs: number): Promise<Threads | undefined> {
  if (jobs === 1) return undefined;
  const { ParallelSearch } = await import('../checker/search/parallel/parallel-search.ts');
  return (system, properties, limits, kept) =>
    new ParallelSearch(system, properties, limits, jobs, kept);
}

async function checked(
  system: System,
  properties: readonly Property[],
  { limits, reductions, profile, jobs }: Settings,
): Promise<Result> {
  const checking = new Checking(system, properties, limits, reductions, await threadsOf(jobs));
  checking.profiles = profile;
  await (jobs === 1 ? drive(checking) : driveThreads(checking));
  return checking.result();
}

const write = (text: string): void => print(`${text.trimEnd()}\n`);

/** Checks in the scope that was asked for. */
async function checkScope(
  system: System,
  names: readonly string[] | undefined,
  settings: Settings,
): Promise<number> {
  const properties = propertiesAsked(names, system) ?? propertiesFor(system);
  const result = await checked(system, properties, settings);
  const assessment = await assessmentOf(result, settings.limits);
  write(
    settings.json
      ? documentText(resultJson(result, assessment))
      : [
          resultText(result, assessment),
          ...profileTexts(result),
          ...traceTexts(result, assessment),
        ].join('\n\n'),
  );
  return statusOf(result.verdicts);
}

/** Checks in the scopes that stand for a scope that is not given. Each is printed when known. */
async function checkDefaults(
  systems: readonly System[],
  names: readonly string[] | undefined,
  settings: Settings,
): Promise<number> {
  const asked: Asked[] = [];
  for (const system of systems) {
    const properties = propertiesAsked(names, system) ?? propertiesFor(system);
    const result = await checked(system, properties, settings);
    asked.push(splitAccepted(result, names !== undefined));
    if (!settings.json) write([defaultsText(asked), ...profileTexts(result)].join('\n\n'));
    if (isLast(result)) break;
  }
  if (settings.json) write(documentText(defaultsJson(asked)));
  else write(defaultTraces(asked));
  return statusOf(asked.flatMap(({ counted }) => counted));
}

export const check: Command = {
  name: 'check',
  summary: 'search a system exhaustively for shortest traces, or prove that there are none',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('check', withEvery(args), OPTIONS);
    refuseArguments('check', positionals, OPTIONS);
    useSearchOptions(values);
    const jobs = readWhole('--jobs', values.jobs, { '': 1 }, MAX_JOBS) ?? 1;
    if (jobs > 1 && values.profile === true) {
      throw new Complaint('--profile is made on one thread, without --jobs');
    }
    const written = writtenSystem(values);
    const settings: Settings = {
      limits: {
        maxStates: readNumber('--max-states', values['max-states'], COUNTS) ?? Infinity,
        timeLimit: readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity,
      },
      reductions: reductionsLeft(values['no-reduction'] ?? []),
      json: values.json === true,
      profile: values.profile === true,
      jobs: threadsThatFit(jobs),
    };
    if (written.scope !== undefined) {
      return checkScope(systemOf(written), values.property, settings);
    }
    return checkDefaults(defaultScopes(boundless(written)), values.property, settings);
  },
};
