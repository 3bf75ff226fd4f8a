#!/usr/bin/env node
/** The command: finds the subcommand, and turns what goes wrong into a message and a status. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Complaint, closest } from '../checker/complaint.ts';
import { ablate } from './ablate.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { STATUS } from './command.ts';
import { diff } from './diff.ts';
import { explore } from './explore.ts';
import { guard } from './guard.ts';
import { list } from './list.ts';
import { mail } from './mail.ts';
import { merge } from './merge.ts';
import { promote } from './promote.ts';
import { replay } from './replay.ts';
import { saturate } from './saturate.ts';
import { verdicts } from './verdicts.ts';

const COMMANDS: readonly Command[] = [
  mail,
  check,
  explore,
  merge,
  replay,
  list,
  verdicts,
  promote,
  guard,
  diff,
  ablate,
  saturate,
];

const HELP = `youngcheck: does the kernel hear of every use of a page?

usage: youngcheck COMMAND [ARG...]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`).join('\n')}

youngcheck COMMAND --help tells the rest; youngcheck --version, the version.

exit status: 0 all asked properties hold   1 some are violated
             2 bad input or usage          3 unfinished: a limit was reached
             4 vacuous: nothing ever reached what a property is about
`;

function version(): string {
  const file = createRequire(import.meta.url).resolve('youngcheck/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    process.stderr.write(HELP);
    return STATUS.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP);
    return STATUS.holds;
  }
  if (name === '--version') {
    process.stdout.write(`${version()}\n`);
    return STATUS.holds;
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((known) => known.name);
    const guess = closest(name, names);
    const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
    throw new Complaint(`unknown command '${name.slice(0, 40)}'${meant}`, undefined, {
      hint: 'youngcheck --help',
      possible: names,
    });
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help);
    return STATUS.holds;
  }
  return command.run(rest);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? STATUS.holds);
  throw error;
});

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Complaint)) throw error;
  process.stderr.write(`${error.format()}\n`);
  process.exitCode = STATUS.usage;
}
