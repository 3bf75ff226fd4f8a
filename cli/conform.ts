/** youngcheck conform: compares the log of a real kernel with the model. */
import { judging, outcomeOf, readWhole } from '../checker/conform/conform.ts';
import type { Conformance, Outcome, Read } from '../checker/conform/conform.ts';
import { explaining } from '../checker/conform/explanation.ts';
import type { ExpectVerdict, Expectation } from '../checker/conform/expect/expect.ts';
import { expectation, givenBy, refuseUntold } from '../checker/conform/expect/expect.ts';
import { expectationJson } from '../checker/conform/expect/expect-json.ts';
import { expectationText } from '../checker/conform/expect/expect-text.ts';
import { conformanceJson } from '../checker/conform/conformance-json.ts';
import { tracing } from '../checker/conform/missed-trace.ts';
import { conformanceText, linesNamed, rankingText } from '../checker/conform/conformance-text.ts';
import type { Learning } from '../checker/conform/learn/learn.ts';
import { isNothing } from '../checker/conform/learn/learn.ts';
import { learnedText } from '../checker/conform/learn/learned-text.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { EXAMPLES, saveTrace } from '../checker/explore/saved.ts';
import type { Log } from '../checker/conform/log.ts';
import { Told } from '../checker/conform/told.ts';
import { quoteLines } from '../checker/conform/ftrace/index.ts';
import { forPieces, forSeconds, graced, unlessInterrupted } from '../checker/search/progress.ts';
import { printable } from '../checker/trace/printable.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { replay } from '../checker/trace/replay.ts';
import { documentLine, documentText } from '../checker/trace/document.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { conduct, quietly, stoppedText } from './drive.ts';
import { interruptOfProcess } from './interrupt.ts';
import { FollowInput } from './follow-input.ts';
import { LogInput } from './log-input.ts';
import { print, tell } from './output.ts';
import { readTraceNamed } from './trace-input.ts';

/** Pieces of judging that are left when the command is interrupted. They take a split second. */
const LAST = 1000;
/** After --follow, whose misses are told already, the judging ends by the clock. */
const LAST_SECONDS = 0.3;

const HELP = `youngcheck conform: hold the log of a real kernel against the model

usage: youngcheck conform [OPTION...] LOG     (LOG -: standard input)

LOG is what ftrace prints: cat /sys/kernel/tracing/trace, or trace-cmd report.
For each page the command looks for a run of the model that explains every line.
What left no line, such as an ATC hit, is inferred. Then every look and every
eviction is held against the uses of which the log is certain. A device's markers
may show that it used what was taken away: another page's frame, or a permission.

  --kernel TEXT     the kernel and the driver that the log comes from, in the
  --driver TEXT     words of a trace's setup block; what is left out is
  --hardware TEXT   inferred: the presets that explain most of the log
  --infer           print how much of the log each candidate explains
  --save            write each look that missed a use as a minimal trace
  --examples DIR    where to (default: counterexamples)
  --run PAGE        print the run that explains a page, as a trace to replay;
                    0x1000@17 of the process that the log tells of from line 17
  --learn           print the list of steps of each operation and callback, as
                    the log shows it, and where it differs from the nearest
                    preset; the output is a system: youngcheck check --system
  --expect TRACE    the log has to show the events of this trace (a file, or a name
                    of the catalogue), in their order and with their answers,
                    between the markers TRACE begin and TRACE end
                    (docs/conform.md); the trace gives kernel and driver
  --json            print one JSON document
  --follow          read on as LOG grows (trace_pipe, a FIFO, a file, a pipe), and
                    tell each miss when it happens; Ctrl-C ends it with the
                    summary. With --json, a line for each and for the summary

exit status: 0 explained, and no page in use misjudged
             1 some look or eviction missed a use, or a device used what was
               taken away from it
             3 interrupted, or too little memory, and nothing was found before
             6 some page is not explained, or not judged in every line: the
               model has not what it shows there, or events were lost
             2 bad input
With --run it is 0 if the run explains every line of the page, and 6 if not;
with --learn 0, or 6 if the log shows no list. With --expect it is 0 if the log
shows the trace, 1 where it parts from it, and 6 if it was not understood.
`;

