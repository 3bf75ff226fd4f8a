/** Finds the subcommand, and turns errors into a message and an exit status. */
import { useMemory } from '../checker/search/machine-memory.ts';
import { TooLittleMemory, isOutOfMemory } from '../checker/search/memory.ts';
import { Complaint, closest, quote } from '../checker/trace/complaint.ts';
import { versionOfPackage } from '../checker/trace/version.ts';
import type { Command } from './command.ts';
import { STATUS } from './command.ts';
import { print, tell } from './output.ts';
import { shortageText } from './search-options.ts';

/** The subcommands. Each is loaded when it is called, because start-up is most of a short run. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  mail: async () => (await import('./mail.ts')).mail,
  check: async () => (await import('./check.ts')).check,
  explore: async () => (await import('./explore.ts')).explore,
  merge: async () => (await import('./merge.ts')).merge,
  replay: async () => (await import('./replay.ts')).replay,
  report: async () => (await import('./report.ts')).report,
  render: async () => (await import('./render.ts')).render,
  list: async () => (await import('./list.ts')).list,
  verdicts: async () => (await import('./verdicts.ts')).verdicts,
  promote: async () => (await import('./promote.ts')).promote,
  guard: async () => (await import('./guard.ts')).guard,
  diff: async () => (await import('./diff.ts')).diff,
  ablate: async () => (await import('./ablate.ts')).ablate,
  saturate: async () => (await import('./saturate.ts')).saturate,
  conform: async () => (await import('./conform.ts')).conform,
  capture: async () => (await import('./capture.ts')).capture,
  export: async () => (await import('./export.ts')).exportSystem,
  'import-trail': async () => (await import('./import-trail.ts')).importTrailCommand,
};

const help = (
  commands: readonly Command[],
): string => `youngcheck: does the kernel hear of every use of a page?

usage: youngcheck COMMAND [ARG...]

${commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

youngcheck COMMAND --help tells the rest; youngcheck --version, the version.

exit status, of all commands; the help of each says more:
   0  all asked properties hold, or the command has done its work
   1  some are violated, or something differs or got worse
   2  bad input or usage
   3  unfinished: a limit was reached, or Ctrl-C was pressed
   4  vacuous: nothing ever reached what a property is about
   5  only better: guard found that the change is worse in nothing
   6  unexplained: no run of the model explains the log
  70  an error of youngcheck itself, and no verdict
`;

const helpText = async (): Promise<string> =>
  help(await Promise.all(Object.values(COMMANDS).map((load) => load())));

async function run(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    tell(await helpText());
    return STATUS.usage;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    print(await helpText());
    return STATUS.holds;
  }
  if (name === '--version') {
    print(`${versionOfPackage()}\n`);
    return STATUS.holds;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    const names = Object.keys(COMMANDS);
    const guess = closest(name, names);
    const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
    throw new Complaint(`unknown command ${quote(name)}${meant}`, undefined, {
      hint: 'youngcheck --help',
      possible: names,
    });
  }
  const command = await COMMANDS[name]();
  if (rest.includes('--help') || rest.includes('-h')) {
    print(command.help);
    return STATUS.holds;
  }
  useMemory();
  return command.run(rest);
}

/** Runs the command line and returns its exit status. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    if (error instanceof TooLittleMemory || isOutOfMemory(error)) {
      tell(shortageText((error as Error).message));
      return STATUS.unfinished;
    }
    if (!(error instanceof Complaint)) throw error;
    tell(`${error.format()}\n`);
    return STATUS.usage;
  }
}
