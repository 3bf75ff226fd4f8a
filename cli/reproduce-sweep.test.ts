/** `reproduce --sweep`: what it refuses, its folder, its statuses, and that it goes on. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { statusOf } from './reproduce-sweep.ts';
import { youngcheck } from './in-process.ts';
import { madeUpKernel } from './made-up-kernel.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-sweep-'));
afterAll(() => rmSync(folder, { recursive: true }));
const kernel = madeUpKernel(folder);
let made = 0;
const out = (): string => join(folder, `out${made++}`);

/** Programs that are found first: packages as if they were there, a shell that boots nothing. */
const bin = join(folder, 'bin');
mkdirSync(bin);
function program(name: string, text = 'exit 1\n'): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${text}`);
  chmodSync(file, 0o755);
}
const NEEDED = ['qemu-system-x86_64', 'busybox', 'cpio', 'depmod', 'gcc', 'make', 'xz'];
for (const name of NEEDED) program(name);

/** A guest that comes to its end, and leaves logs in which nothing is. */
const ENDS = `
for one in trace-*.c; do
  printf '=== %s begins\\n' "\${one%.c}"
  printf '# youngcheck: kernel 6.1.0 x86_64\\n' >"\${one%.c}.log"
done >console
`;
/** A guest that hangs in its first trace. */
const HANGS = `echo '=== trace-0001 begins' >console
exit 3
`;
const FAILS = `echo 'trace-0001.c: error'
exit 2
`;

const { PATH } = process.env;
beforeEach(() => (process.env.PATH = `${bin}:${PATH}`));
afterEach(() => (process.env.PATH = PATH));

const sweep = (dir: string, count: number, ...others: readonly string[]) =>
  youngcheck('reproduce', '--sweep', String(count), '--out', dir, ...others);

interface Document {
  readonly left: number;
  readonly hung: number;
  readonly seed: number;
  readonly traces: readonly { readonly number: number; readonly fate: string }[];
}
const documentIn = (dir: string): Document =>
  JSON.parse(readFileSync(join(dir, 'sweep.json'), 'utf8')) as Document;

describe('reproduce --sweep', () => {
  it('boots random traces, and prints what became of them', async () => {
    program('sh', ENDS);
    const dir = out();
    const { status, stdout } = await sweep(dir, 3, '--seed', '1', ...kernel);
    expect(status).toBe(1);
    expect(stdout).toContain('3 random traces of seed 1 on 6.1.0-1-amd64:\n');
    expect(stdout).toMatch(/\nall +3 +0 +3 +0 +0\n/);
    expect(stdout).toContain(`youngcheck reproduce ${dir}/trace-0001.trace\n`);
    expect(stdout).not.toContain('/boot/');
    const files = readdirSync(dir);
    expect(files).toContain('trace-0001.log');
    expect(files).not.toContain('boot');
  });

  it('prints its file with --json', async () => {
    program('sh', ENDS);
    const dir = out();
    const { stdout } = await sweep(dir, 1, '--seed', '1', '--json', ...kernel);
    expect(stdout).toBe(readFileSync(join(dir, 'sweep.json'), 'utf8'));
    expect(documentIn(dir)).toMatchObject({ count: 1, seed: 1, image: '6.1', parted: 1, left: 0 });
  });

  it('goes on in the folder of an earlier one, which says the seed and the kernel', async () => {
    program('sh', HANGS);
    const dir = out();
    const first = await sweep(dir, 1, ...kernel);
    expect(first.status).toBe(3);
    expect(first.stdout).toContain('1: not judged: the guest hung\n');
    expect(existsSync(join(dir, 'console-1'))).toBe(true);
    const { seed } = documentIn(dir);
    program('sh', ENDS);
    const second = await sweep(dir, 2);
    expect(second.status).toBe(1);
    expect(documentIn(dir)).toMatchObject({ seed, hung: 0, left: 0 });
    program('sh', FAILS);
    const third = await sweep(dir, 2, '--seed', String(seed), '--image', '6.1');
    expect(third.stdout).toBe(second.stdout);
  });

  it('tells what could not be built', async () => {
    program('sh', FAILS);
    const { status, stderr } = await sweep(out(), 1, ...kernel);
    expect(status).toBe(2);
    expect(stderr).toContain('boot.sh failed\npossible:\n  trace-0001.c: error\n');
  });

  it('refuses a folder that is none of a sweep, or of another one', async () => {
    program('sh', ENDS);
    const dir = out();
    await sweep(dir, 2, '--seed', '1', ...kernel);
    for (const [args, why] of [
      [['--sweep', '2', '--seed', '2'], 'is a sweep of seed 1, and not 2'],
      [['--sweep', '2', '--image', '6.12'], 'is a sweep of kernel 6.1, and not 6.12'],
      [['--sweep', '1'], 'is a sweep of 2 traces: --sweep takes no fewer'],
    ] as const) {
      const { status, stderr } = await youngcheck('reproduce', ...args, '--out', dir);
      expect(status).toBe(2);
      expect(stderr).toContain(why);
    }
    const kept = readFileSync(join(dir, 'sweep.json'), 'utf8');
    for (const [text, what] of [
      ['', 'it is no JSON'],
      ['{}', 'count is nothing, not a number'],
      [kept.replace('"image": "6.1"', '"image": "5.4"'), 'image is "5.4", not 6.1 or 6.12'],
      [kept.replace('"number":', '"nummer":'), 'traces[0].number is nothing, not a number'],
      [kept.replace(/"fate": "[^"]*"/, '"fate": "good"'), 'traces[0].fate is "good", not agreed'],
    ]) {
      writeFileSync(join(dir, 'sweep.json'), text);
      const { status, stderr } = await sweep(dir, 2);
      expect(status).toBe(2);
      expect(stderr).toContain(`sweep.json: not the file of a sweep: ${what}`);
    }
    expect((await sweep('.', 2)).stderr).toContain('exists, and is no folder of a sweep');
  });

  it.each([
    [['--sweep', '2'], 'reproduce --sweep needs --out DIR'],
    [['--sweep', '0', '--out', 'x'], "--sweep cannot be '0'"],
    [['--sweep', '2', '--out', 'x', '--run'], '--sweep boots without --run'],
    [['x.trace', '--sweep', '2', '--out', 'x'], "reproduce --sweep takes no argument 'x.trace'"],
    [['--sweep', '2', '--out', 'x', '--seed', 'y'], "--seed cannot be 'y'"],
    [['--sweep', '2', '--out', 'x', '--image', '6.6'], "--image cannot be '6.6'"],
    [['--sweep', '2', '--out', 'no/such/folder'], 'no such folder'],
    [['x.trace', '--out', 'x', '--seed', '1'], '--seed is for --sweep'],
  ])('refuses %j', async (args, why) => {
    const { status, stderr } = await youngcheck('reproduce', ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(why);
  });

  it('names the packages that are missing', async () => {
    process.env.PATH = folder;
    const { status, stderr } = await sweep(out(), 1, ...kernel);
    expect(status).toBe(2);
    expect(stderr).toContain('packages are missing: qemu-system-x86');
  });
});

describe('the status of a sweep', () => {
  const one = (fate: 'agreed' | 'parted' | 'not understood' | 'hung') =>
    ({ number: 1, fate, kernel: 'k', device: 'kvm', trace: '' }) as const;
  const kernels = { version: '', kernel: '', modules: '', headers: '', packages: [] };

  it.each([
    [['agreed', 'agreed'], 2, 0],
    [['agreed', 'hung'], 2, 3],
    [['agreed'], 2, 3],
    [['not understood', 'hung'], 2, 6],
    [['parted', 'not understood', 'hung'], 3, 1],
  ] as const)('%j of %i: %i', (fates, count, status) => {
    const traces = fates.map(one);
    expect(statusOf({ count, seed: 1, image: '6.1', kernels, traces })).toBe(status);
  });
});
