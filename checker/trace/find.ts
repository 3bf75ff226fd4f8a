/**
 * Finds where a trace begins in a text: a file of its own, a mail, a patch, or what a command of
 * youngcheck has printed.
 */
import type { Line, Lines } from './lines.ts';
import { isEvent } from './read-steps.ts';

/** The header of a trace, with its name. */
export const HEADER = /^\s*Trace\s+(\S+)$/;
const COMMENT = /^\s*\/\*/;
const BLOCK = /^\s*\{/;
const HEAD = /^\s*(?:\/\*|[{(])/;
const EVENT = /^\s*\(\s*\d+\s*\)/;

/** A last line with nothing else in it. Prose may have lines that begin with the same word. */
export const isWholeLast = ({ code }: Line): boolean => /^\s*(ends|violates\s+\S+)$/.test(code);

/** Whether a line is a header with more of a trace behind it. A mail may have one by chance. */
export const isHeader = (lines: Lines, index: number): boolean =>
  HEADER.test(lines.line(index).code) && HEAD.test(lines.textFrom(index + 1));

/** Whether a trace without a header begins at a line: a setup block with events below it. */
function isHeadless(lines: Lines, index: number): boolean {
  const block = COMMENT.test(lines.line(index).text) ? behindComment(lines, index) : index;
  const events = block === undefined ? undefined : behindBlock(lines, block);
  return events !== undefined && EVENT.test(lines.textFrom(events));
}

/** The index of the line behind a comment. */
function behindComment(lines: Lines, from: number): number | undefined {
  for (let index = from; index < lines.count; index++) {
    const { text } = lines.line(index);
    if (index > from && COMMENT.test(text)) return undefined;
    if (text.includes('*/')) return lines.contentFrom(index + 1);
  }
  return undefined;
}

/** The index of the line behind a setup block. */
function behindBlock(lines: Lines, from: number): number | undefined {
  for (let index = from; index < lines.count; index++) {
    const { code } = lines.line(index);
    if (index === from ? !BLOCK.test(code) : HEAD.test(code)) return undefined;
    if (code.includes('}')) return index + 1;
  }
  return undefined;
}

/** Whether a trace begins at a line. */
export function begins(lines: Lines, index: number): boolean {
  const { text } = lines.line(index);
  if (/^\s*Trace\s/.test(text)) return isHeader(lines, index);
  return (COMMENT.test(text) || BLOCK.test(text)) && isHeadless(lines, index);
}

/** Whether the text begins with a trace that has no header. It is one even if it is broken. */
export function isTraceAlone(lines: Lines): boolean {
  return /^\s*(?:\/\*|\{)/.test(lines.textFrom(0));
}

/** What comes next in a text: a trace, or a part of one that nothing introduces. */
export interface Sighting {
  readonly index: number;
  readonly what: 'trace' | 'event' | 'end';
}

/**
 * Looks for what comes next. `behindTrace`: the last line of a trace stands before `from`, so that
 * a second last line right behind it is a slip. `calm`: events are left out up to the next last
 * line, since they belong to a trace that was complained about.
 */
export function lookFrom(
  lines: Lines,
  from: number,
  { behindTrace = false, calm = false },
): Sighting | undefined {
  let isCalm = calm;
  const first = behindTrace ? lines.contentFrom(from) : -1;
  for (let index = from; index < lines.count; index++) {
    const line = lines.line(index);
    if (begins(lines, index)) return { index, what: 'trace' };
    if (isWholeLast(line)) {
      if (index === first) return { index, what: 'end' };
      isCalm = false;
    }
    if (/^\s*--$/.test(line.code)) isCalm = true;
    if (!isCalm && isEvent(line)) return { index, what: 'event' };
  }
  return undefined;
}

/**
 * The line at which to look on behind a trace that was complained about at a line. If the error is
 * above its events, its setup block is skipped, as it would look like a trace of its own.
 */
export function resumeFrom(lines: Lines, begin: number, error: number): number {
  const from = Math.max(begin + 1, error);
  for (let index = begin; index < from; index++) {
    if (EVENT.test(lines.line(index).code)) return from;
  }
  for (let index = from; index < lines.count; index++) {
    const line = lines.line(index);
    if (EVENT.test(line.code) || isWholeLast(line) || isHeader(lines, index)) return index;
  }
  return lines.count;
}
