/** Commands that are killed while they write a file: what is left, and for how long. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { STATUS } from './command.ts';
import type { FileWriter } from './file-writers.ts';
import { fileWriters } from './file-writers.ts';
import { youngcheck } from './in-process.ts';

const top = mkdtempSync(join(tmpdir(), 'youngcheck-files-'));
afterAll(() => rmSync(top, { recursive: true }));
const { replacers, savers } = await fileWriters(top);
let folders = 0;

/**
 * This is loaded before the command. It tells of the first fsync(), which then never ends. If the
 * command's work has listened to the signal, it tells that it no longer does: the next one kills.
 */
const HANGS = `data:text/javascript,
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const tell = (what) => fs.writeSync(3, what);
  fs.fsync = () => { tell('written'); setInterval(() => {}, 1000000); };
  process.on('removeListener', (_, { name }) => name.startsWith('interrupts') && tell('heard'));
  syncBuiltinESMExports();`.replaceAll('\n', ' ');

/** Kills a command when it has written its first temporary file. Returns what ended it. */
function killed(writer: FileWriter, folder: string, signal: NodeJS.Signals) {
  const args = ['--import', HANGS, 'cli/launch.js', ...writer.args(folder, pathIn(writer, folder))];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const left: string[][] = [];
  child.stdio[3]!.on('data', () => {
    left.push(temporaries(folder));
    child.kill(signal);
  });
  return new Promise<{ left: string[][]; end: string | number | null }>((resolve) => {
    child.on('close', (status, by) => resolve({ left, end: by ?? status }));
  });
}

const pathIn = ({ file }: FileWriter, folder: string): string => join(folder, file);
const temporaries = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.tmp'));

function folderFor({ prepare }: FileWriter): string {
  const folder = join(top, String(folders++));
  mkdirSync(folder);
  prepare(folder);
  return folder;
}

describe.each([...replacers, ...savers])('$name', (writer) => {
  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing at %s', async (signal) => {
    const folder = folderFor(writer);
    const before = readdirSync(folder);
    const { left, end } = await killed(writer, folder, signal);
    expect(left[0]).toHaveLength(1);
    expect([signal, STATUS.unfinished]).toContain(end);
    expect(readdirSync(folder)).toEqual(before);
  });

  it('leaves the old file at a KILL, and the next run takes the rest away', async () => {
    const folder = folderFor(writer);
    const isReplacer = replacers.includes(writer);
    const path = pathIn(writer, folder);
    if (isReplacer) writeFileSync(path, 'old\n');
    await killed(writer, folder, 'SIGKILL');
    expect(temporaries(folder)).toHaveLength(1);
    if (isReplacer) expect(readFileSync(path, 'utf8')).toBe('old\n');
    await youngcheck(...writer.args(folder, path));
    expect(temporaries(folder)).toEqual([]);
    expect(readFileSync(path, 'utf8')).toMatch(writer.begins);
  });
});

it('what goes to the file of standard output is appended where the shell appends', async () => {
  const [to, trace] = [join(top, 'all.txt'), 'counterexamples/old-while-cached+patched-amd.trace'];
  const render = `"${process.execPath}" cli/launch.js render --out /dev/stdout ${trace}`;
  const line = `echo before > ${to}; ${render} >> ${to}`;
  expect(spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stderr).toBe('');
  const { stdout } = await youngcheck('render', trace);
  expect(readFileSync(to, 'utf8')).toBe(`before\n${stdout}`);
});
