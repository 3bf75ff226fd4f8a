/** Which two systems `diff` compares: what one side names holds for both. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-diff-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The texts of kernel, driver, hardware and scope on both sides. */
async function sidesOf(...args: string[]): Promise<readonly (readonly string[])[]> {
  const { stdout, stderr } = await youngcheck('diff', ...args, '--json', '--max-states', '1');
  expect(stderr).toBe('');
  const { systems } = JSON.parse(stdout);
  return [systems.left, systems.right].map((side) =>
    [side.kernel, side.driver, side.hardware].map(({ text }) => text),
  );
}

describe('what one side of diff does not name', () => {
  const mine = file('mine', 'kernel v6.6-x86\ndriver intel-svm\nhardware no-ats\n');

  it('is as on the other side', async () => {
    const both = [
      ['v6.6-x86', 'intel-svm', 'no-ats'],
      ['v6.6-x86', 'ocxl', 'no-ats'],
    ];
    expect(await sidesOf(mine, 'ocxl')).toEqual(both);
    expect(await sidesOf('ocxl', mine)).toEqual(both.toReversed());
    expect(await sidesOf(mine, 'v6.12-x86')).toEqual([
      ['v6.6-x86', 'intel-svm', 'no-ats'],
      ['v6.12-x86', 'intel-svm', 'no-ats'],
    ]);
  });

  it('is as the options say, before that, and else the default', async () => {
    expect(await sidesOf(mine, 'ocxl', '--kernel', 'v5.15-x86')).toEqual([
      ['v6.6-x86', 'intel-svm', 'no-ats'],
      ['v5.15-x86', 'ocxl', 'no-ats'],
    ]);
    expect(await sidesOf('kvm', 'ocxl')).toEqual([
      ['v4.20-x86', 'kvm', 'ats'],
      ['v4.20-x86', 'ocxl', 'ats'],
    ]);
  });

  it('is the scope, too, and two scopes are refused', async () => {
    const scoped = file('scoped', 'driver kvm\nscope pages=2 events=unmap\n');
    const { stdout } = await youngcheck('diff', scoped, 'none', '--max-states', '1');
    expect(stdout.match(/^ {2}scope {4}pages=2 /gm)).toHaveLength(2);
    const { status, stderr } = await youngcheck(
      'diff',
      scoped,
      file('other', 'driver none\nscope mail\n'),
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('have different scopes')]);
  });
});

describe('two sides of diff that name different parts', () => {
  const file1 = file('kernel', 'kernel v6.6-x86 age=pte\n');

  it.each([
    [
      ['v6.6-x86', 'kvm'],
      [
        'youngcheck diff v4.20-x86 v6.6-x86 --driver kvm',
        'youngcheck diff amd-iommu-v2-patched kvm --kernel v6.6-x86',
      ],
    ],
    [
      ['no-ats', 'amd-iommu-v2-patched'],
      [
        'youngcheck diff ats no-ats --driver amd-iommu-v2-patched',
        'youngcheck diff amd-iommu-v2 amd-iommu-v2-patched --hardware no-ats',
      ],
    ],
    [['kvm', file1], [`youngcheck diff amd-iommu-v2-patched kvm --system ${file1}`]],
    [['small', 'kvm'], ['youngcheck diff amd-iommu-v2-patched kvm --scope small']],
  ])('%j are refused, with the commands that may be meant', async (args, meant) => {
    const { status, stdout, stderr } = await youngcheck('diff', ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/each holds for both sides, so that nothing differs$/m);
    const [, possible] = stderr.split('possible:\n');
    expect(possible.trimEnd().split('\n')).toEqual(meant.map((command) => `  ${command}`));
    for (const command of meant) {
      const [, ...words] = command.split(' ');
      expect((await youngcheck(...words, '--max-states', '1')).stderr).toBe('');
    }
  });
});
