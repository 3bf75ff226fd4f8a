/**
 * Compares the exhaustive search on one thread with that on several, in turn and in one run. Both
 * search the system of speed.ts. Times are those of whole processes and, beside them, of the search
 * alone.
 *
 * usage: npx tsx bench/jobs.ts [--rounds N] [--jobs N] [--scope SCOPE]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '2' },
    scope: { type: 'string', default: 'large' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));

interface Figures {
  readonly wall: number;
  readonly search: number;
  readonly peakKiB: number;
  /** The result without its times. It must be the same on any number of threads. */
  readonly result: string;
}

function check(jobs: string): Figures {
  const properties = [
    'no-missed-device-reference',
    'no-missed-cpu-reference',
    'no-false-reference',
    'no-spurious-invalidation',
  ].flatMap((name) => ['--property', name]);
  const system = ['--driver', 'amd-iommu-v2', '--scope', values.scope];
  const command = ['cli/launch.js', 'check', '--json', ...system, ...properties, '--jobs', jobs];
  const timed = ['-f', '%e %M', process.execPath, ...command];
  const { status, stdout, stderr } = spawnSync('/usr/bin/time', timed, {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 1) throw new Error(`${command.join(' ')}: ${status}: ${stderr}`);
  const [wall, peakKiB] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  const seconds = /"seconds": ([\d.]+)/.exec(stdout)!;
  const result = stdout.replace(seconds[0], '');
  return { wall, search: Number(seconds[1]), peakKiB, result };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const ratios = { wall: [] as number[], search: [] as number[], peakKiB: [] as number[] };
for (let round = 0; round < Number(values.rounds); round++) {
  const [one, several] = [check('1'), check(values.jobs)];
  if (one.result !== several.result) throw new Error('the results differ');
  for (const [jobs, { wall, search, peakKiB }] of [
    ['1', one],
    [values.jobs, several],
  ] as const) {
    const [all, alone] = [wall, search].map((seconds) => seconds.toFixed(2));
    const memory = (peakKiB / 1024).toFixed(0);
    console.log(`--jobs ${jobs}: ${all} s, the search ${alone} s, ${memory} MiB`);
  }
  ratios.wall.push(one.wall / several.wall);
  ratios.search.push(one.search / several.search);
  ratios.peakKiB.push(several.peakKiB / one.peakKiB);
}
const told = (of: readonly number[]): string =>
  `${median(of).toFixed(2)} (${of.map((ratio) => ratio.toFixed(2)).join(', ')})`;
console.log(`times as fast, whole process: ${told(ratios.wall)}`);
console.log(`times as fast, search alone: ${told(ratios.search)}`);
console.log(`times as much memory: ${told(ratios.peakKiB)}`);
