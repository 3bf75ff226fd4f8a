/** youngcheck cost: what systems cost on workloads, and what they get wrong there. */
import { readWhole as readLog } from '../checker/conform/conform.ts';
import { MAX_LINE } from '../checker/conform/ftrace/index.ts';
import { costJson } from '../checker/cost/cost-json.ts';
import { costText } from '../checker/cost/cost-text.ts';
import { logAccesses } from '../checker/cost/log-accesses.ts';
import { DEFAULT_PRICES, PRICES, PRICE_NAMES } from '../checker/cost/prices.ts';
import type { PriceName, Prices } from '../checker/cost/prices.ts';
import { AccessReader } from '../checker/cost/read-accesses.ts';
import { readWorkload } from '../checker/cost/read-workload.ts';
import type { Recorder } from '../checker/cost/recorded.ts';
import { recorded } from '../checker/cost/recorded.ts';
import type { Named } from '../checker/cost/result.ts';
import { costing } from '../checker/cost/result.ts';
import type { Plan } from '../checker/cost/run.ts';
import { refuseUnfit } from '../checker/cost/run.ts';
import type { Source } from '../checker/cost/turn.ts';
import { MOST_PAGES } from '../checker/cost/turn.ts';
import { PATTERNS, PATTERN_NAMES, parametersOf } from '../checker/cost/workloads.ts';
import { Interrupted } from '../checker/search/progress.ts';
import { Complaint, didYouMean, quote } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { COUNTS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, cannotBe, readArgs, readWhole } from './command.ts';
import { conduct } from './drive.ts';
import { LogInput } from './log-input.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import { readSeed } from './seed-option.ts';
import { SYSTEM_OPTIONS, nameOfInput, partNamed, readSystem } from './system-options.ts';

/** What each option is if it is not given. */
const USUAL = {
  pages: 1000,
  batch: 32,
  turns: 100_000,
  runs: 10,
  seed: 20190131,
} as const;

/** The turns of a pattern before the counting: a share of all, and the most for each page. */
const WARM_UP = { share: 0.1, perPage: 10 } as const;
const warmUpOf = (turns: number, pages: number): number =>
  Math.floor(Math.min(WARM_UP.share * turns, WARM_UP.perPage * pages));

const MOST = { turns: 1e9, runs: 1000, batch: MOST_PAGES } as const;

const parameters = (name: (typeof PATTERN_NAMES)[number]): string =>
  Object.entries(parametersOf(name))
    .map(([key, { otherwise }]) => `${key}=${otherwise}`)
    .join(',');
const patternLines = PATTERN_NAMES.map(
  (name) => `  ${name.padEnd(12)}${PATTERNS[name].told}\n${''.padEnd(14)}${parameters(name)}`,
);
const priceLines = PRICE_NAMES.map(
  (name) => `  ${name.padEnd(14)}${String(PRICES[name].otherwise).padEnd(5)}${PRICES[name].told}`,
);

const HELP = `youngcheck cost: what systems cost on workloads, side by side

usage: youngcheck cost [SYSTEM...] [OPTION...]

  SYSTEM            a preset, or a file as for --system; -: standard input; all
                    take the same accesses; without one it is what the options say
  --kernel TEXT     the parts that a SYSTEM does not name, in the words of a
  --driver TEXT     trace's setup block; the scope is that of the workload
  --hardware TEXT
  --system FILE     these lines in a file
  --folder DIR      a catalogue of your own: SYSTEM can be the name of a system in
                    DIR/systems (docs/own-catalogue.md)
  --workload NAME[:PARAMETER=VALUE,...]
                    a pattern of accesses, as below; may be repeated; default: all
  --accesses FILE   a file of accesses, a line for each: 'dev0: read 17',
                    'cpu0: write 3', 'pause 100'; -: standard input
  --log FILE        the accesses of a real log, as conform reads it
  --pages N         how many pages there are (k); default ${USUAL.pages}, or as many as the
                    file or the log names
  --memory M        how many frames there are for them (k); default: half as many
  --batch N         how many pages reclaim looks at before it asks whether it has
                    enough; default ${USUAL.batch}
  --scan-every N    reclaim also scans a batch after every N turns; default: never
  --turns N         the turns of a run, accesses and pauses (k, M); default 100k, or
                    as many as the file or the log has
  --warm-up N       so many turns at its begin are not counted; default: a tenth,
                    but at most 10 for each page, and 0 of a file or a log
  --runs N          how many runs, each with other random numbers; default ${USUAL.runs}
  --seed N          the same seed makes the same runs; default ${USUAL.seed}
  --price NAME=X    the price of one event, as below; may be repeated
${SEARCH_HELP}
  --json            print one JSON document

workloads, with what their parameters are if they are not given:
${patternLines.join('\n')}

prices, in units of each other:
${priceLines.join('\n')}

Each page is the model of one page. Reclaim looks at pages in the order of the
LRU lists, and PG_referenced and PG_active decide which page it evicts. Rates are
per thousand accesses, with intervals of 95 %. Systems are compared run by run, as
all of them take the same accesses. docs/cost.md tells what is left out. Ctrl-C
prints what was counted so far.

exit status: 0 all was run, 2 bad input, 3 interrupted
`;

