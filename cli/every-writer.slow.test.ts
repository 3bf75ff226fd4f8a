/**
 * Every command that writes a file treats alike what is there. It replaces a regular file whole,
 * follows links, and writes to a device or a FIFO. It removes nothing but its own temporary files.
 */
import type { Pieces } from '../checker/search/progress.ts';
import type * as Fs from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, constants, lstatSync } from 'node:fs';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { readlinkSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textFrom } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { PageData } from '../checker/page/data.ts';
import { temporaryName } from '../checker/files/temporary.ts';
import type { FileWriter } from './file-writers.ts';
import { fileWriters } from './file-writers.ts';
import type { Outcome } from './in-process.ts';
import { youngcheck } from './in-process.ts';
import { Interrupt, setInterrupt } from './interrupt.ts';

/** What happens in the place of fsync(), when a temporary file has been written. */
type Sync = (end: (error: Error | null) => void) => void;
const hooks = vi.hoisted((): { sync?: Sync | undefined } => ({}));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof Fs>();
  const fsync = (fd: number, end: (error: Error | null) => void) =>
    hooks.sync === undefined ? fs.fsync(fd, end) : hooks.sync(end);
  return { ...fs, fsync };
});

vi.mock('../checker/page/collect.ts', () => ({
  // eslint-disable-next-line require-yield
  *collect(): Pieces<PageData> {
    return {
      version: '0',
      table: { names: [], properties: [], verdicts: [], systems: [] },
      own: [],
      streaks: [],
      order: '',
      traces: [],
      plots: [],
    };
  },
}));
vi.mock('./page-parts.ts', () => ({ pageParts: () => ({ script: '', style: '' }) }));

const top = mkdtempSync(join(tmpdir(), 'youngcheck-files-'));
afterAll(() => rmSync(top, { recursive: true }));
afterEach(() => {
  hooks.sync = undefined;
  setInterrupt(new Interrupt());
  vi.restoreAllMocks();
});

const { printers: PRINTERS, replacers: REPLACERS, savers: SAVERS } = await fileWriters(top);

const emptyFolder = (): string => mkdtempSync(join(top, 'folder-'));

/** A new folder with what the writer reads in it. */
function folderFor({ prepare }: FileWriter): string {
  const folder = emptyFolder();
  prepare(folder);
  return folder;
}

const run = (
  writer: FileWriter,
  folder: string,
  path = join(folder, writer.file),
): Promise<Outcome> => youngcheck(...writer.args(folder, path));

const temporaries = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.tmp'));

const read = (path: string): string => readFileSync(path, 'utf8');
const mkfifo = (path: string): void => void execFileSync('mkfifo', [path]);
/** A number that no process has. */
const gone = (): number => spawnSync('true').pid;
const withPid = (pid: number): string => temporaryName().replace(`-${process.pid}-`, `-${pid}-`);

