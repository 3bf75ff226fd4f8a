/** What a sweep has come to. It is kept in the folder of the sweep, as sweep.json. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from '../../trace/complaint.ts';
import { documentText } from '../../trace/document.ts';
import type { Example } from '../../trace/example.ts';
import { OneOf, Optional, readLike } from '../../trace/example.ts';
import { printTrace } from '../../trace/print.ts';
import type { Kernels } from '../images.ts';
import type { Fate, Judged } from '../judged.ts';
import { FATES } from '../judged.ts';
import type { Image } from '../kernels.ts';
import { IMAGES } from '../kernels.ts';
import type { Plan } from '../plan.ts';
import { DEVICES } from '../planning.ts';

/** A random trace that was booted, and what became of it. */
export interface Swept {
  /** The number of the trace among those of the seed, counted from 1. */
  readonly number: number;
  readonly fate: Fate;
  /** Why it is not `agreed`. */
  readonly why?: string;
  /** The preset kernel, and what the device is. */
  readonly kernel: string;
  readonly device: Plan['device'];
  readonly trace: string;
}

/** A sweep: what it was asked for, the kernel, and what became of the traces so far. */
export interface Sweep {
  /** The traces that were asked for. */
  readonly count: number;
  readonly seed: number;
  readonly image: Image;
  /** The paths of files that are in the folder itself begin there. */
  readonly kernels: Kernels;
  readonly traces: readonly Swept[];
}

export const SWEEP_FILE = 'sweep.json';

/** The record of a trace that was judged. */
export const sweptOf = (number: number, { plan, fate, why }: Judged): Swept => ({
  number,
  fate,
  ...(why === undefined ? {} : { why }),
  kernel: plan.bootable.kernel,
  device: plan.device,
  trace: printTrace(plan.replay.trace),
});

/** How many traces have come to each fate, and how many were not booted yet. */
export function tallyOf(traces: readonly Swept[], count: number) {
  const of = (fate: Fate): number => traces.filter((one) => one.fate === fate).length;
  return {
    agreed: of('agreed'),
    parted: of('parted'),
    notUnderstood: of('not understood'),
    hung: of('hung'),
    left: count - traces.length,
  };
}

/** The document of a sweep, which is its file as well. */
export function sweepText({ count, seed, image, kernels, traces }: Sweep): string {
  const tally = tallyOf(traces, count);
  return documentText({ count, seed, image, ...tally, kernels, traces });
}

/** The paths of a kernel that are in a folder, as they are in its file; or the other way round. */
const moved = (kernels: Kernels, path: (name: string) => string): Kernels => ({
  ...kernels,
  kernel: path(kernels.kernel),
  modules: path(kernels.modules),
  headers: path(kernels.headers),
});

export const relativeTo = (folder: string, kernels: Kernels): Kernels =>
  moved(kernels, (name) => (name.startsWith(`${folder}/`) ? name.slice(folder.length + 1) : name));

export const absoluteIn = (folder: string, kernels: Kernels): Kernels =>
  moved(kernels, (name) => (name.startsWith('/') ? name : join(folder, name)));

const SWEPT: Example<Swept> = {
  number: 0,
  fate: new OneOf(FATES),
  why: new Optional(''),
  kernel: '',
  device: new OneOf(DEVICES),
  trace: '',
};
const EXAMPLE: Example<Sweep> = {
  count: 0,
  seed: 0,
  image: new OneOf(IMAGES),
  kernels: { version: '', kernel: '', modules: '', headers: '', packages: [''] },
  traces: [SWEPT],
};

/** The sweep of a folder; undefined if there is no such folder. */
export function readSweep(folder: string): Sweep | undefined {
  const file = join(folder, SWEEP_FILE);
  if (!existsSync(folder)) return undefined;
  if (!existsSync(file)) {
    throw new Complaint(`${folder}: exists, and is no folder of a sweep`, undefined, {
      hint: '--out takes a folder that is not there yet, or that of an earlier --sweep',
    });
  }
  return readLike<Sweep>(
    readFileSync(file, 'utf8'),
    EXAMPLE,
    (what) => new Complaint(`${file}: not the file of a sweep: ${what}`),
  );
}
