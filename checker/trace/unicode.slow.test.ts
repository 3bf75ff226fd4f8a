/** What is printed is read back letter by letter. What is no letter never reaches a terminal. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { complaintOf } from '../../suites/complaint-of.ts';
import { Complaint, quote } from './complaint.ts';
import { parseTrace } from './parse.ts';
import { printTrace } from './print.ts';
import { firstUnprintable, printable, printableJson, printableLines } from './printable.ts';
import type { Trace } from './trace.ts';

/** Letters with which texts go wrong: what a terminal obeys, and blanks of all kinds. */
const ODD = [
  ...'\0\x07\b\t\n\v\f\r\x1b\x7f\x80\x85\x9b\xa0\xa8\xad\xaf\ufeff\ufffd\u0301\u061c\u1680\u180e',
  ...'\u200b\u200d\u200e\u2028\u2029\u202a\u202e\u202f\u205f\u2066\u2069\u3000\u{1f600}\u{e0001}',
  ...'/*{}()#>|+-=&"\'<',
  '\ud800',
  '\udc00',
  '//',
  '*/',
  '&gt;',
  '=3D',
  'caf\u00e9',
  'cafe\u0301',
  '\u0627\u0644',
  '\x1b[31m',
];
const anyLetter = fc.oneof(
  fc.constantFrom(...ODD),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }),
  fc.nat(0xffff).map((code) => String.fromCharCode(code)),
);
const anyText = fc.array(anyLetter, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

const PLAIN: Trace = parseTrace('{}\n(1) dev0: read A\nends', 'x');
const [STEP] = PLAIN.steps;

/** A trace with this title, note and story. */
const told = (name: string, note: string, story: string): Trace => ({
  ...PLAIN,
  name,
  // A story that begins so would be read as a result.
  ...(story.trim() === '' ? {} : { story: `So: ${story}` }),
  steps: [{ ...STEP!, note }],
});
const wordsOf = ({ name, story, steps }: Trace) => ({ name, story, note: steps[0]!.note });

const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Cs}\u2028\u2029]/u;

describe('over all of Unicode', () => {
  it('what was parsed is printed and parsed again as it was', () => {
    let read = 0;
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, note, story) => {
        const text = `Trace ${name}\n/* ${story} */\n{}\n(1) dev0: read A // ${note}\nends\n`;
        let trace: Trace;
        try {
          trace = parseTrace(text, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(Complaint);
          return;
        }
        read++;
        const printed = printTrace(trace);
        expect(wordsOf(parseTrace(printed, 'x'))).toEqual(wordsOf(trace));
        expect(printTrace(parseTrace(printed, 'x'))).toBe(printed);
      }),
      // Few of the texts are traces. With a seed it is no matter of luck that enough are.
      { numRuns: 600, seed: 20190131 },
    );
    expect(read).toBeGreaterThan(20);
  });

  it('what was printed is parsed, and its words stay as they were', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (name, note, story) => {
        const printed = printTrace(told(name, note, story));
        expect(printed.replaceAll('\n', '')).not.toMatch(UNSAFE);
        const read = parseTrace(printed, 'x');
        expect(printTrace(read)).toBe(printed);
        const isPlain = (text: string) => firstUnprintable(text) < 0 && !/\s|\/\//.test(text);
        if (isPlain(name)) expect(read.name).toBe(name);
        if (isPlain(note)) expect(read.steps[0]!.note).toBe(note);
      }),
      { numRuns: 300 },
    );
  });

  /** Letters that are read together, to be quick. */
  const BATCH = 2048;

  it('every letter that is printable and no blank stays in a title and in a note', () => {
    let letters = 0;
    for (let from = 0; from <= 0x10ffff; from += BATCH) {
      const codes = Array.from({ length: BATCH }, (_, i) => from + i);
      const some = codes
        .map((code) => String.fromCodePoint(code))
        .filter((letter) => !UNSAFE.test(letter) && !/\s/.test(letter))
        .join('');
      letters += [...some].length;
      // A slash alone begins no note.
      const trace = parseTrace(`Trace a${some}b\n{}\n(1) dev0: read A // a${some}b\nends\n`, 'x');
      expect(wordsOf(trace)).toMatchObject({ name: `a${some}b`, note: `a${some}b` });
      expect(wordsOf(parseTrace(printTrace(trace), 'x'))).toEqual(wordsOf(trace));
    }
    expect(letters).toBeGreaterThan(0x10ffff - 2048 - 200);
  });

  it('every other letter is refused in a title, and in a note unless it is a blank', () => {
    const codes = Array.from({ length: 0x3001 }, (_, code) => code);
    const letters = codes.map((code) => String.fromCharCode(code)).concat('\ud800', '\udfff');
    for (const letter of letters) {
      const isUnsafe = UNSAFE.test(letter) && letter !== '\t';
      if (!isUnsafe && !/\s/.test(letter)) continue;
      const parsed = (text: string) => () => parseTrace(`${text}\nends\n`, 'x');
      expect(parsed(`Trace a${letter}b\n{}\n(1) dev0: read A`)).toThrow(Complaint);
      const note = parsed(`{}\n(1) dev0: read A // a${letter}b`);
      // The end of a line ends a note, and what follows is its rest.
      if (isUnsafe && !/[\r\n]/.test(letter)) expect(note, letter).toThrow(Complaint);
      else expect(note().steps[0]!.note).toBe('a b');
    }
  });

  it.each([
    ['blanks of other kinds', 'a\u00a0b\u3000c\ufeffd\te', 'a b c d e'],
    ['an accent', 'J\u00f6rg', 'J\u00f6rg'],
    ['a letter that folds to a blank', '\u00af and \u00a8', '\u00af and \u00a8'],
  ])('a note with %s', (_, note, expected) => {
    const { steps } = parseTrace(`{}\n(1) dev0: read A // ${note}\nends`, 'x');
    expect(steps[0]!.note).toBe(expected);
  });

  it('an unprintable letter has its place in the complaint', () => {
    expect(() =>
      parseTrace('> Trace a\n> {}\n> (1) dev0: read A // \u202eso\n> ends', 'x'),
    ).toThrow('U+202E is not printable, and cannot stand here');
  });
});

