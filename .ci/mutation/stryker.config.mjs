/**
 * `npm run long:mutation`: does a test notice when a line of the model or of a property is wrong?
 * docs/mutation.md says what was measured, and what survived. `npm run test:mutation` makes a sample
 * of these mutations.
 */
import { fileURLToPath } from 'node:url';

const [PROSE, SAMPLE] = ['prose.mjs', 'sample.mjs'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
);

/** What judges and what is judged; not what only tests use. */
const MUTATED = [
  'model/**/*.ts',
  'properties/**/*.ts',
  '!**/*.test.ts',
  // Material of tests: a mutation here changes what is tried, not what is said to users.
  '!properties/generators/any-system.ts',
  // Prose: `list` prints it, nothing compares it.
  '!model/vocabulary.ts',
];

export default {
  mutate: MUTATED,
  plugins: ['@stryker-mutator/vitest-runner', PROSE, SAMPLE],
  ignorers: ['prose', 'sample'],
  mutator: {
    // Most strings of the model are of unions of literals, where tsc refuses "" before a test runs.
    // The names of presets and properties are not; suites spell those out. The rest is prose.
    excludedMutations: ['StringLiteral'],
  },
  testRunner: 'vitest',
  vitest: { configFile: '.ci/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // Presets and tables are made when a file is loaded; they are data, and tested as such.
  ignoreStatic: false,
  concurrency: 1,
  // A timeout counts as noticed, so it must not come of a loaded machine: Stryker's own factor,
  // and half a minute on top. A loop without end is stopped earlier, by how often it is passed.
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
  // What docs/mutation.md asks for.
  thresholds: {
    high: 98,
    low: 95,
    break: process.env.YOUNGCHECK_MUTATE_EVERY === undefined ? 95 : 90,
  },
};
