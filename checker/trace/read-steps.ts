/**
 * Reads the events of a trace, one a line. The rest of a line that a mailer wrapped is joined where
 * it can belong to nothing but the event above it.
 */
import { ACTORS } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { Complaint, closest, quote } from './complaint.ts';
import type { Line, Lines } from './lines.ts';
import type { Pieces } from './pieces.ts';
import { going } from './pieces.ts';
import type { ReadStep } from './read-step.ts';
import { Vocabulary, readStep } from './read-step.ts';

/** The words that begin the last line of a trace. */
export const LAST_WORDS = ['violates', 'ends'] as const;

/** The rest of a line behind its first word, if that is `word`. */
export function behind(word: string, { code }: Line): string | undefined {
  const text = code.trim();
  if (!text.startsWith(word)) return undefined;
  const rest = text.slice(word.length);
  return rest === '' || /^\s/.test(rest) ? rest.trimStart() : undefined;
}

export const isLast = (line: Line): boolean =>
  LAST_WORDS.some((word) => behind(word, line) !== undefined);

const ACTOR = `(?:${ACTORS.join('|')})\\d*\\s*:`;
const EVENT = new RegExp(`^\\s*\\(\\s*\\d+\\s*\\)\\s*${ACTOR}`);
/** An event, or one whose number is not as it should be. */
const EVENT_OF_SORTS = new RegExp(`^\\s*(?:\\(\\s*(?:\\d|\\w{0,3}\\s*\\))|\\d+[).]|${ACTOR})`);

/** Whether a line is an event with its number, wherever it stands. */
export const isEvent = ({ code }: Line): boolean => EVENT.test(code);

/** How many lines of a trace are one piece of work. */
export const PIECE = 1024;

/** Reads the events up to the last line. */
export function* readingSteps(lines: Lines, system: System): Pieces<ReadStep[]> {
  const vocabulary = new Vocabulary(system);
  const steps: ReadStep[] = [];
  for (let at = 1; ; at++) {
    if (at % PIECE === 0) yield* going(lines.next, lines.count);
    const line = lines.peek();
    if (line === undefined || isLast(line)) break;
    const isStep = /^\s*\(/.test(line.code);
    if (!isStep && !isRestOfNote(lines, line)) throw notAnEvent(lines, line, steps.length + 1);
    lines.take();
    if (isStep) steps.push(readWrapped(lines, line, steps.length + 1, vocabulary));
  }
  if (steps.length === 0) {
    const line = lines.peek();
    throw new Complaint(
      'the trace has no events: expected (1)',
      line === undefined ? lines.end : lines.at(line),
    );
  }
  return steps;
}

/** Whether a line goes on with a note that has a line of its own. */
function isRestOfNote(lines: Lines, line: Line): boolean {
  const above = lines.line(lines.next - 1);
  const isNote = above.note !== undefined && above.code.trim() === '';
  return isNote && above.marks === line.marks && canBeRest(line);
}

/** No mailer makes more lines of one. */
const MOST_RESTS = 8;

/** Reads an event with the lines into which a mailer has put the rest of it. */
function readWrapped(lines: Lines, line: Line, number: number, vocabulary: Vocabulary): ReadStep {
  const reads = (whole: Line) => readStep(lines, whole, number, vocabulary);
  let whole = line;
  let above = line;
  for (let count = 0; count < MOST_RESTS; count++) {
    const rest = lines.adjacent;
    if (rest === undefined) break;
    const joined = lines.joined(whole, rest);
    const belongs =
      whole.note === undefined
        ? doesNotComplain(() => reads(joined))
        : canBeRest(rest) && noteGoesOn(lines, above);
    if (!belongs) break;
    lines.take();
    whole = joined;
    above = rest;
  }
  return reads(whole);
}

function doesNotComplain(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    if (error instanceof Complaint) return false;
    throw error;
  }
}

/** Whether a line among the events is none, and no slip of the pen for what may stand there. */
const canBeRest = (line: Line): boolean =>
  !isLastOfSorts(line) &&
  !EVENT_OF_SORTS.test(line.code) &&
  !/^\s*(\/\*|[{}]|Trace\s)/.test(line.text);

/** A last line, or one with a slip of the pen. A sentence may begin with the same words. */
function isLastOfSorts(line: Line): boolean {
  const words = line.code.trim().split(/\s+/);
  const meant = meantLast(line);
  return meant === 'ends' ? words.length <= 2 : meant !== undefined && /^$|-/.test(words[1] ?? '');
}

const meantLast = ({ code }: Line): string | undefined =>
  closest(code.trim().split(/\s/)[0], LAST_WORDS);

/** No mailer wraps a line at fewer columns. */
const LEAST_WIDTH = 60;

/**
 * Whether the next line is the rest of the note above it. If it is quoted as the line above is, it
 * can be nothing else. If it is not, the mailer that wrapped the quotation has lost the marks, or
 * somebody replies. A mailer wraps only what is too long, and the quotation goes on behind it.
 */
function noteGoesOn(lines: Lines, above: Line): boolean {
  const rest = lines.line(lines.next);
  if (rest.marks === above.marks) return true;
  const [word] = rest.source.trim().split(/\s/);
  if (above.source.trimEnd().length + 1 + word.length <= LEAST_WIDTH) return false;
  const most = Math.min(lines.count, lines.next + MOST_RESTS);
  for (let index = lines.next + 1; index < most; index++) {
    const { marks, text } = lines.line(index);
    if (marks !== rest.marks || text.trim() === '') return marks === above.marks;
  }
  return false;
}

function notAnEvent(lines: Lines, line: Line, number: number): Complaint {
  const meant = number > 1 ? meantLast(line) : undefined;
  const guess = meant === undefined ? '' : `; did you mean '${meant}'?`;
  const expected = number > 1 ? `(${number}), 'violates PROPERTY' or 'ends'` : '(1)';
  const hint = meant === undefined && number > 1 ? strangerHint(lines, line) : undefined;
  const advice = hint === undefined ? {} : { hint };
  const message = `expected ${expected}, not ${quote(line.code.trim())}${guess}`;
  return new Complaint(message, lines.at(line), advice);
}

/**
 * A hint for a line among the events that is no event. It may be a reply, or the rest of the line
 * above.
 */
function strangerHint(lines: Lines, line: Line): string | undefined {
  const above = lines.line(lines.next - 1);
  if (above.marks !== '' && line.marks === '') {
    return 'take replies between the lines of a quoted trace out';
  }
  return above.text.trim() === ''
    ? undefined
    : 'a line that a mailer wrapped? join it with the one above';
}
