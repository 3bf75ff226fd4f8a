/**
 * `npm test` runs every fast check. The first steps run at a time, as none of them uses two cores;
 * what each prints comes in one piece. A failure stops nothing, so that one run reports all. The
 * last line is `N passed, N failed`. Each step counts as one, and so does each test of vitest.
 */
import { spawn } from 'node:child_process';
import { end, environmentFor, runTier } from './vitest.ts';

/** Scripts of package.json, each run after those before it in its row. */
const ROWS = [['format:check', 'lint'], ['types']];

/** Runs a step, and prints what it has said when it has ended. */
function run(step: string): Promise<boolean> {
  const env = environmentFor(process.stdout.isTTY, process.env);
  const child = spawn('npm', ['run', '--silent', step], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  }
  return new Promise((resolve) => {
    child.on('close', (status) => {
      const ok = status === 0;
      console.log(`\n# ${step}\n${said}${step}: ${ok ? 'passed' : 'FAILED'}`);
      resolve(ok);
    });
  });
}

async function runRow(steps: readonly string[]): Promise<boolean[]> {
  const done: boolean[] = [];
  for (const step of steps) done.push(await run(step));
  return done;
}

const steps = (await Promise.all(ROWS.map(runRow))).flat();
console.log('\n# vitest');
const tests = runTier('fast');
const passed = steps.filter((ok) => ok).length;
end({
  passed: tests.passed + passed,
  failed: tests.failed + steps.length - passed,
  skipped: tests.skipped,
});
