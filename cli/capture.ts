/** youngcheck capture: prints the script that records a log on the machine to be traced. */
import { captureScript } from '../checker/conform/capture/script.ts';
import { Complaint } from '../checker/trace/complaint.ts';
import type { Command } from './command.ts';
import { STATUS, readArgs, refuseArguments } from './command.ts';
import { print } from './output.ts';

const HELP = `youngcheck capture: record page aging on a running kernel

usage: youngcheck capture --print-script > capture.sh

The script runs on the machine to be traced. That machine needs a POSIX shell and
tracefs, but neither youngcheck nor anything else. There:

  sh capture.sh --doctor       what this kernel can record, and what it is worth
  sh capture.sh --dry-run      what it would write where, touching nothing
  sh capture.sh -t 10 -o log   as root: record for 10 s, write the log
  sh capture.sh --help         the rest

It sets probes on the functions that the running kernel has (5.15 to 7.1), in a
trace instance of its own. It says what is missing and what that costs, and takes
everything away again. docs/capture.md tells how to use it with KVM, with an SVA
device and with neither, and what it costs on a live system.

exit status: 0 printed, 2 bad usage
`;

const OPTIONS = { 'print-script': { type: 'boolean' } } as const;

export const capture: Command = {
  name: 'capture',
  summary: 'a script that records page aging on a running kernel',
  help: HELP,
  options: OPTIONS,
  run(args) {
    const { values, positionals } = readArgs('capture', args, OPTIONS);
    refuseArguments('capture', positionals, OPTIONS);
    if (values['print-script'] !== true) {
      throw new Complaint('capture records nothing itself: it prints the script', undefined, {
        hint: 'youngcheck capture --print-script > capture.sh',
      });
    }
    print(captureScript());
    return STATUS.holds;
  },
};
