/**
 * A text cut into lines, as it may come out of a mail: quoted, with any line ends, with tabs and
 * non-breaking spaces. Columns are those of the original line.
 */
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';

/** More than any trace that a person would read. */
const MAX_LENGTH = 4 << 20;

export interface Line {
  /** 1-based. */
  readonly number: number;
  /** As it stands in the file. */
  readonly source: string;
  /** The same columns, with blanks instead of quote marks. */
  readonly text: string;
  /** The same up to the note. */
  readonly code: string;
  /** What follows `//`. */
  readonly note: string | undefined;
  readonly quoted: boolean;
}

function lineOf(source: string, index: number): Line {
  const quotes = /^[>\s]*/.exec(source)![0];
  const text = ' '.repeat(quotes.length) + source.slice(quotes.length).trimEnd();
  const slashes = text.indexOf('//');
  return {
    number: index + 1,
    source,
    text,
    code: slashes < 0 ? text : text.slice(0, slashes).trimEnd(),
    note: slashes < 0 ? undefined : text.slice(slashes + 2).trim(),
    quoted: quotes.includes('>'),
  };
}

/** The line is blank, but for quote marks and a note. */
const SAYS_NOTHING = /^[>\s]*(\/\/|$)/;

/** Reads a text line by line, and knows where it is. */
export class Lines {
  readonly file: string;
  /** Index of the line that comes next. */
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

  /** Lines in all. */
  get count(): number {
    return this.sources.length;
  }

  line(index: number): Line {
    return lineOf(this.sources[index], index);
  }

  /** The next line that says something, not consumed. */
  peek(): Line | undefined {
    while (this.next < this.count && SAYS_NOTHING.test(this.sources[this.next])) this.next++;
    return this.next < this.count ? this.line(this.next) : undefined;
  }

  /** The next line whatever it says, consumed. */
  take(): Line | undefined {
    return this.next < this.count ? this.line(this.next++) : undefined;
  }

  /** A place in a line: at a column, or where its text begins. */
  at(line: Line, column = line.text.search(/\S/) + 1): Place {
    return { file: this.file, line: line.number, column: Math.max(1, column), source: line.source };
  }

  /** Behind the last line that says something. */
  get end(): Place {
    let index = this.count - 1;
    while (/^[>\s]*$/.test(this.sources[index])) index--;
    const last = this.line(index);
    return this.at(last, last.text.length + 1);
  }
}
