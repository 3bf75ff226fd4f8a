/** youngcheck reproduce: makes the events of a trace happen on a real kernel. */
import { resolve } from 'node:path';
import { replay } from '../checker/trace/replay.ts';
import { answerJson, answerText, plannedJson } from '../checker/reproduce/answer.ts';
import { bootFolder } from '../checker/reproduce/boot.ts';
import { checkNewFolder } from '../checker/files/new-folder.ts';
import { folderTexts, writeFolder } from '../checker/reproduce/folder.ts';
import type { Kernels } from '../checker/reproduce/images.ts';
import { fetchKernel } from '../checker/reproduce/images.ts';
import type { Fate, Judged } from '../checker/reproduce/judged.ts';
import { judge } from '../checker/reproduce/judged.ts';
import type { Plan } from '../checker/reproduce/plan.ts';
import { planOf } from '../checker/reproduce/plan.ts';
import { Programs } from '../checker/reproduce/run-command.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import { documentText } from '../checker/trace/document.ts';
import { printable } from '../checker/trace/printable.ts';
import type { Trace } from '../checker/trace/trace.ts';
import { SECONDS } from './check.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, readFileArgument, readNumber } from './command.ts';
import { interruptOfProcess } from './interrupt.ts';
import { print, tell } from './output.ts';
import { givenKernel, imageGiven, imageNamed, refuseMissing } from './reproduce-kernel.ts';
import { SWEEP_QUIET, sweepRun } from './reproduce-sweep.ts';
import { readTraceNamed } from './trace-input.ts';

/** Seconds after which a guest with one trace is ended. */
const LIMIT = 120;

const HELP = `youngcheck reproduce: make the events of a trace happen on a real kernel

usage: youngcheck reproduce TRACE --out DIR [--run] [OPTION...]
       youngcheck reproduce --sweep N --out DIR [OPTION...]

TRACE is a file with a trace, or a name of the catalogue (-: standard input). DIR
is written: a program in C with one call for each event, a module that plays the
device, the guest's init, the script that boots it in QEMU, and README.md. That
page says which step is which call, and what the log must show. The device of a
shadow secondary is a vCPU of KVM, and then there is no module.

  --out DIR         the folder, which must not be there yet
  --run             boot it, take the log out, and say step by step what the
                    kernel did, with the lines of the log
  --image VERSION   Debian's kernel: 6.1 or 6.12; the default is the first whose
                    programs for these events are the trace's own
  --kernel FILE     boot this kernel instead, whose modules are beside it
  --headers DIR     its headers, to build the module with
  --time-limit S    end a guest that has not ended after S seconds (s, m, h);
                    default ${LIMIT}. With --sweep: one that has told nothing for S
                    seconds; default ${SWEEP_QUIET}
  --sweep N         draw N random short traces of preset systems that can be
                    driven, boot them, many at once, and judge each log. DIR may
                    be that of an earlier --sweep, which then goes on
  --seed N          what the traces are drawn from; default: that of DIR, or a
                    random one
  --json            print one JSON document: the calls, or with --run what they did

Only x86 is booted. The newest image of Debian 12 and its headers are fetched by
apt-get into DIR, and unpacked without root. Nothing is loaded or set on this
machine. A trace that cannot be made to happen is refused before anything is
written, with the step and the reason; docs/reproduce.md lists them.

A sweep boots 6.1 if no kernel is named. It keeps the log of each trace that did
not agree, the console of each guest that hung, and sweep.json, which is what
--json prints. A guest that hangs costs the trace under way: it is not judged,
and the next call boots it again. Ctrl-C prints what there is.

exit status: 0 written, or with --run: the kernel did what the trace predicts
             1 the kernel did something else; the line of the log is named
             2 bad input, or a package is missing
             3 the guest did not come to its end, or an interrupt came
             6 the log was not understood
(where several apply to a sweep: 1 before 6 before 3)
`;

