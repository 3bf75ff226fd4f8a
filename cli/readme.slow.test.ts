/** The examples in README.md, docs/conform.md and docs/cost.md show what the command prints. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { examplesOf, run, timeless } from '../suites/shown-examples.ts';
import { STATUS, STATUSES } from './command.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = readFileSync(`${root}/README.md`, 'utf8');
const conform = readFileSync(`${root}/docs/conform.md`, 'utf8');
const cost = readFileSync(`${root}/docs/cost.md`, 'utf8');

const examples = examplesOf(readme);

describe('README.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(3);
    expect(readme.match(/```console/g)).toHaveLength(examples.length);
  });

  it.each([...examples, ...examplesOf(conform), ...examplesOf(cost)])(
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
