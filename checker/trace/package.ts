/** The files of this package, whether it runs from its sources or compiled, and its version. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Whether this runs compiled: from dist, where modules are bundled into other files. */
export const isCompiled = (): boolean => import.meta.url.endsWith('.js');

/** The path of a file of the package, given from its root. */
export const packageFile = (path: string): string =>
  join(dirname(createRequire(import.meta.url).resolve('youngcheck/package.json')), path);

/** The version of the package. The command, reports, and the documents of shards state it. */
export const versionOfPackage = (): string =>
  (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
