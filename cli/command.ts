/** The parts of a subcommand, and the meaning of the exit statuses. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { Complaint, closest, quote } from '../checker/trace/complaint.ts';
import { commandMeant } from './meant.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly help: string;
  /** The options that it takes, as node:util reads them. */
  readonly options: Options;
  /** Returns the exit status. */
  readonly run: (args: readonly string[]) => Promise<number> | number;
}

/** Every exit status of every command. */
export const STATUS = {
  holds: 0,
  violated: 1,
  usage: 2,
  unfinished: 3,
  vacuous: 4,
  better: 5,
  unexplained: 6,
  drifted: 7,
  fault: 70,
} as const;

/** What each exit status means. `youngcheck --help` and the README print this table. */
export const STATUSES: Readonly<Record<keyof typeof STATUS, string>> = {
  holds: 'all asked properties hold, or the command has done its work',
  violated: 'some are violated, or something differs or got worse',
  usage: 'bad input or usage',
  unfinished: 'unfinished: a limit was reached, or Ctrl-C or SIGTERM ended it',
  vacuous: 'vacuous: nothing ever put the property to the test',
  better: 'only better: guard found that the change is worse in nothing',
  unexplained: 'unexplained: no run of the model explains the log',
  drifted: 'drifted: a kernel tree lacks something that the model relies on',
  fault: 'an error of youngcheck itself, and no verdict',
};

/** The values of a subcommand's options, and its other arguments. */
type Args<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/**
 * Reads a subcommand's arguments. An unknown option is a Complaint, and so is one that is given
 * twice though it takes one value.
 */
export function readArgs<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
): Args<O> {
  try {
    const joined = withNumbers(args, options);
    const read = { args: joined, options, allowPositionals: true, strict: true } as const;
    const { tokens, ...parsed } = parseArgs({ ...read, tokens: true });
    refuseRepeated(command, tokens, options);
    if (command !== 'promote') refuseAbsent((parsed.values as { folder?: unknown }).folder);
    return parsed as Args<O>;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw complaintOf(command, message, options, args);
  }
}

/** Refuses a folder that is not there, also where nothing in it would be read. */
function refuseAbsent(folder: unknown): void {
  if (typeof folder !== 'string' || existsSync(folder)) return;
  const hint = '--folder DIR: the folder of a catalogue';
  throw new Complaint(`${folder}: no such folder`, undefined, { hint });
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];

/** Refuses an option that is given twice. node:util would take the last value without a word. */
function refuseRepeated(command: string, tokens: readonly Token[], options: Options): void {
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { type, multiple } = options[token.name];
    if (type !== 'string' || multiple === true) continue;
    if (given.has(token.name)) {
      throw new Complaint(`--${token.name} is given twice, and takes one value`, undefined, {
        hint: `youngcheck ${command} --help`,
      });
    }
    given.add(token.name);
  }
}

/** Joins `--max-states -1` to `--max-states=-1`, as node:util takes the number for an option. */
function withNumbers(args: readonly string[], options: Options): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1) ?? '';
    const takesIt = last.startsWith('--') && options[last.slice(2)]?.type === 'string';
    if (takesIt && /^-[\d.]/.test(arg)) joined.push(`${joined.pop()!}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** The value that stands behind an option in the arguments, if one does. */
function valueBehind(option: string, args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => arg.split('=', 1)[0] === option);
  const [, joined] = args[at]?.split(/=(.*)/s) ?? [];
  const next = args.at(at + 1);
  return joined ?? (at < 0 || next?.startsWith('-') ? undefined : next);
}

/** Turns an error message of node:util into a Complaint. */
function complaintOf(
  command: string,
  message: string,
  options: Options,
  args: readonly string[],
): Complaint {
  const hint = `youngcheck ${command} --help`;
  const names = Object.keys(options).map((name) => `--${name}`);
  const unknown = /Unknown option '(.*?)'/.exec(message)?.[1];
  if (unknown !== undefined) {
    const guess = closest(unknown, names);
    const meant = guess === undefined ? '' : `; did you mean '${guess}'?`;
    const text = `unknown option ${quote(unknown)}${meant}`;
    const word = unknown.replace(/^--?/, '');
    const meantCommand = commandMeant(command, options, word, valueBehind(unknown, args));
    return new Complaint(text, undefined, { hint: meantCommand, possible: names });
  }
  const missing = /Option '(?:-\w, )?(--[\w-]+)/.exec(message)?.[1];
  if (missing !== undefined) {
    const takes = options[missing.slice(2)]?.type === 'string';
    return new Complaint(`${missing} ${takes ? 'needs a value' : 'takes no value'}`, undefined, {
      hint,
    });
  }
  return new Complaint(message.split('\n')[0], undefined, { hint });
}

/** Refuses arguments if a subcommand takes only options. */
export function refuseArguments(
  command: string,
  positionals: readonly string[],
  options: Options,
): void {
  if (positionals.length === 0) return;
  const [word] = positionals;
  const text = `${command} takes no argument ${quote(word)}`;
  throw new Complaint(text, undefined, { hint: commandMeant(command, options, word) });
}

/** The one file that a subcommand takes, if it is given. More than one is refused. */
export function readFileArgument(
  command: string,
  positionals: readonly string[],
): string | undefined {
  if (positionals.length <= 1) return positionals.at(0);
  const text = `${command} takes one file, not ${positionals.length}`;
  throw new Complaint(text, undefined, { hint: `youngcheck ${command} --help` });
}

/** The complaint about an option whose value is not possible. */
export function cannotBe(option: string, source: string, ...possible: string[]): Complaint {
  const place = { file: option, line: 1, column: 1, source };
  return new Complaint(`${option} cannot be ${quote(source)}`, place, { possible });
}

/** Reads a number that an option takes: above 0, with an optional fraction and unit. */
export function readNumber(
  option: string,
  text: string | undefined,
  units: Readonly<Record<string, number>>,
): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(text);
  const factor = match && Object.hasOwn(units, match[2]) ? units[match[2]] : undefined;
  const value = factor === undefined ? 0 : Number(match![1]) * factor;
  if (value > 0 && Number.isFinite(value)) return value;
  const known = Object.keys(units).filter((unit) => unit !== '');
  const unit = known.length > 0 ? `, with ${known.join(', ')} or none` : '';
  throw cannotBe(option, text, `a number above 0${unit}`);
}

/** Reads a whole number that an option takes: above 0, up to `most`, with an optional unit. */
export function readWhole(
  option: string,
  text: string | undefined,
  units: Readonly<Record<string, number>>,
  most: number,
): number | undefined {
  const number = readNumber(option, text, units);
  if (number === undefined || (Number.isInteger(number) && number <= most)) return number;
  throw cannotBe(option, text!, `a whole number up to ${most}`);
}
