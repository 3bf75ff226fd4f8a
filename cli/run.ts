/** Finds the subcommand, and turns errors into a message and an exit status. */
import { useMemory } from '../checker/search/machine-memory.ts';
import { TooLittleMemory, isOutOfMemory } from '../checker/search/memory.ts';
import { Interrupted } from '../checker/search/progress.ts';
import { Complaint, closest, quote } from '../checker/trace/complaint.ts';
import { printable } from '../checker/trace/printable.ts';
import { versionOfPackage } from '../checker/trace/package.ts';
import type { Command } from './command.ts';
import { STATUS, STATUSES } from './command.ts';
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
  cost: async () => (await import('./cost.ts')).cost,
  synthesize: async () => (await import('./synthesize.ts')).synthesize,
  conform: async () => (await import('./conform.ts')).conform,
  capture: async () => (await import('./capture.ts')).capture,
  drift: async () => (await import('./drift.ts')).drift,
  reproduce: async () => (await import('./reproduce.ts')).reproduce,
  export: async () => (await import('./export.ts')).exportSystem,
  'import-trail': async () => (await import('./import-trail.ts')).importTrailCommand,
  completion: async () => (await import('./completion.ts')).completionOf(allCommands),
  man: async () => (await import('./man.ts')).manOf(allCommands),
};

/** All subcommands, for what tells of each. */
export const allCommands = (): Promise<Command[]> =>
  Promise.all(Object.values(COMMANDS).map((load) => load()));

/** The names of all subcommands. */
export const NAMES: readonly string[] = Object.keys(COMMANDS);

const help = (
  commands: readonly Command[],
): string => `youngcheck: does the kernel hear of every use of a page?

usage: youngcheck COMMAND [ARG...]

${commands.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

youngcheck COMMAND --help tells the rest; youngcheck --version, the version.
youngcheck list WORD and docs/glossary.md explain the words.

exit status, of all commands; the help of each says more:
${statusLines().join('\n')}
Where several apply, it is 1 before 3, and 3 before 4.
`;

/** The table of all exit statuses. */
const statusLines = (): string[] =>
  Object.entries(STATUSES).map(([name, means]) => {
    const status = STATUS[name as keyof typeof STATUS];
    return `${String(status).padStart(4)}  ${means}`;
  });

const helpText = async (): Promise<string> => help(await allCommands());

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
    const guess = closest(name, NAMES);
    const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
    throw new Complaint(`unknown command ${quote(name)}${meant}`, undefined, {
      hint: 'youngcheck --help',
      possible: NAMES,
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
    if (error instanceof Interrupted) {
      tell('unfinished, it was interrupted\n');
      return STATUS.unfinished;
    }
    if (error instanceof Complaint) {
      tell(`${error.format()}\n`);
      return STATUS.usage;
    }
    tell(faultText(error));
    return STATUS.fault;
  }
}

/** The variable of the environment that shows where in the code an error was thrown. */
const STACK = 'YOUNGCHECK_STACK';

/** Says of an error that is nobody's complaint what it is, and where to report it. */
export function faultText(error: unknown): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const line = printable(message.split('\n')[0]).slice(0, 200);
  const shown = process.env[STACK] ? [stack ?? ''] : [];
  return [
    `error: youngcheck itself failed, which is no verdict: ${line}`,
    `hint: report it where you got youngcheck, with the command and what ${STACK}=1 shows`,
    ...shown,
    '',
  ].join('\n');
}
