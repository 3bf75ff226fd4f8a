/** A kernel for tests that boot none: empty files where --kernel and --headers look for them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RELEASE = '6.1.0-1-amd64';

/** Makes it in a folder, and returns the options that name it. */
export function madeUpKernel(folder: string, release = RELEASE): string[] {
  const generated = join(folder, 'headers/include/generated');
  for (const path of [generated, join(folder, 'boot'), join(folder, 'lib/modules', release)]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(join(generated, 'utsrelease.h'), `#define UTS_RELEASE "${release}"\n`);
  writeFileSync(join(folder, 'boot/vmlinuz'), '');
  return ['--kernel', join(folder, 'boot/vmlinuz'), '--headers', join(folder, 'headers')];
}
