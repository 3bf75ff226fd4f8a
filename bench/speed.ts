/**
 * Compares this project's exhaustive search with Spin's, in turn and in one run. Both search the
 * same system breadth first and completely, and the times are those of whole processes. Spin's
 * model is no part of the project, and has only as much of docs/model.md as these systems need.
 * Without it, only the project's own search is measured.
 *
 * usage: npm run bench [-- --rounds N] [-- --scope large|mid]
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    scope: { type: 'string', default: 'large' },
  },
});
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL('..', import.meta.url));
const spinSpeed = fileURLToPath(new URL('../../shared/peers/spin-speed.sh', import.meta.url));

interface Figures {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly peakKiB: number;
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return `${stdout}\n${stderr}`;
}

function number(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`no ${pattern.source} in:\n${text}`);
  return Number(match[1]);
}

/**
 * Measures the whole process with its start. The properties need the ghosts devSure, cpuSure and
 * maybe.
 */
function ours(scope: string): Figures {
  const properties = [
    'no-missed-device-reference',
    'no-missed-cpu-reference',
    'no-false-reference',
    'no-spurious-invalidation',
  ].flatMap((name) => ['--property', name]);
  const system = ['--driver', 'amd-iommu-v2', '--scope', scope === 'mid' ? 'large cpus=0' : scope];
  const timed = ['-f', '%e s wall, %M KiB peak', process.execPath, '--import', 'tsx'];
  const check = ['cli/main.ts', 'check', '--json', ...system, ...properties];
  const out = run('/usr/bin/time', [...timed, ...check]);
  return {
    states: number(out, /"states":\s*(\d+)/),
    transitions: number(out, /"transitions":\s*(\d+)/),
    seconds: number(out, /([\d.]+) s wall/),
    peakKiB: number(out, /(\d+) KiB peak/),
  };
}

/** Measures only the search. The time in which Spin compiles its verifier is not counted. */
function spins(scope: string): Figures {
  const out = run(spinSpeed, [scope, 'bfs']);
  return {
    states: number(out, /(\d+) states, stored/),
    transitions: number(out, /(\d+) transitions/),
    seconds: number(out, /([\d.]+) s wall/),
    peakKiB: number(out, /(\d+) KiB peak/),
  };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

function show(name: string, { states, transitions, seconds, peakKiB }: Figures): void {
  const bytes = ((peakKiB * 1024) / states).toFixed(0);
  console.log(
    `${name.padEnd(11)} ${states} states, ${transitions} transitions, ` +
      `${seconds.toFixed(2)} s, ${(peakKiB / 1024).toFixed(0)} MiB (${bytes} bytes a state)`,
  );
}

const withSpin = existsSync(spinSpeed);
if (!withSpin) console.log('no Spin model here: our own figures alone');
const time: number[] = [];
const memory: number[] = [];
for (let round = 0; round < rounds; round++) {
  const our = ours(values.scope);
  show('youngcheck', our);
  if (!withSpin) continue;
  const spin = spins(values.scope);
  show('Spin, BFS', spin);
  // Spin counts one more state before the first.
  if (our.states !== spin.states - 1) throw new Error('these are not the same system');
  time.push(our.seconds / spin.seconds);
  memory.push(our.peakKiB / spin.peakKiB);
}
if (withSpin) {
  console.log(
    `youngcheck / Spin, median of ${rounds}: ` +
      `time ${median(time).toFixed(2)}, memory ${median(memory).toFixed(2)}`,
  );
}
