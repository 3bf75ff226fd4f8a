/**
 * `npm test`: every fast check in turn. A failure does not stop it, so that one run tells all.
 * The last line is `N passed, N failed`: each step counts as one, each test of vitest as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Scripts of package.json, the cheapest first. */
const STEPS = ['format:check', 'lint', 'types'];

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const run = (title: string, command: string, args: string[]): boolean => {
  console.log(`\n# ${title}`);
  const ok = spawnSync(command, args, { stdio: 'inherit' }).status === 0;
  console.log(ok ? `${title}: passed` : `${title}: FAILED`);
  return ok;
};

/** The part of vitest's JSON report that is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
}

const readReport = (file: string): Report => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    // vitest died before it could write one.
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
};

/** Every core tests; so a test may be slow, since others are under way. */
const LOAD = ['--maxWorkers=100%', '--testTimeout=60000'];

const vitest = (): Count => {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  const file = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ok = run('vitest', 'vitest', ['run', ...LOAD, ...reporters]);
  const report = readReport(file);
  rmSync(folder, { recursive: true });
  // A file that does not load fails no test, and a run without tests proves nothing: both count.
  const broken = report.numFailedTests === 0 && (!ok || report.numPassedTests === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (broken ? 1 : 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
};

const steps = STEPS.map((step) => run(step, 'npm', ['run', '--silent', step]));
const tests = vitest();
const passed = tests.passed + steps.filter((ok) => ok).length;
const failed = tests.failed + steps.filter((ok) => !ok).length;
const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : '';
console.log(`\n${passed} passed, ${failed} failed${skipped}`);
process.exitCode = failed > 0 ? 1 : 0;
