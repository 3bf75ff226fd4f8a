/** youngcheck replay: runs traces through the model, and checks every claim that they make. */
import { drawingColumns } from '../checker/tell/columns.ts';
import { explaining } from '../checker/tell/explain.ts';
import { withinMemory } from '../checker/search/progress.ts';
import { count, idleNotes, machineNote } from '../checker/tell/verdict-text.ts';
import type { Found } from '../checker/trace/parse.ts';
import { parsingTraces } from '../checker/trace/parse.ts';
import type { Pieces } from '../checker/trace/pieces.ts';
import { going, unlessInterrupted } from '../checker/trace/pieces.ts';
import { printTrace } from '../checker/trace/print.ts';
import { printable } from '../checker/trace/printable.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { replaying } from '../checker/trace/replay.ts';
import { listingStates } from '../checker/tell/states.ts';
import type { Trace } from '../checker/trace/trace.ts';
import { verdictText } from '../checker/trace/trace.ts';
import { Complaint, didYouMean, placeText, quote } from '../checker/trace/complaint.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { quietly, stoppedText } from './drive.ts';
import { print, tell } from './output.ts';
import { nameOfInput, readInput } from './system-options.ts';
import { traceFileNamed } from './trace-input.ts';

const HELP = `youngcheck replay: run traces through the model and check all that they say

usage: youngcheck replay [VIEW] [--trace NAME] FILE...     (FILE -: standard input)

  --columns     one column an actor, as in the comments of the kernel
  --states      per step, the fields that changed
  --explain     per step, why it does what it does
  --canonical   the trace itself, in the canonical form
  --trace NAME  only the traces with this title

The command checks that every event can happen, that every == is what the model
answers, and that the last line is so: 'violates PROPERTY', or 'ends' where
nothing is violated. FILE is any text with traces in it: a trace alone, a mail
that quotes some, a patch, or what another command has printed:

  youngcheck guard FILE --against NAME | youngcheck replay -

Each trace is told with its place. What stands between traces is skipped, but a
trace that is broken is not. One that is wrong does not keep the others from
being checked. FILE may also be the name of a trace of the catalogue.

exit status: 0 all that the traces say is so, 2 one of them is wrong or broken,
there is no trace, or other bad input, 3 unfinished: interrupted, or too little
memory
`;

const VIEWS = {
  columns: { type: 'boolean' },
  states: { type: 'boolean' },
  explain: { type: 'boolean' },
  canonical: { type: 'boolean' },
} as const;

const OPTIONS = { ...VIEWS, trace: { type: 'string' } } as const;

const PRINTERS: Readonly<Record<keyof typeof VIEWS, (replay: Replay) => Pieces<string>>> = {
  columns: drawingColumns,
  states: listingStates,
  explain: explaining,
  *canonical({ trace }) {
    yield* going(0, 1);
    return printTrace(trace);
  },
};

type Values = { readonly [V in keyof typeof VIEWS]?: boolean | undefined };

/** The views that were asked for, in the order of HELP. */
function viewsOf(values: Values): (keyof typeof VIEWS)[] {
  return (Object.keys(VIEWS) as (keyof typeof VIEWS)[]).filter((view) => values[view] === true);
}

/**
 * The end of a text for a system with words that do nothing, or that was no machine. In a trace it
 * is a note, which replays.
 */
function marked(text: string, { trace: { system } }: Replay, mark = ''): string {
  const notes = [...idleNotes(system), ...machineNote(system)];
  return [text, ...notes.map((note) => `${mark}${note}`)].join('\n');
}

/** The place of a trace and its title: `mail.txt:12: old-while-cached`. */
const headOf = (file: string, { line, name }: Found): string =>
  placeText({ file, line }) + (name === undefined ? '' : `: ${printable(name)}`);

/** Checks one trace. Returns its verdict, or the views of it. */
function* textOf(
  trace: Trace,
  head: string,
  views: readonly (keyof typeof VIEWS)[],
): Pieces<string> {
  const replayed = yield* replaying(trace);
  const { length } = replayed.steps;
  if (views.length === 0) {
    const events = count(length, 'event');
    return marked(`${head}: ${events}, ${verdictText(trace.verdict)}: so it is`, replayed);
  }
  const shown: string[] = [];
  for (const view of views) {
    const text = (yield* PRINTERS[view](replayed)).trimEnd();
    shown.push(marked(text, replayed, view === 'canonical' ? '// ' : ''));
  }
  return shown.join('\n\n');
}

