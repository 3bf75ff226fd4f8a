/**
 * Compares the exhaustive search on one thread with that on several, in turn and in one run. Both
 * search the system of speed.ts. Times are those of whole processes and, beside them, of the search
 * alone.
 *
 * usage: npx tsx bench/jobs.ts [--rounds N] [--jobs N] [--scope SCOPE]
 */
import { parseArgs } from 'node:util';
import { median, numberIn, timed, unreducedCheck } from './timed-process.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '2' },
    scope: { type: 'string', default: 'large' },
  },
});

interface Figures {
  readonly wall: number;
  readonly search: number;
  readonly peakKiB: number;
  /** The result without its times. It must be the same on any number of threads. */
  readonly result: string;
}

function check(jobs: string): Figures {
  const command = ['cli/launch.js', ...unreducedCheck(values.scope), '--jobs', jobs];
  const { stdout, wall, peakKiB } = timed(process.execPath, command);
  const search = numberIn(stdout, /"seconds": ([\d.]+)/);
  const result = stdout.replace(/"seconds": [\d.]+/, '');
  return { wall, search, peakKiB, result };
}

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
