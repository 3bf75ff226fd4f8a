/** Prints a trace in the one form that parseTrace() reads back unchanged. */
import type { Event } from '../../model/events.ts';
import { answersOf, eventText } from '../../model/events.ts';
import type { Scope } from '../../model/system.ts';
import { printable } from './printable.ts';
import { printSetup } from './setup.ts';
import type { Answer, Trace, TraceStep } from './trace.ts';
import { verdictText } from './trace.ts';
import { wrap } from './wrap.ts';

/** The width of a text that passes through mails unharmed. */
export const WIDTH = 72;
/** The most blanks between the longest event and its note. */
const GAP = 4;

/** An event and its answer: `kswapd: folio_referenced A == 1`. */
export function printEvent(event: Event, scope: Scope, answer?: Answer): string {
  const words = answersOf(event, scope);
  const text = eventText(event);
  return words === undefined || answer === undefined ? text : `${text} == ${words[answer]}`;
}

/** An event with its number, counted from 1: `(2) kswapd: folio_referenced A == 1`. */
export const printStep = (number: number, { event, answer }: TraceStep, scope: Scope): string =>
  `(${number}) ${printEvent(event, scope, answer)}`;

/** Prints the whole trace. */
export function printTrace(trace: Trace): string {
  const { system } = trace;
  const name = inWord(trace.name ?? '');
  const sections = [
    ...(name === '' ? [] : [[`Trace ${name}`]]),
    printComment(trace),
    ['{', ...printSetup(system).map((line) => `  ${line}`), '}'],
    printSteps(trace),
    [verdictText(trace.verdict)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function printComment({ result, story = '' }: Trace): string[] {
  const paragraphs = story
    .replaceAll('*/', '* /')
    .split('\n\n')
    .filter((paragraph) => paragraph !== '');
  const sections = [
    ...(result === undefined ? [] : [[`Result: ${result}`]]),
    ...paragraphs.map((text) =>
      text.startsWith(' ') ? text.split('\n') : wrap(text, WIDTH - ' * '.length),
    ),
  ];
  if (sections.length === 0) return [];
  const lines = sections.flatMap((section, i) => (i === 0 ? section : ['', ...section]));
  return [
    '/*',
    ...lines.map((line) => ` * ${printable(line.replace(/\s/g, ' '))}`.trimEnd()),
    ' */',
  ];
}

/**
 * Prints events. Their notes stand in one column if the width allows it; otherwise each stands
 * behind its event.
 */
function printSteps({ steps, system }: Trace): string[] {
  const lines = steps.map((step, i) => ({
    text: printStep(i + 1, step, system.scope),
    note: noteText(step),
  }));
  const longest = lines.reduce((most, { text, note }) => (note ? maxOf(most, text) : most), 0);
  const fitting = lines.filter(({ note }) => longest + 1 + note.length <= WIDTH);
  const widest = fitting.reduce((most, { note }) => maxOf(most, note), 0);
  const column = longest + Math.max(1, Math.min(GAP, WIDTH - longest - widest));
  return lines.map(({ text, note }) => {
    if (note === '') return text;
    return column + note.length <= WIDTH ? text.padEnd(column) + note : `${text} ${note}`;
  });
}

function noteText({ note = '' }: TraceStep): string {
  const text = inLine(note);
  return text === '' ? '' : `// ${text}`;
}

const maxOf = (most: number, text: string): number => Math.max(most, text.length);

/** A text in one line. Letters stay as they are; what no trace may have is spelled. */
const inLine = (text: string): string => printable(text.replace(/\s/g, ' ').trim());

/** A title in one word. No note may begin in it. */
const inWord = (name: string): string =>
  inLine(name)
    .replace(/\s+/g, '-')
    .replace(/\/{2,}/g, '/');
