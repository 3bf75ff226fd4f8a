/** `conform --follow` reads what grows, tells each miss when it happens, and ends by a signal. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { interrupted } from './interrupted.ts';

const folder = mkdtempSync(join(tmpdir(), 'follow-'));
afterAll(() => rmSync(folder, { recursive: true }));

const M1 = readFileSync('suites/conformance/6.1-M1-noflush.log', 'utf8');
const B = readFileSync('suites/conformance/6.1-B.log', 'utf8');

interface Following {
  readonly child: ChildProcess;
  /** Comes true when it has printed a text. */
  printed(text: string): Promise<void>;
  /** Its status and what it printed, when it has ended. */
  readonly ended: Promise<readonly [status: number | null, stdout: string]>;
}

function follow(...args: readonly string[]): Following {
  const child = spawn(process.execPath, ['cli/launch.js', 'conform', '--follow', ...args]);
  let stdout = '';
  let told = (): void => {};
  child.stdout.on('data', (data) => {
    stdout += String(data);
    told();
  });
  return {
    child,
    printed: (text) =>
      new Promise((resolve) => {
        told = () => stdout.includes(text) && resolve();
        told();
      }),
    ended: new Promise((resolve) => {
      child.on('close', (status) => resolve([status, stdout]));
    }),
  };
}

const MISSED = '0x10000000 was reported unreferenced at line 78, although used at line 60';

describe('conform --follow', () => {
  it('tells misses of a file that grows, and SIGINT ends it with the summary', async () => {
    const file = join(folder, 'grows.log');
    const lines = M1.split(/(?<=\n)/);
    writeFileSync(file, lines.slice(0, 78).join(''));
    const { child, printed, ended } = follow(file);
    await printed(MISSED);
    appendFileSync(file, lines.slice(78).join(''));
    await printed('was evicted at line 79');
    child.kill('SIGINT');
    const [status, stdout] = await ended;
    expect(status).toBe(1);
    const [first, second, third] = stdout.split('\n');
    expect(first).toContain(MISSED);
    expect(second).toContain('was evicted at line 79');
    expect(third).toBe('');
    expect(stdout).toContain('\nlooks    2, 1 missed a use (50.0 %)\n');
  });

  it('ends where the writer of a FIFO does, with a line of JSON for each and for all', async () => {
    const file = join(folder, 'fifo');
    execFileSync('mkfifo', [file]);
    const { printed, ended } = follow('--json', file);
    const writer = createWriteStream(file);
    writer.write(M1);
    await printed('"kind":"evicted"');
    writer.end();
    const [status, stdout] = await ended;
    expect(status).toBe(1);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(documents).toMatchObject([
      { miss: { line: 78 } },
      { miss: { line: 79 } },
      { verdict: 'missed', summary: { missed: 1, evictedInUse: 1 } },
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s behind a pipe', async (by) => {
    const { child, printed, ended } = follow('-');
    child.stdin!.write(`${B}${M1}`);
    await printed('was evicted');
    child.kill(by);
    expect((await ended)[0]).toBe(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends by %s with 3 if nothing was missed', async (by) => {
    const file = join(folder, `${by}.log`);
    writeFileSync(file, B);
    const { status, stdout, stderr } = await interrupted(['conform', '--follow', file], { by });
    expect([status, stderr]).toEqual([3, 'stopped after 164 lines\n']);
    expect(stdout).toContain('looks    2, none missed a use\n');
  });

  it('ends with 3 where nothing was written', async () => {
    const file = join(folder, 'silent');
    execFileSync('mkfifo', [file]);
    const { status, stdout, stderr } = await interrupted(['conform', '--follow', file]);
    expect([status, stdout, stderr]).toEqual([3, '', `stopped: nothing has come from ${file}\n`]);
  });
});
