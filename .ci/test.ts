/**
 * `npm test`: every fast check in turn. A failure does not stop it, so that one run tells all.
 * The last line is `N passed, N failed`: each step counts as one, each test of vitest as one.
 */
import { spawnSync } from 'node:child_process';
import { end, runTier } from './vitest.ts';

/** Scripts of package.json, the cheapest first. */
const STEPS = ['format:check', 'lint', 'types'];

function run(step: string): boolean {
  console.log(`\n# ${step}`);
  const ok = spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit' }).status === 0;
  console.log(ok ? `${step}: passed` : `${step}: FAILED`);
  return ok;
}

const steps = STEPS.map(run);
console.log('\n# vitest');
const tests = runTier('fast');
const passed = steps.filter((ok) => ok).length;
end({
  passed: tests.passed + passed,
  failed: tests.failed + steps.length - passed,
  skipped: tests.skipped,
});
