/** Lines that a mailer has wrapped are read, where their rest can belong to nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTrace } from '../../suites/any-trace.ts';
import { samples } from '../../suites/samples.ts';
import { complaintOf } from '../../suites/complaint-of.ts';
import { parseTrace } from './parse.ts';
import { printTrace } from './print.ts';

const LONG = 'clears young, and the ATC entry stays where it is, so that nobody';
const notesOf = (text: string) => parseTrace(text, 'x').steps.map(({ note }) => note);

describe('the rest of a note', () => {
  it.each([
    [
      'quoted alike',
      '> {}\n> (1) dev0: read A // the walk sets\n> young\n> ends',
      'the walk sets young',
    ],
    [
      'not quoted at all',
      '{}\n(1) dev0: read A // the walk sets\nyoung\nends',
      'the walk sets young',
    ],
    ['in several lines', '{}\n(1) dev0: read A // a\nb\nc // d\nends', 'a b c // d'],
    [
      'that has lost its marks',
      `> {}\n> (1) dev0: read A // ${LONG}\nhears of it\n> ends`,
      `${LONG} hears of it`,
    ],
    [
      'that has lost one mark',
      `> > {}\n> > (1) dev0: read A // ${LONG}\n> hears\n> > ends`,
      `${LONG} hears`,
    ],
    ['of a line of a patch', `+{}\n+(1) dev0: read A // ${LONG}\nhears\n+ends`, `${LONG} hears`],
    [
      'that begins as the last line may',
      '{}\n(1) dev0: read A // where it\nends up in the ATC\nends',
      'where it ends up in the ATC',
    ],
    [
      'that begins with a parenthesis',
      '{}\n(1) dev0: read A // dropped\n(by the IOMMU)\nends',
      'dropped (by the IOMMU)',
    ],
    ['of a line of its own', '{}\n// The walk sets\nyoung.\n(1) dev0: read A\nends', undefined],
  ])('%s', (_, text, note) => {
    expect(notesOf(text)).toEqual([note]);
  });

  it('is a reply where the line above was short, or where the quotation does not go on', () => {
    const hint = 'take replies between the lines of a quoted trace out';
    for (const text of [
      '> {}\n> (1) dev0: read A // short\nWhy?\n> ends',
      `> {}\n> (1) dev0: read A // ${LONG}\nWhy?\n\n> ends`,
    ]) {
      expect(complaintOf(text)).toContain(`a.trace:3:1: error: expected (2)`);
      expect(complaintOf(text)).toContain(hint);
    }
  });
});

describe('the rest of an event', () => {
  it.each([
    ['its answer', '(2) kswapd: folio_referenced A', '== 1'],
    ['its answer and a note', '(2) kswapd: folio_referenced A', '== 1 // clears young'],
    ['its page', '(2) kswapd: folio_referenced', 'A == 1'],
    ['its verb', '(2) kswapd:', 'folio_referenced A == 1'],
    ['its actor', '(2)', 'kswapd:folio_referenced A == 1'],
    ['a number', '(2) kswapd: folio_referenced A ==', '1'],
  ])('is joined: %s', (_, above, rest) => {
    const { steps } = parseTrace(`> {}\n> (1) dev0: read A\n> ${above}\n${rest}\n> ends`, 'x');
    expect(steps).toHaveLength(2);
    expect(steps[1]).toMatchObject({ event: { verb: 'folio_referenced' }, answer: 1 });
  });

  it('has its own place in a complaint', () => {
    expect(complaintOf('{}\n(1) dev0: read A\n(2) kswapd: folio_referenced A ==\n  2\nends')).toBe(
      [
        "a.trace:3:34: error: a value is missing after '=='",
        '  (2) kswapd: folio_referenced A ==',
        '                                   ^',
        'possible:',
        '  == 0',
        '  == 1',
      ].join('\n'),
    );
    const { source } = parseTrace('{}\n(1) kswapd: folio_referenced A\n  == 1\nends', 'x');
    expect(source!.steps[0]!.answer).toMatchObject({ line: 3, column: 6, source: '  == 1' });
  });
});

it('a property below its word is the last line', () => {
  const { verdict } = parseTrace('{}\n(1) dev0: read A\nviolates\n  no-false-reference', 'x');
  expect(verdict).toMatchObject({ name: 'no-false-reference' });
});

/** Wraps every line at blanks, as a mailer does. The rest is quoted as the line, or not at all. */
const wrapped = (text: string, width: number, mark: string): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const pieces = [];
      let left = `> ${line}`;
      for (let at = left.lastIndexOf(' ', width); left.length > width && at > 8;) {
        pieces.push(left.slice(0, at));
        left = mark + left.slice(at + 1);
        at = left.lastIndexOf(' ', width);
      }
      return [...pieces, left];
    })
    .join('\n');

const anyNote = fc
  .array(fc.stringMatching(/^[a-z]{1,9}[,;]?$/), { minLength: 12, maxLength: 30 })
  // These words are the last line of a trace where they stand alone.
  .map((words) => words.join(' ').replace(/ ?\b(ends|violates)\b/g, ''));

it('a trace that was quoted and then wrapped is the same trace', () => {
  const anyWidth = fc.integer({ min: 66, max: 80 });
  const anyMark = fc.constantFrom('> ', '');
  const anyNotes = fc.array(anyNote, { minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(
      anyTrace({ pages: 2, cpus: 1, devices: 2 }),
      anyNotes,
      anyWidth,
      anyMark,
      (trace, notes, width, mark) => {
        const steps = trace.steps.map((step, i) => ({ ...step, note: notes[i]! }));
        const { story: _, ...told } = { ...trace, steps };
        const text = printTrace(told);
        const read = parseTrace(wrapped(text, width, mark), 'mail');
        expect(printTrace(read)).toBe(text);
      },
    ),
    { numRuns: samples(20) },
  );
});
