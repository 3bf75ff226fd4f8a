/**
 * Cuts a text into lines. The text may come from a mail, an archive of mails or a patch: quoted,
 * with any line ends, with tabs and non-breaking spaces. Columns are those of the original line.
 */
import type { Place } from './complaint.ts';
import { Complaint } from './complaint.ts';
import { firstUnprintable } from './printable.ts';

/** Bytes. No person would read a longer trace. */
const MAX_LENGTH = 4 << 20;

export interface Line {
  /** The line's number; the first line has 1. */
  readonly number: number;
  /** The line as it stands in the file. */
  readonly source: string;
  /** The marks that quote the line, without blanks: `>>`, `>+`. */
  readonly marks: string;
  /** The line with blanks in place of its marks, so that columns stay the same. */
  readonly text: string;
  /** The line up to its note. */
  readonly code: string;
  /** What follows `//` or `#`. */
  readonly note: string | undefined;
  /** Where the lines begin that were joined to this one. */
  readonly seams: readonly Seam[];
}

interface Seam {
  /** The index in `text` where the joined line begins. */
  readonly from: number;
  /** The index of the same letter in the joined line. */
  readonly index: number;
  readonly line: Line;
}

/** Letters of quote marks that are told apart. No mail is quoted more deeply. */
const DEEPEST = 200;
const NO_SEAMS: readonly Seam[] = [];

/** Quote marks: those of mails, also as HTML writes them, of other mailers, and of a patch. */
const MARKS = /^[>|+\s]*(?:&gt;[>|+\s]*)*/;
/** A line with marks and a note alone, or with nothing. */
const SAYS_NOTHING = new RegExp(`${MARKS.source}(//|#|$)`);
const IS_BLANK = new RegExp(`${MARKS.source}$`);

/** Marks of the kinds that a line has, and `>`, which any line of a mail may have. */
function marksLike(marks: string): RegExp {
  const some = `[>\\s${['|', '+'].filter((mark) => marks.includes(mark)).join('')}]*`;
  return new RegExp(`^${some}(?:&gt;${some})*`);
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

/** What an archive writes for letters that mean something in HTML. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#34;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
};
const ENTITY = new RegExp(Object.keys(ENTITIES).join('|'), 'g');

/** Reads a text line by line, and knows its position. */
export class Lines {
  readonly file: string;
  /** The index of the next line. */
  next = 0;
  private readonly sources: readonly string[];
  /** The marks that are skipped at the beginning of a line. */
  private marks = MARKS;
  private knownAsHtml: boolean | undefined;

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
    if (this.sources.every((source) => IS_BLANK.test(source))) {
      throw new Complaint('the file is empty', start, { hint: 'youngcheck mail prints a trace' });
    }
  }

  /** The number of all lines. */
  get count(): number {
    return this.sources.length;
  }

  line(index: number): Line {
    const source = this.sources[index];
    const [marks] = this.marks.exec(source)!;
    const text = source.slice(marks.length).trimEnd();
    if (marks === '') return this.cut(index + 1, source, '', text, NO_SEAMS);
    const bare = marks.slice(0, DEEPEST).replaceAll('&gt;', '>').replace(/\s+/g, '');
    return this.cut(index + 1, source, bare, ' '.repeat(marks.length) + text, NO_SEAMS);
  }

  /** Cuts the text of a line into its code and its note. */
  private cut(
    number: number,
    source: string,
    marks: string,
    text: string,
    seams: readonly Seam[],
  ): Line {
    const { code, note } = cutNote(text);
    const plain = note === undefined ? undefined : this.plain(note).trim();
    return { number, source, marks, text, code, note: plain, seams };
  }

  /** A line with the rest that a mailer put into the next line. */
  joined(line: Line, rest: Line): Line {
    const written = rest.text.trimStart();
    const seam = {
      from: line.text.length + 1,
      index: rest.text.length - written.length,
      line: rest,
    };
    const text = `${line.text} ${written}`;
    return this.cut(line.number, line.source, line.marks, text, [...line.seams, seam]);
  }

  /** What a text says: every white space is a blank, and letters are not those of HTML. */
  plain(text: string): string {
    const letters = this.isHtml ? text.replace(ENTITY, (entity) => ENTITIES[entity]) : text;
    return letters.replace(/\s/g, ' ');
  }

  /** An archive of mails quotes with `&gt;`. Elsewhere a note may be about HTML. */
  private get isHtml(): boolean {
    this.knownAsHtml ??= this.sources.some((source) => MARKS.exec(source)![0].includes('&gt;'));
    return this.knownAsHtml;
  }

  /**
   * Goes to a line where a trace begins. Its marks are those of this line, so that a drawing in a
   * comment may begin with a bar.
   */
  begin(index: number): void {
    this.next = index;
    this.marks = marksLike(MARKS.exec(this.sources[index])![0]);
  }

  /** Goes to a line outside of a trace. */
  leave(index: number): void {
    this.next = index;
    this.marks = MARKS;
  }

  /** Returns the next line that has content, and does not consume it. */
  peek(): Line | undefined {
    this.next = this.contentFrom(this.next);
    return this.next < this.count ? this.line(this.next) : undefined;
  }

  /** The index of the first line with content from `index` on. */
  contentFrom(index: number): number {
    let from = index;
    while (from < this.count && SAYS_NOTHING.test(this.sources[from])) from++;
    return from;
  }

  /** The text of that line; empty if there is none. */
  textFrom(index: number): string {
    const from = this.contentFrom(index);
    return from < this.count ? this.line(from).text : '';
  }

  /** The next line, if it has content: nothing stands between it and the line before. */
  get adjacent(): Line | undefined {
    const source = this.sources.at(this.next);
    return source === undefined || SAYS_NOTHING.test(source) ? undefined : this.line(this.next);
  }

  /** Consumes the next line of a trace, whatever it has. */
  take(): Line | undefined {
    if (this.next >= this.count) return undefined;
    const line = this.line(this.next++);
    const at = firstUnprintable(line.source);
    if (at < 0) return line;
    const code = line.source.codePointAt(at)!.toString(16).toUpperCase().padStart(4, '0');
    throw new Complaint(`U+${code} is not printable, and cannot stand here`, this.at(line, at + 1));
  }

  /** The place of a column in a line, or of the beginning of its text. */
  at(line: Line, column = line.text.search(/\S/) + 1): Place {
    const seam = line.seams.findLast(({ from }) => from < column);
    if (seam !== undefined) return this.at(seam.line, column - seam.from + seam.index);
    return { file: this.file, line: line.number, column: Math.max(1, column), source: line.source };
  }

  /** The place behind the last line that has content. */
  get end(): Place {
    let index = this.count - 1;
    while (IS_BLANK.test(this.sources[index])) index--;
    const last = this.line(index);
    return this.at(last, last.text.length + 1);
  }
}
