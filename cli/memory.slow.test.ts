/** Commands under a real limit of memory end with what they have found, and with status 3. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `ulimit -d` counts what a process has written or may write, from Linux 4.7 on. */
const LIMITED = 'ulimit -d';
const probe = spawnSync('sh', ['-c', `${LIMITED} 400000 && grep '^Max data' /proc/self/limits`]);
const lacks = process.platform !== 'linux' || probe.status !== 0;

/** Runs a command that may take so many megabytes, Node itself included. */
function youngcheck(megabytes: number, ...args: readonly string[]) {
  const command = [process.execPath, 'cli/launch.js', ...args].map((word) => `'${word}'`).join(' ');
  const script = `${LIMITED} ${megabytes * 1000} && exec ${command}`;
  return spawnSync('sh', ['-c', script], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

describe.skipIf(lacks)('under a limit of memory, which needs `ulimit -d`', () => {
  it.each([200, 300])('of %i MB check says what it has found', (megabytes) => {
    const asked = ['--scope', 'large', '--no-reduction', '--property', 'no-false-reference'];
    const run = youngcheck(megabytes, 'check', '--driver', 'amd-iommu-v2', ...asked);
    const { status, stdout, stderr } = run;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^unfinished, there was too little memory: [\d,]+ states/m);
    expect(stdout).toMatch(/^every run of up to \d+ events was searched$/m);
    expect(stdout).toMatch(/^memory: ulimit -d gives \d+ MiB; the tables took .* MiB and needed/m);
    expect(stdout).toMatch(/^a guess, from how the search grew: [\d,]+ to [\d,]+ states in all$/m);
    expect(stdout).toMatch(/^next: --max-memory N/m);
    expect(status).toBe(3);
  });

  it.each([
    ['diff', 'kvm', 'none', '--scope', 'races pages=3 cpus=2'],
    ['guard', 'kvm', '--time-limit', '5'],
    ['saturate', 'kvm', '--scope', 'races', '--time-limit', '5'],
    ['ablate', '--scope', 'mail'],
  ])('of 200 MB every command ends with a result: %s', (...args) => {
    const { status, stdout } = youngcheck(200, ...args);
    expect(stdout).not.toBe('');
    expect([0, 1, 3]).toContain(status);
  });
});