const { scope: _, ...PARTS } = SYSTEM_OPTIONS;
const OPTIONS = {
  ...PARTS,
  workload: { type: 'string', multiple: true },
  accesses: { type: 'string' },
  log: { type: 'string' },
  pages: { type: 'string' },
  memory: { type: 'string' },
  batch: { type: 'string' },
  'scan-every': { type: 'string' },
  turns: { type: 'string' },
  'warm-up': { type: 'string' },
  runs: { type: 'string' },
  seed: { type: 'string' },
  price: { type: 'string', multiple: true },
  ...SEARCH_OPTIONS,
  json: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof readCostArgs>['values'];
const readCostArgs = (args: readonly string[]) => readArgs('cost', args, OPTIONS);

const HINT = 'youngcheck cost --help';

/** Standard input can be read once. */
function refuseTwice(positionals: readonly string[], { accesses, log, system }: Values): void {
  const readers = [...positionals, accesses, log, system].filter((file) => file === '-');
  if (readers.length < 2) return;
  throw new Complaint('standard input cannot be two of the inputs', undefined, { hint: HINT });
}

/** The systems, each under the name by which it was given. */
function readSystems(positionals: readonly string[], values: Values): Named[] {
  // Whether a system fits the scope of a workload is told by refuseUnfit().
  const inSteps = { ...values, scope: 'granularity=fine' };
  if (positionals.length === 0) {
    const system = readSystem(inSteps);
    const { driver = 'driver' } = system.names;
    return [{ name: driver, system }];
  }
  return positionals.map((name) => {
    const part = partNamed(name);
    if (part === 'scope') {
      const hint = 'youngcheck list kernel driver hardware';
      throw new Complaint(`${quote(name)} is a scope, and a workload has its own`, undefined, {
        hint,
      });
    }
    if (part !== undefined && values[part] !== undefined) {
      const message = `--${part} would replace the ${part} ${quote(name)} that is compared`;
      throw new Complaint(message, undefined, { hint: HINT });
    }
    return { name, system: readSystem(inSteps, name) };
  });
}

/** Reads a number that counts from 0. */
function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^0+$/.test(text) ? 0 : readWhole(option, text, COUNTS, MOST.turns);
}

function readPrices(given: readonly string[]): Prices {
  const prices: Record<PriceName, number> = { ...DEFAULT_PRICES };
  const told = new Set<string>();
  for (const source of given) {
    const at = (column: number) => ({ file: '--price', line: 1, column, source });
    const [, written, value] = /^([^=]*)=(.*)$/s.exec(source) ?? [];
    if (written === undefined) {
      throw new Complaint(`${quote(source)} is not NAME=VALUE`, at(1), { possible: PRICE_NAMES });
    }
    const name = PRICE_NAMES.find((one) => one === written);
    if (name === undefined) {
      const guess = didYouMean(written, PRICE_NAMES);
      throw new Complaint(`unknown price ${quote(written)}${guess}`, at(1), {
        hint: HINT,
        possible: PRICE_NAMES,
      });
    }
    if (told.has(name)) throw new Complaint(`${name} is given twice`, at(1), { hint: HINT });
    told.add(name);
    if (!/^\d{1,9}(\.\d{1,9})?$/.test(value)) {
      throw new Complaint(`${name} cannot be ${quote(value)}`, at(name.length + 2), {
        possible: ['a number from 0 on'],
      });
    }
    prices[name] = Number(value);
  }
  return prices;
}

/** Passes the lines of a file on, as they come. */
async function eachLine(
  input: LogInput,
  file: string,
  take: (line: string) => void,
): Promise<void> {
  let line = 1;
  const decoder = new TextDecoder();
  let carry = '';
  for await (const chunk of input) {
    const lines = (carry + decoder.decode(chunk, { stream: true })).split('\n');
    carry = lines.pop()!;
    for (const each of lines) take(each.replace(/\r$/, ''));
    line += lines.length;
    if (carry.length > MAX_LINE) throw new Complaint(`${file}:${line}: a line of more than 64 KiB`);
  }
  if (carry !== '') take(carry);
}

