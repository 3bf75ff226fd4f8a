/** What README.md shows is what the command prints. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const TIMEOUT = 30_000;

/** Runs what follows `npm run -s youngcheck --` in a shell, as a reader would. */
function youngcheck(args: string): string {
  const command = `"${process.execPath}" cli/launch.js ${args}`;
  return spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }).stdout.trimEnd();
}

/** Seconds differ from run to run. */
const timeless = (text: string): string => text.replace(/\d+\.\d\d s/g, 'N s');

const examples = [...readme.matchAll(/```console\n\$ npm run -s youngcheck -- (.*)\n([^`]*)```/g)];

describe('README.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(readme.match(/```console/g)).toHaveLength(examples.length);
  });

  it.each(examples.map(([, args, output]) => ({ args, output })))(
    'prints what it shows for $args',
    ({ args, output }) => {
      expect(timeless(youngcheck(args))).toBe(timeless(output.trimEnd()));
    },
    TIMEOUT,
  );

  it(
    'shows the table of npm start',
    () => {
      const table = /```text\n([^`]*)```/.exec(readme)![1];
      expect(youngcheck('mail')).toContain(table.trimEnd());
    },
    TIMEOUT,
  );
});
