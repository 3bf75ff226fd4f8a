/** Every trace of a text is found, and what looks like a broken one is told. */
import { describe, expect, it } from 'vitest';
import { Complaint } from './complaint.ts';
import { parsingTraces } from './parse.ts';
import { whole } from './pieces.ts';

const parseTraces = (text: string, file: string) => whole(parsingTraces(text, file));

const trace = (name: string) => `Trace ${name}\n\n{}\n\n(1) dev0: read A\n\nends\n`;
const BARE = '{}\n(1) dev0: read A\nends\n';
const quoted = (text: string, mark = '> ') => text.trimEnd().replaceAll(/^/gm, mark) + '\n';

/** What is found, one line each: the line, the title, and the complaint if it is broken. */
const told = (text: string): string[] =>
  parseTraces(text, 'mail').map(({ line, name = '-', read }) => {
    if (!(read instanceof Complaint)) return `${line} ${name}`;
    return `${line} ${name} ${read.format().split('\n')[0]!.replace(' error:', '')}`;
  });

describe('the traces of a text', () => {
  it.each<[string, string, string[]]>([
    ['none', 'Hi,\n\n{ no }\n/* C */\nint x;\n\nTrace below\nBye\n', []],
    ['one', trace('a'), ['1 a']],
    ['one without a title', BARE, ['1 -']],
    ['two', trace('a') + trace('b'), ['1 a', '8 b']],
    ['two without titles', BARE + BARE, ['1 -', '4 -']],
    ['with a comment', `Hi\n/* so */\n${BARE}/*\n * so\n */\n${BARE}`, ['2 -', '6 -']],
    ['in prose', `Hi,\n\n${trace('a')}\nand\n\n${BARE}\nBye\n`, ['3 a', '13 -']],
    ['in fences', `\`\`\`\n${trace('a')}\`\`\`\n\n\`\`\`\n${BARE}\`\`\`\n`, ['2 a', '12 -']],
    [
      'of several mails',
      `> > On Monday\n${quoted(trace('a'), '> > ')}> No:\n${quoted(trace('b'))}Yes.\n${trace('c')}`,
      ['2 a', '10 b', '18 c'],
    ],
    ['of a patch', `--- /dev/null\n+++ b/a\n${quoted(trace('a'), '+')}-- \n2.39\n`, ['3 a']],
    [
      'behind a signature',
      `${trace('a')}-- \nJean\n(5) dev0: read A\n${trace('b')}`,
      ['1 a', '11 b'],
    ],
    ['with a table that has bars', `| a | b |\n|---|---|\n| (1) | dev0 |\n${BARE}`, ['4 -']],
    ['beside steps told in sentences', `(1) dev0 wants A\n(2) It ends\n${BARE}`, ['3 -']],
    ['beside prose that ends so', `${BARE}It\nends\nviolates nothing-else\n`, ['1 -']],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('may have bars of their own in a comment', () => {
    const drawing = '/*\n\n  x\n| a | b |\n*/\n';
    const [{ read }] = parseTraces(drawing + BARE, 'x');
    expect(read).toMatchObject({ story: 'x | a | b |' });
    const [{ read: again }] = parseTraces(quoted(drawing + BARE, '| '), 'x');
    expect(again).toMatchObject({ story: 'x a | b |' });
  });
});

describe('a broken trace is told, and does not hide the others', () => {
  const SECOND = "'violates no-false-reference'";
  const MISSING = "the last line is missing: 'violates PROPERTY' or 'ends'";
  it.each<[string, string, string[]]>([
    [
      'an event',
      trace('a').replace('read', 'reed') + trace('b'),
      ["1 a mail:5:11: dev0 knows no 'reed'; did you mean 'read'?", '8 b'],
    ],
    [
      'its setup',
      `Hi\n${trace('a').replace('{}', '{ kernl x }')}${BARE}`,
      ["2 a mail:4:3: unknown part 'kernl' of a system; did you mean 'kernel'?", '9 -'],
    ],
    [
      'its comment',
      `Trace a\n/* so\n\n${BARE}${trace('b')}`,
      ["1 a mail:2:1: this comment has no '*/'", '7 b'],
    ],
    ['its end', trace('a').replace('ends', ''), [`1 a mail:5:17: ${MISSING}`]],
    [
      'its end, before another',
      trace('a').replace('ends', '') + BARE,
      ["1 a mail:8:1: expected (2), 'violates PROPERTY' or 'ends', not '{}'", '8 -'],
    ],
    [
      'its middle, with the rest behind',
      'Trace a\n{}\n(1) dev0: reed A\n(2) dev0: read A\nends\n' + BARE,
      ["1 a mail:3:11: dev0 knows no 'reed'; did you mean 'read'?", '6 -'],
    ],
    [
      'all but its events',
      `Hi\n(1) dev0: read A\n(2) dev0: read A\nends\n\n(1) dev0: read A\nends\n${BARE}`,
      [
        "2 - mail:2:1: '(1) dev0: read A' belongs to no trace",
        "6 - mail:6:1: '(1) dev0: read A' belongs to no trace",
        '8 -',
      ],
    ],
    [
      'a second end',
      `${BARE}\nviolates no-false-reference\n${BARE}`,
      ['1 -', `5 - mail:5:1: the trace above has ended: ${SECOND} does not belong to it`, '6 -'],
    ],
    [
      'more events behind the end',
      `${BARE}(2) dev0: read A\n${BARE}`,
      ['1 -', "4 - mail:4:1: '(2) dev0: read A' belongs to no trace", '5 -'],
    ],
    [
      'a setup block alone',
      '{\n  driver kvm\n}\n',
      ['1 - mail:3:2: the trace has no events: expected (1)'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
    expect(told(quoted(text)).map((line) => line.replace(/:\d+: .*/, ''))).toEqual(
      expected.map((line) => line.replace(/:\d+: .*/, '')),
    );
  });
});
