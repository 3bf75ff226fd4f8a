/** youngcheck synthesize: the cheapest sound policies, computed. */
import { availableParallelism } from 'node:os';
import { checkOut, writeFile } from '../checker/files/write.ts';
import { propertiesNamed } from '../checker/library/system-input.ts';
import { costSvg } from '../checker/page/cost-svg.ts';
import { synthesisPlot } from '../checker/page/synthesis-plot.ts';
import { threadsThatFit } from '../checker/search/machine-memory.ts';
import { alone, crewOf } from '../checker/synthesize/crew.ts';
import { spaceOfFile } from '../checker/synthesize/space-file.ts';
import { synthesisJson } from '../checker/synthesize/synthesis-json.ts';
import { isPartial, synthesisText, synthesisTraces } from '../checker/synthesize/synthesis-text.ts';
import type { Asked, Synthesis } from '../checker/synthesize/synthesis.ts';
import { VARY, synthesize as compute } from '../checker/synthesize/synthesis.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { printable } from '../checker/trace/printable.ts';
import { parsePart, parseSystem, systemOf } from '../checker/trace/setup.ts';
import type { WrittenParts } from '../checker/trace/setup.ts';
import { parseSystemFile } from '../checker/trace/read-setup.ts';
import type { Scope, System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';
import { SECONDS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, cannotBe, readArgs, readFileArgument, readNumber, readWhole } from './command.ts';
import { tally, until } from './drive.ts';
import { print } from './output.ts';
import { SEARCH_HELP, SEARCH_OPTIONS, tellShortage, useSearchOptions } from './search-options.ts';
import {
  SYSTEM_HELP,
  SYSTEM_OPTIONS,
  nameOfInput,
  namedIn,
  partNamed,
  partsOf,
  readInput,
  readNamedFile,
  writtenSystem,
} from './system-options.ts';

/** What must hold if --require names nothing else. */
const REQUIRED = ['no-missed-device-reference', 'no-stale-access', 'no-write-after-write-protect'];

const HELP = `youngcheck synthesize: the sound policies, and what each of their steps is for

usage: youngcheck synthesize [SYSTEM] [OPTION...]

  SYSTEM            a preset, or a file as for --system; -: standard input
${SYSTEM_HELP}
  --require NAME    a property that must hold; may be repeated; default:
                    ${REQUIRED[0]}, ${REQUIRED[1]}
                    and ${REQUIRED[2]}
  --vary WHAT       driver: every list of each callback that the kernel calls
                    (default); kernel: every program of up to four steps, in the
                    place of age, of idle or of walk; both: a kernel, and every
                    driver of it, kernels with few steps first
  --space FILE      the lists to try, in the place of --vary: words such as
                    clear_young=flush-atc, any number of them for each field;
                    -: standard input (docs/synthesize.md)
  --over SCOPE      a scope in which all must hold; may be repeated; default: a
                    ladder of scopes, up to every number of pages, CPUs and
                    devices, with the observers of the scope that is given
  --traces          also the shortest trace of what each weaker list breaks
  --svg FILE        a plot of accuracy against cost, with the presets by name
  --time-limit S    stop after S seconds (s, m, h)
${SEARCH_HELP}
  --jobs N          threads; default: as many as the machine has; the result is
                    the same
  --json            print one JSON document

A policy is sound if no scope violates what is required. Of the sound ones those
are printed from which no step can be dropped or weakened. The front has the
policies that no other one beats in safety, accuracy and cost. For each preset
it is told where it stands, and which single step would make it better.
Lists that do the same are one. A policy that fails in a small scope is not tried
in a larger one. docs/synthesize.md argues what else is not searched.
Ctrl-C prints how much was decided.

exit status: 0 all was decided, 1 no policy is sound, 2 bad input, 3 unfinished: a
limit was reached, or the command was interrupted
`;

const OPTIONS = {
  ...SYSTEM_OPTIONS,
  require: { type: 'string', multiple: true },
  vary: { type: 'string' },
  space: { type: 'string' },
  over: { type: 'string', multiple: true },
  traces: { type: 'boolean' },
  svg: { type: 'string' },
  'time-limit': { type: 'string' },
  ...SEARCH_OPTIONS,
  jobs: { type: 'string' },
  json: { type: 'boolean' },
} as const;
type Values = ReturnType<typeof readSynthesizeArgs>['values'];

const readSynthesizeArgs = (args: readonly string[]) => readArgs('synthesize', args, OPTIONS);

/**
 * The scope if none is given: both observers look. It is in steps, as an unmap with a look is
 * refused at once.
 */
const OBSERVED = 'observers=reclaim,idle granularity=fine';

/** The parts that an argument or the options name. */
function writtenBy(values: Values, argument: string | undefined): WrittenParts {
  if (argument === undefined) return writtenSystem(values);
  const named = namedIn(values.folder, argument);
  const part = partNamed(named);
  if (part !== undefined) return writtenSystem({ [part]: named, ...values });
  return { ...parseSystemFile(readNamedFile(named), nameOfInput(named)), ...partsOf(values) };
}

function systemFor(written: WrittenParts): System {
  if (written.scope !== undefined) return systemOf(written);
  return systemOf({ ...written, scope: parsePart('scope', OBSERVED) });
}

function requiredBy(names: readonly string[] = REQUIRED, system: System): Property[] {
  const asked = names.flatMap((name) =>
    propertiesNamed(name, system, { file: '--require', line: 1, column: 1, source: name }),
  );
  return [...new Set(asked)];
}

/** The scopes of --over. Each must fit the system. */
function scopesOver(system: System, texts: readonly string[] | undefined): Scope[] | undefined {
  return texts?.map((text) => {
    const scope = parsePart('scope', text, { file: '--over', line: 1, source: text });
    const whole = parseSystem({});
    return systemOf({
      ...Object.fromEntries(
        (['kernel', 'driver', 'hardware'] as const).map((part) => [
          part,
          { value: system[part] ?? whole[part], name: system.names[part] },
        ]),
      ),
      scope,
    }).scope;
  });
}

function askedBy(values: Values, argument: string | undefined): Asked {
  const system = systemFor(writtenBy(values, argument));
  const { vary = 'driver', space } = values;
  const known = VARY.find((one) => one === vary);
  if (known === undefined) throw cannotBe('--vary', vary, ...VARY);
  if (space !== undefined && values.vary !== undefined) {
    throw new Complaint('--space says what varies: leave out --vary', undefined, {
      hint: 'youngcheck synthesize --help',
    });
  }
  return {
    system,
    vary: known,
    required: requiredBy(values.require, system),
    over: scopesOver(system, values.over),
    ...(space === undefined
      ? {}
      : { space: spaceOfFile(readInput(space), nameOfInput(space), system) }),
  };
}

/** Memory that threads share grows with their number. */
const MAX_JOBS = 64;

/** Computes with as many threads as there may be, to the end, the limit or the interrupt. */
async function computed(asked: Asked, jobs: number, seconds: number): Promise<Synthesis> {
  const end = new AbortController();
  const limit =
    seconds === Infinity ? undefined : setTimeout(() => end.abort(), seconds * 1000).unref();
  const crew = jobs === 1 ? alone(end.signal) : crewOf(jobs, end.signal);
  const progress = tally(asked.vary === 'both' ? 'kernels' : 'verdicts');
  const means = { crew, stop: end.signal, progress: progress.show };
  return until(
    () => end.abort(),
    () => compute(asked, means),
  ).finally(() => {
    clearTimeout(limit);
    progress.end();
    return crew.end();
  });
}

/** Writes the plot of the first space that has one. */
async function plotted(synthesis: Synthesis, file: string): Promise<void> {
  const plots = synthesisJson(synthesis).spaces.flatMap((space) => synthesisPlot(space) ?? []);
  if (plots.length === 0) {
    throw new Complaint(`${file}: nothing was measured, so there is no plot`);
  }
  const written = await writeFile(file, costSvg(plots[0]));
  if (written !== 'printed') print(`${printable(file)}: ${written}\n`);
}

/** The exit status: unfinished comes before that nothing is sound, which is not known then. */
export function statusOf(synthesis: Synthesis): number {
  if (isPartial(synthesis)) return STATUS.unfinished;
  const some = synthesis.found.some(({ minimal = [] }) => minimal.length > 0);
  return some ? STATUS.holds : STATUS.violated;
}

export const synthesize: Command = {
  name: 'synthesize',
  summary: 'compute the cheapest sound policies of a driver or a kernel',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readSynthesizeArgs(args);
    const asked = askedBy(values, readFileArgument('synthesize', positionals));
    useSearchOptions(values);
    const wanted = readWhole('--jobs', values.jobs, { '': 1 }, MAX_JOBS) ?? availableParallelism();
    const seconds = readNumber('--time-limit', values['time-limit'], SECONDS) ?? Infinity;
    if (values.svg !== undefined) checkOut(values.svg);
    const synthesis = await computed(asked, threadsThatFit(wanted), seconds);
    const text = values.json
      ? documentText(synthesisJson(synthesis))
      : [synthesisText(synthesis), ...(values.traces ? synthesisTraces(synthesis) : [])].join('\n');
    print(`${text.trimEnd()}\n`);
    if (values.svg !== undefined) await plotted(synthesis, values.svg);
    tellShortage();
    return statusOf(synthesis);
  },
};
