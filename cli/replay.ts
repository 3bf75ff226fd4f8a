/** youngcheck replay: runs traces through the model, and checks every claim that they make. */
import { columns } from '../checker/tell/columns.ts';
import { explain } from '../checker/tell/explain.ts';
import { idleNotes, machineNote } from '../checker/tell/verdict-text.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { printTrace } from '../checker/trace/print.ts';
import type { Replay } from '../checker/trace/replay.ts';
import { replay as replayTrace } from '../checker/trace/replay.ts';
import { states } from '../checker/tell/states.ts';
import { verdictText } from '../checker/trace/trace.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { readInput } from './system-options.ts';

const HELP = `youngcheck replay: run traces through the model and check all that they say

usage: youngcheck replay [VIEW] FILE...     (FILE -: standard input)

  --columns    one column an actor, as in the comments of the kernel
  --states     per step, the fields that changed
  --explain    per step, why it does what it does
  --trace      the trace itself, in the canonical form

The command checks that every event can happen, that every == is what the model
answers, and that the last line is so: 'violates PROPERTY', or 'ends' where
nothing is violated. A trace may be quoted with > as it comes out of a mail. A
file that is wrong does not keep the others from being checked.

exit status: 0 all that the traces say is so, 2 it is not, or bad input
`;

const VIEWS = {
  columns: { type: 'boolean' },
  states: { type: 'boolean' },
  explain: { type: 'boolean' },
  trace: { type: 'boolean' },
} as const;

const PRINTERS: Readonly<Record<keyof typeof VIEWS, (replay: Replay) => string>> = {
  columns,
  states,
  explain,
  trace: ({ trace }) => printTrace(trace),
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

/** Checks one file. Returns its verdict, or the views of it. */
function textOf(file: string, views: readonly (keyof typeof VIEWS)[]): string {
  const replayed = replayTrace(parseTrace(readInput(file), file));
  const { steps, trace } = replayed;
  const events = `${steps.length} event${steps.length === 1 ? '' : 's'}`;
  const shown = views.map((view) =>
    marked(PRINTERS[view](replayed).trimEnd(), replayed, view === 'trace' ? '// ' : ''),
  );
  return shown.length === 0
    ? marked(`${file}: ${events}, ${verdictText(trace.verdict)}: so it is`, replayed)
    : shown.join('\n\n');
}

export const replay: Command = {
  name: 'replay',
  summary: 'run a trace through the model and check all that it says',
  help: HELP,
  run(args) {
    const { values, positionals } = readArgs('replay', args, VIEWS);
    if (positionals.length === 0) {
      throw new Complaint('replay needs a trace', undefined, { hint: 'youngcheck replay --help' });
    }
    const views = viewsOf(values);
    let status: number = STATUS.holds;
    let gap = '';
    for (const file of positionals) {
      try {
        process.stdout.write(`${gap}${textOf(file, views)}\n`);
        if (views.length > 0) gap = '\n';
      } catch (error) {
        if (!(error instanceof Complaint)) throw error;
        process.stderr.write(`${error.format()}\n`);
        status = STATUS.usage;
      }
    }
    return status;
  },
};
