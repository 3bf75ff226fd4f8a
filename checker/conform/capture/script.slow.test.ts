/** The capture script writes a log and leaves nothing behind. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../../../suites/absent.ts';
import { NEEDED, missing, openLog, readLog } from '../ftrace/index.ts';
import {
  KERNELS,
  KVM_EVENTS,
  SHELLS,
  begin,
  end,
  environment,
  run,
  script,
  textOf,
  top,
} from './made-up.ts';
import { tracefs } from './made-up.ts';
import { captureScript } from './script.ts';

beforeAll(begin);
afterAll(end);

describe('the script', () => {
  it.each(SHELLS)('is one for %s', (...shell) => {
    const { status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), '-n', script]);
    expect([status, stderr.toString()]).toEqual([0, '']);
  });

  it.skipIf(absent('shellcheck'))('has no flaw that shellcheck knows', () => {
    expect(spawnSync('shellcheck', ['-'], { input: captureScript() }).stdout.toString()).toBe('');
  });

  it.each(SHELLS)('says the same by %s', (...shell) => {
    const { folder, ...first } = run(KERNELS['6.12'], ['--dry-run']);
    expect(first.status).toBe(0);
    const again = run(KERNELS['6.12'], ['--dry-run'], { shell, folder });
    expect(again).toEqual({ ...first, folder });
  });

  it('has every event of the table, once', () => {
    const names = [...captureScript().matchAll(/^event \w+ \w+ (\w+) /gm)].map(([, name]) => name);
    expect(names).toEqual(NEEDED.map(({ name }) => name));
  });
});

describe('a capture', () => {
  it.each(SHELLS)('writes a log and leaves nothing behind, by %s', async (...shell) => {
    const log = `${shell[0]}.log`;
    const { status, folder, stderr } = run(KERNELS['6.12'], ['-o', log, '-t', '1'], { shell });
    expect([status, stderr]).toEqual([0, expect.stringContaining(`wrote ${log}`)]);
    const summary = await readLog(openLog(join(top, log)), () => {});
    expect(summary).toMatchObject({ events: 1, unknown: { count: 0 } });
    expect(summary.capture?.kernel).toBe(KERNELS['6.12'].release);
    expect(summary.capture?.has).toContain('kvm_age_hva');
    expect(summary.capture?.missed).toEqual([{ name: 'folio_referenced', times: 3 }]);
    const lacking = missing(summary).map(({ event, why }) => [event.name, why]);
    expect(lacking).toContainEqual(['lru_gen_look_around', 'not recorded']);

    expect(readdirSync(join(folder, 'instances'))).toEqual([]);
    const lines = textOf(folder, 'kprobe_events').trimEnd().split('\n');
    const set = lines.filter((line) => /^[pr]/.test(line)).map((line) => /\/(\S+)/.exec(line)![1]);
    const gone = lines.filter((line) => line.startsWith('-')).map((line) => line.split('/')[1]);
    expect(gone).toEqual(set);
  });

  it('says beforehand what it would do, and touches nothing', () => {
    const { stdout, folder, status } = run(KERNELS['6.1'], ['--dry-run', '-t', '7', '-b', '64']);
    expect(status).toBe(0);
    expect(textOf(folder, 'kprobe_events')).toBe('');
    expect(readdirSync(join(folder, 'instances'))).toEqual([]);
    expect(existsSync(join(top, 'youngcheck.log'))).toBe(false);
    const instance = `${folder}/instances/youngcheck`;
    expect(stdout.split('\n').filter((line) => !line.endsWith('kprobe_events'))).toEqual([
      `mkdir ${instance}`,
      `echo '0' > ${instance}/tracing_on`,
      `echo '64' > ${instance}/buffer_size_kb`,
      `echo 'global' > ${instance}/trace_clock`,
      `echo '1' > ${instance}/events/youngcheck/enable`,
      ...KVM_EVENTS.map((event) => `echo '1' > ${instance}/events/${event}/enable`),
      `echo '1' > ${instance}/tracing_on`,
      'sleep 7',
      `echo '0' > ${instance}/tracing_on`,
      `cat ${instance}/trace > youngcheck.log`,
      `rmdir ${instance}`,
      '',
    ]);
  });

  it('says what it would take away, and takes nothing', () => {
    const folder = tracefs(KERNELS['6.1']);
    const instance = join(folder, 'instances/youngcheck');
    mkdirSync(instance, { recursive: true });
    const probes = 'p:youngcheck/release a\np:mine/b b\np:youngcheck/mine c\n';
    writeFileSync(join(folder, 'kprobe_events'), probes);
    const { status, stdout } = run(KERNELS['6.1'], ['--clean', '--dry-run'], { folder });
    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      `rmdir ${instance}`,
      `echo '-:youngcheck/release' >> ${folder}/kprobe_events`,
    ]);
    expect(readdirSync(instance)).toEqual([]);
    expect(textOf(folder, 'kprobe_events')).toBe(probes);
  });

  it('may be of one process and of the threads that reclaim', () => {
    const { stdout } = run(KERNELS['6.1'], ['--dry-run', '-p', String(process.pid)]);
    const pids = /^echo '([\d ]*)' > \S+\/set_event_pid$/m.exec(stdout)?.[1]?.split(' ');
    expect(pids).toContain(String(process.pid));
    expect(run(KERNELS['6.1'], ['--dry-run', '-p', '999999999']).status).toBe(2);
  });

  it('does not begin beside another one, and can clean up after it', () => {
    const folder = tracefs(KERNELS['6.1']);
    mkdirSync(join(folder, 'instances/youngcheck/events'), { recursive: true });
    const left = 'r256:youngcheck/test_young_ret a\np:mine/b b\n';
    writeFileSync(join(folder, 'kprobe_events'), left);
    const refused = run(KERNELS['6.1'], ['-o', 'second.log'], { folder });
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--clean')]);
    expect(existsSync(join(top, 'second.log'))).toBe(false);
    expect(run(KERNELS['6.1'], ['--clean'], { folder }).status).toBe(0);
    expect(readdirSync(join(folder, 'instances'))).toEqual([]);
    expect(textOf(folder, 'kprobe_events')).toBe(`${left}-:youngcheck/test_young_ret\n`);
  });

  it('leaves a capture alone that runs', () => {
    const folder = tracefs(KERNELS['6.1']);
    // The kernel does not remove an instance of which a file is open.
    mkdirSync(join(folder, 'instances/youngcheck/busy'), { recursive: true });
    writeFileSync(join(folder, 'instances/youngcheck/tracing_on'), '1\n');
    const left = 'p:youngcheck/release a\n';
    writeFileSync(join(folder, 'kprobe_events'), left);
    const { status, stderr } = run(KERNELS['6.1'], ['--clean'], { folder });
    expect([status, stderr]).toEqual([2, expect.stringContaining('a capture is running')]);
    expect(textOf(folder, 'kprobe_events')).toBe(left);
    expect(textOf(folder, 'instances/youngcheck/tracing_on')).toBe('1\n');
  });

  it.each(SHELLS)('removes nothing of one that began at the same time, by %s', (...shell) => {
    const folder = tracefs(KERNELS['6.1']);
    // The other one makes its instance when this one has looked for it.
    const more = { ON_MKDIR: '/bin/mkdir -p "$1/busy"; echo 1 > "$1/tracing_on"' };
    const args = ['-o', `race-${shell[0]}.log`];
    const { status, stderr } = run(KERNELS['6.1'], args, { folder, shell, more });
    expect([status, stderr]).toEqual([2, expect.stringContaining('youngcheck cannot be made')]);
    expect(textOf(folder, 'kprobe_events')).toBe('');
    expect(textOf(folder, 'instances/youngcheck/tracing_on')).toBe('1\n');
    expect(existsSync(join(top, args[1]!))).toBe(false);
  });

  it('holds its instance while it records, and its sleeper does not', () => {
    // The main process is $$, also in a function that runs in the background.
    const onSleep = "readlink /proc/$$/fd/4 >main; sh -c 'readlink /proc/$$/fd/4' >inside";
    const { folder } = run(KERNELS['6.1'], ['-o', 'held.log', '-t', '1'], { onSleep });
    const held = join(folder, 'instances/youngcheck/tracing_on');
    expect(textOf(top, 'main')).toBe(`${held}\n`);
    expect(textOf(top, 'inside')).toBe('');
  });

  it('looks for the process before it sets anything', () => {
    const { status, stderr, stdout, folder } = run(KERNELS['6.1'], ['-p', '999999999']);
    expect([status, stderr, stdout]).toEqual([2, expect.stringContaining('no process'), '']);
    expect(textOf(folder, 'kprobe_events')).toBe('');
    expect(readdirSync(join(folder, 'instances'))).toEqual([]);
    expect(existsSync(join(top, 'youngcheck.log'))).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends early by %s, with its log',
    async (signal) => {
      const kernel = KERNELS['6.1'];
      const folder = tracefs(kernel);
      const log = join(top, `${signal}.log`);
      const child = spawn('sh', [script, '-t', '99', '-o', log], {
        env: environment(folder, kernel.release),
        detached: true,
      });
      const status = new Promise((resolve) => void child.on('close', resolve));
      // A signal before that ends the script, too, but leaves no log.
      await new Promise<void>((resolve) => {
        child.stderr.on('data', (text) => String(text).includes('recording') && resolve());
      });
      child.kill(signal);
      expect(await status).toBe(0);
      expect((await readLog(openLog(log), () => {})).events).toBe(1);
      expect(readdirSync(join(folder, 'instances'))).toEqual([]);
    },
  );
});

describe('the log', () => {
  /** Whatever may have the name already, what it is called, and what makes it. */
  const TAKEN: readonly (readonly [string, (path: string) => void])[] = [
    ['exists, and is never overwritten', (path) => writeFileSync(path, 'mine')],
    ['a symbolic link', (path) => symlinkSync('nowhere', path)],
    ['a symbolic link', (path) => symlinkSync('/dev/null', path)],
    ['a symbolic link', (path) => symlinkSync('empty.log', path)],
    ['a device, a FIFO or a socket', (path) => void execFileSync('mkfifo', [path])],
    ['a folder', (path) => mkdirSync(path)],
  ];

  it.each(SHELLS)('is no file that is there, by %s', (...shell) => {
    writeFileSync(join(top, 'empty.log'), '');
    for (const [i, [why, make]] of TAKEN.entries()) {
      const name = `${shell[0]}-${i}.log`;
      make(join(top, name));
      const { ino, size } = lstatSync(join(top, name));
      const { status, stderr, folder } = run(KERNELS['6.1'], ['-o', name], { shell });
      expect([status, stderr]).toEqual([2, expect.stringContaining(`error: ${name}: ${why}\n`)]);
      expect(lstatSync(join(top, name))).toMatchObject({ ino, size });
      expect(textOf(folder, 'kprobe_events')).toBe('');
    }
    expect(existsSync(join(top, 'nowhere'))).toBe(false);
    expect(textOf(top, 'empty.log')).toBe('');
  });

  it.each(SHELLS)('is no device and in no folder that is not there, by %s', (...shell) => {
    for (const [name, why] of [
      ['/dev/null', 'a device, a FIFO or a socket'],
      ['/dev/full', 'a device, a FIFO or a socket'],
      ['nowhere/a.log', 'cannot be made'],
    ] as const) {
      const { status, stderr } = run(KERNELS['6.1'], ['-o', name], { shell });
      expect([status, stderr]).toEqual([2, expect.stringContaining(`error: ${name}: ${why}\n`)]);
    }
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });

  it.each(SHELLS)('may be an empty file, which keeps its mode, by %s', (...shell) => {
    const log = join(top, `empty-${shell[0]}.log`);
    writeFileSync(log, '', { mode: 0o600 });
    const { ino, mode } = lstatSync(log);
    expect(run(KERNELS['6.1'], ['-o', log, '-t', '1'], { shell }).status).toBe(0);
    expect(lstatSync(log)).toMatchObject({ ino, mode });
    expect(readFileSync(log, 'utf8')).toMatch(/^# youngcheck: kernel /);
  });

  it.each(SHELLS)('is removed after a failure if the script made it, by %s', (...shell) => {
    const [made, given] = [join(top, `made-${shell[0]}`), join(top, `given-${shell[0]}`)];
    writeFileSync(given, '');
    for (const log of [made, given]) {
      const folder = tracefs({ functions: [], events: [] });
      const { status, stderr } = run(KERNELS['6.1'], ['-o', log], { shell, folder });
      expect([status, stderr]).toEqual([2, expect.stringContaining('not one probe')]);
    }
    expect(existsSync(made)).toBe(false);
    expect(textOf(top, `given-${shell[0]}`)).toBe('');
  });

  it.each(SHELLS)('is left alone where another has taken its name, by %s', (...shell) => {
    const name = `swapped-${shell[0]}.log`;
    const onSleep = `/bin/rm ${name}; echo mine > ${name}`;
    const { status, stderr } = run(KERNELS['6.1'], ['-o', name], { shell, onSleep });
    expect([status, stderr]).toEqual([2, expect.stringContaining('has taken its place')]);
    expect(textOf(top, name)).toBe('mine\n');
  });
});

