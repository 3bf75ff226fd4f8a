/** The examples in README.md and docs/conform.md show what the command prints. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { STATUS, STATUSES } from './command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const conform = readFileSync(`${root}/docs/conform.md`, 'utf8');

/** Runs an example in a shell, as a reader would, but without npx's own start. */
function run(example: string): string {
  const command = example.replaceAll('npx youngcheck', `"${process.execPath}" cli/launch.js`);
  return spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' }).stdout.trimEnd();
}

/** Replaces seconds, as they differ from run to run. */
const timeless = (text: string): string => text.replace(/\d+\.\d\d s/g, 'N s');

const examplesOf = (text: string) =>
  [...text.matchAll(/```console\n\$ (.*)\n([^`]*)```/g)].map(([, example, output]) => ({
    example,
    output,
  }));
const examples = examplesOf(readme);

describe('README.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(readme.match(/```console/g)).toHaveLength(examples.length);
  });

  it.each([...examples, ...examplesOf(conform)])(
    'prints what it shows for $example',
    ({ example, output }) => {
      expect(timeless(run(example))).toBe(timeless(output.trimEnd()));
    },
  );

  it('shows the example of a property-based test, as docs/exploring.md does', () => {
    const example = readFileSync(`${root}/examples/any-run.test.ts`, 'utf8').replace(
      '../checker/library/generators.ts',
      'youngcheck/generators',
    );
    const shown = `\`\`\`ts\n${example}\`\`\`\n`;
    expect(readme).toContain(shown);
    expect(readFileSync(`${root}/docs/exploring.md`, 'utf8')).toContain(shown);
  });

  it('has the table of exit statuses', () => {
    const rows = Object.entries(STATUSES).map(
      ([name, means]) => `| ${STATUS[name as keyof typeof STATUS]} | ${means} |`,
    );
    expect(readme).toContain(`|---|---|\n${rows.join('\n')}\n\n`);
  });

  it('shows the table of npm start', () => {
    const table = /```text\n([^`]*)```/.exec(readme)![1];
    expect(run('npx youngcheck mail')).toContain(table.trimEnd());
  });
});
