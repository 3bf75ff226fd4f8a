/**
 * Reads a trace from the text of a file or of a mail. docs/trace-format.md describes the format.
 */
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import type { Place } from './complaint.ts';
import { Complaint, closest, didYouMean, quote } from './complaint.ts';
import type { Line } from './lines.ts';
import { Lines } from './lines.ts';
import { readAbout } from './read-about.ts';
import type { ReadStep } from './read-step.ts';
import { readSetup } from './read-setup.ts';
import { Vocabulary, readStep } from './read-step.ts';
import type { Trace, TraceEnd } from './trace.ts';

/** Quoted-printable mail writes `=3D` for '=', and `=20` for a blank at the end of a line. */
const ENCODED = /=3D|\s=20$/;

/** Reads a trace. Any error in the text is thrown as one Complaint that points at it. */
export function parseTrace(text: string, file: string): Trace {
  try {
    return readTrace(text, file);
  } catch (error) {
    if (!(error instanceof Complaint) || !ENCODED.test(error.place?.source ?? '')) throw error;
    const hint = 'quoted-printable: decode the mail first';
    throw new Complaint(error.message, error.place, { ...error.advice, hint });
  }
}

function readTrace(text: string, file: string): Trace {
  const lines = new Lines(text, file);
  const inMail = findTrace(lines);
  const name = readName(lines);
  const about = readAbout(lines);
  const system = readSetup(lines);
  const steps = readSteps(lines, system);
  const last = readVerdict(lines, system);
  checkRest(lines, last.line, inMail);
  const { result, story } = about;
  return {
    ...(name === undefined ? {} : { name }),
    ...(result === undefined ? {} : { result: result.value }),
    ...(story === undefined ? {} : { story }),
    system,
    steps: steps.map(({ step }) => step),
    verdict: last.verdict,
    source: {
      ...(result === undefined ? {} : { result: result.place }),
      steps: steps.map(({ places }) => places),
      verdict: last.place,
    },
  };
}

const HEADER = /^\s*Trace\s+(\S+)$/;

/**
 * Whether a line is a header that more of a trace follows. A mail may have such a line by chance.
 */
