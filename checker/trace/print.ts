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
  const { steps, system, verdict } = trace;
  const texts = steps.map((step, i) => [printStep(i + 1, step, system.scope), noteText(step)]);
  const margin = new Margin();
  for (const [text, note] of texts) margin.add(text, note);
  const lines = texts.map(([text, note]) => `${margin.line(text, note)}\n`);
  const events = lines.length > 0 ? `${lines.join('')}\n` : '';
  return `${printHead(trace)}${events}${verdictText(verdict)}\n`;
}

/** Prints what stands above the events of a trace, with an empty line behind it. */
export function printHead(trace: Omit<Trace, 'steps' | 'verdict'>): string {
  const name = inWord(trace.name ?? '');
  const sections = [
    ...(name === '' ? [] : [[`Trace ${name}`]]),
    printComment(trace),
    ['{', ...printSetup(trace.system).map((line) => `  ${line}`), '}'],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n\n`)
    .join('');
}

function printComment({ result, story = '' }: Omit<Trace, 'steps' | 'verdict'>): string[] {
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
 * Where notes stand: in one column if the width allows it; otherwise each stands behind its event.
 * It is told all lines before it places the first, and keeps none of them.
 */
export class Margin {
  private longest = 0;
  /** The lengths of all notes. They are few, as a note fits its line. */
  private readonly lengths = new Set<number>();
  private placed: number | undefined;

  add(text: string, note: string): void {
    if (note === '') return;
    this.placed = undefined;
    this.longest = Math.max(this.longest, text.length);
    this.lengths.add(note.length);
  }

  /** The same margin, to which more lines can be added. */
  copy(): Margin {
    const copy = new Margin();
    copy.longest = this.longest;
    for (const length of this.lengths) copy.lengths.add(length);
    return copy;
  }

  private place(): number {
    const fitting = [...this.lengths].filter((length) => this.longest + 1 + length <= WIDTH);
    const widest = Math.max(0, ...fitting);
    return this.longest + Math.max(1, Math.min(GAP, WIDTH - this.longest - widest));
  }

  /** An event with its note. */
  line(text: string, note: string): string {
    if (note === '') return text;
    const column = (this.placed ??= this.place());
    return column + note.length <= WIDTH ? text.padEnd(column) + note : `${text} ${note}`;
  }
}

/** A note with its mark, in one line; empty if there is none. */
export function noteText({ note = '' }: TraceStep): string {
  const text = inLine(note);
  return text === '' ? '' : `// ${text}`;
}

/** A text in one line. Letters stay as they are; what no trace may have is spelled. */
const inLine = (text: string): string => printable(text.replace(/\s/g, ' ').trim());

/** A title in one word. No note may begin in it. */
const inWord = (name: string): string =>
  inLine(name)
    .replace(/\s+/g, '-')
    .replace(/\/{2,}/g, '/');
