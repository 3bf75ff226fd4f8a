/** youngcheck verdicts as a command: its messages for right, outdated and broken tables. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outcome } from './in-process.ts';
import { youngcheck } from './in-process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = readFileSync(join(root, 'counterexamples/VERDICTS'), 'utf8');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'youngcheck-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function verdicts(text: string | undefined, ...args: string[]): Promise<Outcome> {
  const file = join(folder, 'VERDICTS');
  if (text === undefined) rmSync(file, { force: true });
  else writeFileSync(file, text);
  return youngcheck('verdicts', '--folder', folder, ...args);
}

const LINE = /^(v4.20-x86 +kvm-x86-4.20 +ats +mail +no-false-reference +)Never /m;
const MAIL = ['v4.20-x86', 'kvm-x86-4.20', 'mail'];

describe('youngcheck verdicts', () => {
  it('finds nothing in a table that is right', async () => {
    const { status, stdout, stderr } = await verdicts(table, ...MAIL);
    expect(stdout).toMatch(/^4 lines in [\d.]+ s, none differs\n$/);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('says one line for each line that is otherwise, and for one that is not there', async () => {
    const planted = table.replace(LINE, '$1Sometimes 3 ');
    expect(planted).not.toBe(table);
    const { status, stdout } = await verdicts(planted, ...MAIL);
    expect(stdout.split('\n')[0]).toBe(
      'v4.20-x86 kvm-x86-4.20 ats mail no-false-reference: ' +
        'Sometimes 3 (4 states) -> Never (4 states)',
    );
    expect(stdout).toMatch(/1 differ\n$/);
    expect(status).toBe(1);
    const without = table.replace(new RegExp(`${LINE.source}.*\n`, 'm'), '');
    expect((await verdicts(without, ...MAIL)).stdout).toContain('no line -> Never (4 states)');
  });

  it('prints JSON', async () => {
    const planted = table.replace(LINE, '$1Vacuous ');
    const { status, stdout } = await verdicts(planted, '--json', ...MAIL);
    expect(JSON.parse(stdout)).toMatchObject({
      lines: 4,
      differences: [{ old: { verdict: 'Vacuous' }, now: { verdict: 'Never' } }],
    });
    expect(status).toBe(1);
  });

  it('refuses a table that is cut off, none at all, and names that no line has', async () => {
    const half = await verdicts(table.slice(0, table.length - 30), ...MAIL);
    expect(half.stderr).toMatch(/VERDICTS:\d+:1: error: this is no line of the table/);
    const none = await verdicts(undefined, ...MAIL);
    expect(none.stderr).toMatch(/no such file\nhint: youngcheck promote --folder \S+ VERDICTS\n/);
    const wrong = await verdicts(table, 'kvm', 'smmu-v3');
    expect(wrong.stderr).toContain("no line of the table has 'kvm' and 'smmu-v3'");
    expect([half.status, none.status, wrong.status]).toEqual([2, 2, 2]);
  });
});
