/**
 * The random search as a user sees it: exit statuses, seeds, shards of many processes, bad input.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { interrupted } from './interrupted.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-explore-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An empty folder of examples. Other tests try the traces that the repository has. */
const none = join(folder, 'none');
mkdirSync(none);
const FEW = ['--runs', '60', '--seed', '3', '--examples', none];
const COMMAND = ['cli/launch.js'];

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command without waiting for others, because its start takes longest. */
function youngcheck(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...COMMAND, ...args], {
      cwd: root,
      env: { ...process.env, ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (text) => (stdout += String(text)));
    child.stderr.on('data', (text) => (stderr += String(text)));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

const timeless = (text: string): string =>
  text.replace(/\d+\.\d\d s\b/g, 'N s').replace(/"seconds": [\d.e-]+/g, '"seconds": N');

describe('explore', () => {
  it('ends with the status of what it found', async () => {
    const outcomes = await Promise.all([
      youngcheck(['explore', ...FEW]),
      youngcheck(['explore', ...FEW, '--driver', 'kvm']),
      youngcheck(['explore', ...FEW, '--property', 'no-stale-access']),
      youngcheck(['explore', ...FEW, '--scope', 'observers=none']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([1, 0, 4, 4]);
    expect(outcomes.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
    expect(outcomes[3].stdout).toContain('no property makes sense in this scope');
  });

  it('prints a seed, and a command that makes the failing run again', async () => {
    const bias = ['--bias', 'takeAway=0.2,look=1e-7'];
    const { stdout } = await youngcheck(['explore', '--scope', 'small', '--runs', '20', ...bias]);
    expect(stdout).toMatch(/^seed \d+: 20 runs of 200 events/m);
    const command = /^reproduce: (youngcheck explore .*)$/m.exec(stdout)![1];
    const line = command.replace('youngcheck', `"${process.execPath}" ${COMMAND.join(' ')}`);
    const again = spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8' });
    const trace = /^Trace [^]*?^violates .*$/m.exec(again.stdout)![0];
    expect(stdout).toContain(trace);
    expect(again.status).toBe(1);
  });

  it('makes shards in processes of their own that merge into one run', async () => {
    const args = ['explore', '--driver', 'kvm', '--scope', 'races', '--seed', '7'];
    const property = ['--property', 'no-missed-device-reference'];
    const many = [...args, ...property, '--runs', '1300', '--examples', none];
    const [whole, ...parts] = await Promise.all([
      youngcheck([...many, '--json']),
      youngcheck([...many, '--json', '--shard', '1/3']),
      youngcheck([...many, '--json', '--shards', '3'], { JOB_COMPLETION_INDEX: '1' }),
      youngcheck([...many, '--json', '--shards', '3'], { CI_NODE_INDEX: '3' }),
    ]);
    const files = parts.map(({ stdout }, i) => {
      const file = join(folder, `part${i}.json`);
      writeFileSync(file, stdout);
      return file;
    });
    const [merged, text, missing] = await Promise.all([
      youngcheck(['merge', '--json', ...files.toReversed()]),
      youngcheck(['merge', ...files]),
      youngcheck(['merge', files[0], files[2]]),
    ]);
    expect(timeless(merged.stdout)).toBe(timeless(whole.stdout));
    expect(merged.status).toBe(whole.status);
    expect(text.stdout).toContain('seed 7: 1,300 runs of 200 events');
    expect(missing).toMatchObject({ status: 2, stderr: expect.stringContaining('2/3 missing') });
  });

  it('saves what it finds, tries it first the next time, and saves nothing twice', async () => {
    const to = ['explore', '--runs', '20', '--examples', join(folder, 'new'), '--save'];
    const first = await youngcheck(to);
    const second = await youngcheck(to);
    const file = join(folder, 'new', 'old-while-cached+amd-iommu-v2-patched.trace');
    expect(first.stderr).toContain(`saved: ${file}`);
    expect(readFileSync(file, 'utf8')).toContain('(4) kswapd: folio_referenced A == 0');
    expect(second.stderr).toContain(`saved before: ${file}`);
    expect(second.stdout).toContain(`reproduce: youngcheck replay ${file}`);
    expect(first.stderr + second.stderr).not.toContain('hint');
    const catalogue = join(folder, 'catalogue');
    mkdirSync(catalogue);
    writeFileSync(join(catalogue, 'ORDER'), '');
    const third = await youngcheck([...to.slice(0, 3), '--save', '--examples', catalogue]);
    const order = join(catalogue, 'ORDER');
    const promote = `youngcheck promote --folder ${catalogue}`;
    expect(third.stderr).toContain(`hint: name it in ${order}, then ${promote}\n`);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends at a %s with what it has', async (signal) => {
    const args = ['explore', '--driver', 'kvm', '--runs', '1G', '--jobs', '1'];
    const { status, stdout } = await interrupted(args, { by: signal });
    expect(status).toBe(3);
    expect(stdout).toContain('unfinished, it was interrupted');
  });

  it('tells what it found also where it cannot be saved, and of a full disk', async () => {
    const args = ['explore', ...FEW.slice(0, 4), '--property', 'no-repeated-miss'];
    const unsaved = await youngcheck([...args, '--save', '--examples', '/proc/x']);
    expect(unsaved).toMatchObject({ status: 2, stdout: expect.stringContaining('violated in') });
    expect(unsaved.stderr).toContain('error: /proc/x: cannot be written (ENOENT)');
    const line = `"${process.execPath}" ${COMMAND.join(' ')} ${args.join(' ')} > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', line], { cwd: root, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error: standard output: cannot be written (ENOSPC)\n',
    });
  });

  it('complains about what it cannot read', async () => {
    const wrong: [readonly string[], string][] = [
      [['--shard', '4/3'], "--shard cannot be '4/3'"],
      [['--shards', '3'], 'needs to know which one this is'],
      [['--shard', '1/2'], 'a shard needs --seed'],
      [['--run', '5', '--runs', '10'], "--runs cannot be '10'"],
      [['--seed', '1.5'], "--seed cannot be '1.5'"],
      [['--bias', 'samePage=2'], "--bias cannot be 'samePage=2'"],
      [['--examples', join(folder, 'nowhere')], 'no such folder'],
    ];
    const env = {
      JOB_COMPLETION_INDEX: undefined,
      CI_NODE_INDEX: undefined,
      SLURM_ARRAY_TASK_ID: undefined,
    };
    const outcomes = await Promise.all(
      wrong.map(([args]) => youngcheck(['explore', ...args], env)),
    );
    for (const [i, { status, stderr }] of outcomes.entries()) {
      expect(status, stderr).toBe(2);
      expect(stderr).toContain(wrong[i][1]);
    }
  });
});
