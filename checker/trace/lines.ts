/**
 * Cuts a text into lines. The text may come from a mail: quoted, with any line ends, with tabs and
 * non-breaking spaces. Columns are those of the original line.
 */
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';

/** Bytes. No person would read a longer trace. */
const MAX_LENGTH = 4 << 20;

export interface Line {
  /** The line's number; the first line has 1. */
  readonly number: number;
  /** The line as it stands in the file. */
  readonly source: string;
  /** The line with blanks in place of quote marks, so that columns stay the same. */
  readonly text: string;
  /** The line up to its note. */
  readonly code: string;
  /** What follows `//` or `#`. */
  readonly note: string | undefined;
  readonly quoted: boolean;
}

/** Cuts a note off a line. It begins with `//` or `#`, but the name of a trace may have a `#`. */
export function cutNote(text: string): Pick<Line, 'code' | 'note'> {
  const header = /^\s*Trace\s+\S+/.exec(text)?.[0] ?? '';
  const marks = [text.indexOf('//'), text.indexOf('#', header.length)].filter((at) => at >= 0);
  if (marks.length === 0) return { code: text, note: undefined };
  const at = Math.min(...marks);
  const mark = text[at] === '#' ? '#' : '//';
  return { code: text.slice(0, at).trimEnd(), note: text.slice(at + mark.length).trim() };
}

function lineOf(source: string, index: number): Line {
  const quotes = /^[>\s]*/.exec(source)![0];
  const text = ' '.repeat(quotes.length) + source.slice(quotes.length).trimEnd();
  return { number: index + 1, source, text, ...cutNote(text), quoted: quotes.includes('>') };
}

/** Matches a line that has only quote marks and a note, or nothing. */
const SAYS_NOTHING = /^[>\s]*(\/\/|#|$)/;

/** Reads a text line by line, and knows its position. */
export class Lines {
  readonly file: string;
  /** The index of the next line. */
  next = 0;
  private readonly sources: readonly string[];

  constructor(text: string, file: string) {
    this.file = file;
    const start = { file, line: 1, column: 1, source: '' };
    if (text.length > MAX_LENGTH)
      throw new Complaint('the text has more than 4 MiB: it is no trace', start);
    this.sources = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
    const binary = this.sources.findIndex((source) => source.includes('\0'));
    if (binary >= 0) {
      const source = this.sources[binary];
      const place = { file, line: binary + 1, column: source.indexOf('\0') + 1, source };
      throw new Complaint('this file is no text: it has a NUL byte', place);
    }
    if (this.sources.every((source) => /^[>\s]*$/.test(source))) {
      throw new Complaint('the file is empty', start, { hint: 'youngcheck mail prints a trace' });
    }
  }

  /** The number of all lines. */
  get count(): number {
    return this.sources.length;
  }

  line(index: number): Line {
    return lineOf(this.sources[index], index);
  }

  /** Returns the next line that has content, and does not consume it. */
  peek(): Line | undefined {
    while (this.next < this.count && SAYS_NOTHING.test(this.sources[this.next])) this.next++;
    return this.next < this.count ? this.line(this.next) : undefined;
  }

  /** Consumes the next line, whatever it has. */
  take(): Line | undefined {
    return this.next < this.count ? this.line(this.next++) : undefined;
  }

  /** The place of a column in a line, or of the beginning of its text. */
  at(line: Line, column = line.text.search(/\S/) + 1): Place {
    return { file: this.file, line: line.number, column: Math.max(1, column), source: line.source };
  }

  /** The place behind the last line that has content. */
  get end(): Place {
    let index = this.count - 1;
    while (/^[>\s]*$/.test(this.sources[index])) index--;
    const last = this.line(index);
    return this.at(last, last.text.length + 1);
  }
}
