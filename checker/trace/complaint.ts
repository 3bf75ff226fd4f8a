/**
 * Complaints about a text that a person wrote: the place of the error, what would have been right,
 * and what to do next.
 */

import { printable, spelled } from './printable.ts';

/** A place in a text: 1-based line and column, and the line itself. */
export interface Place {
  /** The name of the file, or the option whose argument the text is. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly source: string;
}

export interface Advice {
  /** The next command to run. */
  readonly hint?: string;
  /** What would have been right. */
  readonly possible?: readonly string[];
}

/**
 * Bad input. Printed without a stack trace; the command exits with status 2. What a terminal would
 * obey is spelled here, whoever put it into the message: a file name, an argument, a line of a log.
 */
export class Complaint extends Error {
  readonly place: Place | undefined;
  readonly advice: Advice;

  constructor(message: string, place?: Place, advice: Advice = {}) {
    super(printable(message));
    this.name = 'Complaint';
    this.place = place;
    this.advice = advice;
  }

  /** `file:line:col: error: ...`, the line with a caret, a hint, then what was possible. */
  format(): string {
    const { place, advice } = this;
    const lines = [];
    if (place === undefined) {
      lines.push(`error: ${this.message}`);
    } else {
      lines.push(`${placeText(place)}:${place.column}: error: ${this.message}`);
      lines.push(...excerpt(place));
    }
    if (advice.hint !== undefined) lines.push(`hint: ${printable(advice.hint)}`);
    if (advice.possible !== undefined && advice.possible.length > 0) {
      lines.push('possible:', ...advice.possible.map((line) => `  ${printable(line)}`));
    }
    return lines.join('\n');
  }
}

const EXCERPT_WIDTH = 100;

/** A line of a file, as editors and terminals find it: `mail.txt:12`. */
export const placeText = ({ file, line }: Pick<Place, 'file' | 'line'>): string =>
  `${printable(file)}:${line}`;

/** Shows what is not ASCII by its code. So letters that look alike are told apart. */
const inAscii = (text: string): string => text.replace(/[^\x20-\x7e]/gu, spelled);

/** Prints the source line and a caret below the column, cut to the width of a screen. */
function excerpt({ source, column }: Place): string[] {
  const line = source.replace(/[\t\u00a0]/g, ' ');
  const before = inAscii(line.slice(0, column - 1)).padEnd(column - 1);
  const start = Math.max(0, before.length - EXCERPT_WIDTH / 2);
  const shown = (before + inAscii(line.slice(column - 1))).slice(start, start + EXCERPT_WIDTH);
  if (shown.trim() === '') return [];
  return [`  ${shown.trimEnd()}`, `  ${' '.repeat(before.length - start)}^`];
}

/** Quotes what was written in a message. The quotation is short and safe on a terminal. */
export function quote(written: string): string {
  const [shown] = /^.{0,37}/su.exec(written)!;
  const short = written.length > 40 ? `${shown}...` : written;
  return `'${inAscii(short)}'`;
}

/** The end of a message about an unknown name: it suggests the name that may have been meant. */
export function didYouMean(written: string, names: readonly string[]): string {
  const guess = closest(written, names);
  return guess === undefined ? '' : `; did you mean '${guess}'?`;
}

/**
 * The candidate most like what was written. It counts as like if one edit for every three letters
 * suffices.
 */
export function closest(written: string, candidates: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.floor(Math.max(3, written.length) / 3) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(written.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
