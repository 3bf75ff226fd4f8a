/**
 * Prints what a log teaches: each list with what it leaves open, and the system to check. All of it
 * is a file for `--system`, where only the last lines are no comments.
 */
import { CALLBACKS, PROGRAMS } from '../../../model/system.ts';
import { wrap } from '../../trace/wrap.ts';
import type { Pieces } from '../../search/progress.ts';
import { candidates } from '../candidates.ts';
import type { Conformance } from '../conform.ts';
import type { Ranked } from '../infer.ts';
import { ranking } from '../infer.ts';
import type { Learning } from './learn.ts';
import { isNothing } from './learn.ts';
import type { Compared, Nearest } from './nearest.ts';
import { offer } from './nearest.ts';

const WIDTH = 76;
/** The column in which lists begin. */
const NAME = 23;

/** How many lists are printed that fit as well as the first. */
export const MOST_TEXTS = 12;

const comment = (line: string): string => `# ${line}`.trimEnd();

/** A sentence below a list. A line that goes on is indented. */
const note = (text: string): string[] =>
  wrap(text, WIDTH - NAME - 2).map((line, i) => ' '.repeat(NAME + (i === 0 ? 0 : 2)) + line);

/** The other lists that fit, that of the preset first. */
function alternatives({ learned: { texts }, text, fits }: Compared): string[] {
  const [first, ...rest] = texts;
  const others = fits && text !== first ? [text, ...rest.filter((one) => one !== text)] : rest;
  const more = others.length - MOST_TEXTS;
  const printed = others.slice(0, MOST_TEXTS);
  return [
    ...printed.map((one) => `${' '.repeat(NAME)}or ${one}`),
    ...(more > 0 ? note(`or ${more} more, which have more of what is not decided`) : []),
  ];
}

function listLines(compared: Compared, nearest: string): string[] {
  const { learned, text, fits } = compared;
  const { name, texts, times, others, open } = learned;
  const all = others.reduce((sum, other) => sum + other.times, times);
  const count = `seen ${all} time${all === 1 ? '' : 's'}`;
  const disagree = others.map((other) => `${other.times} of them fit ${other.text} instead`);
  return [
    `  ${name.padEnd(NAME - 2)}${texts[0]}`,
    ...note([count, ...disagree].join('; ')),
    ...(fits ? [] : note(`${nearest} has ${text}`)),
    ...open.flatMap((one) => note(`not decided by this log: ${one}`)),
    ...alternatives(compared),
  ];
}

function partLines(part: string, { name, compared }: Nearest, all: readonly string[]): string[] {
  const wrong = compared.filter(({ fits }) => !fits).length;
  const alike =
    wrong === 0
      ? 'every list that the log shows fits it'
      : `${wrong} of ${compared.length} lists differ from it`;
  const shown: readonly string[] = compared.map(({ learned }) => learned.name);
  const unseen = all.filter((one) => !shown.includes(one));
  return [
    `${part}: the nearest preset is ${name}${compared.length === 0 ? '' : `; ${alike}`}`,
    ...compared.flatMap((one) => listLines(one, name)),
    ...(unseen.length === 0
      ? []
      : wrap(`not decided by this log, which does not show them: ${unseen.join(', ')}`, WIDTH)),
    '',
  ];
}

const NOTHING = 'The log shows no operation on a page with a secondary MMU.';

/** One argument of a shell. */
const quoted = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text}'`);

/** How much of the log the system explains that is offered. */
function heldText({ pages, verdicts }: Ranked): string {
  return `Of this log it explains ${pages} of ${verdicts.length} pages.`;
}

/** Prints what a log teaches. The system that it offers is held against the log. */
export function* learnedText(conformance: Conformance, learning: Learning): Pieces<string> {
  if (isNothing(learning)) return `${comment(NOTHING)}\n`;
  const { kernel, driver, hardware, scope } = offer(conformance, learning);
  const parts = { kernel: kernel.written, driver: driver.written, hardware, scope };
  const { log } = conformance;
  const [held] = yield* ranking(log, candidates({ ...parts }, log));
  const command = Object.entries(parts).map(([part, text]) => `--${part} ${quoted(text)}`);
  const system = 'The system: the nearest presets, with the lists above where theirs do not fit.';
  return [
    ...partLines('kernel', kernel, PROGRAMS),
    ...partLines('driver', driver, CALLBACKS),
    ...wrap(`${system} ${heldText(held)}`, WIDTH),
    `  youngcheck check ${command.join(' ')}`,
  ]
    .map(comment)
    .concat(Object.entries(parts).map(([part, text]) => part.padEnd(9) + text))
    .join('\n')
    .concat('\n');
}
