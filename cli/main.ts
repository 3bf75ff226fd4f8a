#!/usr/bin/env node
/** The command as a process: its arguments, its exit status, and a reader that closes the pipe. */
import { STATUS } from './command.ts';
import { tell } from './output.ts';
import { faultText, runCommand } from './run.ts';

// A reader may close the pipe when it has seen enough (`| head`). That is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? STATUS.holds);
  tell(`error: standard output: cannot be written (${error.code})\n`);
  process.exit(STATUS.usage);
});

// A program that waits for the status must not take an error for a verdict.
process.on('uncaughtException', (error) => {
  tell(faultText(error));
  process.exit(STATUS.fault);
});

process.exitCode = await runCommand(process.argv.slice(2));
