/** Reads the comment of a trace: the result, and the story. */
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import type { Line, Lines } from './lines.ts';
import { cutNote } from './lines.ts';
import type { TraceResult } from './trace.ts';
import { RESULTS } from './trace.ts';

export interface About {
  readonly result?: { readonly value: TraceResult; readonly place: Place };
  readonly story?: string;
}

/** A line of the comment without its decoration: the column where its text begins, and the text. */
interface Inner {
  readonly line: Line;
  readonly column: number;
  readonly text: string;
}

/** Reads the comment, if the trace has one. */
export function readAbout(lines: Lines): About {
  const opening = lines.peek();
  if (opening === undefined || !/^\s*\/\*/.test(opening.text)) return {};
  const inner = readComment(lines, opening);
  const first = inner.findIndex(({ text }) => text.trim() !== '');
  const result = first < 0 ? undefined : readResult(lines, inner[first]);
  const told = result === undefined ? inner : inner.slice(first + 1);
  const story = storyOf(told.map(({ text }) => lines.plain(text)));
  return {
    ...(result === undefined ? {} : { result }),
    ...(story === '' ? {} : { story }),
  };
}

function readComment(lines: Lines, opening: Line): Inner[] {
  const inner: Inner[] = [];
  for (;;) {
    const line = lines.take();
    if (line === undefined) throw new Complaint("this comment has no '*/'", lines.at(opening));
    const isFirst = line.number === opening.number;
    const from = isFirst ? line.text.indexOf('/*') + 2 : 0;
    const end = line.text.indexOf('*/', from);
    const body = line.text.slice(from, end < 0 ? undefined : end);
    // More than one blank behind a star is indentation that the author wants to keep.
    const decoration = /^\s*\*+ ?|^\s*/.exec(body)![0].length;
    inner.push({
      line,
      column: from + decoration + 1,
      text: body.slice(decoration).trimEnd(),
    });
    if (end < 0) continue;
    const rest = cutNote(line.text.slice(end + 2)).code.trim();
    if (rest !== '') {
      const column = line.text.indexOf(rest, end + 2) + 1;
      throw new Complaint(`${quote(rest)} does not belong behind '*/'`, lines.at(line, column));
    }
    return inner;
  }
}

function readResult(lines: Lines, { line, column, text }: Inner): About['result'] {
  const label = /^\s*Result:\s*/.exec(text)?.[0];
  if (label === undefined) return undefined;
  const written = text.slice(label.length);
  const place = lines.at(line, column + label.length);
  const value = RESULTS.find((result) => result === written);
  if (value !== undefined) return { value, place };
  const message = `a result is not ${quote(written)}${didYouMean(written, RESULTS)}`;
  throw new Complaint(message, place, { possible: RESULTS });
}

/** Joins each paragraph to one line. A paragraph keeps its lines if all of them are indented. */
function storyOf(lines: readonly string[]): string {
  const paragraphs: string[][] = [];
  let inside = false;
  for (const line of lines) {
    const says = line.trim() !== '';
    if (says && !inside) paragraphs.push([]);
    if (says) paragraphs.at(-1)!.push(line);
    inside = says;
  }
  return paragraphs
    .map((paragraph) =>
      paragraph.every((line) => /^\s/.test(line))
        ? paragraph.join('\n')
        : paragraph.join(' ').trim().split(/\s+/).join(' '),
    )
    .join('\n\n');
}
