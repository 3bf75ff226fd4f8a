/**
 * Compares the search without any reduction with Spin's. Both search the same system breadth first
 * and completely, and the times are those of whole processes. Spin's model has only as much of
 * docs/model.md as these systems need. Without it, only the project's own search is measured.
 */
import { existsSync } from 'node:fs';
import type { Timed } from './timed-process.ts';
import { SPIN_SPEED, median, numberIn, timed, unreducedCheck } from './timed-process.ts';

interface Figures {
  readonly states: number;
  readonly transitions: number;
  readonly seconds: number;
  readonly peakKiB: number;
}

/** Measures the whole process with its start. All ghosts but `missed` are searched. */
function ours(scope: string): Figures {
  const check = ['cli/main.ts', ...unreducedCheck(scope === 'mid' ? 'large cpus=0' : scope)];
  const { output, wall, peakKiB } = timed(process.execPath, ['--import', 'tsx', ...check]);
  return {
    states: numberIn(output, /"states":\s*(\d+)/),
    transitions: numberIn(output, /"transitions":\s*(\d+)/),
    seconds: wall,
    peakKiB,
  };
}

/** Measures only the search. The time in which Spin compiles its verifier is not counted. */
function spins(scope: string): Figures {
  const { output }: Timed = timed(SPIN_SPEED, [scope, 'bfs']);
  return {
    states: numberIn(output, /(\d+) states, stored/),
    transitions: numberIn(output, /(\d+) transitions/),
    seconds: numberIn(output, /([\d.]+) s wall/),
    peakKiB: numberIn(output, /(\d+) KiB peak/),
  };
}

function show(name: string, { states, transitions, seconds, peakKiB }: Figures): void {
  const bytes = ((peakKiB * 1024) / states).toFixed(0);
  console.log(
    `${name.padEnd(11)} ${states} states, ${transitions} transitions, ` +
      `${seconds.toFixed(2)} s, ${(peakKiB / 1024).toFixed(0)} MiB (${bytes} bytes a state)`,
  );
}

/** Prints the figures of each round, and the medians of their ratios. */
export function unreduced(rounds: number, scope: string): void {
  const withSpin = existsSync(SPIN_SPEED);
  if (!withSpin) console.log('no Spin model here: our own figures alone');
  const time: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const our = ours(scope);
    show('youngcheck', our);
    if (!withSpin) continue;
    const spin = spins(scope);
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
}
