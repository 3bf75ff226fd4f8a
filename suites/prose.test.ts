/**
 * Checks the prose of documents and comments, as far as that can be done mechanically. No sentence
 * is too long to be understood at first reading. None begins with a word that puts its subject off.
 * A check is a function from a sentence to a complaint, and has plants that it must refuse.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const MOST_WORDS = 30;

interface Sentence {
  readonly line: number;
  readonly text: string;
}

/** Some lines are no prose and end a paragraph: headings, tables, definitions of links. */
const isNoProse = (line: string): boolean => /^\s*$|^#|^\s*\||^\[[^\]]+\]:|^!\[|^ {4,}/.test(line);
const BULLET = /^\s*(?:[-*]|\d+\.)\s+/;

/** Makes empty lines of code between fences, so that the other lines keep their numbers. */
const withoutCode = (text: string): string =>
  text.replaceAll(/^(```|~~~)[^]*?^\1/gm, (code) => code.replaceAll(/[^\n]/g, ''));

/** The paragraphs and members of lists in a text, each with the number of its first line. */
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

/** Counts what is in back quotes as one word, and a link that names a file as well. */
const readAloud = (text: string): string =>
  text
    .replaceAll(/`[^`]*`/g, 'CODE')
    .replaceAll(/\[[^\]\s]+\]\([^)]*\)/g, 'LINK')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');

/**
 * Splits a text into sentences. One ends in a full stop. The next begins with a capital letter, a
 * digit, a quotation, an emphasis, or the name of a function.
 */
const sentencesOf = (text: string): Sentence[] =>
  paragraphs(text).flatMap(({ line, text: paragraph }) =>
    readAloud(paragraph)
      .split(/(?<=[.?!]["'*)]*)\s+(?=["'(*]*[A-Z0-9]|\*|[a-z]\w*(?:\(\)|_\w))/)
      .map((sentence) => ({ line, text: sentence })),
  );

/** Comments that begin a line: a block, or neighbouring lines that begin with two slashes. */
const COMMENT = /^[ \t]*\/\*[^]*?\*\/|^[ \t]*\/\/.*(?:\n[ \t]*\/\/.*)*/gm;
const COMMENT_MARKS = /^[ \t]*(?:\/\*{1,2}|\*(?!\/)|\/\/) ?|[ \t]*\*\/$/gm;

/**
 * The sentences of the comments of a source file, each with the line on which its paragraph begins.
 */
const commentedIn = (source: string): Sentence[] =>
  [...source.matchAll(COMMENT)].flatMap(({ index, 0: comment }) => {
    const above = source.slice(0, index).split('\n').length - 1;
    return sentencesOf(comment.replaceAll(COMMENT_MARKS, '')).map(({ line, text }) => ({
      line: above + line,
      text,
    }));
  });

type Check = (sentence: string) => string | undefined;

const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => /\w/.test(word));

const tooLong: Check = (text) => {
  const { length } = wordsOf(text);
  return length > MOST_WORDS ? `${length} words` : undefined;
};

/**
 * Refuses openings such as "Of KVM a device stands for" or "Who caches it is told". A question may
 * begin so.
 */
const lateSubject: Check = (text) =>
  /^["'(]?(Of|Who|Whose|Whom)\b/.test(text) && !/\?["')]*$/.test(text)
    ? 'begins with Of or Who'
    : undefined;

const complaints = (sentences: readonly Sentence[], check: Check): string[] =>
  sentences.flatMap(({ line, text }) => {
    const complaint = check(text);
    return complaint === undefined ? [] : [`${line}: ${complaint}: ${text}`];
  });

/** All files in a folder and below it whose names end so. */
const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((path) => path.endsWith(ending))
    .toSorted();

/** A document that a command writes is not checked here: its sentences come from the source. */
const GENERATED = ['docs/assumptions.md', 'docs/bugs.md'];
const documents = (): string[] =>
  ['README.md', 'suites/conformance/README.md', ...filesIn('docs', '.md')].filter(
    (path) => !GENERATED.includes(path),
  );

/** The folders whose comments are checked. */
const COMMENTED = ['model', 'properties', 'suites', 'checker', 'cli', 'bench', 'examples', '.ci'];

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

describe.each(CASES)('a sentence $name', ({ check, refused, accepted }) => {
  it.each(documents())('in %s', (path) => {
    expect(complaints(sentencesOf(readFileSync(path, 'utf8')), check)).toEqual([]);
  });

  it.each(COMMENTED)('in the comments of %s', (folder) => {
    const found = filesIn(folder, '.ts').flatMap((path) =>
      complaints(commentedIn(readFileSync(path, 'utf8')), check).map((text) => `${path}:${text}`),
    );
    expect(found).toEqual([]);
  });

  it('and its check refuses what it must', () => {
    for (const text of refused) expect(complaints(sentencesOf(text), check), text).toHaveLength(1);
    for (const text of accepted) expect(complaints(sentencesOf(text), check), text).toEqual([]);
  });
});

describe('the sentences of comments', () => {
  it.each([
    ['/** One. */', ['1: One.']],
    ['a;\n\n  /* One. Two\n   * is long. */\nb;', ['3: One.', '3: Two is long.']],
    ['/**\n * One\n * is long.\n *\n * Two.\n */\na;', ['2: One is long.', '5: Two.']],
    ['/** One. */\n/** Two. */', ['1: One.', '2: Two.']],
    ['/** one */\n/** Two. */', ['1: one', '2: Two.']],
    [
      '  // One\n  // is long. Two.\n  a;\n  // Three.',
      ['1: One is long.', '1: Two.', '4: Three.'],
    ],
    [
      '/** It calls f(). g_h() is last. f() was first. */',
      ['It calls f().', 'g_h() is last.', 'f() was first.'].map((text) => `1: ${text}`),
    ],
    ['/**\n * One:\n *\n *     code is no prose\n */', ['2: One:']],
    ["const text = 'No comment.';\nconst url = 'http://a';", []],
  ])('%j: %j', (source, expected) => {
    expect(commentedIn(source).map(({ line, text }) => `${line}: ${text}`)).toEqual(expected);
  });

  it.each([
    [tooLong, `/** ${'word '.repeat(31)}*/`, 1],
    [tooLong, `/*\n${' * word\n'.repeat(31)} */`, 1],
    [tooLong, `  // Short.\n${'  // word\n'.repeat(31)}`, 1],
    [tooLong, `/** ${'word '.repeat(20)}*/\n/** ${'word '.repeat(20)}*/`, 0],
    [tooLong, `const text = '${'word '.repeat(31)}';`, 0],
    [lateSubject, '/** Of KVM it is one. */', 1],
    [lateSubject, '/* It is.\n * Who caches it\n * is told. */', 1],
    [lateSubject, '// Who is told?\n// Tell of it, of these.', 0],
  ])('%o finds in %j so many faults: %i', (check, source, faults) => {
    expect(complaints(commentedIn(source), check)).toHaveLength(faults);
  });
});
