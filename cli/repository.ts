/** Finds where a file stands in its git repository. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The folder of the working tree that has a path; `.git` there is a folder, or a file. */
function rootOf(path: string): string | undefined {
  const folder = dirname(path);
  if (existsSync(join(folder, '.git'))) return folder;
  return folder === path ? undefined : rootOf(folder);
}

/**
 * The path of a file from the root of its repository, with forward slashes. Without a repository it
 * is the absolute path. The file need not exist.
 */
export function pathInRepository(file: string): string {
  const path = resolve(file);
  const root = rootOf(path);
  return (root === undefined ? path : relative(root, path)).replaceAll('\\', '/');
}
