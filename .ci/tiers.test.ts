/**
 * Every test file is in one tier, and a script runs each tier. vitest.config.ts defines the tiers.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

/** A test file and the project of vitest that runs it. */
interface Listed {
  readonly file: string;
  readonly projectName: string;
}
type Scripts = Readonly<Record<string, string>>;

/** Runs tests of another tier a second time with more samples, so that it is no tier of its own. */
const AGAIN = 'samples';
const ENDS = ['', 'sampled', 'slow', 'browser'];

/**
 * The end of a file's name. vitest.config.ts lists the allowed ones; any other before `.test.ts` is
 * misspelt.
 */
const endOf = (file: string): string =>
  /^[^.]*\.?(.*?)\.?test\.ts$/.exec(file.replace(/.*\//, ''))![1];

function complaints(
  files: readonly string[],
  listed: readonly Listed[],
  scripts: Scripts,
): string[] {
  const tiersOf = (file: string) =>
    listed.filter((each) => each.file === file).map(({ projectName }) => projectName);
  const projects = [...new Set(listed.map(({ projectName }) => projectName))];
  const isRun = (project: string): boolean =>
    project === 'fast'
      ? scripts['test'] === 'tsx .ci/test.ts'
      : scripts[`test:${project}`] === `tsx .ci/vitest.ts ${project}`;
  return [
    ...files
      .filter((file) => tiersOf(file).filter((tier) => tier !== AGAIN).length !== 1)
      .map((file) => `${file}: in the tiers ${tiersOf(file).join()}, not in one`),
    ...files
      .filter((file) => !ENDS.includes(endOf(file)))
      .map((file) => `${file}: no tier is called ${endOf(file)}`),
    ...projects
      .filter((project) => !isRun(project))
      .map((project) => `${project}: no script runs it`),
  ];
}

const RUN: Scripts = { test: 'tsx .ci/test.ts', 'test:slow': 'tsx .ci/vitest.ts slow' };
const FAST: Listed = { file: 'a.test.ts', projectName: 'fast' };

it('the repository has each test file in one tier, which a script runs', () => {
  const files = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard', '*.test.ts'])
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(path));
  expect(files).toContain('.ci/tiers.test.ts');
  const vitest = resolve('node_modules/vitest/vitest.mjs');
  const json = execFileSync(process.execPath, [vitest, 'list', '--filesOnly', '--json']);
  const listed = (JSON.parse(json.toString()) as Listed[]).map(({ file, projectName }) => ({
    file: file.slice(resolve('.').length + 1),
    projectName,
  }));
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Scripts };
  expect(complaints(files, listed, scripts)).toEqual([]);
});

it.each<[string, string[], Listed[], Scripts]>([
  ['of no tier', ['a.test.ts', 'b.test.ts'], [FAST], RUN],
  ['of two tiers', ['a.test.ts'], [FAST, { ...FAST, projectName: 'slow' }], RUN],
  [
    'in the second tier alone as sampled',
    ['b.test.ts'],
    [{ file: 'b.test.ts', projectName: AGAIN }],
    {
      ...RUN,
      'test:samples': 'tsx .ci/vitest.ts samples',
    },
  ],
  ['with a misspelt tier', ['a.solw.test.ts'], [{ ...FAST, file: 'a.solw.test.ts' }], RUN],
  ['that no script runs', ['a.test.ts'], [FAST], {}],
])('a test file %s is refused', (_, files, listed, scripts) => {
  expect(complaints(files, listed, scripts)).toHaveLength(1);
});

it('a test file in one tier that a script runs is not refused', () => {
  const slow = { file: 'b.slow.test.ts', projectName: 'slow' };
  expect(complaints(['a.test.ts', 'b.slow.test.ts'], [FAST, slow], RUN)).toEqual([]);
});
