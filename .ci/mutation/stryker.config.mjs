/**
 * `npm run long:mutation` changes lines of the model and of properties, and checks that a test
 * notices each change. docs/mutation.md has the results, and the mutations that survived.
 * `npm run long:mutation-sample` makes a sample of these mutations.
 */
import { fileURLToPath } from 'node:url';

const [PROSE, SAMPLE] = ['prose.mjs', 'sample.mjs'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** The files that decide verdicts. Files that only tests use are left out. */
const MUTATED = [
  'model/**/*.ts',
  'properties/**/*.ts',
  '!**/*.test.ts',
  // Only tests use this file: a mutation in it changes their input and not what users see.
  '!properties/generators/any-system.ts',
  // This file is prose: `list` prints it, and no code compares it.
  '!model/vocabulary.ts',
];

export default {
  mutate: MUTATED,
  plugins: ['@stryker-mutator/vitest-runner', PROSE, SAMPLE],
  ignorers: ['prose', 'sample'],
  mutator: {
    // Most strings of the model belong to unions of literals, where tsc refuses "" before a test
    // runs. Names of presets and properties do not, but suites spell those out. The rest is prose.
    excludedMutations: ['StringLiteral'],
  },
  testRunner: 'vitest',
  vitest: { configFile: '.ci/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // Presets and tables are made when a file is loaded. They are data, and tests treat them as data.
  ignoreStatic: false,
  concurrency: 1,
  // A timeout counts as noticed, so that a busy machine must not cause one. The limit is Stryker's
  // factor plus half a minute. An endless loop is stopped earlier, by its number of rounds.
  timeoutMS: 30_000,
  timeoutFactor: 1.5,
  dryRunTimeoutMinutes: 20,
  ignorePatterns: ['dist', 'reports', 'docs', 'bench', 'examples'],
  tempDirName: '.stryker-tmp',
  reporters: ['clear-text', 'html', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  htmlReporter: { fileName: 'reports/mutation/index.html' },
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  incrementalFile: 'reports/mutation/incremental.json',
  // docs/mutation.md requires these scores.
  thresholds: {
    high: 98,
    low: 95,
    break: process.env.YOUNGCHECK_MUTATE_EVERY === undefined ? 95 : 90,
  },
};
