/**
 * What docs/many-machines.md shows is run here, with fewer runs and one property. Each command of a
 * shell prints what the document shows, and each way of making parts gives the result of one run.
 * Slurm and ssh are stood in for, as they need more than this machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { absent } from '../suites/absent.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'docs/many-machines.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-machines-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Example {
  readonly command: string;
  readonly output: string;
}

const sectionOf = (title: string): string =>
  text.split(/^## /m).find((section) => section.startsWith(`${title}\n`))!;

const blocksOf = (section: string, language: string): string[] =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, b]) => b);

/** The commands that a section shows in a console, each with what it prints. */
const examplesOf = (title: string): Example[] =>
  blocksOf(sectionOf(title), 'console').flatMap((block) =>
    [...block.matchAll(/^\$ (.*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command, output]) => ({
      command: command.replaceAll('\n> ', '\n'),
      output,
    })),
  );

const PARTS = examplesOf('The parts of one random search');
const [scope, whole] = PARTS.map(({ command }) => command);

/** Puts a command of this name before others of the same name. */
function install(name: string, script: string): void {
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Some runs of every part violate this property. */
const PROPERTY = '--property no-missed-device-reference\\(idle\\)';

/** Runs a command as a reader would, with fewer runs and one property. */
function run(command: string, env: Readonly<Record<string, string>> = {}, shell = ['sh']): string {
  const few = command
    .replaceAll('node dist/cli/main.js', 'youngcheck')
    .replaceAll(/--runs \S+/g, `--runs 300 ${PROPERTY}`);
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
  const [program, ...args] = shell;
  const { stdout, stderr } = spawnSync(program, [...args, '-c', `${scope}\n${few}`], {
    cwd: folder,
    encoding: 'utf8',
    // Without SHELL, GNU parallel loses the exit status of what it runs by ssh.
    env: { HOME: folder, LC_ALL: 'C', PATH: path, SHELL: '/bin/sh', ...env },
  });
  expect(stderr, command).toBe('');
  return stdout;
}

/** Runs the script of a job. That a part found a violation is no failure of it. */
function runJob(script: string, env: Readonly<Record<string, string>>, shell = ['sh']): void {
  expect(run(`(${script}) && echo well`, env, shell)).toBe('well\n');
}

/** What `merge` prints of all parts in the folder is what one process printed. */
function expectTheSame(): void {
  run('youngcheck merge --json part*.json > merged.json');
  expect(run('diff -I \'"seconds"\' whole.json merged.json && echo the same')).toBe('the same\n');
}

beforeAll(() => {
  mkdirSync(join(folder, 'bin'));
  install('youngcheck', `exec "${process.execPath}" "${join(root, 'cli/launch.js')}" "$@"`);
  // ssh passes one command to a shell of the other machine. It knows no variable of this one.
  install('ssh', 'shift 2; exec env -u SCOPE sh -c "$*"');
  run(whole);
});
beforeEach(() => void run('rm -f part*'));

describe('docs/many-machines.md', () => {
  it('makes parts in a shell', () => {
    expect(PARTS).toHaveLength(5);
    for (const { command, output } of PARTS.slice(2)) expect(run(command)).toBe(output);
  });

  it.skipIf(absent('parallel'))('makes parts by GNU parallel, here and by ssh', () => {
    const examples = examplesOf('GNU parallel');
    expect(examples.filter(({ output }) => output === 'the same\n')).toHaveLength(2);
    for (const { command, output } of examples) expect(run(command), command).toBe(output);
  });

  it.skipIf(absent('spin') || absent('gcc') || absent('parallel'))(
    'brings a trail back from the searches of a swarm',
    () => {
      // Spin draws the seeds of -swarm, and its searches take long. The jobs have given seeds.
      const examples = examplesOf("Spin's swarm").filter(({ command }) => !/swarm/.test(command));
      expect(examples).toHaveLength(7);
      for (const { command, output } of examples) expect(run(command), command).toBe(output);
    },
  );

  it('makes parts as tasks of a Slurm array', () => {
    const [script] = blocksOf(sectionOf('Slurm'), 'sh');
    const count = /#SBATCH --array=1-(\d+)/.exec(script)![1];
    const task = (id: string, min: string, max: string) => ({
      SLURM_CPUS_PER_TASK: /--cpus-per-task=(\d+)/.exec(script)![1],
      SLURM_ARRAY_TASK_ID: id,
      SLURM_ARRAY_TASK_MIN: min,
      SLURM_ARRAY_TASK_MAX: max,
      SLURM_ARRAY_TASK_COUNT: `${Number(max) - Number(min) + 1}`,
    });
    for (let id = 1; id <= Number(count); id++) runJob(script, task(`${id}`, '1', count));
    expectTheSame();
    const shown = examplesOf('Slurm').find(({ command }) => command === 'cat part3.log')!;
    expect(run(`(${script}) 2>&1`, task('3', '3', '3'))).toBe(shown.output);
  });

  it('makes parts as pods of a Kubernetes Job', () => {
    const { spec } = parse(blocksOf(sectionOf('Kubernetes'), 'yaml')[0]);
    const [{ args, command, env }] = spec.template.spec.containers;
    const variables = { [env[0].name]: env[0].value };
    expect(args[0]).toContain(`--shards ${spec.completions} `);
    const two = args[0].replace(/--shards \d+/, '--shards 2').replace('/results/', '');
    expect(command).toEqual(['sh', '-c']);
    for (const index of ['0', '1']) runJob(two, { ...variables, JOB_COMPLETION_INDEX: index });
    expectTheSame();
  });

  it('makes parts as jobs of GitHub Actions', () => {
    const { env, jobs } = parse(blocksOf(sectionOf('GitHub Actions'), 'yaml')[0]);
    const stepsOf = (job: string): string[] =>
      jobs[job].steps.map((step: { run?: string }) => step.run ?? '');
    const explore = stepsOf('explore').find((step) => step.includes('explore'))!;
    const { shard: shards } = jobs.explore.strategy.matrix;
    for (const shard of shards) {
      runJob(explore.replaceAll('${{ matrix.shard }}', shard), env, ['bash', '-e']);
    }
    expectTheSame();
    expect(run(stepsOf('merge').at(-1)!)).toContain('violated in 9 events');
  });
});
