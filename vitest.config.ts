/** No test has a time-out: on a busy machine a test may take any time. */
import { defineConfig } from 'vitest/config';

/** setTimeout() takes no more milliseconds than this. */
const NEVER = 2 ** 31 - 1;

export default defineConfig({
  test: { maxWorkers: '100%', testTimeout: 0, hookTimeout: 0, teardownTimeout: NEVER },
});