const OPTIONS = {
  kernel: { type: 'string' },
  driver: { type: 'string' },
  hardware: { type: 'string' },
  infer: { type: 'boolean' },
  save: { type: 'boolean' },
  examples: { type: 'string' },
  run: { type: 'string' },
  learn: { type: 'boolean' },
  expect: { type: 'string' },
  json: { type: 'boolean' },
  follow: { type: 'boolean' },
} as const;

/**
 * The exit status. A log that was not read to its end may have misses that nobody has seen. With
 * --run it says whether the run goes to the end of the page's lines.
 */
export function statusOf(conformance: Conformance, run?: string): number {
  const named = conformance.pages.find(({ page }) => page.name === run);
  const ran = named?.refusal === undefined ? 'explained' : 'refused';
  const status = STATUS_OF[named === undefined ? outcomeOf(conformance) : ran];
  const { summary, isCut } = conformance;
  if (isCut && status !== STATUS.violated) return STATUS.unfinished;
  return summary.stopped && status === STATUS.holds ? STATUS.unfinished : status;
}

const STATUS_OF: Readonly<Record<Outcome, number>> = {
  missed: STATUS.violated,
  harmed: STATUS.violated,
  refused: STATUS.unexplained,
  'partly judged': STATUS.unexplained,
  'nothing judged': STATUS.unexplained,
  explained: STATUS.holds,
};

/** Saves the misses, each kind once. After an interrupt none is made. */
async function save(conformance: Conformance, folder: string): Promise<void> {
  for (const missed of conformance.missed) {
    const trace = await quietly(unlessInterrupted(tracing(conformance, missed)));
    if (trace === undefined) continue;
    const { system, run, property, story } = trace;
    const { file, isNew } = await saveTrace(folder, system, run, property, story);
    tell(`${isNew ? 'saved' : 'saved before'}: ${printable(file)}\n`);
  }
}

/** What was read. It is undefined if a signal came before anything was there. */
async function unlessSilent(
  input: LogInput | FollowInput,
  reading: Promise<Read>,
): Promise<Read | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (input.stopped && input.isSilent) return undefined;
    throw error;
  }
}

interface Asked {
  readonly json?: boolean | undefined;
  readonly infer?: boolean | undefined;
  readonly run?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly learn?: boolean | undefined;
}

/** Each of these prints something of its own. */
const PRINTED = { json: 'a document', run: 'a trace', learn: 'a system' } as const;

function refuseSeveral(asked: Asked): void {
  const given = (Object.keys(PRINTED) as (keyof typeof PRINTED)[]).filter((one) => asked[one]);
  if (given.length < 2) return;
  const [one, other] = given.map((name) => `--${name} prints ${PRINTED[name]}`);
  throw new Complaint(`${one}, and ${other}: give one of them`);
}

/** What makes no sense beside --expect, and why. */
const BESIDE_EXPECT = {
  kernel: 'the trace gives the kernel',
  driver: 'the trace gives the driver',
  hardware: 'the trace gives the hardware',
  infer: 'the trace gives kernel and driver',
  save: 'the trace is there already',
  run: 'it prints no other trace',
  learn: 'the trace gives kernel and driver',
  follow: 'it needs the whole log',
} as const;

/** Reads the trace that a log has to show, before the log is read. */
function readExpected(
  named: string,
  log: string,
  values: Readonly<Record<string, unknown>>,
): Replay {
  for (const [name, why] of Object.entries(BESIDE_EXPECT)) {
    if (values[name] === undefined) continue;
    throw new Complaint(`--${name} does not go with --expect: ${why}`, undefined, {
      hint: 'youngcheck conform --help',
    });
  }
  if (named === '-' && log === '-') {
    throw new Complaint('standard input is either the log or the trace, not both');
  }
  const expected = replay(readTraceNamed(named));
  refuseUntold(expected);
  return expected;
}

