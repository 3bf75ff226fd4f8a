/** The form of complaints about a text, as a terminal shows them. */
import { describe, expect, it } from 'vitest';
import { Complaint, quote } from './complaint.ts';

const at = (source: string, column: number): string[] =>
  new Complaint('wrong', { file: 'a', line: 1, column, source }).format().split('\n').slice(1);

describe('a quoted word', () => {
  it.each([
    ['A', "'A'"],
    ['\u0410', "'<U+0410>'"],
    ['\u{1f600}', "'<U+1F600>'"],
    ['a\u200bb', "'a<U+200B>b'"],
    ['\ud800', "'<U+D800>'"],
    ['\x1b[2J\x7f', "'?[2J?'"],
    ['\x9b2J', "'<U+009B>2J'"],
  ])('%j', (written, quoted) => {
    expect(quote(written)).toBe(quoted);
  });
});

describe('the caret', () => {
  it('stands below what it points at, whatever is before it', () => {
    expect(at('read \u0410 \u{1f600} B', 6)).toEqual([
      '  read <U+0410> <U+1F600> B',
      `${' '.repeat('  read '.length)}^`,
    ]);
    expect(at('read \u0410 \u{1f600} B', 11)).toEqual([
      '  read <U+0410> <U+1F600> B',
      `${' '.repeat('  read <U+0410> <U+1F600> '.length)}^`,
    ]);
    expect(at('\tread\u00a0A', 7)).toEqual(['   read A', '        ^']);
  });

  it('may stand behind the line', () => {
    expect(at('ends', 5)).toEqual(['  ends', '      ^']);
    expect(at('ends ', 8)).toEqual(['  ends', '         ^']);
  });

  it('is on a screen also where the line is long', () => {
    const [line, caret] = at('\u0410'.repeat(1000) + 'B' + '\u0410'.repeat(1000), 1001);
    expect(line.length).toBeLessThanOrEqual(102);
    expect(line[caret.indexOf('^')]).toBe('B');
  });

  it('has no line to point into where that is blank', () => {
    expect(at(' \t', 1)).toEqual([]);
  });
});
