/** The examples that documents show: commands and what they print. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface ShownExample {
  readonly example: string;
  readonly output: string;
}

/** Runs an example in a shell, as a reader would, but without npx's own start. */
export function run(example: string): string {
  const command = example.replaceAll('npx youngcheck', `"${process.execPath}" cli/launch.js`);
  return spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }).stdout.trimEnd();
}

/** Replaces seconds, as they differ from run to run. */
export const timeless = (text: string): string => text.replace(/\d+\.\d\d s/g, 'N s');

/** The examples of a document: blocks of `console`, each a command and what it prints. */
export const examplesOf = (text: string): ShownExample[] =>
  [...text.matchAll(/```console\n\$ (.*)\n([^`]*)```/g)].map(([, example, output]) => ({
    example,
    output,
  }));
