/** The command as a user sees it: exit statuses, documents, messages, interruptions. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { STATUS } from './command.ts';
import { youngcheck } from './in-process.ts';
import { interrupted } from './interrupted.ts';
import { NAMES } from './run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = ['cli/launch.js'];
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('exit status', () => {
  const table: readonly [number, string, readonly string[]][] = [
    [0, 'all hold', ['check', '--driver', 'kvm', '--scope', 'mail']],
    [1, 'some violated', ['check', '--scope', 'mail']],
    [2, 'an unknown preset', ['check', '--driver', 'kvn']],
    [2, 'no command', []],
    [3, 'a limit', ['check', '--driver', 'kvm', '--scope', 'races', '--max-states', '9']],
    [4, 'vacuous', ['check', '--scope', 'mail', '--property', 'no-stale-access']],
    [4, 'nothing to check', ['check', '--scope', 'observers=none']],
    [1, 'violated before unfinished', ['check', '--scope', 'races', '--max-states', '3k']],
  ];
  it.each(table)('%i: %s', async (status, _, args) => {
    expect((await youngcheck(...args)).status).toBe(status);
  });

  it('puts unfinished before vacuous', async () => {
    const names = ['no-stale-access', 'no-missed-device-reference'];
    const asked = names.flatMap((name) => ['--property', name]);
    const scope = ['--driver', 'kvm', '--scope', 'pages=4', '--max-states', '1'];
    expect((await youngcheck('check', ...scope, ...asked)).status).toBe(3);
  });

  it('is 70 for an error of the command itself, which is no verdict', () => {
    const breaks = 'process.stdout.write = () => { throw new Error("broken"); };';
    const load = ['--import', `data:text/javascript,${breaks}`];
    const run = (...env: readonly string[]) => {
      const command = [...env, process.execPath, ...load, ...COMMAND, 'list'];
      return spawnSync('env', command, { cwd: root, encoding: 'utf8' });
    };
    const said =
      'error: youngcheck itself failed, which is no verdict: broken\n' +
      'hint: report it where you got youngcheck, with the command and what ' +
      'YOUNGCHECK_STACK=1 shows\n';
    expect(run()).toMatchObject({ status: 70, stderr: said });
    expect(run('YOUNGCHECK_STACK=1')).toMatchObject({
      status: 70,
      stderr: expect.stringMatching(/hint: .*\nError: broken\n +at /) as string,
    });
  });

  it('is told for all commands in one table', async () => {
    const [, table] = (await youngcheck('--help')).stdout.split('exit status');
    const told = [...table.matchAll(/^ *(\d+) {2}\S/gm)].map(([, status]) => Number(status));
    expect(told).toEqual(Object.values(STATUS));
  });

  it.each(NAMES)('is told by %s as in that table', async (name) => {
    const { stdout } = await youngcheck(name, '--help');
    const [, told = ''] = /^exit status: ([^]*)/m.exec(stdout) ?? [];
    const statuses = [...told.matchAll(/(?:^|[,.(]\s+|\n +)(\d+) [a-z]/g)].map(([, n]) =>
      Number(n),
    );
    expect(statuses.slice(0, 1)).toEqual([STATUS.holds]);
    expect(Object.values<number>(STATUS)).toEqual(expect.arrayContaining(statuses));
  });
});

describe('check --json', () => {
  it('prints one document, whose traces replay as they are', async () => {
    const { stdout, status } = await youngcheck('check', '--json', '--scope', 'mail');
    expect(status).toBe(1);
    const document = JSON.parse(stdout);
    expect(document.search).toMatchObject({
      complete: true,
      states: expect.any(Number),
      transitions: expect.any(Number),
      depth: expect.any(Number),
      seconds: expect.any(Number),
    });
    expect(document.system.kernel.text).toBe('v4.20-x86');
    expect(document.properties[0]).toEqual({
      name: 'no-missed-device-reference(reclaim)',
      verdict: 'violated',
      length: 4,
      trace: [
        '(1) dev0: read A',
        '(2) kswapd: folio_referenced A == 1',
        '(3) dev0: read A',
        '(4) kswapd: folio_referenced A == 0',
      ],
    });
    const lines = [...document.properties[0].trace, `violates ${document.properties[0].name}`];
    const trace = file('json.trace', `{\n}\n${lines.join('\n')}\n`);
    expect(await youngcheck('replay', trace)).toMatchObject({ status: 0 });
  });
});

describe('naming a system', () => {
  it('takes a file, and options that override its lines', async () => {
    const system = file(
      'a.system',
      '// mine\nkernel v4.20-x86\n  driver  kvm // KVM\nscope pages=1\n  events=unmap\n',
    );
    expect((await youngcheck('check', '--system', system)).status).toBe(0);
    const other = await youngcheck('check', '--system', system, '--driver', 'none');
    expect(other.stdout).toContain('driver   none');
  });

  const wrong: readonly [string, string, string][] = [
    ['an unknown part', 'kernal v4.20-x86\n', ':1:1: error:'],
    ['an unknown field', 'kernel v4.20-x86 foo=true\n', ':1:18: error: unknown field'],
    ['a bad value', '\n scope pages=five\n', ':2:14: error: pages cannot be'],
    ['a part twice', 'kernel v4.20-x86\nkernel v6.6-x86\n', ':2:1: error: kernel is given twice'],
    ['nothing', '// nothing\n', 'error:'],
  ];
  it.each(wrong)('refuses %s in a file', async (_, text, message) => {
    const { status, stderr, stdout } = await youngcheck(
      'check',
      '--system',
      file('b.system', text),
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['that is not there', () => join(folder, 'absent')],
    ['that is a folder', () => folder],
    ['that is empty', () => file('empty', '')],
    ['that is binary', () => file('binary', Uint8Array.from([1, 0, 2, 255]))],
    ['that is huge', () => file('huge', 'kernel v4.20-x86\n'.repeat(400_000))],
  ])('refuses a file %s', async (_, path) => {
    for (const args of [
      ['check', '--system', path()],
      ['replay', path()],
    ]) {
      const { status, stderr } = await youngcheck(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^\S*:? ?.*error: /);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});

describe('replay', () => {
  const good = 'Trace one\n{}\n(1) dev0: read A\nends\n';
  const two = 'Trace two\n{}\n(1) dev0: read A\n(2) dev0: read A\nends\n';

  it('checks every file, also behind one that is wrong', async () => {
    const files = [
      file('1.trace', good),
      file('2.trace', good.replace('ends', 'end')),
      join(folder, 'absent.trace'),
      file('4.trace', two),
    ];
    const { status, stdout, stderr } = await youngcheck('replay', ...files);
    expect(status).toBe(2);
    expect(stdout).toBe(
      `${files[0]}:1: one: 1 event, ends: so it is\n` +
        `${files[3]}:1: two: 2 events, ends: so it is\n`,
    );
    expect(stderr).toMatch(/2\.trace:4:1: error: [\s\S]*absent\.trace: no such file\n$/);
    const shown = (await youngcheck('replay', '--canonical', ...files)).stdout;
    expect(shown).toMatch(/^Trace one[\s\S]*ends\n\nTrace two[\s\S]*ends\n$/);
  });
});

describe('options', () => {
  it.each([
    [['check', '--jsn'], "did you mean '--json'?"],
    [['check', '--max-states', 'many'], 'a number above 0'],
    [['check', '--max-states', '0'], 'a number above 0'],
    [['check', '--max-states', '-1'], "--max-states cannot be '-1'"],
    [['check', '--time-limit', '-.5'], "--time-limit cannot be '-.5'"],
    [['check', '--max-states', '--json'], '--max-states needs a value'],
    [['check', '--property', 'no-stale-access,no-false-reference'], 'may be repeated'],
    [['check', '--kernel'], '--kernel needs a value'],
    [['mail', 'stray'], "mail takes no argument 'stray'"],
    [['check', 'stray'], "check takes no argument 'stray'"],
    [['check', '--property', 'no-mised-device-reference'], "did you mean 'no-missed-device"],
    [['chek'], "did you mean 'check'?"],
    [['list', 'kernal'], "did you mean 'kernel'?"],
    [['list', 'kvn'], "did you mean 'kvm'?"],
    [['replay'], 'replay needs a file with a trace'],
  ])('says what is wrong with %j', async (args, message) => {
    const { status, stderr } = await youngcheck(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([['--help'], ['check', '--help'], ['replay', '--help'], ['list', '-h'], ['mail', '-h']])(
    'helps: %s %s',
    async (...args) => {
      const { status, stdout } = await youngcheck(...args.filter((arg) => arg !== undefined));
      expect(status).toBe(0);
      expect(stdout).toMatch(/usage: youngcheck/);
    },
  );
});

describe('list', () => {
  it.each([
    ['kvm', /^driver:\n {2}kvm\n {6}[^]*secondary=shadow/, 'kvm-x86'],
    ['no-stale-access', /^property:\n {2}no-stale-access {2}\[/, 'no-false'],
    ['no-repeated-miss', /\(reclaim\)[^]*\(idle\)/, 'no-false'],
    ['swapinWritable', /^kernel field:\n {2}swapinWritable\n[^]* = true \| false\n/, 'driver'],
    ['drivers', /^driver:\n[^]*kvm-x86[^]*driver field:\n[^]*driver value:\n/, 'property'],
  ])('tells of %s alone', async (name, expected, absent) => {
    const { status, stdout } = await youngcheck('list', name);
    expect(status).toBe(0);
    expect(stdout).toMatch(expected);
    expect(stdout).not.toContain(absent);
  });
});

describe('list --json', () => {
  it('prints one document, with a key for each topic', async () => {
    const document = JSON.parse((await youngcheck('list', '--json')).stdout);
    const parts = ['kernel', 'driver', 'hardware', 'scope'];
    const topics = ['schema', ...parts, 'step', 'property', 'event'];
    expect(Object.keys(document)).toEqual(topics);
    expect(document.driver.default).toBe('amd-iommu-v2-patched');
    expect(document.driver.presets).toContainEqual({
      name: 'kvm',
      about: expect.any(String),
      source: expect.any(String),
    });
    expect(document.hardware.fields.ats).toEqual(['true', 'false']);
    expect(document.property[0]).toMatchObject({ sentence: expect.any(String) });
    expect(document.event[0].text).toBe('dev0: read A');
    const { status, stderr } = await youngcheck('list', '--json', 'kvm');
    expect(status).toBe(2);
    expect(stderr).toContain("--json lists topics, not 'kvm'");
  });
});

const LONG = ['check', '--driver', 'kvm', '--scope', 'races pages=4 cpus=2 devices=2'];

describe('a long search', () => {
  it.each(['1', '2'])('on %s threads prints what it has when it is interrupted', async (jobs) => {
    const { status, stdout, stderr } = await interrupted([
      ...LONG,
      '--no-reduction',
      '--jobs',
      jobs,
    ]);
    expect(stdout).toMatch(/unfinished, it was interrupted: [\d,]+ states/);
    expect(stdout).toMatch(/every run of up to \d+ events? was searched/);
    // No progress is drawn, as standard error is no terminal.
    expect(stderr).toBe('');
    expect(status).toBe(3);
  });
});

describe('check --jobs', () => {
  it.each(['0', '65', '1.5', 'two'])('refuses %s threads', async (jobs) => {
    const { status, stderr } = await youngcheck('check', '--jobs', jobs);
    expect(status).toBe(2);
    expect(stderr).toContain(`--jobs cannot be '${jobs}'`);
  });
});

describe('a pipe', () => {
  it('that is closed early is no error', () => {
    const command = `"${process.execPath}" ${COMMAND.join(' ')} list | head -1`;
    const run = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('kernel:\n');
  });
});
