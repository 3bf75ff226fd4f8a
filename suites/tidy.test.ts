/**
 * The shape of the repository, as one test: layout, lengths, banned words, links, dead files.
 * A check is a function from files to complaints. Each has plants, files that it must refuse,
 * because a check that cannot fail proves nothing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

interface File {
  readonly path: string;
  readonly text: string;
}
type Check = (files: readonly File[]) => string[];

const TOP_LEVEL = [
  '.ci',
  '.gitignore',
  '.npmrc',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'bench',
  'checker',
  'cli',
  'counterexamples',
  'docs',
  'examples',
  'model',
  'package-lock.json',
  'package.json',
  'properties',
  'suites',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Names that do not say what a file contains. */
const VAGUE = ['common', 'helper', 'helpers', 'misc', 'util', 'utils'];

/** Files that are reachable from these are in use, and so are files that a test reaches. */
const ROOTS = [
  'cli/main.ts',
  'checker/library/index.ts',
  'checker/library/generators.ts',
  'checker/page/browser/main.ts',
];

const isSource = ({ path }: File): boolean => path.endsWith('.ts');
const isTest = ({ path }: File): boolean => path.endsWith('.test.ts');

/**
 * Makes a check of single lines. It complains about each line for which `what` returns a complaint.
 */
const eachLine =
  (applies: (file: File) => boolean, what: (line: string) => string | undefined): Check =>
  (files) =>
    files.filter(applies).flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const complaint = what(line);
        return complaint === undefined ? [] : [`${path}:${index + 1}: ${complaint}`];
      }),
    );

/** Makes a check of single lines against one expression. */
const noLine = (applies: (file: File) => boolean, banned: RegExp, complaint: string): Check =>
  eachLine(applies, (line) => (banned.test(line) ? complaint : undefined));

const topLevel: Check = (files) =>
  [...new Set(files.map(({ path }) => path.split('/')[0]!))]
    .filter((name) => !TOP_LEVEL.includes(name))
    .map((name) => `${name}: not a name of the top level`);

const vagueNames: Check = (files) =>
  files
    .filter(({ path }) => path.split('/').some((part) => VAGUE.includes(part.split('.')[0]!)))
    .map(({ path }) => `${path}: name it after what it holds`);

const longFiles: Check = (files) =>
  files
    .filter(isSource)
    .filter(({ text }) => text.split('\n').length - 1 > 400)
    .map(({ path }) => `${path}: more than 400 lines`);

const longLines = eachLine(isSource, (line) =>
  line.length > 100 ? 'more than 100 columns' : undefined,
);

const tabs = noLine(isSource, /\t/, 'a tab');

/** Logs of real kernels are kept as the kernels wrote them. */
const isLog = ({ path }: File): boolean => /^suites\/conformance\/.*\.log$/.test(path);

const trailingSpace = noLine((file) => !isLog(file), /[ \t\r]$/, 'trailing white space');

const lastNewline: Check = (files) =>
  files
    .filter(({ text }) => text !== '' && !/[^\n]\n$/.test(text))
    .map(({ path }) => `${path}: must end in one newline`);

/** The expression is spelled so that it does not match this file itself. */
const MACHINE = ['work', 'farm', 'root', 'tmp/bash_jobs'].join('|');
const machinePaths = noLine(
  () => true,
  new RegExp(`(^|[^.a-zA-Z])/(${MACHINE})/`),
  'an absolute path of one machine',
);

const lockAddresses = noLine(
  ({ path }) => ['package.json', 'package-lock.json', '.npmrc'].includes(path),
  /"resolved": "http|\bregistry[.=]/,
  'an address that packages are downloaded from',
);

