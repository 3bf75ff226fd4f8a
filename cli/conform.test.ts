/**
 * `youngcheck conform` as a command: its statuses, document and complaints, and the traces that it
 * saves.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SCHEMA } from '../checker/trace/document.ts';
import { youngcheck } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'conform-'));
afterAll(() => rmSync(folder, { recursive: true }));

const log = (name: string): string => `suites/conformance/${name}.log`;

describe('conform', () => {
  it('names the words of a given system that no line can show', async () => {
    const given = ['--kernel', 'v6.1-x86 migrate=pte,copy,remap', '--driver', 'intel-svm'];
    const hardware = ['--hardware', 'ats iotlb=false inFlight=true'];
    const asked = ['conform', ...given, ...hardware, log('6.1-M1-noflush')];
    expect((await youngcheck(...asked)).stdout.replace(/\s+/g, ' ')).toContain(
      'unheld no line can show what these change, so they are not checked: migrate, inFlight ',
    );
    const { notInPlay } = JSON.parse((await youngcheck(...asked, '--json')).stdout);
    expect(notInPlay).toEqual(['migrate', 'inFlight']);
    // What is inferred is a preset, and nothing of it is written in vain.
    expect((await youngcheck('conform', log('6.1-M1-noflush'))).stdout).not.toContain('unheld');
  });

  it.each([
    ['v4.20-x86-rechecks', 'refused at line 84'],
    ['invalidate-page-4.12', 'explained, 2 missed'],
  ])('holds the steps of an extension against a log: %s', async (kernel, verdict) => {
    const asked = ['conform', '--kernel', kernel, '--driver', 'intel-svm', log('6.1-M1-noflush')];
    const { stdout } = await youngcheck(...asked);
    expect(stdout).not.toContain('unheld');
    expect(stdout).toContain(verdict);
  });

  it('exits 0 and prints a document for a log that is explained', async () => {
    const { status, stdout } = await youngcheck('conform', '--json', log('6.1-B'));
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      schema: SCHEMA,
      verdict: 'explained',
      kernel: expect.stringMatching(/^v/) as string,
      driver: 'kvm',
      hardware: 'ats',
      noSuchMachine: null,
      notInPlay: [],
      lines: 164,
      events: 152,
      unknown: 0,
      unread: 66,
      stopped: false,
      gaps: [expect.stringMatching(/^not in the log, .*: .*\btest_young\b/)],
      summary: {
        pages: 1,
        looks: 2,
        missed: 0,
        evictions: 1,
        evictedInUse: 0,
        processes: [expect.objectContaining({ looks: 2, missed: 0 })],
        cgroups: [],
        secondsToEviction: [],
      },
      mixed: [],
      pages: [
        {
          page: '0x10000000',
          process: { line: 14, scenario: 'B', mm: expect.any(String) as string, pids: [136] },
          looks: 2,
          evictions: 1,
          verdict: 'explained',
        },
      ],
      missed: [],
      harms: [],
    });
  });

  it('exits 1 where a device used what was taken away, and nothing was missed', async () => {
    const { status, stdout } = await youngcheck('conform', '--json', log('sva/6.12.57-I'));
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'harmed',
      missed: [],
      harms: [{ page: '0x10000000', kind: 'revoked-write' }],
    });
  });

  it('exits 1 where a use was missed, and saves a trace whose replay misses it', async () => {
    const { status, stdout } = await youngcheck(
      'conform',
      '--save',
      '--examples',
      folder,
      log('6.1-M1-noflush'),
    );
    expect(status).toBe(1);
    expect(stdout).toContain('was reported unreferenced at line 78, although used at line 60');
    const saved = readdirSync(folder).toSorted();
    expect(saved).toHaveLength(2);
    const [first, second] = saved.map((file) => join(folder, file));
    expect((await youngcheck('replay', first)).stdout).toContain(
      '5 events, violates no-eviction-in-use: so it is',
    );
    expect((await youngcheck('replay', second)).stdout).toContain(
      '4 events, violates no-missed-device-reference(reclaim): so it is',
    );
  });

  it('exits 6 where a page is not explained by the driver that was given', async () => {
    const { status, stdout } = await youngcheck('conform', log('6.1-M2-flush'), '--driver', 'none');
    expect(status).toBe(6);
    const line = Number(/refused at line (\d+)/.exec(stdout)![1]);
    const source = readFileSync(log('6.1-M2-flush'), 'utf8').split('\n')[line - 1];
    expect(stdout.split('\n')).toContain(`> ${source}`);
  });

  it('prints the run of a refused page up to the line that no run explains', async () => {
    const args = ['--driver', 'amd-iommu-v2', log('6.1-M1-noflush')];
    const { stdout, status } = await youngcheck('conform', '--run', '0x10000000', ...args);
    expect(status).toBe(6);
    const words = stdout.replace(/\s[\s*]*/g, ' ');
    const line = /refused at line (\d+)/.exec((await youngcheck('conform', ...args)).stdout)![1];
    expect(words).toContain(`of the log up to line ${line}, which no run explains.`);
  });

  it('exits 6 and says so where nothing was judged', async () => {
    const file = join(folder, 'renamed.log');
    const text = readFileSync(log('6.1-B'), 'utf8').replace(/^.*tracing_mark_write.*\n/gm, '');
    writeFileSync(file, text.replace(/(?<=\.\d+: )(\w+):/g, 'p_$1:'));
    const { status, stdout } = await youngcheck('conform', file);
    expect([status, stdout]).toEqual([6, expect.stringMatching(/^Nothing was judged: /m)]);
    expect(stdout).toContain('125 events (125 not used)');
    expect(JSON.parse((await youngcheck('conform', '--json', file)).stdout)).toMatchObject({
      verdict: 'nothing judged',
      events: 125,
      unread: 125,
      pages: [],
    });
  });

  it('judges what it has read at Ctrl-C, and says that there is more', async () => {
    const args = ['cli/launch.js', 'conform', '--json', '-'];
    const child = spawn(process.execPath, args);
    let stdout = '';
    child.stdout.on('data', (data) => (stdout += String(data)));
    const ended = new Promise((resolve) => void child.on('close', resolve));
    // This is more than a pipe holds. When all of it is written, the command has begun to read.
    const text = readFileSync(log('6.1-B'), 'utf8') + '# and on\n'.repeat(300_000);
    await new Promise((resolve) => void child.stdin.write(`${text}cut sho`, resolve));
    child.kill('SIGINT');
    // No more of the log comes, and its end does not either.
    expect(await ended).toBe(3);
    const { stopped, verdict, gaps } = JSON.parse(stdout) as Record<string, unknown>;
    expect([stopped, verdict]).toEqual([true, 'explained']);
    const sentence = /^stopped after line \d+: the rest of the file was not read$/;
    expect(gaps).toContainEqual(expect.stringMatching(sentence));
    expect(gaps).not.toContainEqual(expect.stringContaining('cut short'));
  });

  it('tells pages of one address apart', async () => {
    const file = join(folder, 'two.log');
    const texts = ['6.1-A', '6.1-B'].map((name) => readFileSync(log(name), 'utf8'));
    writeFileSync(file, texts.join(''));
    const names = ['0x10000000@14', '0x10000000@220'];
    const { pages } = JSON.parse((await youngcheck('conform', '--json', file)).stdout) as {
      pages: { page: string; process: { line: number; scenario: string } }[];
    };
    expect(pages.map(({ page }) => page)).toEqual(names);
    expect(pages.map(({ process: { line, scenario } }) => [line, scenario])).toEqual([
      [14, 'A'],
      [220, 'B'],
    ]);
    const { stdout } = await youngcheck('conform', file);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^  ${name} +\\d`, 'm'));
    expect(stdout).toMatch(/^ from line 220, SCENARIO B, pid 136, mm 0x[0-9a-f]+$/m);
    const second = await youngcheck('conform', '--run', names[1]!, file);
    expect(second.stdout).toContain(`explains page ${names[1]} of the log`);
    expect((await youngcheck('conform', '--run', '0x10000000', file)).stderr).toContain(names[1]);
  });

  it('names a kernel in the words that it was given in', async () => {
    const kernel = 'v4.20-x86 age=pte,clear_young';
    const args = ['conform', log('6.1-B'), '--kernel', kernel];
    expect(JSON.parse((await youngcheck(...args, '--json')).stdout)).toMatchObject({ kernel });
    expect((await youngcheck(...args)).stdout).toContain(`kernel   ${kernel}\n`);
  });

  it.each([
    [['conform', log('6.1-B'), '--run', '0x10000000', '--json'], 'give one of them'],
    [['conform'], 'conform needs one log'],
    [['conform', 'gone.log'], 'gone.log: no such file'],
    [['conform', '--follow', 'gone.log'], 'gone.log: no such file'],
    [['conform', '--follow', 'cli'], 'cli: cannot be read (EISDIR)'],
    [['conform', '--follow', '--run', '0x1000', log('6.1-B')], 'give one of them'],
    [['conform', 'cli'], 'cli: a folder, not a file'],
    [['conform', 'package.json'], 'no line of it is an event of ftrace'],
    [['conform', log('6.1-B'), '--run', '0x1'], "the log has no page '0x1'"],
    [['conform', log('6.1-B'), '--kernel', 'v9'], "unknown kernel 'v9'"],
  ])('complains about %j', async (args, message) => {
    const { status, stderr } = await youngcheck(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
