/** What a test needs and not every machine has: a tool, or a file beside the repository. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * True where a test cannot run, as the file or the command is not there: `it.skipIf(absent('x'))`.
 * In CI nothing may be skipped, so that there it is an error.
 */
export function absent(needed: string | URL): boolean {
  const isFile = needed instanceof URL || needed.startsWith('/');
  const there = isFile
    ? existsSync(needed)
    : spawnSync('sh', ['-c', `command -v ${needed}`]).status === 0;
  if (!there && process.env['CI'] === 'true') {
    throw new Error(`${String(needed)} is missing, and CI must not skip what needs it`);
  }
  return !there;
}