const EXPECTED: Readonly<Record<ExpectVerdict, number>> = {
  'as predicted': STATUS.holds,
  parted: STATUS.violated,
  'not understood': STATUS.unexplained,
};

/** The status of --expect. A log that was not read to its end may go on as the trace does. */
function expectedStatus({ verdict, conformance: { isCut, summary } }: Expectation): number {
  if (verdict !== 'as predicted' && (isCut || summary.stopped)) return STATUS.unfinished;
  return EXPECTED[verdict];
}

const learningStatus = (learning: Learning): number =>
  isNothing(learning) ? STATUS.unexplained : STATUS.holds;

async function textOf(
  conformance: Conformance,
  file: string,
  { learning }: Read,
  { json, infer, run, follow }: Asked,
): Promise<string> {
  if (learning !== undefined) {
    return (await conduct(learnedText(conformance, learning), 'candidates')).value;
  }
  if (run !== undefined) {
    await conduct(explaining(conformance, run, print), 'lines');
    return '';
  }
  if (json) return (follow ? documentLine : documentText)(conformanceJson(conformance));
  const interrupt = interruptOfProcess();
  // What is followed may not be there a second time.
  const lines = follow ? [] : linesNamed(conformance);
  const quoted = await quoteLines(file, lines, () => interrupt.look());
  const text = (infer ? rankingText(conformance) : '') + conformanceText(conformance, quoted);
  // What was told stands above it.
  return follow && conformance.missed.length > 0 ? `\n${text}` : text;
}

export const conform: Command = {
  name: 'conform',
  summary: 'hold the log of a real kernel against the model',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('conform', args, OPTIONS);
    const [file, second] = positionals;
    if (file === undefined || second !== undefined) {
      throw new Complaint(`conform needs one log, not ${positionals.length}`, undefined, {
        hint: 'youngcheck conform --help',
      });
    }
    refuseSeveral(values);
    const { follow, run, learn, expect } = values;
    const expected = expect === undefined ? undefined : readExpected(expect, file, values);
    if (follow && (run !== undefined || learn)) {
      const other = learn ? '--learn' : '--run';
      throw new Complaint(`--follow keeps too little of a log for ${other}: give one of them`);
    }
    const input = follow && file !== '-' ? new FollowInput(file) : new LogInput(file, !follow);
    const followerOf = (log: Log): Told => new Told(log, print, values.json ?? false);
    const reading = readWhole(input, file, learn, follow ? followerOf : undefined);
    const read = await unlessSilent(input, reading);
    if (read === undefined) {
      tell(`stopped: nothing has come from ${file === '-' ? 'standard input' : printable(file)}\n`);
      return STATUS.unfinished;
    }
    // What was read before an interrupt is still judged, if that is not much.
    const rest = values.follow ? forSeconds(LAST_SECONDS) : forPieces(LAST);
    const given = expected === undefined ? values : givenBy(expected);
    const { value: conformance } = await conduct(graced(judging(read, given), rest), 'candidates');
    if (input.stopped) tell(stoppedText(`stopped after ${conformance.summary.lines} lines`));
    if (expected !== undefined) {
      const found = expectation(expected, conformance);
      print(values.json ? documentText(expectationJson(found)) : expectationText(found));
      return expectedStatus(found);
    }
    try {
      if (values.save) await save(conformance, values.examples ?? EXAMPLES);
    } finally {
      // What was found is printed even if it cannot be saved.
      print(await textOf(conformance, file, read, values));
    }
    return read.learning === undefined
      ? statusOf(conformance, values.run)
      : learningStatus(read.learning);
  },
};
