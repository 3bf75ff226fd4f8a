/**
 * `npm test` runs every fast check in turn. A failure does not stop it, so that one run reports
 * all. The last line is `N passed, N failed`. Each step counts as one, and so does each test of
 * vitest.
 */
import { spawnSync } from 'node:child_process';
import { end, environmentFor, runTier } from './vitest.ts';

/** The scripts of package.json, the quickest first. */
const STEPS = ['format:check', 'lint', 'types'];

function run(step: string): boolean {
  console.log(`\n# ${step}`);
  const env = environmentFor(process.stdout.isTTY, process.env);
  const ok = spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit', env }).status === 0;
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