/** What files without a trace are, by a sign in their text, and what reads them. */
const NO_TRACE: readonly (readonly [RegExp, string])[] = [
  [/^Content-Transfer-Encoding:\s*base64/im, 'a mail in base64: decode it first'],
  [/=3D|=20$/m, 'quoted-printable: decode the mail first'],
  [/<(?:html|body|pre|span)[\s>]/i, 'HTML: take the text of the mail, which an archive has as raw'],
  [/^# tracer:|\[\d{3}\] .*\d: \w+: /m, 'a log of ftrace is read by youngcheck conform'],
  [/^\s*(?:kernel|driver|hardware|scope)\s+\S/m, 'youngcheck check --system FILE takes a system'],
];

const WANTED =
  "no trace in it: looked for a line 'Trace NAME' or a setup block '{ ... }', with events " +
  "'(1) dev0: read A' below";

/** The complaint about a text without a trace. */
function noTrace(text: string, file: string): Complaint {
  const hint = NO_TRACE.find(([sign]) => sign.test(text))?.[1] ?? 'youngcheck mail prints a trace';
  return new Complaint(`${file}: ${WANTED}`, undefined, { hint });
}

/** The titles that were asked for and seen, over all files. */
interface Titles {
  readonly asked: string | undefined;
  readonly seen: Set<string>;
}

/** Is told of each trace: a text, or a complaint. */
type Hears = (outcome: string | Complaint) => void;

/** Runs the traces of a file, and tells of each. */
function* checkFile(
  named: string,
  titles: Titles,
  views: readonly (keyof typeof VIEWS)[],
  hears: Hears,
): Pieces<void> {
  const file = traceFileNamed(named);
  const name = nameOfInput(file);
  const text = readInput(file);
  const all = yield* parsingTraces(text, name);
  if (all.length === 0) hears(noTrace(text, name));
  for (const { name: title } of all) if (title !== undefined) titles.seen.add(title);
  const found = all.filter((one) => titles.asked === undefined || one.name === titles.asked);
  for (const [i, one] of found.entries()) {
    yield* going(i, found.length);
    const { read } = one;
    if (read instanceof Complaint) {
      hears(read);
      continue;
    }
    const head = headOf(name, one);
    // A view does not say which trace it shows.
    const above = views.length > 0 && found.length > 1 ? `${head}\n\n` : '';
    const outcome = yield* complaintOr(textOf(read, head, views));
    hears(outcome instanceof Complaint ? outcome : above + outcome);
  }
}

function* complaintOr<T>(work: Pieces<T>): Pieces<T | Complaint> {
  try {
    return yield* work;
  } catch (error) {
    if (error instanceof Complaint) return error;
    throw error;
  }
}

/** Runs the traces of all files. One that cannot be read is complained about. */
function* checkFiles(
  files: readonly string[],
  title: string | undefined,
  views: readonly (keyof typeof VIEWS)[],
  hears: Hears,
): Pieces<'all'> {
  const titles: Titles = { asked: title, seen: new Set() };
  for (const file of files) {
    const complaint = yield* complaintOr(checkFile(file, titles, views, hears));
    if (complaint !== undefined) hears(complaint);
  }
  if (title !== undefined && !titles.seen.has(title)) {
    const names = [...titles.seen];
    const message = `no trace has the title ${quote(title)}${didYouMean(title, names)}`;
    hears(new Complaint(message, undefined, { possible: names }));
  }
  return 'all';
}

export const replay: Command = {
  name: 'replay',
  summary: 'run the traces of a text through the model and check all that they say',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('replay', args, OPTIONS);
    if (positionals.length === 0) {
      const hint =
        values.trace === undefined
          ? 'youngcheck replay --help'
          : '--trace takes the title of a trace; --canonical prints traces';
      throw new Complaint('replay needs a file with a trace', undefined, { hint });
    }
    const views = viewsOf(values);
    let [checked, wrong, gap] = [0, 0, ''];
    const hears: Hears = (outcome) => {
      checked++;
      if (outcome instanceof Complaint) {
        wrong++;
        tell(`${outcome.format()}\n`);
      } else {
        print(`${gap}${outcome}\n`);
        if (views.length > 0) gap = '\n';
      }
    };
    const work = checkFiles(positionals, values.trace, views, hears);
    const ended = await quietly(unlessInterrupted(withinMemory(work)));
    if (ended === undefined) tell(stoppedText(`stopped after ${count(checked, 'trace')}`));
    if (wrong > 0) return STATUS.usage;
    return ended === undefined ? STATUS.unfinished : STATUS.holds;
  },
};
