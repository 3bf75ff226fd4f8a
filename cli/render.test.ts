/** youngcheck render: its forms, where it writes, and what it refuses. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const MAIL = 'counterexamples/old-while-cached+patched-amd.trace';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'youngcheck-render-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const render = (args: readonly string[]) => youngcheck('render', ...args);

/** Needs a process of its own, because it reads standard input. */
const renderInput = (args: readonly string[], input: string) =>
  spawnSync(process.execPath, ['cli/launch.js', 'render', ...args], {
    cwd: root,
    input,
    encoding: 'utf8',
  });

describe('youngcheck render', () => {
  it('draws text, and the same for a trace on standard input', async () => {
    const { status, stdout, stderr } = await render([MAIL]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('    |        o        %        %<-------|  ATC hit\n');
    const quoted = readFileSync(join(root, MAIL), 'utf8').replace(/^/gm, '> ');
    expect(renderInput(['-'], quoted).stdout).toBe(stdout);
    expect((await render(['--text', MAIL])).stdout).toBe(stdout);
  });

  it.each([
    ['a.svg', /^<svg /],
    ['a.mmd', /^sequenceDiagram\n/],
    ['a.txt', /^kernel .*\ndriver .*\nscope .*\n\n kswapd +PTE/],
    ['a.SVG', /^<svg /],
    ['a', /^kernel .*\ndriver /],
  ])('writes what %s is called after, whole, and says so', async (name, begins) => {
    const out = join(folder, name);
    expect((await render([MAIL, '--out', out])).stdout).toBe(`${out}: written\n`);
    expect(readFileSync(out, 'utf8')).toMatch(begins);
    expect((await render([MAIL, '--out', out])).stdout).toBe(`${out}: unchanged\n`);
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });

  it('writes to any name the form that it is told', async () => {
    const out = join(folder, 'a.xml');
    expect((await render([MAIL, '--svg', '--out', out])).stdout).toBe(`${out}: written\n`);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg /);
  });

  it('prints a picture as wide as it is told, and another system beside it', async () => {
    expect((await render(['--svg', '--width', '390', MAIL])).stdout).toContain('viewBox="0 0 390 ');
    const pair = await render(['--svg', MAIL, '--against', 'amd-iommu-v2']);
    expect(pair.stdout).toContain('they part here');
    const text = await render([MAIL, '--against', 'amd-iommu-v2']);
    expect(text.stdout).toMatch(/driver {3}amd-iommu-v2\n[^]*They part at \(4\) [^]*A == 1\n$/);
  });

  it.each([
    [[], 'render takes one trace'],
    [['--svg', '--text', MAIL], '--text and --svg at once'],
    [['gone.trace'], 'gone.trace: no such file'],
    [['--out', 'no/such/a.svg', MAIL], 'no/such: no such folder'],
    [['--out', 'docs', MAIL], 'docs: a folder'],
    [['--out', 'a.gif', MAIL], "a.gif: '.gif' tells no form"],
    [['--out', 'a.gif', MAIL], 'possible:\n  .svg\n  .png\n  .mmd\n  .txt'],
    [['--svg', '--png', MAIL], '--svg and --png at once'],
    [['--width', '10', MAIL], '--width is from 280 to 4000'],
    [['--mermaid', MAIL, '--against', 'kvm'], '--mermaid draws one system'],
    [[MAIL, '--against', 'amd'], "'amd' is neither a preset nor a file"],
    [['--colour', MAIL], "unknown option '--colour'"],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await render(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('refuses a trace that says what is not so', () => {
    const wrong = readFileSync(join(root, MAIL), 'utf8').replace('A == 0', 'A == 1');
    const { status, stdout, stderr } = renderInput(['--against', 'kvm', '-'], wrong);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('answers 0 here, not 1');
  });
});