describe('bad input is refused', () => {
  it.each([
    [['-t', '0'], "-t needs a number above 0, not '0'"],
    [['-t', 'x'], "-t needs a number above 0, not 'x'"],
    [['-t'], '-t needs a number'],
    [['-p', '1 2'], '-p needs a number'],
    [['-b', '-1'], '-b needs a number'],
    [['-o'], 'capture.sh: error: -o needs a file\nhint: '],
    [['-o', ''], 'capture.sh: error: -o needs a file\nhint: '],
    [['--dryrun'], "unknown argument '--dryrun'"],
    [['file'], "unknown argument 'file'"],
  ])('%j', (args, message) => {
    const { status, stderr, folder } = run(KERNELS['6.1'], args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(textOf(folder, 'kprobe_events')).toBe('');
  });

  it.each([
    ['available_events', 'no tracefs at', 'mount -t tracefs'],
    ['kprobe_events', 'no kprobe events \\(CONFIG_KPROBE_EVENTS', '--doctor'],
    ['instances', 'no trace instances', 'CONFIG_TRACING'],
  ])('a tracefs without %s', (file, message, hint) => {
    const folder = tracefs(KERNELS['6.1']);
    rmSync(join(folder, file), { recursive: true });
    const { status, stderr } = run(KERNELS['6.1'], [], { folder });
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`error: .*${message}.*\\nhint: .*${hint}`));
  });

  it('help is help', () => {
    const { status, stdout } = run(KERNELS['6.1'], ['--help']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('usage: sh capture.sh')]);
  });
});
