/** youngcheck replay: runs traces through the model, and checks every claim that they make. */
import { columns } from '../checker/tell/columns.ts';
import { explain } from '../checker/tell/explain.ts';
import { idleNotes, machineNote } from '../checker/tell/verdict-text.ts';
import type { Found } from '../checker/trace/parse.ts';
import { parseTraces } from '../checker/trace/parse.ts';
import { printTrace } from '../checker/trace/print.ts';
import { printable } from '../checker/trace/printable.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { replay as replayTrace } from '../checker/trace/replay.ts';
import { states } from '../checker/tell/states.ts';
import { verdictText } from '../checker/trace/trace.ts';
import { Complaint, didYouMean, placeText, quote } from '../checker/trace/complaint.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { print, tell } from './output.ts';
import { nameOfInput, readInput } from './system-options.ts';

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
being checked.

exit status: 0 all that the traces say is so, 2 one of them is wrong or broken,
there is no trace, or other bad input
`;

const VIEWS = {
  columns: { type: 'boolean' },
  states: { type: 'boolean' },
  explain: { type: 'boolean' },
  canonical: { type: 'boolean' },
} as const;

const OPTIONS = { ...VIEWS, trace: { type: 'string' } } as const;

const PRINTERS: Readonly<Record<keyof typeof VIEWS, (replay: Replay) => string>> = {
  columns,
  states,
  explain,
  canonical: ({ trace }) => printTrace(trace),
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
function textOf(replayed: Replay, head: string, views: readonly (keyof typeof VIEWS)[]): string {
  const { steps, trace } = replayed;
  const events = `${steps.length} event${steps.length === 1 ? '' : 's'}`;
  const shown = views.map((view) =>
    marked(PRINTERS[view](replayed).trimEnd(), replayed, view === 'canonical' ? '// ' : ''),
  );
  return shown.length === 0
    ? marked(`${head}: ${events}, ${verdictText(trace.verdict)}: so it is`, replayed)
    : shown.join('\n\n');
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

/** Runs the traces of a file, and tells of each: a text, or a complaint. */
function* outcomesOf(
  file: string,
  titles: Titles,
  views: readonly (keyof typeof VIEWS)[],
): Generator<string | Complaint> {
  const name = nameOfInput(file);
  const text = readInput(file);
  const all = parseTraces(text, name);
  if (all.length === 0) yield noTrace(text, name);
  for (const { name: title } of all) if (title !== undefined) titles.seen.add(title);
  const found = all.filter((one) => titles.asked === undefined || one.name === titles.asked);
  for (const one of found) {
    const { read } = one;
    yield complaintOr(() => {
      if (read instanceof Complaint) return read;
      const head = headOf(name, one);
      // A view does not say which trace it shows.
      const above = views.length > 0 && found.length > 1 ? `${head}\n\n` : '';
      return above + textOf(replayTrace(read), head, views);
    });
  }
}

function complaintOr<T>(act: () => T): T | Complaint {
  try {
    return act();
  } catch (error) {
    if (error instanceof Complaint) return error;
    throw error;
  }
}

/** The outcomes of all files. One that cannot be read is complained about. */
function* outcomes(
  files: readonly string[],
  title: string | undefined,
  views: readonly (keyof typeof VIEWS)[],
): Generator<string | Complaint> {
  const titles: Titles = { asked: title, seen: new Set() };
  for (const file of files) {
    try {
      yield* outcomesOf(file, titles, views);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      yield error;
    }
  }
  if (title === undefined || titles.seen.has(title)) return;
  const names = [...titles.seen];
  const message = `no trace has the title ${quote(title)}${didYouMean(title, names)}`;
  yield new Complaint(message, undefined, { possible: names });
}

export const replay: Command = {
  name: 'replay',
  summary: 'run the traces of a text through the model and check all that they say',
  help: HELP,
  options: OPTIONS,
  run(args) {
    const { values, positionals } = readArgs('replay', args, OPTIONS);
    if (positionals.length === 0) {
      const hint =
        values.trace === undefined
          ? 'youngcheck replay --help'
          : '--trace takes the title of a trace; --canonical prints traces';
      throw new Complaint('replay needs a file with a trace', undefined, { hint });
    }
    const views = viewsOf(values);
    let status: number = STATUS.holds;
    let gap = '';
    for (const outcome of outcomes(positionals, values.trace, views)) {
      if (outcome instanceof Complaint) {
        tell(`${outcome.format()}\n`);
        status = STATUS.usage;
      } else {
        print(`${gap}${outcome}\n`);
        if (views.length > 0) gap = '\n';
      }
    }
    return status;
  },
};