describe.each(REPLACERS)('$name', (writer) => {
  const OLD = 'old\n';
  /** A folder in which the file is already, with this mode. */
  function occupied(mode = 0o600) {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    writeFileSync(path, OLD);
    chmodSync(path, mode);
    return { folder, path };
  }

  it('makes a file as the umask has it', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    expect(await run(writer, folder)).toMatchObject({ status: writer.status, stderr: '' });
    expect(read(path)).toMatch(writer.begins);
    const other = join(folder, 'other');
    writeFileSync(other, '');
    expect(statSync(path).mode).toBe(statSync(other).mode);
    expect(temporaries(folder)).toEqual([]);
    const { ino } = statSync(path);
    expect((await run(writer, folder)).status).toBe(writer.status);
    if (writer.name !== 'report --out') expect(statSync(path).ino).toBe(ino);
  });

  it.each([0o600, 0o640, 0o755])('keeps mode %o and the owner', async (mode) => {
    const { folder, path } = occupied(mode);
    // Only root may give a file away.
    if (process.geteuid!() === 0) chownSync(path, 4711, 4712);
    const { uid, gid } = statSync(path);
    expect((await run(writer, folder)).status).toBe(writer.status);
    expect(statSync(path)).toMatchObject({ uid, gid });
    expect((statSync(path).mode & 0o7777).toString(8)).toBe(mode.toString(8));
    expect(read(path)).toMatch(writer.begins);
  });

  it('follows links, also to where nothing is yet', async () => {
    for (const old of [OLD, undefined]) {
      const folder = folderFor(writer);
      const path = join(folder, writer.file);
      mkdirSync(join(folder, 'elsewhere'));
      symlinkSync('elsewhere/link', path);
      symlinkSync('../elsewhere/file', join(folder, 'elsewhere/link'));
      const file = join(folder, 'elsewhere/file');
      if (old !== undefined) writeFileSync(file, old, { mode: 0o600 });
      expect(await run(writer, folder)).toMatchObject({ status: writer.status, stderr: '' });
      expect(readlinkSync(path)).toBe('elsewhere/link');
      expect(readlinkSync(join(folder, 'elsewhere/link'))).toBe('../elsewhere/file');
      expect(lstatSync(file).isFile()).toBe(true);
      expect(read(file)).toMatch(writer.begins);
      expect(readdirSync(join(folder, 'elsewhere')).sort()).toEqual(['file', 'link']);
    }
  });

  it('refuses links without an end, and those into no folder', async () => {
    for (const [to, message] of [
      [writer.file, 'a chain of symbolic links without an end'],
      ['nowhere/file', 'nowhere: no such folder'],
    ] as const) {
      const folder = folderFor(writer);
      const path = join(folder, writer.file);
      symlinkSync(to, path);
      const { status, stderr } = await run(writer, folder);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(readlinkSync(path)).toBe(to);
    }
  });

  it('refuses a folder, and leaves it', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    mkdirSync(path);
    const { status, stderr } = await run(writer, folder);
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${path}: a folder`)]);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('refuses a FIFO that nobody reads, and does not wait', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    mkfifo(path);
    const { status, stderr } = await run(writer, folder);
    expect(stderr).toBe(
      `error: ${path}: a FIFO that nobody reads (ENXIO)\nhint: start its reader first\n`,
    );
    expect(status).toBe(2);
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('writes all into a FIFO that is read', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    mkfifo(path);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const received = textFrom(new Socket({ fd, readable: true, writable: false }));
    expect(await run(writer, folder)).toMatchObject({ status: writer.status, stderr: '' });
    expect(lstatSync(path).isFIFO()).toBe(true);
    const other = folderFor(writer);
    await run(writer, other);
    expect(await received).toBe(read(join(other, writer.file)));
  });

  it('tells of a reader that is gone before the end', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    mkfifo(path);
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const written = run(writer, folder);
    closeSync(fd);
    const { status, stderr } = await written;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/: (its reader is gone|a FIFO)/)]);
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('writes to a device, and tells that it is full', async () => {
    for (const [device, outcome] of [
      ['/dev/null', { status: writer.status, stderr: '' }],
      ['/dev/full', { status: 2, stderr: expect.stringContaining('no space is left (ENOSPC)\n') }],
    ] as const) {
      const folder = folderFor(writer);
      symlinkSync(device, join(folder, writer.file));
      expect(await run(writer, folder)).toMatchObject(outcome);
      expect(statSync(device).isCharacterDevice()).toBe(true);
      expect(readlinkSync(join(folder, writer.file))).toBe(device);
      expect(temporaries('/dev')).toEqual([]);
    }
  });

  it('leaves the old file as it is where the disk is full, and nothing beside it', async () => {
    const { folder, path } = occupied();
    let left: string[] = [];
    hooks.sync = (end) => {
      left = temporaries(folder);
      end(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    };
    const { status, stderr } = await run(writer, folder);
    expect(stderr).toBe(`error: ${path}: cannot be written: no space is left (ENOSPC)\n`);
    expect([status, read(path), temporaries(folder)]).toEqual([2, OLD, []]);
    // It did write one.
    expect(left).toHaveLength(1);
  });
});

describe.each(PRINTERS)('$name', (writer) => {
  it('prints to standard output, and makes no file -', async () => {
    const folder = folderFor(writer);
    const path = join(folder, writer.file);
    await run(writer, folder);
    const { status, stdout, stderr } = await run(writer, folder, '-');
    expect([status, stderr]).toEqual([writer.status, '']);
    expect(stdout).toBe(read(path));
    expect(existsSync('-')).toBe(false);
  });

  it('complains of an empty name, and of one that only a folder can have', async () => {
    const folder = folderFor(writer);
    for (const [out, message] of [
      ['', 'the name of a file to write is empty'],
      [`${folder}/new/`, 'new/: a folder, not a file'],
      [`${folder}/no/a.txt`, 'no: no such folder'],
    ] as const) {
      const { status, stdout, stderr } = await run(writer, folder, out);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(message);
    }
  });
});

describe.each(SAVERS)('$name', (writer) => {
  it('takes another name where one is taken, by whatever it may be', async () => {
    const takers: readonly ((path: string) => void)[] = [
      (path) => symlinkSync('nowhere', path),
      (path) => symlinkSync('/dev/full', path),
      (path) => mkdirSync(path),
      mkfifo,
    ];
    const folder = emptyFolder();
    const names = takers.map((take, i) => {
      const name = writer.file.replace('.trace', i === 0 ? '.trace' : `-${i + 1}.trace`);
      take(join(folder, name));
      return name;
    });
    const before = names.map((name) => lstatSync(join(folder, name)).ino);
    const { stderr } = await run(writer, folder);
    const file = join(folder, writer.file.replace('.trace', `-${takers.length + 1}.trace`));
    expect(stderr).toContain(`saved: ${file}\n`);
    expect(read(file)).toMatch(writer.begins);
    expect(names.map((name) => lstatSync(join(folder, name)).ino)).toEqual(before);
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('tells that the disk is full, and leaves nothing', async () => {
    const folder = emptyFolder();
    hooks.sync = (end) => end(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const { status, stderr } = await run(writer, folder);
    expect(status).toBe(2);
    expect(stderr).toContain(`${writer.file}: cannot be written: no space is left (ENOSPC)\n`);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses standard output and a file in the place of a folder', async () => {
    const file = join(emptyFolder(), 'file');
    writeFileSync(file, 'mine');
    for (const [folder, message] of [
      ['-', "'-' is standard output, and no folder"],
      [file, 'cannot be read as a folder'],
      [join(file, 'x'), 'cannot be read as a folder'],
    ] as const) {
      const { status, stderr } = await run(writer, folder);
      expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(read(file)).toBe('mine');
    expect(existsSync('-')).toBe(false);
  });
});

describe.each([...REPLACERS, ...SAVERS])('the temporary file of $name', (writer) => {
  // All signals go the same way.
  const signals = writer === PRINTERS[0] ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGTERM'];

  it.each(signals as NodeJS.Signals[])('is gone after %s', async (signal) => {
    const folder = folderFor(writer);
    let others: NodeJS.SignalsListener[] = [];
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const seen: string[][] = [];
    hooks.sync = (end) => {
      hooks.sync = undefined;
      seen.push(temporaries(folder));
      others = process.listeners(signal).filter(({ name }) => name !== 'die');
      // Whoever else listens to it would decide what it means.
      for (const other of others) process.off(signal, other);
      setImmediate(() => {
        process.emit(signal, signal);
        seen.push(temporaries(folder));
        end(null);
      });
    };
    await run(writer, folder);
    for (const other of others) process.on(signal, other);
    expect(seen).toEqual([[expect.any(String)], []]);
    expect(kill).toHaveBeenCalledWith(process.pid, signal);
  });

  it('outlives a signal to which somebody else listens, until that one is gone', async () => {
    const folder = folderFor(writer);
    const heard: string[] = [];
    const listener = () => {
      heard.push('heard');
      process.off('SIGTERM', listener);
    };
    process.on('SIGTERM', listener);
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    hooks.sync = (end) => {
      hooks.sync = undefined;
      process.emit('SIGTERM', 'SIGTERM');
      heard.push(...temporaries(folder).map(() => 'there'));
      setImmediate(() => end(null));
    };
    await run(writer, folder);
    expect(heard).toEqual(['heard', 'there']);
    expect(kill).not.toHaveBeenCalled();
    expect(temporaries(folder)).toEqual([]);
  });

  it('is gone after process.exit()', async () => {
    const folder = folderFor(writer);
    const seen: string[][] = [];
    hooks.sync = (end) => {
      seen.push(temporaries(folder));
      for (const listener of process.listeners('exit')) {
        if (listener.name === 'removeAll') listener(0);
      }
      seen.push(temporaries(folder));
      hooks.sync = undefined;
      end(null);
    };
    await run(writer, folder);
    expect(seen).toEqual([[expect.any(String)], []]);
    expect(process.listeners('exit').map(({ name }) => name)).not.toContain('removeAll');
  });

  it('is removed by the next run if the process was killed, and no other file is', async () => {
    const folder = folderFor(writer);
    const [dead, elsewhere, old] = [gone(), 'ffffffff', new Date(Date.now() - 25 * 3600 * 1000)];
    const machine = /-[0-9a-f]{8}-/;
    const removed = [
      withPid(dead),
      // The number is that of a process which began later.
      temporaryName().replace(/-\d+(-\d+\.tmp)$/, '-1$1'),
      // Nobody on another machine still writes after a day.
      withPid(dead).replace(machine, `-${elsewhere}-`),
    ];
    const kept = [
      temporaryName(),
      '.notes.999999.tmp',
      `.${writer.file}.${dead}.tmp`,
      `x${withPid(dead)}`,
      `${withPid(dead)}.swp`,
      withPid(dead).replace(machine, `-${elsewhere}-`),
    ];
    const linked = withPid(dead);
    symlinkSync('ORDER', join(folder, linked));
    // The second run finds its file as it would write it.
    for (const _ of ['new', 'unchanged']) {
      for (const name of [...removed, ...kept]) writeFileSync(join(folder, name), 'text');
      utimesSync(join(folder, removed[2]), old, old);
      await run(writer, folder);
      const names = readdirSync(folder);
      for (const name of [...kept, linked]) expect(names).toContain(name);
      for (const name of removed) expect(names).not.toContain(name);
    }
  });
});
