/** The version of the package. The command, reports, and the documents of shards state it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export function versionOfPackage(): string {
  const file = createRequire(import.meta.url).resolve('youngcheck/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
