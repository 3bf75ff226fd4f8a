/**
 * Whether something is missing that a test needs and not every machine has: a tool, or a file
 * beside the repository.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * True if the file or the command is missing, so that the test cannot run:
 * `it.skipIf(absent('x'))`. CI may skip no test, so there it throws.
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