describe('a hint', () => {
  it.each([
    ['{}\n(1) kswapd: folio_referenced A =\u{1f600} 1\nends', 'write == VALUE'],
    ['{\n  scope pages:\u{1f600}\n}\n(1) dev0: read A\nends', 'write pages=VALUE'],
    ['{\n  driver = \u{1f600}\n}\n(1) dev0: read A\nends', 'write driver TEXT'],
  ])('repeats no letter that no value has: %j', (text, hint) => {
    expect(complaintOf(text)).toMatch(new RegExp(`^hint: ${hint}$`, 'm'));
  });
});

describe('a message', () => {
  it('is printable, and in one line, whatever is in it', () => {
    fc.assert(
      fc.property(anyText, anyText, fc.boolean(), (file, word, hasPlace) => {
        const place = hasPlace ? { file, line: 1, column: 1, source: word } : undefined;
        const advice = { hint: file, possible: [word] };
        const complaint = new Complaint(`${file}: no ${quote(word)} but ${word}`, place, advice);
        const text = complaint.format();
        expect(text.replaceAll('\n', '')).not.toMatch(UNSAFE);
        expect(complaint.message).not.toMatch(UNSAFE);
        expect(text.split('\n').length).toBeLessThanOrEqual(6);
        const isPlain = firstUnprintable(file) < 0 && !/[\n\t]/.test(file);
        if (isPlain) expect(text).toContain(hasPlace ? `${file}:1:1: error: ` : `error: ${file}: `);
      }),
      { numRuns: 300 },
    );
  });
});

describe('printable', () => {
  it('spells what is not, and leaves the rest', () => {
    expect(printable('a\x1b[2J\u202eb\n\ud800\u{1f600}\u00e9')).toBe(
      'a?[2J<U+202E>b?<U+D800>\u{1f600}\u00e9',
    );
    expect(printableLines('a\tb\r\n\x9b')).toBe('a\tb?\n<U+009B>');
  });

  it('leaves in JSON every letter for the reader', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = printableJson(JSON.stringify({ text }, null, 2));
        expect(json.replaceAll('\n', '')).not.toMatch(UNSAFE);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});
