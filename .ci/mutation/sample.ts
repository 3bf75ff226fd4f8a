/**
 * `npm run long:mutation-sample`: Stryker over a sample of the mutations that
 * `npm run long:mutation` makes. It counts as one test.
 *
 *   --every N   one function in N is mutated (12)
 *   --seed N    what they are drawn with; the default is fixed
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    every: { type: 'string', default: '12' },
    seed: { type: 'string', default: '20190131' },
  },
});
const { status } = spawnSync('stryker', ['run', '.ci/mutation/stryker.config.mjs'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    YOUNGCHECK_MUTATE_EVERY: values.every,
    YOUNGCHECK_MUTATE_SEED: values.seed,
  },
});
console.log(`one function in ${values.every}, seed ${values.seed}`);
console.log(status === 0 ? '1 passed, 0 failed' : '0 passed, 1 failed');
process.exitCode = status === 0 ? 0 : 1;