/** What was recorded in a file, with as many pages as it names. */
interface Recorded {
  readonly source: Source;
  readonly pages: number;
}

function recordedIn(text: string, file: string, recorder: Recorder, pages?: number): Recorded {
  if (recorder.pages === 0) {
    throw new Complaint(`${file}: no access is in it`, undefined, { hint: HINT });
  }
  if (pages !== undefined && recorder.pages > pages) {
    const message = `${file}: it names ${recorder.pages} pages, and --pages says ${pages}`;
    throw new Complaint(message, undefined, { hint: HINT });
  }
  return { source: recorded(text, recorder.turns), pages: pages ?? recorder.pages };
}

async function readAccesses(file: string, pages?: number): Promise<Recorded> {
  const input = new LogInput(file);
  const reader = new AccessReader(nameOfInput(file), pages);
  await eachLine(input, nameOfInput(file), (line) => reader.read(line));
  if (input.stopped) throw new Interrupted();
  return recordedIn(`accesses ${nameOfInput(file)}`, nameOfInput(file), reader.recorder, pages);
}

async function readLogged(file: string, pages?: number): Promise<Recorded> {
  const input = new LogInput(file);
  const { log } = await readLog(input, file);
  if (input.stopped) throw new Interrupted();
  return recordedIn(`log ${nameOfInput(file)}`, nameOfInput(file), logAccesses(log), pages);
}

/** The sources that the options name, or all patterns. */
async function readSources(values: Values, pages: number | undefined): Promise<Recorded[]> {
  const { workload, accesses, log } = values;
  const isNone = workload === undefined && accesses === undefined && log === undefined;
  const patterns = workload ?? (isNone ? PATTERN_NAMES : []);
  const count = pages ?? USUAL.pages;
  return [
    ...patterns.map((text) => ({ source: readWorkload(text, count), pages: count })),
    ...(accesses === undefined ? [] : [await readAccesses(accesses, pages)]),
    ...(log === undefined ? [] : [await readLogged(log, pages)]),
  ];
}

/** Reads what does not depend on the workload, and makes the plan of each. */
function plansOf(values: Values, sources: readonly Recorded[]): Plan[] {
  const asked = readWhole('--turns', values.turns, COUNTS, MOST.turns);
  const warm = readCount('--warm-up', values['warm-up']);
  const memory = readWhole('--memory', values.memory, COUNTS, MOST_PAGES);
  const common = {
    batch: readWhole('--batch', values.batch, COUNTS, MOST.batch) ?? USUAL.batch,
    scanEvery: readCount('--scan-every', values['scan-every']) ?? 0,
  };
  const runs = readWhole('--runs', values.runs, COUNTS, MOST.runs) ?? USUAL.runs;
  const seed = readSeed(values.seed) ?? USUAL.seed;
  return sources.map(({ source, pages }) => {
    const { length = Infinity } = source;
    const turns = Math.min(asked ?? (source.length === undefined ? USUAL.turns : length), length);
    const warmUp = warm ?? (source.length === undefined ? warmUpOf(turns, pages) : 0);
    if (warmUp >= turns) {
      const possible = `fewer than the ${turns} turns of ${source.text}`;
      throw cannotBe('--warm-up', values['warm-up'] ?? String(warmUp), possible);
    }
    const room = { pages, memory: memory ?? Math.max(1, Math.floor(pages / 2)), ...common };
    return { source, room, turns, warmUp, runs, seed };
  });
}

export const cost: Command = {
  name: 'cost',
  summary: 'what systems cost on workloads, and what they get wrong there, side by side',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readCostArgs(args);
    refuseTwice(positionals, values);
    useSearchOptions(values);
    const prices = readPrices(values.price ?? []);
    const named = readSystems(positionals, values);
    const pages = readWhole('--pages', values.pages, COUNTS, MOST_PAGES);
    const plans = plansOf(values, await readSources(values, pages));
    for (const { name, system } of named) for (const plan of plans) refuseUnfit(name, system, plan);
    const { value: result } = await conduct(costing(named, plans, prices), 'turns');
    print(values.json ? documentText(costJson(result)) : costText(result));
    tellShortage();
    return result.isCut ? STATUS.unfinished : STATUS.holds;
  },
};
