/**
 * Writes suites/conformance/*.log anew: excerpts of the captures, with which the project is tested.
 * The captures are not part of the project.
 *
 * usage: npx tsx bench/excerpts.ts ../shared/realtrace
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { excerpt } from '../checker/conform/ftrace/excerpt.ts';
import { KERNELS, TARGETS, excerptName } from '../suites/conformance/captures.ts';

const captures = process.argv[2];
if (captures === undefined) throw new Error('usage: npx tsx bench/excerpts.ts FOLDER');
const target = fileURLToPath(new URL('../suites/conformance/', import.meta.url));
for (const kernel of KERNELS) {
  const folder = join(captures, kernel);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.trace.txt'))) {
    const kept = excerpt(readFileSync(join(folder, name), 'utf8'), TARGETS);
    const text = kept.map(({ source }) => `${source}\n`).join('');
    writeFileSync(join(target, excerptName(kernel, name)), text);
    console.log(`${excerptName(kernel, name)}: ${kept.length} lines`);
  }
}
