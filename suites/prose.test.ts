/**
 * The prose of the documents, as far as it can be checked: no sentence is too long to be understood
 * at first reading, and none begins with a word that leaves its subject for later. A check is a
 * function from text to complaints, and has plants that it must refuse.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const MOST_WORDS = 30;

interface Sentence {
  readonly line: number;
  readonly text: string;
}

/** Lines that are no prose end a paragraph: headings, tables, definitions of links, pictures. */
const isNoProse = (line: string): boolean => /^\s*$|^#|^\s*\||^\[[^\]]+\]:|^!\[|^ {4,}/.test(line);
const BULLET = /^\s*(?:[-*]|\d+\.)\s+/;

/** Code between fences becomes empty lines, so that the numbers of the others stay. */
const withoutCode = (text: string): string =>
  text.replaceAll(/^(```|~~~)[^]*?^\1/gm, (code) => code.replaceAll(/[^\n]/g, ''));

/** Paragraphs and members of lists, each with the number of its first line. */
function paragraphs(text: string): Sentence[] {
  const found: { line: number; text: string }[] = [];
  let open = false;
  withoutCode(text)
    .split('\n')
    .forEach((line, index) => {
      const begins = BULLET.test(line);
      if (isNoProse(line) && !(open && /^ {4,}\S/.test(line))) {
        open = false;
      } else if (open && !begins) {
        found.at(-1)!.text += ` ${line.trim()}`;
      } else {
        found.push({ line: index + 1, text: line.replace(BULLET, '').trim() });
        open = true;
      }
    });
  return found;
}

/** What is in back quotes is one word, and so is a link that names a file. */
const readAloud = (text: string): string =>
  text
    .replaceAll(/`[^`]*`/g, 'CODE')
    .replaceAll(/\[[^\]\s]+\]\([^)]*\)/g, 'LINK')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');

/** A sentence ends in a full stop before a capital letter, a digit, a quotation or an emphasis. */
const sentences = (text: string): Sentence[] =>
  paragraphs(text).flatMap(({ line, text: paragraph }) =>
    readAloud(paragraph)
      .split(/(?<=[.?!]["'*)]*)\s+(?=["'(*]*[A-Z0-9]|\*)/)
      .map((sentence) => ({ line, text: sentence })),
  );

type Check = (sentence: string) => string | undefined;

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => /\w/.test(word));

const tooLong: Check = (text) => {
  const { length } = wordsOf(text);
  return length > MOST_WORDS ? `${length} words` : undefined;
};

/** "Of KVM a device stands for ...", "Who caches it is told ...": but a question may begin so. */
const lateSubject: Check = (text) =>
  /^["'(]?(Of|Who|Whose|Whom)\b/.test(text) && !/\?["')]*$/.test(text)
    ? 'begins with Of or Who'
    : undefined;

const complaints = (text: string, check: Check): string[] =>
  sentences(text).flatMap(({ line, text: sentence }) => {
    const complaint = check(sentence);
    return complaint === undefined ? [] : [`${line}: ${complaint}: ${sentence}`];
  });

/** What a command writes is its own business. */
const GENERATED = ['docs/assumptions.md'];
const documents = (): string[] =>
  ['README.md', ...readdirSync('docs', { recursive: true }).map((name) => `docs/${String(name)}`)]
    .filter((path) => path.endsWith('.md') && !GENERATED.includes(path))
    .toSorted();

const CASES: readonly {
  readonly name: string;
  readonly check: Check;
  readonly refused: readonly string[];
  readonly accepted: readonly string[];
}[] = [
  {
    name: `has at most ${MOST_WORDS} words`,
    check: tooLong,
    refused: ['word '.repeat(31), `- ${'word\n  '.repeat(31)}`, `${'word '.repeat(31)}. Short.`],
    accepted: [
      'word '.repeat(30),
      `${'Word '.repeat(20)}. ${'Word '.repeat(20)}.`,
      `- ${'word '.repeat(20)}\n- ${'word '.repeat(20)}`,
      `| ${'word '.repeat(40)} |`,
      `\`\`\`\n${'word '.repeat(40)}\n\`\`\``,
      `\`${'word '.repeat(40)}\``,
    ],
  },
  {
    name: 'does not begin with Of or Who',
    check: lateSubject,
    refused: ['Of KVM it is one.', 'It is. Who caches it is told.', '- Of these\n  two.'],
    accepted: [
      'Offers it.',
      'Who is told?',
      'Tell of it.\nof these.',
      '| Of these |',
      'Whoever asks.',
    ],
  },
];

describe.each(CASES)('a sentence of the documents $name', ({ check, refused, accepted }) => {
  it.each(documents())('in %s', (path) => {
    expect(complaints(readFileSync(path, 'utf8'), check)).toEqual([]);
  });

  it('and its check refuses what it must', () => {
    for (const text of refused) expect(complaints(text, check), text).toHaveLength(1);
    for (const text of accepted) expect(complaints(text, check), text).toEqual([]);
  });
});