const leftovers = noLine(isSource, /\b(TOD[O]|FIXM[E]|XX[X])\b|\.(only|skip)[(]/, 'unfinished');

const traces = eachLine(
  ({ path }) => /^counterexamples\/.*\.trace$/.test(path),
  (line) => {
    if (line.length > 72) return 'more than 72 columns';
    return /[^ -~]/.test(line) ? 'not plain ASCII' : undefined;
  },
);

/** The targets of `[text](target)` and `[label]: target` outside of code. */
const linksOf = (text: string): string[] => {
  const prose = text.replaceAll(/^(```|~~~)[^]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = prose.matchAll(/\]\(<?([^)\s>]+)|^ *\[[^\]]+\]: +(\S+)/gm);
  return [...links].map((match) => match[1] ?? match[2]!);
};

const deadLinks: Check = (files) => {
  const paths = files.map(({ path }) => path);
  const exists = (target: string): boolean =>
    paths.includes(target) || paths.some((path) => path.startsWith(`${target}/`));
  return files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      linksOf(text)
        .filter((link) => !/^([a-z]+:|#)/.test(link))
        .filter((link) => {
          const target = posix.join(posix.dirname(path), link.replace(/#.*/, ''));
          return !exists(target.replace(/\/$/, ''));
        })
        .map((link) => `${path}: dead link ${link}`),
    );
};

/** What only tests use makes folders of its own, in which it may do anything. */
const TESTS_OWN = [
  'checker/conform/capture/made-up.ts',
  'checker/drift/small-tree.ts',
  'cli/browser.ts',
  'cli/file-writers.ts',
  'cli/made-up-kernel.ts',
];
const WRITES = new RegExp(
  '\\b(append|chmod|chown|copy|cp|createWrite|link|mk|open|rename|rm|symlink|truncate|unlink' +
    '|utimes|writeFile)',
);

/** A product that writes files in many ways writes some of them wrongly. */
const otherWriters: Check = (files) =>
  files
    .filter((file) => isSource(file) && !isTest(file) && !TESTS_OWN.includes(file.path))
    .filter(({ path }) => /^(model|properties|checker|cli)\//.test(path))
    .filter(({ path }) => !path.startsWith('checker/files/'))
    .filter(({ text }) =>
      [...text.matchAll(/import \{([^}]*)\} from 'node:fs(?:\/promises)?'/g)].some(([, names]) =>
        WRITES.test(names!),
      ),
    )
    .map(({ path }) => `${path}: checker/files/write.ts writes files`);

/** The files that one file names: in imports of every form, and in `new URL()` for workers. */
const importsOf = ({ path, text }: File): string[] =>
  [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|new URL\()\s*'(\.[^']+)'/g)].map((match) =>
    posix.join(posix.dirname(path), match[1]!),
  );

const deadFiles: Check = (files) => {
  const sources = new Map(files.filter(isSource).map((file) => [file.path, file]));
  const alive = new Set<string>();
  const visit = (path: string): void => {
    const file = sources.get(path);
    if (file === undefined || alive.has(path)) return;
    alive.add(path);
    importsOf(file).forEach(visit);
  };
  [...sources.values()].filter(isTest).forEach(({ path }) => visit(path));
  ROOTS.forEach(visit);
  return [...sources.keys()]
    .filter((path) => /^(model|properties|checker|suites|cli)\//.test(path) && !alive.has(path))
    .map((path) => `${path}: nothing imports it`);
};

interface Case {
  readonly name: string;
  readonly check: Check;
  /** Files that the check must refuse. Each of these alone must draw exactly one complaint. */
  readonly refused: readonly Readonly<Record<string, string>>[];
  /** Files that nearly break the rule, and must pass. */
  readonly accepted: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: 'the top level holds only known names',
    check: topLevel,
    refused: [{ 'notes.md': '' }, { 'tmp/a.ts': '' }],
    accepted: { 'README.md': '', 'model/notes.md': '' },
  },
  {
    name: 'no file or folder is called utils or the like',
    check: vagueNames,
    refused: [{ 'model/utils.ts': '' }, { 'checker/misc/a.ts': '' }, { 'cli/helpers.test.ts': '' }],
    accepted: { 'model/commonplace.ts': '' },
  },
  {
    name: 'a source has at most 400 lines',
    check: longFiles,
    refused: [{ 'a.ts': '\n'.repeat(401) }],
    accepted: { 'a.ts': '\n'.repeat(400), 'a.md': '\n'.repeat(401) },
  },
  {
    name: 'a source has at most 100 columns',
    check: longLines,
    refused: [{ 'a.ts': `\n${'x'.repeat(101)}\n` }],
    accepted: { 'a.ts': 'x'.repeat(100), 'a.md': 'x'.repeat(101) },
  },
  {
    name: 'no source has a tab',
    check: tabs,
    refused: [{ 'a.ts': 'x\ty' }],
    accepted: { 'a.trace': 'x\ty' },
  },
  {
    name: 'no line ends in white space',
    check: trailingSpace,
    refused: [{ 'a.md': 'x \ny' }, { 'a.ts': 'x\t' }, { 'a.json': '{}\r\n' }],
    accepted: { 'a.md': ' x\n\ny', 'suites/conformance/a.log': 'x ' },
  },
  {
    name: 'every file ends in one newline',
    check: lastNewline,
    refused: [{ 'a.ts': 'x' }, { 'a.md': 'x\n\n' }, { 'a.trace': '\n' }],
    accepted: { 'a.ts': 'x\n', 'empty.md': '' },
  },
  {
    name: 'no file names a path of one machine',
    check: machinePaths,
    refused: ['work', 'farm', 'root', 'tmp/bash_jobs'].map((top) => ({ 'a.md': `(/${top}/x)` })),
    accepted: { 'a.md': 'see ../work/x, network/root/y, /home/x' },
  },
  {
    name: 'the lock file names no download address',
    check: lockAddresses,
    refused: [
      { 'package-lock.json': '  "resolved": "https://example.org/x.tgz",' },
      { 'package.json': '"registry.example.org"' },
      { '.npmrc': 'registry=x' },
    ],
    accepted: { 'package-lock.json': '"url": "https://example.org/fund"', 'a.md': 'registry.' },
  },
  {
    name: 'no source has an unfinished mark or a test switched off',
    check: leftovers,
    refused: ['TOD', 'FIXM', 'XX']
      .map((mark, index) => ({ 'a.ts': `// ${mark}${'OEX'[index]}: x` }))
      .concat([{ 'a.ts': `it.${'only'}('x')` }, { 'a.ts': `describe.${'skip'}('x')` }]),
    accepted: { 'a.ts': 'list.skipIf(x); onlyOnce()' },
  },
  {
    name: 'a trace is ASCII of at most 72 columns',
    check: traces,
    refused: [
      { 'counterexamples/a.trace': 'x'.repeat(73) },
      { 'counterexamples/b/a.trace': '\u2192' },
      { 'counterexamples/a.trace': 'x\ty' },
    ],
    accepted: { 'counterexamples/a.trace': 'x'.repeat(72), 'counterexamples/README.md': '\u2192' },
  },
  {
    name: 'every relative link resolves',
    check: deadLinks,
    refused: [
      { 'docs/a.md': '[x](b.md)' },
      { 'docs/a.md': '[x](../model/a.ts#L3)' },
      { 'a.md': '[x]\n\n[x]: docs/b.md' },
    ],
    accepted: {
      'docs/a.md': '[x](#here) [y](b.md#there) [z](https://example.org) [d](../docs/)',
      'docs/b.md': '`[x](gone.md)`\n```\n[x](gone.md)\n```\n[a](./a.md)',
    },
  },
  {
    name: 'files are written in one way',
    check: otherWriters,
    refused: [
      { 'cli/a.ts': "import { writeFileSync } from 'node:fs';" },
      { 'checker/judge/a.ts': "import {\n  existsSync,\n  rmSync,\n} from 'node:fs';" },
      { 'cli/a.ts': "import { rename } from 'node:fs/promises';" },
    ],
    accepted: {
      'cli/a.ts': "import { readFileSync } from 'node:fs'; import { rm } from './rm.ts';",
      'cli/a.test.ts': "import { writeFileSync } from 'node:fs';",
      'checker/files/a.ts': "import { writeFileSync } from 'node:fs';",
      'bench/a.ts': "import { writeFileSync } from 'node:fs';",
    },
  },
  {
    name: 'every source is reachable from the command, the library or a test',
    check: deadFiles,
    refused: [
      { 'cli/main.ts': '', 'model/a.ts': '' },
      {
        'cli/main.ts': "import '../model/b.ts'",
        'model/b.ts': '',
        'model/a.ts': "import './b.ts'",
      },
    ],
    accepted: {
      'cli/main.ts': "import { a } from '../model/a.ts';\nawait import('./b.ts');",
      'cli/b.ts': '',
      'model/a.ts': "export * from './c.ts'",
      'model/c.ts': '',
      'checker/library/index.ts': "new Worker(new URL('./d.ts', import.meta.url))",
      'checker/library/d.ts': '',
      'properties/e.test.ts': "import type { E } from './e.ts'",
      'properties/e.ts': '',
      'bench/f.ts': '',
    },
  },
];

const asFiles = (plant: Readonly<Record<string, string>>): File[] =>
  Object.entries(plant).map(([path, text]) => ({ path, text }));

/** The files that git tracks or would track. A picture is no text and is left out. */
const repository = (): File[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));

describe('tidy', () => {
  const files = repository();

  it('reads the repository', () => {
    expect(files.map(({ path }) => path)).toContain('suites/tidy.test.ts');
  });

  describe.each(CASES)('$name', ({ check, refused, accepted }) => {
    it('holds here', () => {
      expect(check(files)).toEqual([]);
    });

    it('refuses its plants', () => {
      for (const plant of refused)
        expect(check(asFiles(plant)), JSON.stringify(plant)).toHaveLength(1);
      expect(check(asFiles(accepted))).toEqual([]);
    });
  });
});
