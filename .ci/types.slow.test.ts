/** The compiler checks every source. A pattern of its settings can leave out a whole folder. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const linesOf = (command: string, ...args: string[]): string[] => {
  const { stdout, status } = spawnSync(command, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
};

it('npm run types checks every source', () => {
  const tsc = resolve('node_modules/.bin/tsc');
  const checked = new Set(
    ['.', '.ci/tsconfig.page.json'].flatMap((project) =>
      linesOf(tsc, '--listFilesOnly', '-p', project),
    ),
  );
  const sources = linesOf('git', 'ls-files', '*.ts').map((file) => resolve(file));
  expect(sources.length).toBeGreaterThan(500);
  expect(sources.filter((file) => !checked.has(file))).toEqual([]);
});
