/** youngcheck report as a command: what it refuses, and what it writes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import type { PageData } from '../checker/page/data.ts';
import { youngcheck } from './in-process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
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
  [['--folder', folder], 'VERDICTS: no such file'],
  [['old'], "report takes no argument 'old'"],
])('refuses %j', async (args, message) => {
  const { status, stdout, stderr } = await report(...args);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect([status, stdout]).toEqual([2, '']);
});

it('marks what another table says otherwise, and can write to standard output', async () => {
  const table = readFileSync(join(root, 'counterexamples/VERDICTS'), 'utf8');
  const old = file('old', table.replace(/ Never  /, ' Vacuous'));
  const { status, stdout, stderr } = await report('--out', '-', '--against', old);
  expect([status, stderr]).toEqual([0, '']);
  const json = /<script type="application\/json" id="data">(.*)<\/script>/.exec(stdout)![1];
  const { against } = JSON.parse(json) as PageData;
  expect(against).toMatchObject({
    file: old,
    changes: [{ old: { verdict: 'Vacuous' }, now: { verdict: 'Never' } }],
  });
});
