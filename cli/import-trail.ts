/** youngcheck import-trail: a trail that Spin has found, as a trace. */
import { importTrail } from '../checker/export/import-trail.ts';
import { annotate } from '../checker/tell/explain.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { printTrace } from '../checker/trace/print.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs } from './command.ts';
import { readInput } from './system-options.ts';
import { OUT_OPTION, writeOut } from './write-out.ts';

const HELP = `youngcheck import-trail: turn a trail of Spin into a trace

usage: ./pan -S | youngcheck import-trail FILE.pml
       youngcheck import-trail FILE.pml RUN     (RUN -: standard input)

  --out FILE   write the trace there; -, the default, is standard output

FILE.pml is what youngcheck export --promela has printed. RUN is what ./pan -S
prints when it replays FILE.pml.trail, or what spin -t FILE.pml prints. The trail
itself has numbers of pan alone, which nobody else can read.

The command runs the events through the model: each must happen here, too, with
the same answers, and the last must violate what Spin says. It prints the whole
trace, which youngcheck replay accepts, with a note behind each event.

exit status: 0 printed, 2 bad input: the model does not do what the run says
`;

export const importTrailCommand: Command = {
  name: 'import-trail',
  summary: 'turn a trail of Spin into a trace that replays',
  help: HELP,
  options: OUT_OPTION,
  async run(args) {
    const { values, positionals } = readArgs('import-trail', args, OUT_OPTION);
    const [pml, run = '-', ...more] = positionals;
    if (pml === undefined || more.length > 0) {
      const message = 'import-trail takes an exported file, and a run of it';
      throw new Complaint(message, undefined, { hint: 'youngcheck import-trail --help' });
    }
    if (pml === '-' && run === '-') {
      const message = 'only one of the two can be standard input';
      throw new Complaint(message, undefined, { hint: 'youngcheck import-trail --help' });
    }
    const named = (file: string) => ({
      text: readInput(file),
      file: file === '-' ? 'standard input' : file,
    });
    await writeOut(values.out, printTrace(annotate(importTrail(named(pml), named(run)))));
    return STATUS.holds;
  },
};
