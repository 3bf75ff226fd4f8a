/**
 * `npm run test:reproduce` boots Debian's 6.1 and 6.12 in QEMU, for the trace of the mail, its
 * repaired twin, KVM's trace and DAMON's. Each is made by one command. Ten random traces on each
 * of the two are a sweep, and the module is built against the headers of both. All are skipped
 * without QEMU and the other packages. One is skipped if its kernel cannot be fetched, or if its
 * guest hung.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGES } from '../checker/reproduce/kernels.ts';
import { missingPackages } from '../checker/reproduce/tools.ts';
import { STATUS } from '../cli/command.ts';
import { end } from './last-line.ts';

const MAIL = 'old-while-cached+patched-amd';
const TRACES = [
  [MAIL, '6.1'],
  ['young-again-after-flush+amd', '6.1'],
  ['young-again-after-harvest+kvm', '6.1'],
  ['evicted-in-use+damon-6.12', '6.12'],
] as const;

/** The random traces of a sweep. */
const RANDOM = '10';

/** A guest hangs now and then under TCG, so that a boot is tried again. It is not judged then. */
const TRIES = 2;
const LIMIT = '3m';
/** What is said where the archive of packages cannot be reached. */
const NO_ARCHIVE = /apt-(?:get|cache) failed|archive has no/;

type Fate = 'passed' | 'failed' | 'skipped';

/** The options that name a kernel which an earlier trace has fetched. */
const fetched = new Map<string, readonly string[]>();

/** Runs the command, and prints what it says. */
function reproduce(title: string, args: readonly string[]) {
  const all = ['cli/launch.js', 'reproduce', ...args];
  const ended = spawnSync(process.execPath, all, { encoding: 'utf8' });
  console.log(`# ${title}\n${ended.stdout}${ended.stderr}`);
  return ended;
}

/** The fate of a command that ended so; undefined if it is to be tried again. */
function fateOf({ status, stderr }: ReturnType<typeof reproduce>): Fate | undefined {
  if (status === STATUS.usage && NO_ARCHIVE.test(stderr)) {
    console.log('skipped, as the kernel cannot be fetched here');
    return 'skipped';
  }
  if (status === STATUS.unfinished) return undefined;
  return status === STATUS.holds ? 'passed' : 'failed';
}

const kernelOf = (image: string): readonly string[] => fetched.get(image) ?? ['--image', image];

/** The fate of what is run again where its guest hung. */
function tried(run: (attempt: number) => Fate | undefined): Fate {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const fate = run(attempt);
    if (fate !== undefined) return fate;
  }
  console.log(`skipped, as the guest hung ${TRIES} times`);
  return 'skipped';
}

const boots = (name: string, image: string, folder: string): Fate =>
  tried((attempt) => {
    const out = join(folder, `${name}-${attempt}`);
    const how = ['--out', out, '--run', '--time-limit', LIMIT, ...kernelOf(image)];
    const fate = fateOf(reproduce(name, [name, ...how]));
    if (existsSync(out)) fetched.set(image, fetched.get(image) ?? kernelIn(out));
    return fate;
  });

/** A sweep goes on behind a guest that hung, so that a second call boots only what is left. */
const sweeps = (image: string, folder: string): Fate =>
  tried(() => {
    const out = join(folder, `sweep-${image}`);
    const how = ['--sweep', RANDOM, '--seed', '1', '--time-limit', LIMIT, '--out', out];
    return fateOf(reproduce(`a sweep on ${image}`, [...how, ...kernelOf(image)]));
  });

/** Builds the module of the mail's trace against the headers of an image. */
function builds(image: string, folder: string): Fate {
  const out = join(folder, `module-${image}`);
  const fate = fateOf(
    reproduce(`the module for ${image}`, [MAIL, '--out', out, ...kernelOf(image)]),
  );
  if (fate !== 'passed') return fate ?? 'skipped';
  const make = [
    '-s',
    '-C',
    kernelIn(out)[3],
    `M=${out}`,
    'CONFIG_DEBUG_INFO_BTF_MODULES=',
    'modules',
  ];
  const { status, stdout, stderr } = spawnSync('make', make, { encoding: 'utf8' });
  console.log(`${stdout}${stderr}`);
  return status === 0 ? 'passed' : 'failed';
}

/** The options that name the kernel in a folder. */
function kernelIn(out: string): readonly string[] {
  const values = spawnSync('sh', ['-c', 'here=$PWD; . ./kernel; echo "$kernel"; echo "$headers"'], {
    cwd: out,
    encoding: 'utf8',
  });
  const [kernel, headers] = values.stdout.split('\n');
  return ['--kernel', kernel, '--headers', headers];
}

const missing = missingPackages({ builds: true, fetches: true });
if (missing.length > 0) {
  const isCi = process.env.CI === 'true';
  console.log(`skipped, as packages are missing: ${missing.join(' ')}`);
  const length = TRACES.length + 2 * IMAGES.length;
  if (isCi) end(0, length, 0);
  else end(0, 0, length);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-reproduce-'));
  try {
    const fates = [
      ...TRACES.map(([name, image]) => boots(name, image, folder)),
      ...IMAGES.flatMap((image) => [builds(image, folder), sweeps(image, folder)]),
    ];
    const count = (fate: Fate) => fates.filter((one) => one === fate).length;
    end(count('passed'), count('failed'), count('skipped'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
