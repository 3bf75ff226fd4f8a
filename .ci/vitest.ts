/**
 * `tsx .ci/vitest.ts TIER [FILE...]` runs the tests of one tier, as vitest.config.ts divides them,
 * or some of its files. The last line is `N passed, N failed`. Each test of vitest counts as one.
 * `npm test` adds these counts to its own.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that this script reads. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  } catch {
    // vitest died before it could write a report.
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

const NOT_RUN = ['pending', 'skipped', 'todo', 'disabled'];

/** The tests that were skipped because the machine lacks something that they need. */
const skippedOf = ({ testResults }: Report): string[] =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => NOT_RUN.includes(status))
      .map(({ fullName }) => `${relative(process.cwd(), name)}: ${fullName}`),
  );

/**
 * The environment of a program whose output goes to ours. Into a file or a pipe it writes no
 * colours, unless FORCE_COLOR asks for them. Left alone, vitest writes them into both.
 */
export const environmentFor = (isTerminal: boolean, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  isTerminal || env['FORCE_COLOR'] !== undefined ? env : { ...env, NO_COLOR: '1' };

/** Runs the tests of a tier, or some of its files, and names those that were skipped. */
export function runTier(tier: string, files: readonly string[] = []): Count {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
  const file = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const args = ['run', '--project', tier, ...reporters, ...files];
  const env = environmentFor(process.stdout.isTTY, process.env);
  const ok = spawnSync('vitest', args, { stdio: 'inherit', env }).status === 0;
  const report = readReport(file);
  rmSync(folder, { recursive: true });
  const skipped = skippedOf(report);
  for (const test of skipped) console.log(`skipped, as what it needs is not here: ${test}`);
  // A file that does not load fails no test, and a run without tests proves nothing. Both count as
  // failures.
  const nothing = report.numPassedTests === 0 && skipped.length === 0;
  const broken = report.numFailedTests === 0 && (!ok || nothing);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + (broken ? 1 : 0),
    skipped: skipped.length,
  };
}

/** Prints the last line of every run, and sets the exit status. */
export function end({ passed, failed, skipped }: Count): void {
  const more = skipped > 0 ? `, ${skipped} skipped` : '';
  console.log(`\n${passed} passed, ${failed} failed${more}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

const [, script, tier, ...files] = process.argv;
if (import.meta.url === pathToFileURL(script).href) {
  if (tier === undefined) throw new Error('usage: tsx .ci/vitest.ts TIER [FILE...]');
  end(runTier(tier, files));
}
