/** `youngcheck replay` takes what other commands print, and what people make of it in mails. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const POLICY = file('policy', 'driver invalidate_secondary=flush-iotlb,flush-atc\n');
const GUARD = ['guard', POLICY, '--against', 'amd-iommu-v2', '--max-states', '300'];
const { stdout: report } = await youngcheck(...GUARD);

/** The lines where a trace begins, with its title. */
const headersOf = (text: string): string[] =>
  text.split('\n').flatMap((line, i) => {
    const name = /^[>|+\s]*Trace (\S+)$/.exec(line)?.[1];
    return name === undefined ? [] : [`${i + 1}: ${name}`];
  });

/** Replays a text, and expects every trace in it to be found and to be so. */
async function replaysAll(text: string): Promise<void> {
  const path = file('piped', text);
  const { status, stdout, stderr } = await youngcheck('replay', path);
  const told = stdout.split('\n').filter((line) => line.startsWith(path));
  const expected = headersOf(text);
  expect(expected.length).toBeGreaterThan(1);
  expect(told.map((line) => line.replace(/: \d+ events?, .*: so it is$/, ''))).toEqual(
    expected.map((header) => `${path}:${header}`),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

const quoted = (text: string, mark: string) => text.replaceAll(/^/gm, mark);

describe('replay takes all traces', () => {
  it.each([
    ['guard --markdown', [...GUARD, '--markdown']],
    ['check', ['check', '--scope', 'mail']],
    ['check without a scope', ['check', '--driver', 'none', '--max-states', '4k']],
    ['mail', ['mail']],
    ['ablate --traces', ['ablate', '--traces', '--max-states', '300']],
  ])('of what %s prints', async (_, args) => {
    const { stdout } = await youngcheck(...args);
    await replaysAll(stdout);
  });

  it('of what guard prints', () => replaysAll(report));

  it('of a guard report that a mail quotes', async () => {
    await replaysAll(`Hi,\n\nOn Monday you wrote:\n${quoted(report, '> ')}\nYes.\n-- \nme\n`);
    await replaysAll(quoted(`Hi,\n${quoted(report, '> ')}No:\n${report}`, '> '));
    await replaysAll(quoted(report, '| '));
  });

  it('of what the canonical form prints', async () => {
    const again = await youngcheck('replay', '--canonical', file('guard', report));
    expect(headersOf(again.stdout)).toHaveLength(headersOf(report).length);
    await replaysAll(again.stdout);
  });

  it('of a document with examples, most of them without a title', async () => {
    const text = readFileSync('docs/trace-format.md', 'utf8').replace(/^```trace-wrong[^]*/m, '');
    const examples = text.split('```trace\n').length - 1;
    const { status, stdout, stderr } = await youngcheck('replay', file('document', text));
    expect(stdout.match(/: so it is$/gm)).toHaveLength(examples);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('of standard input', async () => {
    const input = (await youngcheck('check', '--scope', 'mail')).stdout;
    const { status, stdout } = spawnSync('node', ['cli/launch.js', 'replay', '-'], {
      input,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^(<stdin>:\d+: \S+: \d events, violates \S+: so it is\n){2}$/);
    expect(status).toBe(0);
  });
});

const ONE = 'Trace one\n{}\n(1) dev0: read A\nends\n';
const TWO = 'Trace two\n{}\n(1) dev0: read A\n(2) dev0: read A\nends\n';
const WRONG = 'Trace wrong\n{}\n(1) dev0: read A\nviolates no-false-reference\n';

describe('replay', () => {
  it('says what each came to, and the worst is the status', async () => {
    const path = file('three', `${ONE}and\n${WRONG}then\n${TWO}(9) dev0: read A\n`);
    const { status, stdout, stderr } = await youngcheck('replay', path);
    expect(stdout).toBe(
      `${path}:1: one: 1 event, ends: so it is\n${path}:11: two: 2 events, ends: so it is\n`,
    );
    expect(stderr).toContain(`${path}:9:10: error: nothing is violated`);
    expect(stderr).toContain(`${path}:16:1: error: '(9) dev0: read A' belongs to no trace`);
    expect(status).toBe(2);
  });

  it('heads each view with the place where a text has several', async () => {
    const path = file('two', `${ONE}\n${TWO}`);
    const { stdout } = await youngcheck('replay', '--columns', path);
    expect(stdout).toMatch(
      new RegExp(`^${path}:1: one\\n\\n.*dev0\\n[^]*\\n\\n${path}:6: two\\n\\n.*dev0\\n`),
    );
    expect((await youngcheck('replay', '--columns', file('1', ONE))).stdout).not.toContain(path);
  });

  it('--trace picks the traces of a title', async () => {
    const path = file('pick', ONE + WRONG + TWO + ONE);
    const picked = await youngcheck('replay', '--trace', 'one', path, file('other', TWO));
    expect(picked.stdout).toBe(
      `${path}:1: one: 1 event, ends: so it is\n${path}:14: one: 1 event, ends: so it is\n`,
    );
    expect([picked.status, picked.stderr]).toEqual([0, '']);
    const { status, stderr } = await youngcheck('replay', '--trace', 'tvo', path);
    expect(stderr).toBe(
      "error: no trace has the title 'tvo'; did you mean 'two'?\n" +
        'possible:\n  one\n  wrong\n  two\n',
    );
    expect(status).toBe(2);
    const old = await youngcheck('replay', '--trace', path);
    expect(old.stderr).toContain('--trace takes the title of a trace; --canonical prints traces');
  });

  it.each([
    ['prose', 'Hi,\n\nsee below.\n', 'youngcheck mail prints a trace'],
    ['a log', '# tracer: nop\n', 'a log of ftrace is read by youngcheck conform'],
    ['a system', 'driver kvm\nscope mail\n', 'youngcheck check --system FILE takes a system'],
    ['HTML', '<html><pre>\nTrace x', 'HTML: take the text of the mail'],
    [
      'base64',
      'Content-Transfer-Encoding: base64\n\nVHJhY2U=',
      'a mail in base64: decode it first',
    ],
    ['quoted-printable', 'Trace=20x\n=3D=3D\n', 'quoted-printable: decode the mail first'],
  ])('says what it looked for in %s', async (_, text, hint) => {
    const { status, stderr } = await youngcheck('replay', file('none', text));
    expect(stderr).toContain("none: no trace in it: looked for a line 'Trace NAME' or a");
    expect(stderr).toContain(`\nhint: ${hint}`);
    expect(status).toBe(2);
  });
});
