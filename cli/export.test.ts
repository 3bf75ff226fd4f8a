/** The commands export and import-trail as a user sees them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('export', () => {
  it('prints one file that names its system and the commands', async () => {
    const { status, stdout } = await youngcheck('export', '--promela', '--driver', 'kvm');
    expect(status).toBe(0);
    expect(stdout).toContain('spin -a FILE.pml');
    expect(stdout).toMatch(/^ \* {3}driver {3}kvm$/m);
    expect(stdout).toMatch(/^active proctype system\(\) \{$/m);
  });

  it('asks only the property that was named', async () => {
    const asked = ['--property', 'no-false-reference'];
    const { stdout } = await youngcheck('export', '--promela', ...asked);
    expect(stdout).toContain('name_no_false_reference');
    expect(stdout).not.toContain('no_spurious_invalidation');
  });

  it.each([
    ['no format', ['export'], '--promela'],
    ['an unknown driver', ['export', '--promela', '--driver', 'kvn'], "did you mean 'kvm'?"],
    ['any number of pages', ['export', '--promela', '--scope', 'any'], 'pages=1'],
    ['an argument', ['export', '--promela', 'kvm'], "takes no argument 'kvm'"],
    ['no file', ['import-trail'], 'youngcheck import-trail --help'],
    ['standard input twice', ['import-trail', '-'], 'only one of the two'],
    ['a file that is absent', ['import-trail', 'absent.pml'], 'absent.pml: no such file'],
  ])('refuses %s with exit status 2', async (_, args, message) => {
    const { status, stdout, stderr } = await youngcheck(...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('import-trail', () => {
  it('prints a trace that replay accepts', async () => {
    const { stdout } = await youngcheck('export', '--promela', '--driver', 'amd-iommu-v2');
    const run = 'dev0: read A\nkswapd: folio_referenced A == 1\nkswapd: folio_referenced A == 0\n';
    const imported = await youngcheck(
      'import-trail',
      file('amd.pml', stdout),
      file('run.txt', `${run}violates no-spurious-invalidation\n`),
    );
    expect(imported.status).toBe(0);
    const replayed = await youngcheck('replay', file('amd.trace', imported.stdout));
    expect(replayed.stdout).toContain('3 events, violates no-spurious-invalidation: so it is');
  });
});
