/** Runs a process and tells what it took. Times are read from GNU time. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The compiled command. `npm run build` makes it. */
export const COMPILED = 'dist/cli/main.js';

/** The script that explores a system with Spin. It is no part of the project. */
export const SPIN_SPEED = fileURLToPath(
  new URL('../../shared/peers/spin-speed.sh', import.meta.url),
);

/** What a process wrote, and what it took. */
export interface Timed {
  readonly output: string;
  /** What it wrote to standard output alone. */
  readonly stdout: string;
  readonly wall: number;
  /** Seconds of processor time outside the kernel. Other work on the machine matters less to it. */
  readonly user: number;
  readonly peakKiB: number;
}

/** The statuses of an answer, as `youngcheck --help` lists them. */
const ANSWERS = [0, 1, 3, 4, 6];

/** Runs a command in the root of the project. Any status but those of an answer is an error. */
export function timed(command: string, args: readonly string[]): Timed {
  const all = ['-f', '%e %U %M', command, ...args];
  const options = { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { status, stdout, stderr } = spawnSync('/usr/bin/time', all, options);
  if (status === null || !ANSWERS.includes(status)) {
    throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  }
  const [wall, user, peakKiB] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return { output: `${stdout}\n${stderr}`, stdout, wall, user, peakKiB };
}

/** The compiled command with these arguments. */
export const compiled = (args: readonly string[]): Timed =>
  timed(process.execPath, [COMPILED, ...args]);

/** The number that the group of a pattern finds in a text. */
export function numberIn(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`no ${pattern.source} in:\n${text}`);
  return Number(match[1]);
}

/** The middle one of some numbers. */
export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The arguments of the check that is measured without any reduction, in a scope. */
export const unreducedCheck = (scope: string): string[] =>
  ['check', '--json', '--no-reduction', '--driver', 'amd-iommu-v2', '--scope', scope].concat(
    [
      'no-missed-device-reference',
      'no-missed-cpu-reference',
      'no-false-reference',
      'no-spurious-invalidation',
    ].flatMap((name) => ['--property', name]),
  );
