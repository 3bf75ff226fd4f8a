/** youngcheck report as a command: what it refuses. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

const report = (...args: readonly string[]) => youngcheck('report', ...args);

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

it.each([
  [['--against', join(folder, 'absent')], 'absent: no such file'],
  [['--against', file('bad', '# a table\nk d h s p Always 1\n')], 'bad:2:1: error: this is no'],
  [['--against', 'README.md'], 'hint: a table of verdicts is what youngcheck promote'],
  [['--against', folder], 'a folder, not a file'],
  [['--out', join(folder, 'no/such/report.html')], 'no/such: no such folder'],
  [['--out', folder], 'a folder'],
  [['--covered', file('lines', 'no JSON\n')], 'lines:1: no line of a coverage'],
  [['--synthesized', file('synthesis', '{}\n')], 'synthesize: system is nothing, not an object'],
  [['--synthesized', file('null', 'null\n')], 'null: no document of synthesize'],
  [['--folder', folder], 'VERDICTS: no such file'],
  [['old'], "report takes no argument 'old'"],
])('refuses %j', async (args, message) => {
  const { status, stdout, stderr } = await report(...args);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect([status, stdout]).toEqual([2, '']);
});
