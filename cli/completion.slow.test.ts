/** The completion in real shells: each runs on a terminal of its own, where somebody types. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { youngcheck } from './in-process.ts';
import { SHELLS } from './value-words.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));

const scriptOf = (shell: string): string => join(folder, `youngcheck.${shell}`);

beforeAll(async () => {
  for (const shell of SHELLS) {
    writeFileSync(scriptOf(shell), (await youngcheck('completion', shell)).stdout);
  }
  writeFileSync(join(folder, 'mine.trace'), '');
});

/** What stands on the line behind each of these and a Tab. */
function typed(shell: string, lines: readonly string[]): string[] {
  const args = ['-f', resolve('cli/type-and-tab.zsh'), shell, scriptOf(shell), ...lines];
  const { stdout, stderr } = spawnSync('zsh', args, { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  // zsh may write a backslash for a quote, and bash ends what is quoted.
  const plain = (line: string): string => line.replace(/[\\']/g, '').trimEnd();
  return stdout.trimEnd().split('\n').map(plain);
}

const LINES: readonly (readonly [string, string])[] = [
  ['che', 'check'],
  ['check --sco', 'check --scope'],
  ['check --driver amd-iommu-v2-p', 'check --driver amd-iommu-v2-patched'],
  ['check --scope=sma', 'check --scope=small'],
  ['check --scope gran', 'check --scope granularity='],
  ['check --scope granularity=fi', 'check --scope granularity=fine'],
  ['check --scope=granularity=fi', 'check --scope=granularity=fine'],
  ["check --scope 'races gran", "check --scope 'races granularity="],
  ["check --kernel 'v6.6-x86 age=pte,flush-t", "check --kernel 'v6.6-x86 age=pte,flush-tlb"],
  ["check --kernel='v6.6-x86 age=pte,flush-t", "check --kernel='v6.6-x86 age=pte,flush-tlb"],
  ['check --property no-st', 'check --property no-stale-access'],
  ['check --no-reduction=gh', 'check --no-reduction=ghosts'],
  ['check --json --prof', 'check --json --profile'],
  ['guard --allow saf', 'guard --allow safety'],
  ['diff kvm kvm-arm', 'diff kvm kvm-arm64'],
  ['replay --states mi', 'replay --states mine.trace'],
  ['export --out mi', 'export --out mine.trace'],
  ['list ATC_', 'list ATC_INV'],
  ['completion z', 'completion zsh'],
];

describe.skipIf(absent('zsh'))('a line and Tab', () => {
  it.each(SHELLS)('is completed by %s', (shell) => {
    const lines = LINES.map(([line]) => `youngcheck ${line}`);
    const expected = LINES.map(([, line]) => `youngcheck ${line.replaceAll("'", '')}`);
    expect(typed(shell, lines)).toEqual(expected);
  });
});

describe('the script of bash', () => {
  it.skipIf(absent('shellcheck'))('has no flaw that shellcheck knows', () => {
    const { stdout } = spawnSync('shellcheck', ['-s', 'bash', scriptOf('bash')]);
    expect(stdout.toString()).toBe('');
  });
});

describe('the manual page', () => {
  it.skipIf(absent('mandoc'))('has no flaw that mandoc knows', async () => {
    const page = join(folder, 'youngcheck.1');
    writeFileSync(page, (await youngcheck('man')).stdout);
    const { status, stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page]);
    expect({ status, said: stdout.toString() }).toEqual({ status: 0, said: '' });
  });
});

/** The manual page has the day on which it was made. */
const undated = (text: string): string => text.replace(/\d{4}-\d\d-\d\d/, 'DAY');

describe('the build', () => {
  it('writes the same texts into share/', async () => {
    const dist = join(folder, 'dist');
    const { status } = spawnSync('npx', ['tsx', '.ci/bundle.ts', dist]);
    expect(status).toBe(0);
    const files = [
      ['bash-completion/completions/youngcheck', 'completion', 'bash'],
      ['zsh/site-functions/_youngcheck', 'completion', 'zsh'],
      ['man/man1/youngcheck.1', 'man'],
    ];
    for (const [file, ...args] of files) {
      const { stdout } = await youngcheck(...args);
      const text = readFileSync(join(dist, 'share', file), 'utf8');
      expect(undated(text), file).toBe(undated(stdout));
    }
    const { man } = JSON.parse(readFileSync('package.json', 'utf8')) as { man: string };
    expect(join(dist, 'share/man/man1/youngcheck.1').endsWith(man)).toBe(true);
  });
});
