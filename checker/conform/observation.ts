/**
 * What a log says of one page, in the words of the model: each line that tells of the page is an
 * observation, which allows some moves of the model and refuses the others.
 */

export const KINDS = [
  'opens',
  'closes',
  'hit',
  'walk',
  'install',
  'populate',
  'cpu-fault',
  'age',
  'mark',
  'pass',
  'cleared',
  'harvest',
  'neighbour',
  'flush',
  'answer',
  'report',
  'end',
  'unmap',
  'protect',
  'zap',
  'drop',
  'cold',
  'clear-refs',
  'test',
  'state',
  'gone',
] as const;
export type Kind = (typeof KINDS)[number];

/**
 * One observation. What `value` and `other` mean is told beside the events of its kind (paths.ts);
 * undefined is "the log does not say".
 */
export interface Observation {
  readonly kind: Kind;
  readonly value: number | undefined;
  readonly other: number | undefined;
}

/** Who accesses a page. */
export const DEV = 0;
export const CPU = 1;

/** Every observation that was made, once each: logs repeat themselves, and a number is enough. */
export class Observations {
  private readonly numbers = new Map<string, number>();
  private readonly all: Observation[] = [];

  number(kind: Kind, value?: number, other?: number): number {
    const key = `${kind}/${value}/${other}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.all.push({ kind, value, other }) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  at(number: number): Observation {
    return this.all[number];
  }
}

/**
 * What may have happened before an observation without leaving a line: bits of a situation. A step
 * is hidden where the log has no probe that would show it; an access is hidden where it hits a
 * cache, unless a program tells of all its accesses.
 */
export const HIDDEN = {
  devReads: 0x1,
  devWrites: 0x2,
  cpuReads: 0x4,
  cpuWrites: 0x8,
  /** Faults of the secondary MMU, and of CPUs. */
  devFaults: 0x10,
  cpuFaults: 0x20,
  /** Steps of notifier callbacks. */
  flushes: 0x40,
  harvests: 0x80,
  zaps: 0x100,
  /** Ends of operations. */
  reports: 0x200,
  ends: 0x400,
  /** MADV_COLD: before 6.12 it leaves no line. */
  colds: 0x800,
} as const;
