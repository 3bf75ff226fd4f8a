/** `youngcheck conform --learn`: what it prints of real logs is a system that `check` takes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'learn-'));
afterAll(() => rmSync(folder, { recursive: true }));

const learn = (name: string) => youngcheck('conform', '--learn', `suites/conformance/${name}.log`);

/** The line of a list: its name, and the list that the log shows. */
const listOf = (stdout: string, name: string): string | undefined =>
  new RegExp(`^# {3}${name} +(\\S+)$`, 'm').exec(stdout)?.[1];

describe('conform --learn', () => {
  it('prints lists, what is not decided, and a system that check takes', async () => {
    const { status, stdout } = await learn('6.1-M1-noflush');
    expect(status).toBe(0);
    expect(listOf(stdout, 'age')).toBe('pte,clear_flush_young');
    expect(listOf(stdout, 'unmap')).toBe('pte,flush-tlb,invalidate');
    expect(listOf(stdout, 'clear_flush_young')).toBe('none');
    expect(listOf(stdout, 'invalidate_secondary')).toBe('flush-atc');
    expect(stdout).toMatch(/^# +or flush-iotlb,flush-atc$/m);
    expect(stdout).toContain('nearest preset is v6.1-x86; every list that the log shows fits it');
    expect(stdout).toContain('Of this log it explains 1 of 1 pages.');
    const file = join(folder, 'learned.system');
    writeFileSync(file, stdout);
    const checked = await youngcheck('check', '--system', file, '--scope', 'mail');
    expect([checked.status, checked.stderr]).toEqual([1, '']);
    expect(checked.stdout).toMatch(/no-missed-device-reference\(reclaim\) +violated/);
  });

  it('exits 6 for a log that shows no operation', async () => {
    const { status, stdout } = await learn('pieces/6.12-N-exit');
    expect([status, stdout.startsWith('# The log shows no operation')]).toEqual([6, true]);
  });

  it('prints one thing at a time', async () => {
    const args = ['conform', '--learn', '--json', 'suites/conformance/6.1-B.log'];
    const { status, stderr } = await youngcheck(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('--json prints a document, and --learn prints a system');
  });
});
