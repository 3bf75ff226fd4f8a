/** Reads the setup block of a trace. */
import type { PartName, System } from '../../model/system.ts';
import type { Place } from './complaint.ts';
import { Complaint, didYouMean, quote } from './complaint.ts';
import type { Line } from './lines.ts';
import { Lines } from './lines.ts';
import { refuseMany } from './numbers.ts';
import type { Word } from './signs.ts';
import { partSignComplaint, signComplaint } from './signs.ts';
import type { WrittenParts } from './setup.ts';
import { PART_NAMES, bareField, isField, noteHint, readPart, systemOf } from './setup.ts';

/** The parts named so far, each with its words. A line with only pairs continues the last part. */
class Setup {
  private readonly parts = new Map<PartName, { readonly place: Place; readonly words: Word[] }>();
  private last: PartName | undefined;

  /** Takes the words of one line. */
  add(words: readonly Word[]): void {
    if (words.length === 0) return;
    const [first, ...others] = words;
    const sign = partSignComplaint(words, isPart) ?? signComplaint(words, 0, isField);
    if (sign !== undefined) throw sign;
    const goesOn = this.last !== undefined && first.text.includes('=');
    if (!goesOn) this.begin(first);
    for (const word of goesOn ? words : others) this.parts.get(this.last!)!.words.push(word);
  }

  /** Refuses a list that goes on in the next line. */
  private checkEnd(): void {
    const last = this.last === undefined ? undefined : this.parts.get(this.last)!.words.at(-1);
    if (last === undefined || !last.text.endsWith(',')) return;
    const column = last.place.column + last.text.length - 1;
    const message = 'a list stands on one line, and this one ends with a comma';
    throw new Complaint(message, { ...last.place, column });
  }

  private begin(word: Word): void {
    this.checkEnd();
    const { text, place } = word;
    const part = PART_NAMES.find((name) => name === text);
    if (part === undefined) throw unknownPart(word);
    if (this.parts.has(part)) throw new Complaint(`${part} is given twice`, place);
    this.parts.set(part, { place, words: [] });
    this.last = part;
  }

  /** Where a scope says `many`, by itself or by the name of a preset. */
  get placeOfMany(): Place | undefined {
    const scope = this.parts.get('scope');
    const word = scope?.words.find(({ text }) => text.endsWith('=many')) ?? scope?.words.at(0);
    return word?.place;
  }

  get written(): WrittenParts {
    const read = [...this.parts].map(([name, { words, place }]) => [
      name,
      readPart(name, words, place),
    ]);
    return Object.fromEntries(read) as WrittenParts;
  }
}

const isPart = (name: string): boolean => (PART_NAMES as readonly string[]).includes(name);

function unknownPart(word: Word): Complaint {
  const { text, place } = word;
  for (const part of PART_NAMES) {
    const bare = bareField(part, word);
    if (bare !== undefined) return bare;
  }
  const hint = noteHint(text);
  const message = `unknown part ${quote(text)} of a system${didYouMean(text, PART_NAMES)}`;
  return new Complaint(message, place, {
    ...(hint === undefined ? {} : { hint }),
    possible: PART_NAMES,
  });
}

/** Reads the setup block of a trace with both braces. */
export function readSetup(lines: Lines): System {
  const opening = lines.peek();
  if (opening === undefined || !opensBlock(opening)) {
    throw new Complaint(
      `the setup block is missing: expected '{'`,
      opening === undefined ? lines.end : lines.at(opening),
      { hint: "'{}' takes every default" },
    );
  }
  const setup = readBlock(lines, opening);
  const system = systemOf(setup.written);
  refuseMany('a trace', system, setup.placeOfMany ?? lines.at(opening), NUMBERED);
  return system;
}

const NUMBERED = 'a trace that check prints for many states the numbers that it uses';

const opensBlock = (line: Line): boolean => /^\s*\{/.test(line.code);

/** Reads from the '{' to the '}'. */
function readBlock(lines: Lines, opening: Line): Setup {
  const setup = new Setup();
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
    setup.add(words);
  }
  return setup;
}

/** Reads a setup block that is a file of its own, with both braces or without. */
export function parseSystemFile(text: string, file: string): WrittenParts {
  const lines = new Lines(text, file);
  refuseTrace(lines);
  const first = lines.peek();
  const inBraces = first !== undefined && opensBlock(first);
  const { written } = inBraces ? readBlock(lines, first) : readParts(lines);
  const rest = lines.peek();
  if (rest !== undefined) {
    throw new Complaint(`${quote(rest.code.trim())} does not belong behind '}'`, lines.at(rest));
  }
  if (Object.keys(written).length > 0) return written;
  throw new Complaint('this names no kernel, driver, hardware or scope', lines.end, {
    hint: 'youngcheck check --help',
  });
}

/** Refuses a file with an event in it, because that is a trace. */
function refuseTrace(lines: Lines): void {
  for (let index = 0; index < lines.count; index++) {
    const line = lines.line(index);
    if (!/^\s*\(\s*\d+\s*\)/.test(line.code)) continue;
    const message = 'an event: this is a trace, and a system is its setup block alone';
    throw new Complaint(message, lines.at(line), { hint: 'youngcheck replay runs a trace' });
  }
}

/** Reads parts without braces, to the end of the file. */
function readParts(lines: Lines): Setup {
  const setup = new Setup();
  for (let line = lines.peek(); line !== undefined; line = lines.peek()) {
    lines.take();
    const words = wordsOf(lines, line);
    const brace = words.find(({ text }) => text === '{' || text === '}');
    if (brace !== undefined) {
      const other = brace.text === '}' ? "no '{' before" : 'a part before';
      throw new Complaint(`'${brace.text}' with ${other} it`, brace.place);
    }
    setup.add(words);
  }
  return setup;
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
