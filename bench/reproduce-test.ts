/**
 * `npm run test:reproduce` boots Debian's 6.1 and 6.12 in QEMU, for the trace of the mail, its
 * repaired twin, KVM's trace and DAMON's. Each is made by one command. The last line is `N passed,
 * N failed`, with how many were skipped: without QEMU and the other packages that is all of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPackages } from '../checker/reproduce/tools.ts';

const TRACES = [
  ['old-while-cached+patched-amd', '6.1'],
  ['young-again-after-flush+amd', '6.1'],
  ['young-again-after-harvest+kvm', '6.1'],
  ['evicted-in-use+damon-6.12', '6.12'],
] as const;

/** A guest hangs now and then under TCG, so that a boot is tried again. */
const TRIES = 3;
const HUNG = 3;

/** The options that name a kernel which an earlier trace has fetched. */
const fetched = new Map<string, readonly string[]>();

function isReproduced(name: string, image: string, folder: string): boolean {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const out = join(folder, `${name}-${attempt}`);
    const known = fetched.get(image) ?? ['--image', image];
    const args = ['cli/launch.js', 'reproduce', name, '--out', out, '--run', '--time-limit', '5m'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...args, ...known], {
      encoding: 'utf8',
    });
    console.log(`# ${name}\n${stdout}${stderr}`);
    fetched.set(image, fetched.get(image) ?? kernelIn(out));
    if (status !== HUNG) return status === 0;
  }
  return false;
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
  console.log(isCi ? `0 passed, ${length} failed` : `0 passed, 0 failed, ${length} skipped`);
  process.exitCode = isCi ? 1 : 0;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-reproduce-'));
  try {
    const passed = TRACES.filter(([name, image]) => isReproduced(name, image, folder)).length;
    const failed = TRACES.length - passed;
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
