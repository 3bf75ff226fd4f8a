/** A log means the same in all the forms in which kernels and tools print its events. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { runsOf } from '../../checker/conform/explaining-runs.ts';
import { gaps } from '../../checker/conform/ftrace/index.ts';
import { traceOf } from '../../checker/trace/replay.ts';

const textOf = (name: string): string =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');

/** The observations of each page, with the lines that they were read from. */
function readingOf({ log, pages, missed }: Conformance) {
  return {
    pages: pages.map(({ page, refusal }) => ({
      page: page.name,
      refusal,
      observed: Array.from({ length: page.length }, (_, at) => ({
        line: page.lines.at(at),
        ...log.observations.at(page.observed.at(at)),
      })),
    })),
    missed: missed.map(({ page, line, kind }) => [page.name, line, kind]),
  };
}

async function isReadAlike(text: string, rewritten: string): Promise<void> {
  expect(rewritten).not.toBe(text);
  const [first, second] = await Promise.all([text, rewritten].map((s) => conform([s], 'log', {})));
  expect(readingOf(second)).toEqual(readingOf(first));
}

describe('a log is read alike', () => {
  it('if a fault of KVM is printed as 5.15 does', async () => {
    const text = textOf('6.1-B');
    const older = text.replace(
      /vcpu \d+ rip 0x[0-9a-f]+ address 0x0*([0-9a-f]*) error_code 0x/g,
      'address $1 error_code ',
    );
    await isReadAlike(text, older);
  });
});

/**
 * Prints callers and functions of returns as trace-cmd report does: as addresses, in reverse order.
 */
const asTraceCmd = (text: string): string =>
  text.replace(/\(\S+(?: \[\w+\])? <- \w+\)/g, '(ffffffff813a9bd0 <- ffffffff812c4e11)');

describe('a log whose callers are addresses', () => {
  it.each(['6.1-A', '6.1-B', '6.1-M1-noflush'])('%s is read alike', async (name) => {
    const text = textOf(name);
    await isReadAlike(text, asTraceCmd(text));
  });

  it.each(['6.1-D', '6.12-Q-classic', '6.12-A-mglru', '6.12-G-mglru'])(
    '%s is explained, and accuses no other page',
    async (name) => {
      const text = textOf(name);
      const named = readingOf(await conform([text], name, {}));
      const bare = await conform([asTraceCmd(text)], name, {});
      const { pages, missed } = readingOf(bare);
      expect(pages.map(({ refusal }) => refusal)).toEqual(pages.map(() => undefined));
      expect(missed).toEqual(named.missed);
      for (const { page } of bare.pages) {
        const { hypothesis } = bare.ranked[0];
        for (const run of runsOf(hypothesis, page, page.length)) {
          expect(() => traceOf(hypothesis.candidate.system, run)).not.toThrow();
        }
      }
    },
  );

  it('says so, and of whom nobody knows who it was', async () => {
    const conformance = await conform([asTraceCmd(textOf('6.1-D'))], '6.1-D', {});
    expect(gaps(conformance.summary)[0]).toMatch(/^callers are addresses, first at line \d+: /);
    const { observed } = readingOf(conformance).pages[0]!;
    expect(observed.map(({ kind }) => kind)).toContain('cleared');
  });
});

it('a mark without a name in the log is recognized by the function that makes it', async () => {
  const reads = /^(.*kdamond.*: )ptep_test_and_clear_young: \S+ (addr=0x\w+) .*/gm;
  const text = textOf('6.12-Q-classic').replace(reads, '$1damon_ptep_mkold: (d+0x4/0x9) $2\n$&');
  await isReadAlike(text, asTraceCmd(text));
});

describe('a marker of a large region', () => {
  it.each(['6.1-M1-noflush', '6.1-B', '6.12-Q-classic'])('%s is read alike', async (name) => {
    const text = textOf(name);
    await isReadAlike(text, text.replace(/ pages=\d+ /, ' pages=4194304 '));
  });

  const line = (text: string): string => ` a-9 [000] ..... 1.0: ${text}\n`;
  const mark = (text: string): string => line(`tracing_mark_write: ${text}`);
  const begin =
    mark('SCENARIO x pid=9 region=0x10000000 pages=4194304') +
    mark('CPU begin prefault') +
    mark('CPU end prefault');
  const range = 'mm=0x1 start=0x10000000 end=0x20000000 flags=0 event=0';
  const unmap = line(`invalidate_range_start: ${range}`) + line(`invalidate_range_end: ${range}`);
  const state = mark('STATE now P5 va=0x10005000 present=0');

  it.each([
    ['a page that was mapped with all others is not gone', begin + state, [4]],
    ['it may be, behind an unmap of a range with it', begin + unmap + state, []],
    ['nothing is known of it where there was much', begin + unmap.repeat(300) + state, []],
  ])('%s', async (_, text, lines) => {
    const { pages } = await conform([text], 'log', { driver: 'none' });
    expect(pages.map(({ page }) => page.name)).toEqual(['0x10005000']);
    expect(pages.flatMap(({ refusal }) => refusal?.line ?? [])).toEqual(lines);
  });
});

describe('a marker that is not understood', () => {
  const gapsOf = async (...texts: string[]) => {
    const lines = texts.map((text) => ` a-9 [000] ..... 1.0: tracing_mark_write: ${text}\n`);
    const { gaps: all } = await conform([lines.join('')], 'log', {});
    return all.filter((sentence) => sentence.includes('marker'));
  };

  it.each([
    'SCENARIO x pid=9 region=0X10000000 pages=1',
    'SCENARIO x pid=9 region=0x10000010 pages=1',
    'SCENARIO x pid=9 region=0x10000000 pages=0',
    'SCENARIO x pid=9 pages=1 region=0x10000000',
    'DEV start P0',
    'CPU begin P0 va=0x10000000',
  ])('%s', async (text) => {
    expect(await gapsOf(text)).toEqual([`a marker is not understood, at line 1: '${text}'`]);
  });

  it('is counted, and no other is taken for one', async () => {
    expect((await gapsOf('DEV 1', 'DEV 2', 'CPU 3'))[0]).toMatch(/'DEV 1', and 2 more$/);
    expect(await gapsOf('DEVICE on', 'SCENARIO x end', 'hello')).toEqual([]);
  });

  it('is in none of the excerpts', async () => {
    for (const name of ['6.1-A', '6.1-G', '6.1-M1-noflush', '6.12-Q-classic', '6.12-F-captured']) {
      const { gaps: all } = await conform([textOf(name)], name, {});
      expect(
        all.filter((sentence) => sentence.includes('marker')),
        name,
      ).toEqual([]);
    }
  });
});

it('with many pages only refused or missed ones get a row', async () => {
  const line = (text: string): string => ` a-9 [000] ..... 1.0: tracing_mark_write: ${text}\n`;
  const begin = line('SCENARIO x pid=9 region=0x10000000 pages=49');
  const prefault = line('CPU begin prefault') + line('CPU end prefault');
  const gone = line('STATE now P5 va=0x10005000 present=0');
  const [sound, refused] = await Promise.all(
    ['', gone].map(async (end) => {
      const text = conformanceText(await conform([begin + prefault + end], 'log', {}));
      return text.split('\n').filter((row) => /^ {2}(0x|\d+ pages)/.test(row));
    }),
  );
  expect(sound).toEqual(['  49 pages of 49 explained, none of them missed; 0 looks in all']);
  expect(refused).toEqual([
    expect.stringMatching(/^ {2}0x10005000 .* refused at line 4$/),
    '  48 pages of 49 explained, none of them missed; 0 looks in all',
  ]);
});
