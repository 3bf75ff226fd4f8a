/** Reads the setup block of a trace. */
import type { PartName, System } from '../../model/system.ts';
import type { Place } from '../complaint.ts';
import { Complaint, didYouMean, quote } from '../complaint.ts';
import type { Line, Lines } from './lines.ts';
import type { Word } from './setup.ts';
import { PART_NAMES, readPart, systemOf } from './setup.ts';

/** The parts that have been named so far, each with its words. */
type Written = Map<PartName, { readonly place: Place; readonly words: Word[] }>;

/** The setup block: one part a line; a line of pairs alone continues the part above. */
export function readSetup(lines: Lines): System {
  const opening = lines.peek();
  if (opening === undefined || !/^\s*\{/.test(opening.code)) {
    throw new Complaint(
      `the setup block is missing: expected '{'`,
      opening === undefined ? lines.end : lines.at(opening),
      { hint: "'{}' takes every default" },
    );
  }
  const parts = new Map() as Written;
  let part: PartName | undefined;
  let closed = false;
  while (!closed) {
    const line = lines.peek();
    if (line === undefined || /^\s*\(/.test(line.code)) {
      throw new Complaint("this setup block has no '}'", lines.at(opening));
    }
    lines.take();
    const words = wordsOf(lines, line);
    if (line.number === opening.number) words.shift();
    closed = takeClosing(words);
    if (words.length === 0) continue;
    if (!(part !== undefined && words[0].text.includes('='))) {
      part = readPartName(words.shift()!, parts);
    }
    parts.get(part)!.words.push(...words);
  }
  const read = [...parts].map(([name, { words, place }]) => [name, readPart(name, words, place)]);
  return systemOf(Object.fromEntries(read) as Parameters<typeof systemOf>[0]);
}

function wordsOf(lines: Lines, line: Line): Word[] {
  return [...line.code.matchAll(/[{}]|[^\s{}]+/g)].map(({ 0: text, index }) => ({
    text,
    place: lines.at(line, index + 1),
  }));
}

/** Drops the '}' at the end of a line, if there is one. */
function takeClosing(words: Word[]): boolean {
  const brace = words.findIndex(({ text }) => text === '}' || text === '{');
  if (brace < 0) return false;
  if (words[brace].text === '{') throw new Complaint("a second '{'", words[brace].place);
  if (brace < words.length - 1) {
    const { text, place } = words[brace + 1];
    throw new Complaint(`${quote(text)} does not belong behind '}'`, place);
  }
  words.pop();
  return true;
}

function readPartName({ text, place }: Word, parts: Written): PartName {
  const part = PART_NAMES.find((name) => name === text);
  if (part === undefined) {
    const message = `unknown part ${quote(text)} of a system${didYouMean(text, PART_NAMES)}`;
    throw new Complaint(message, place, { possible: PART_NAMES });
  }
  if (parts.has(part)) throw new Complaint(`${part} is given twice`, place);
  parts.set(part, { place, words: [] });
  return part;
}
