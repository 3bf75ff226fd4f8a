/**
 * `npm run test:reproduce` boots Debian's 6.1 and 6.12 in QEMU, for the trace of the mail, its
 * repaired twin, KVM's trace and DAMON's. Each is made by one command. All are skipped without QEMU
 * and the other packages. One is skipped if its kernel cannot be fetched, or if its guest hung.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPackages } from '../checker/reproduce/tools.ts';
import { STATUS } from '../cli/command.ts';
import { end } from './last-line.ts';

const TRACES = [
  ['old-while-cached+patched-amd', '6.1'],
  ['young-again-after-flush+amd', '6.1'],
  ['young-again-after-harvest+kvm', '6.1'],
  ['evicted-in-use+damon-6.12', '6.12'],
] as const;

/** A guest hangs now and then under TCG, so that a boot is tried again. It is not judged then. */
const TRIES = 2;
const LIMIT = '3m';
/** What is said where the archive of packages cannot be reached. */
const NO_ARCHIVE = /apt-(?:get|cache) failed|archive has no/;

type Fate = 'passed' | 'failed' | 'skipped';

/** The options that name a kernel which an earlier trace has fetched. */
const fetched = new Map<string, readonly string[]>();

function fateOf(name: string, image: string, folder: string): Fate {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const out = join(folder, `${name}-${attempt}`);
    const known = fetched.get(image) ?? ['--image', image];
    const args = ['cli/launch.js', 'reproduce', name, '--out', out, '--run', '--time-limit', LIMIT];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, ...known], {
      encoding: 'utf8',
    });
    console.log(`# ${name}\n${stdout}${stderr}`);
    if (status === STATUS.usage && NO_ARCHIVE.test(stderr)) {
      console.log('skipped, as the kernel cannot be fetched here');
      return 'skipped';
    }
    if (existsSync(out)) fetched.set(image, fetched.get(image) ?? kernelIn(out));
    if (status !== STATUS.unfinished) return status === STATUS.holds ? 'passed' : 'failed';
  }
  console.log(`skipped, as the guest hung ${TRIES} times`);
  return 'skipped';
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
  const { length } = TRACES;
  if (isCi) end(0, length, 0);
  else end(0, 0, length);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-reproduce-'));
  try {
    const fates = TRACES.map(([name, image]) => fateOf(name, image, folder));
    const count = (fate: Fate) => fates.filter((one) => one === fate).length;
    end(count('passed'), count('failed'), count('skipped'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
