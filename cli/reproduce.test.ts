/** `reproduce`: what it writes, what it refuses, and what is generated compiles. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';
import { madeUpKernel } from './made-up-kernel.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true }));

const MAIL = 'old-while-cached+patched-amd';
const kernel = madeUpKernel(folder);
let made = 0;
const out = (): string => join(folder, `out${made++}`);

describe('reproduce', () => {
  it('writes a call for each event, and a page that says what each must show', async () => {
    const dir = out();
    const { status, stdout } = await youngcheck('reproduce', MAIL, '--out', dir, ...kernel);
    expect(status).toBe(0);
    expect(stdout).toBe(`${dir}: written; boot it with: sh ${dir}/boot.sh\n`);
    const program = readFileSync(join(dir, 'trace.c'), 'utf8');
    const calls = [...program.matchAll(/^\t(step\(\d|\w+_(?:reads|looks)\(.*\);)/gm)].map(
      (m) => m[1],
    );
    expect(calls).toEqual([
      'step(1',
      'device_reads(0, A);',
      'step(2',
      'reclaim_looks(A);',
      'step(3',
      'device_reads(0, A);',
      'step(4',
      'reclaim_looks(A);',
    ]);
    expect(program).toContain('invalidate_secondary=flush-iotlb,post-atc,await-atc"');
    const page = readFileSync(join(dir, 'README.md'), 'utf8');
    expect(page).toMatch(/\(3\) dev0: read A \| `device_reads\(0, A\);` \| .*`path=atc-hit`/);
    expect(page).toMatch(/\(4\) kswapd: folio_referenced A == 0 .*`ret=0`/);
  });

  it('takes a vCPU of KVM for a shadow secondary, and no module', async () => {
    const dir = out();
    await youngcheck('reproduce', 'young-again-after-harvest+kvm', '--out', dir, ...kernel);
    expect(readdirSync(dir)).toContain('device-kvm.c');
    expect(readdirSync(dir)).not.toContain('youngdev.c');
  });

  it.each([
    ['blind-again+arm64-mglru-6.12', 'it is of arm64, and only x86 is booted'],
    ['use-after-free+oom-reaper', '(2) takes unmap=pte, and v6.12-x86 has unmap=pte,invalidate'],
    ['old-while-cached-idle+amd', '(4) page_idle: check A == idle cannot be reproduced'],
    ['use-after-free+qat', 'youngdev posts no writes'],
    ['old-while-cached+kvm-x86-6.13', '(2) takes clear_flush_young=harvest,return-harvested'],
    ['evicted-in-use+young-check-2014', 'no kernel that can be booted has its programs'],
  ])('refuses %s, and writes nothing', async (name, why) => {
    const dir = out();
    const { status, stderr } = await youngcheck('reproduce', name, '--out', dir);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
    expect(existsSync(dir)).toBe(false);
  });

  it.each([
    [[MAIL], 'reproduce needs --out DIR'],
    [[], 'reproduce needs a trace'],
    [[MAIL, '--out', '.'], '.: exists, and is not written over'],
    [[MAIL, '--out', 'no/such/folder'], 'no such folder'],
    [[MAIL, '--out', 'x', '--image', '6.6'], "--image cannot be '6.6'"],
    [[MAIL, '--out', 'x', '--kernel', 'vmlinuz'], '--kernel and --headers belong together'],
    [[MAIL, '--out', 'x', '--kernel', 'a', '--headers', 'b'], 'no such file'],
  ])('refuses %j', async (args, why) => {
    const { status, stderr } = await youngcheck('reproduce', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });

  it('refuses a kernel whose programs nobody has read', async () => {
    const other = mkdtempSync(join(folder, 'other-'));
    const options = madeUpKernel(other, '5.10.0-1-amd64');
    const { status, stderr } = await youngcheck('reproduce', MAIL, '--out', out(), ...options);
    expect(status).toBe(2);
    expect(stderr).toContain('nobody has read which programs the kernel 5.10.0-1-amd64 has');
  });

  it('names the packages that are missing, in one line', async () => {
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      const args = ['reproduce', MAIL, '--out', out(), '--run', ...kernel];
      const { status, stderr } = await youngcheck(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^error: packages are missing: .*qemu-system-x86.*\nhint: apt-get/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  it('leaves nothing of a folder that could not be made whole', async () => {
    const before = readdirSync(folder);
    const script = join(folder, 'apt-get');
    writeFileSync(script, '#!/bin/sh\necho no network >&2\nexit 100\n', { mode: 0o755 });
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const { status, stderr } = await youngcheck('reproduce', MAIL, '--out', out());
      expect(status).toBe(2);
      expect(stderr).toContain('apt-get failed\npossible:\n  no network\n');
    } finally {
      process.env.PATH = PATH;
      rmSync(script);
    }
    expect(readdirSync(folder)).toEqual(before);
  });
});

const hasGcc = spawnSync('gcc', ['--version']).status === 0;

describe.skipIf(!hasGcc)('what is generated', () => {
  const compiles = (dir: string, device: string): string => {
    const files = ['trace.c', 'guest.c', `device-${device}.c`].map((name) => join(dir, name));
    const flags = ['-fsyntax-only', '-Wall', '-Wextra', '-Werror', `-I${dir}`];
    return spawnSync('gcc', [...flags, ...files], { encoding: 'utf8' }).stderr;
  };

  it.each([
    ['old-while-cached+atc-before-iotlb', 'youngdev'],
    ['young-again-after-harvest+kvm', 'kvm'],
  ])('compiles without a warning: %s', async (name, device) => {
    const dir = out();
    await youngcheck('reproduce', name, '--out', dir, ...kernel);
    expect(compiles(dir, device)).toBe('');
  });
});
