/**
 * `npm run test:drift` looks the citations of the model up in the trees of Debian's
 * linux-source-6.1 and linux-source-6.12. It downloads the packages with apt-get, and unpacks the
 * parts that the model cites into a temporary folder. A package that cannot be had is skipped, and
 * named. The last line is `N passed, N failed`, with how many were skipped.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end } from '../bench/last-line.ts';
import { STATUS } from '../cli/command.ts';

/** The parts of a tree that have what is cited, and the drivers that implement a callback. */
const PARTS = (
  'Makefile mm include virt fs/proc arch/x86 arch/arm64 arch/riscv arch/powerpc drivers/iommu ' +
  'drivers/misc drivers/infiniband drivers/xen drivers/gpu/drm'
).split(' ');

/** Headers of registers, half of the bytes of drivers/gpu. */
const LEFT_OUT = '*/amd/include/*';

const folder = mkdtempSync(join(tmpdir(), 'drift-'));
const counts = { passed: 0, failed: 0, skipped: 0 };

/** Downloads a package. Returns its file; undefined if it cannot be had. */
function download(name: string): string | undefined {
  const options = { cwd: folder, encoding: 'utf8' } as const;
  const { status, stderr, error } = spawnSync('apt-get', ['-qq', 'download', name], options);
  const file = readdirSync(folder).find((each) => each.startsWith(`${name}_`));
  if (status === 0 && file !== undefined) return join(folder, file);
  const why = error?.message ?? stderr.trim().split('\n').at(-1);
  console.log(`${name} was skipped, as it cannot be downloaded: ${why}`);
  return undefined;
}

/** Unpacks the parts of the tree in a package. */
function unpack(file: string, name: string): string {
  const inner = `./usr/src/${name}.tar.xz`;
  const members = PARTS.map((part) => `${name}/${part}`).join(' ');
  const script =
    `dpkg-deb --fsys-tarfile '${file}' | tar -xO ${inner} | ` +
    `tar -xJ -C '${folder}' --exclude='${LEFT_OUT}' ${members}`;
  execFileSync('bash', ['-o', 'pipefail', '-c', script], { stdio: 'inherit' });
  rmSync(file);
  return join(folder, name);
}

/** Runs the command, and compares its exit status. */
function check(what: string, expected: number, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync('node', ['cli/launch.js', 'drift', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const isRight = status === expected;
  counts[isRight ? 'passed' : 'failed'] += 1;
  console.log(`${isRight ? 'ok' : 'FAILED'}: ${what}`);
  if (!isRight) console.log(`exit status ${status}, not ${expected}\n${stdout}${stderr}`);
}

/** The checks of one tree: nothing drifted, and what is taken out of it is missed. */
function checkTree(name: string, release: string): void {
  const file = download(name);
  if (file === undefined) {
    counts.skipped += 3;
    return;
  }
  const tree = unpack(file, name);
  check(`${name}: nothing drifted`, STATUS.holds, tree);
  const other = release === '6.1' ? 'v6.12-x86' : 'v6.1-x86';
  check(`${name}: it is not ${other}`, STATUS.drifted, tree, '--kernel', other);
  const rmap = join(tree, 'mm/rmap.c');
  const text = readFileSync(rmap, 'utf8');
  writeFileSync(rmap, text.replaceAll('try_to_unmap_one', 'try_to_unmap_1'));
  check(`${name}: a function that is renamed is missed`, STATUS.drifted, tree);
  rmSync(tree, { recursive: true });
}

try {
  for (const release of ['6.1', '6.12']) checkTree(`linux-source-${release}`, release);
} finally {
  rmSync(folder, { recursive: true });
}
console.log();
end(counts.passed, counts.failed, counts.skipped);
