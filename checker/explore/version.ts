/** The version that a shard's document names: runs of another version are other runs. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export function versionOfPackage(): string {
  const file = createRequire(import.meta.url).resolve('youngcheck/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
