/** Finds the folder of the catalogue and its files. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from '../../trace/complaint.ts';
import { packageFile } from '../../trace/package.ts';

/** The path of counterexamples/ in this package, whether it runs from sources or compiled. */
export const catalogueFolder = (): string => packageFile('counterexamples');

/** The text of a file of the catalogue. Throws a Complaint if there is no such file. */
export function readCatalogueFile(folder: string, name: string, hint: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) throw new Complaint(`${path}: no such file`, undefined, { hint });
  return readFileSync(path, 'utf8');
}
