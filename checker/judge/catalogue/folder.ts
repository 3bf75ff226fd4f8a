/** The folder of the catalogue, and the files in it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { Complaint } from '../../trace/complaint.ts';

/** counterexamples/ of this package, whether it runs from its sources or compiled. */
export const catalogueFolder = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('youngcheck/package.json')),
    'counterexamples',
  );

/** The text of a file of the catalogue, or a Complaint if it is not there. */
export function readCatalogueFile(folder: string, name: string, hint: string): string {
  const path = join(folder, name);
  if (!existsSync(path)) throw new Complaint(`${path}: no such file`, undefined, { hint });
  return readFileSync(path, 'utf8');
}