const OPTIONS = {
  out: { type: 'string' },
  run: { type: 'boolean' },
  image: { type: 'string' },
  kernel: { type: 'string' },
  headers: { type: 'string' },
  'time-limit': { type: 'string' },
  sweep: { type: 'string' },
  seed: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** The trace in a file, or that of the catalogue with a name. */
function traceNamed(named: string | undefined): Trace {
  if (named === undefined) {
    throw new Complaint('reproduce needs a trace', undefined, {
      hint: 'youngcheck reproduce --help',
    });
  }
  return readTraceNamed(named);
}

const STATUS_OF: Readonly<Record<Fate, number>> = {
  agreed: STATUS.holds,
  parted: STATUS.violated,
  'not understood': STATUS.unexplained,
  hung: STATUS.unfinished,
};

/** What became of a run, in a sentence. */
const saidOf = ({ fate, why = '' }: Judged): string =>
  ({
    agreed: 'as predicted: the kernel did the events of the trace, with their answers',
    parted: `the kernel parted from the trace: ${why}`,
    'not understood': `the log is not understood: ${why}`,
    hung: why,
  })[fate];

/** Boots a folder, and tells what it has shown. */
async function runFolder(
  folder: string,
  plan: Plan,
  { version }: Kernels,
  programs: Programs,
  { limit, json }: { readonly limit: number; readonly json: boolean },
): Promise<number> {
  const start = performance.now();
  const booted = await bootFolder(folder, limit, programs);
  if (booted.boot !== 'done') {
    tell(`${booted.output}\n`);
    if (booted.boot === 'failed') throw new Complaint(`${folder}: boot.sh failed`);
    const why = interruptOfProcess().came ? 'interrupted' : 'the guest did not come to its end';
    tell(`unfinished, ${why}; its console is ${printable(booted.console)}\n`);
    return STATUS.unfinished;
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  const judged = await judge(plan, booted.log);
  const answer = judged.answer!;
  const [status, said] = [STATUS_OF[judged.fate], saidOf(judged)];
  const head = `${version}, built and booted in ${seconds} s; the log is ${printable(booted.log)}`;
  print(
    json
      ? documentText(answerJson(plan, answer, { version, seconds, log: booted.log, status, said }))
      : `${head}\n\n${answerText(plan, answer)}\n${said}\n`,
  );
  return status;
}

export const reproduce: Command = {
  name: 'reproduce',
  summary: 'make the events of a trace happen on a real kernel, in QEMU',
  help: HELP,
  options: OPTIONS,
  async run(args) {
    const { values, positionals } = readArgs('reproduce', args, OPTIONS);
    if (values.sweep !== undefined) return sweepRun(values, positionals);
    if (values.seed !== undefined) throw new Complaint('--seed is for --sweep N');
    const trace = traceNamed(readFileArgument('reproduce', positionals));
    const { out, run = false, json = false } = values;
    if (out === undefined) throw new Complaint('reproduce needs --out DIR, the folder to write');
    const limit = readNumber('--time-limit', values['time-limit'], SECONDS) ?? LIMIT;
    const given = givenKernel(values);
    const image = given === undefined ? imageNamed(values.image) : imageGiven(given);
    const plan = planOf(replay(trace), image);
    checkNewFolder(out);
    refuseMissing(given, run);
    const interrupt = interruptOfProcess();
    const programs = new Programs(interrupt.signal);
    const kernels = await writeFolder(
      out,
      (folder) => given ?? fetchKernel(plan.bootable.image, folder, programs),
      (...made) => folderTexts(plan, ...made),
    );
    const folder = resolve(out);
    if (!run) {
      const written = `${printable(out)}: written; boot it with: sh ${printable(out)}/boot.sh\n`;
      print(json ? documentText(plannedJson(plan, out, kernels.version)) : written);
      return STATUS.holds;
    }
    return runFolder(folder, plan, kernels, programs, { limit, json });
  },
};