function startsTrace(lines: Lines, index: number): boolean {
  if (!HEADER.test(lines.line(index).code)) return false;
  lines.next = index + 1;
  return /^\s*(\/\*|[{(])/.test(lines.peek()?.text ?? '');
}

/**
 * Moves to the beginning of the trace. What stands before its header is the text of a mail. Returns
 * true in that case, as more text of the mail may then follow the trace.
 */
function findTrace(lines: Lines): boolean {
  const first = lines.peek();
  const from = lines.next;
  if (first === undefined || /^\s*(\/\*|\{)/.test(first.text)) return first?.quoted ?? false;
  for (let index = from; index < lines.count; index++) {
    if (startsTrace(lines, index)) {
      lines.next = index;
      return index > from || first.quoted;
    }
  }
  lines.next = from;
  return false;
}

/** The rest of a line behind its first word, if that is `word`. */
function behind(word: string, { code }: Line): string | undefined {
  const text = code.trim();
  if (!text.startsWith(word)) return undefined;
  const rest = text.slice(word.length);
  return rest === '' || /^\s/.test(rest) ? rest.trimStart() : undefined;
}

function readName(lines: Lines): string | undefined {
  const line = lines.peek();
  if (line === undefined) throw new Complaint('the file has only notes, and no trace', lines.end);
  const name = behind('Trace', line);
  if (name === undefined) {
    if (/^\s*(\/\*|[{(])/.test(line.text)) return undefined;
    const word = line.code.trim();
    const message = `expected 'Trace NAME', a comment or '{', not ${quote(word)}`;
    throw new Complaint(message, lines.at(line), {
      hint: "in a mail, a trace begins at a line of its own: 'Trace NAME'",
    });
  }
  lines.take();
  const column = line.code.length - name.length + 1;
  if (name === '') throw new Complaint("a name is missing after 'Trace'", lines.at(line, column));
  if (/\s/.test(name)) {
    const message = `the name of a trace is one word, not ${quote(name)}`;
    throw new Complaint(message, lines.at(line, column + name.search(/\s/)));
  }
  return name;
}

const isLast = (line: Line): boolean =>
  behind('violates', line) !== undefined || behind('ends', line) !== undefined;

function readSteps(lines: Lines, system: System): ReadStep[] {
  const vocabulary = new Vocabulary(system);
  const steps: ReadStep[] = [];
  for (;;) {
    const line = lines.peek();
    if (line === undefined || isLast(line)) break;
    if (!/^\s*\(/.test(line.code)) throw notAnEvent(lines, line, steps.length + 1);
    lines.take();
    steps.push(readStep(lines, line, steps.length + 1, vocabulary));
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

function notAnEvent(lines: Lines, line: Line, number: number): Complaint {
  const text = line.code.trim();
  const first = text.split(/\s/)[0];
  const meant = number > 1 ? closest(first, ['violates', 'ends']) : undefined;
  const guess = meant === undefined ? '' : `; did you mean '${meant}'?`;
  const expected = number > 1 ? `(${number}), 'violates PROPERTY' or 'ends'` : '(1)';
  const hint = meant === undefined && number > 1 ? strangerHint(lines, line) : undefined;
  const advice = hint === undefined ? {} : { hint };
  return new Complaint(`expected ${expected}, not ${quote(text)}${guess}`, lines.at(line), advice);
}

const WRAPPED = 'a line that a mailer wrapped? join it with the one above';

/**
 * A hint for a line among the events that is no event. It may be a reply, or the rest of the line
 * above.
 */
function strangerHint(lines: Lines, line: Line): string | undefined {
  const above = lines.line(lines.next - 1);
  if (above.quoted && !line.quoted) return 'take replies between the lines of a quoted trace out';
  return above.text.trim() === '' ? undefined : WRAPPED;
}

interface ReadVerdict {
  readonly verdict: TraceEnd;
  readonly place: Place;
  readonly line: Line;
}

function readVerdict(lines: Lines, system: System): ReadVerdict {
  const line = lines.peek();
  if (line === undefined) {
    throw new Complaint("the last line is missing: 'violates PROPERTY' or 'ends'", lines.end);
  }
  lines.take();
  const violated = behind('violates', line);
  const rest = violated ?? behind('ends', line) ?? '';
  const at = lines.at(line, line.code.length - rest.length + 1);
  if (violated !== undefined) {
    const next = violated === '' ? lines.peek() : undefined;
    const isBelow = PROPERTIES.some(({ name }) => name === next?.code.trim());
    if (isBelow) throw new Complaint('a property is missing', lines.at(next!), { hint: WRAPPED });
    return { verdict: readProperty(violated, system, at), place: at, line };
  }
  if (rest !== '') throw new Complaint(`${quote(rest)} does not belong behind 'ends'`, at);
  return { verdict: 'ends', place: lines.at(line), line };
}

function readProperty(written: string, system: System, place: Place): Property {
  const possible = propertiesFor(system).map(({ name }) => name);
  const property = PROPERTIES.find(({ name }) => name === written);
  if (property !== undefined) {
    if (property.applies(system)) return property;
    const message = `${written} does not apply: this system cannot violate it`;
    throw new Complaint(message, place, { possible });
  }
  if (written === '') throw new Complaint('a property is missing', place, { possible });
  if (PROPERTIES.some(({ name }) => name.startsWith(`${written}(`))) {
    const message = `${written} needs an observer in parentheses`;
    throw new Complaint(message, place, { possible });
  }
  const message = `unknown property ${quote(written)}${didYouMean(written, possible)}`;
  throw new Complaint(message, place, { possible });
}

/**
 * Only a mail's signature may follow the last line. In a mail anything may follow but more of a
 * trace.
 */
function checkRest(lines: Lines, last: Line, inMail: boolean): void {
  const place = () => lines.at(lines.line(lines.next));
  const hint = 'one file holds one trace';
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    if (/^\s*--$/.test(line.code)) return;
    if (startsTraceAt(lines)) throw new Complaint('a second trace begins here', place(), { hint });
    const isTrace = isLast(line) || /^\s*\(\d+\)\s*\w+:/.test(line.code);
    if (isTrace || !inMail) {
      const message = `the trace has ended at line ${last.number}: ${quote(line.code.trim())}`;
      throw new Complaint(`${message} does not belong to it`, place());
    }
    lines.take();
  }
}

function startsTraceAt(lines: Lines): boolean {
  const { next } = lines;
  const starts = startsTrace(lines, next);
  lines.next = next;
  return starts;
}
