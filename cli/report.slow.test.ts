/** The whole page that youngcheck report writes, beside another table of verdicts. */
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

it('marks what another table says otherwise, and can write to standard output', async () => {
  const table = readFileSync(join(root, 'counterexamples/VERDICTS'), 'utf8');
  const old = join(folder, 'old');
  writeFileSync(old, table.replace(/ Never  /, ' Vacuous'));
  const { status, stdout, stderr } = await youngcheck('report', '--out', '-', '--against', old);
  expect([status, stderr]).toEqual([0, '']);
  const json = /<script type="application\/json" id="data">(.*)<\/script>/.exec(stdout)![1];
  const { against } = JSON.parse(json) as PageData;
  expect(against).toMatchObject({
    file: old,
    changes: [{ old: { verdict: 'Vacuous' }, now: { verdict: 'Never' } }],
  });
});
