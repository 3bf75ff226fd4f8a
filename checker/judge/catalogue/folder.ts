/** Finds the folder of the catalogue and its files. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { Complaint } from '../../trace/complaint.ts';
import { packageFile } from '../../trace/package.ts';

/** The path of counterexamples/ in this package, whether it runs from sources or compiled. */
export const catalogueFolder = (): string => packageFile('counterexamples');

/**
 * Whether a folder is inside of an installed package, which belongs to the package manager. A
 * checkout has the sources; a package has what was compiled of them.
 */
export function isInstalled(folder: string, from = packageFile('.')): boolean {
  if (!existsSync(folder) || existsSync(join(from, 'cli', 'main.ts'))) return false;
  return `${realpathSync(folder)}${sep}`.startsWith(`${realpathSync(from)}${sep}`);
}

/** The text of a file of the catalogue. Throws a Complaint if there is no such file. */
export function readCatalogueFile(folder: string, name: string, hint: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) throw new Complaint(`${path}: no such file`, undefined, { hint });
  return readFileSync(path, 'utf8');
}
