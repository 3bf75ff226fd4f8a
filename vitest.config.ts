/**
 * The tiers of the tests. The end of a test file's name says which script runs it:
 *
 *   NAME.test.ts          `npm test`
 *   NAME.sampled.test.ts  `npm test` with a few samples, `npm run test:samples` with many
 *   NAME.slow.test.ts     `npm run test:slow`
 *   NAME.browser.test.ts  `npm run test:browser`
 *
 * The scripts `test:*` are the second tier: .ci/run calls all of them. The scripts `long:*` are the
 * third: they are run by hand, and docs/long-checks.md keeps what they found.
 *
 * No test has a time-out: on a busy machine a test may take any time. The files that a process runs
 * one after the other share their modules, because loading them anew for each file takes a minute.
 * A file that replaces a module by vi.mock() is in `npm run test:slow`, where nothing is shared.
 */
import { configDefaults, defineConfig } from 'vitest/config';

/** How many times as many samples `test:samples` draws as `npm test`; `long:samples` says more. */
const MANY = process.env['YOUNGCHECK_SAMPLES'] ?? '12';

/** setTimeout() takes no more milliseconds than this. */
const NEVER = 2 ** 31 - 1;

/** What is copied or compiled from here is not tested twice. */
const COPIES = [...configDefaults.exclude, 'dist/**', '.stryker-tmp/**'];

/** A tier's name, as `vitest --project` takes it, and the files that it runs. */
const tier = (
  name: string,
  include: string,
  exclude: string[] = [],
  env = {},
  isolate = false,
) => ({
  extends: true as const,
  test: { name, include: [include], exclude: [...COPIES, ...exclude], env, isolate },
});

export default defineConfig({
  test: {
    maxWorkers: '100%',
    testTimeout: 0,
    hookTimeout: 0,
    teardownTimeout: NEVER,
    projects: [
      tier('fast', '**/*.test.ts', ['**/*.{slow,browser}.test.ts']),
      tier('samples', '**/*.sampled.test.ts', [], { YOUNGCHECK_SAMPLES: MANY }),
      tier('slow', '**/*.slow.test.ts', [], {}, true),
      tier('browser', '**/*.browser.test.ts'),
    ],
  },
});
