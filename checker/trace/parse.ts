/**
 * Reads a trace from the text of a file or of a mail. docs/trace-format.md describes the format.
 */
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import type { Sighting } from './find.ts';
import {
  HEADER,
  begins,
  isHeader,
  isTraceAlone,
  isWholeLast,
  lookFrom,
  resumeFrom,
} from './find.ts';
import type { Line } from './lines.ts';
import { Lines } from './lines.ts';
import type { Pieces } from './pieces.ts';
import { going, whole } from './pieces.ts';
import { readAbout } from './read-about.ts';
import { readSetup } from './read-setup.ts';
import { behind, isEvent, readingSteps } from './read-steps.ts';
import type { Trace, TraceEnd } from './trace.ts';

/** Reads a text that is one trace. Any error in it is thrown as one Complaint that points at it. */
export function parseTrace(text: string, file: string): Trace {
  const lines = new Lines(text, file);
  const inMail = findTrace(lines);
  return whole(hinting(readingAlone(lines, inMail)));
}

/** Reads a trace with nothing behind it. */
function* readingAlone(lines: Lines, inMail: boolean): Pieces<Trace> {
  const { trace, last } = yield* readingTrace(lines);
  checkRest(lines, last, inMail);
  return trace;
}

/** A trace that was found in a text, or what looks like one and is none. */
export interface Found {
  /** The line where it begins. */
  readonly line: number;
  readonly name?: string;
  readonly read: Trace | Complaint;
}

/**
 * Reads every trace of a text: of a mail with quotations, of a patch, of what another command has
 * printed. Text between traces is skipped.
 */
export function* parsingTraces(text: string, file: string): Pieces<Found[]> {
  const lines = new Lines(text, file);
  const found: Found[] = [];
  let next: Sighting | undefined = isTraceAlone(lines)
    ? { index: lines.contentFrom(0), what: 'trace' }
    : lookFrom(lines, 0, {});
  while (next !== undefined) {
    const { index } = next;
    yield* going(index, lines.count);
    if (next.what === 'trace') {
      const one = yield* foundAt(lines, index);
      found.push(one);
      const { read } = one;
      const isBroken = read instanceof Complaint;
      const from = isBroken ? resumeFrom(lines, index, (read.place?.line ?? 0) - 1) : lines.next;
      lines.leave(from);
      next = lookFrom(lines, from, { behindTrace: !isBroken, calm: isBroken });
    } else {
      found.push({ line: index + 1, read: strayed(lines, index, next.what) });
      next = lookFrom(lines, index + 1, { calm: true });
    }
  }
  return found;
}

/** Reads the trace that begins at a line. */
function* foundAt(lines: Lines, index: number): Pieces<Found> {
  lines.begin(index);
  const name = HEADER.exec(lines.line(index).code)?.[1];
  const about = { line: index + 1, ...(name === undefined ? {} : { name: lines.plain(name) }) };
  try {
    const { trace } = yield* hinting(readingTrace(lines));
    return { ...about, read: trace };
  } catch (error) {
    if (error instanceof Complaint) return { ...about, read: error };
    throw error;
  }
}

function strayed(lines: Lines, index: number, what: 'event' | 'end'): Complaint {
  const line = lines.line(index);
  if (what === 'end') {
    return new Complaint(
      `the trace above has ended: ${quote(line.code.trim())} does not belong to it`,
      lines.at(line),
    );
  }
  return new Complaint(`${quote(line.code.trim())} belongs to no trace`, lines.at(line), {
    hint: "a trace begins with 'Trace NAME', or with its setup block: '{}' takes every default",
  });
}

/** What a text may be encoded in, by a line that is wrong, and what to do about it. */
const ENCODINGS: readonly (readonly [RegExp, string])[] = [
  // '=3D' is '=', and '=20' a blank at the end of a line.
  [/=3D|\s=20$/, 'quoted-printable: decode the mail first'],
  [/^[>|\s]*"schema":/, 'a document of --json: replay takes what the command prints without it'],
  [
    /<\/?(?:pre|span|br|p|div|a|b|i|tt|code|td|tr)[\s>/]|&(?:#\d+|#x[\da-f]+|[a-z]{2,8});/i,
    'HTML: take the text of the mail, which an archive has as raw',
  ],
  [
    /^[>|\s]*-\s*(?:\(\d|(?:kernel|driver|hardware|scope|violates|ends)\b)/,
    'a line that a patch takes out? apply the patch first',
  ],
];

/** Adds a hint to a complaint about a line that is encoded. */
function* hinting<T>(work: Pieces<T>): Pieces<T> {
  try {
    return yield* work;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const { message, place, advice } = error;
    const encoding = ENCODINGS.find(([sign]) => sign.test(place?.source ?? ''));
    if (encoding === undefined) throw error;
    throw new Complaint(message, place, { ...advice, hint: encoding[1] });
  }
}

interface ReadTrace {
  readonly trace: Trace;
  readonly last: Line;
}

function* readingTrace(lines: Lines): Pieces<ReadTrace> {
  const name = readName(lines);
  const about = readAbout(lines);
  const system = readSetup(lines);
  const steps = yield* readingSteps(lines, system);
  const last = readVerdict(lines, system);
  const { result, story } = about;
  const trace: Trace = {
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
  return { trace, last: last.line };
}

/**
 * Moves to the beginning of the one trace of a text. What stands before its header is the text of a
 * mail. Returns true in that case, as more text of the mail may then follow the trace.
 */
function findTrace(lines: Lines): boolean {
  const first = lines.contentFrom(0);
  const isQuoted = first < lines.count && lines.line(first).marks !== '';
  const index = isTraceAlone(lines) ? first : firstTrace(lines, first);
  lines.begin(Math.min(index ?? first, lines.count - 1));
  return index !== undefined && (index > first || isQuoted);
}

function firstTrace(lines: Lines, from: number): number | undefined {
  for (let index = from; index < lines.count; index++) if (isHeader(lines, index)) return index;
  return undefined;
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
  return lines.plain(name);
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
    const below = violated === '' ? lines.adjacent : undefined;
    const property = PROPERTIES.find(({ name }) => name === below?.code.trim());
    if (property !== undefined) {
      // A mailer has wrapped the line.
      lines.take();
      const place = lines.at(below!);
      return { verdict: readProperty(property.name, system, place), place, line: below! };
    }
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
  lines.leave(lines.next);
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    if (/^\s*--$/.test(line.code)) return;
    if (begins(lines, lines.next)) {
      throw new Complaint('a second trace begins here', lines.at(line), {
        hint: 'one file holds one trace here; youngcheck replay takes any number',
      });
    }
    if (isWholeLast(line) || isEvent(line) || !inMail) {
      const message = `the trace has ended at line ${last.number}: ${quote(line.code.trim())}`;
      throw new Complaint(`${message} does not belong to it`, lines.at(line));
    }
    lines.next++;
  }
}
