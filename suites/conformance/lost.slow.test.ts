/** Logs with `[LOST n EVENTS]`: lines before the loss tell nothing about lines after it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';
import { conformanceJson } from '../../checker/conform/conformance-json.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { gaps } from '../../checker/conform/ftrace/index.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[]): Promise<Conformance> =>
  conform([`${lines.join('\n')}\n`], 'lost.log', {});
/** The lines of a log in which CPU 0 loses `count` events after the first `at` lines. */
const losing = (lines: readonly string[], at: number, count: number): string[] =>
  lines.toSpliced(at, count, `CPU:0 [LOST ${count} EVENTS]`);
const refused = ({ pages }: Conformance) => pages.flatMap(({ refusal }) => refusal ?? []);
const missed = (conformance: Conformance) => conformance.missed.map(({ kind }) => kind);

describe('a log that lost events', () => {
  it('accuses no look of a miss if an earlier look is lost', async () => {
    const lines = losing(linesOf('6.1-B'), 61, 14);
    const conformance = await conformTo(lines);
    expect(conformance.missed).toEqual([]);
    expect(refused(conformance)).toEqual([]);
    expect(gaps(conformance.summary)[0]).toContain('what was known there of calls and pages');
  });

  it.each(['6.1-A', '6.1-B', '6.1-M2-flush'])(
    'is explained wherever %s loses them',
    async (name) => {
      const lines = linesOf(name);
      const head = lines.findIndex((line) => line.includes('SCENARIO')) + 1;
      for (let at = head; at < lines.length - 10; at += 7) {
        const conformance = await conformTo(losing(lines, at, 1 + ((at * 7) % 23)));
        expect([at, ...refused(conformance)]).toEqual([at]);
        expect([at, ...missed(conformance)]).toEqual([at]);
      }
    },
  );

  it('reports a miss that comes after the loss', async () => {
    const conformance = await conformTo(losing(linesOf('6.1-M1-noflush'), 20, 3));
    expect(missed(conformance)).toEqual(['unreferenced', 'evicted']);
  });

  it('takes back its findings since the last line of the CPU that lost events', async () => {
    const lines = linesOf('6.1-M1-noflush');
    const look = 78;
    expect(lines[look - 1]).toContain(' folio_referenced_ret: ');
    // The same log, but another CPU has a line, and that CPU loses events at the end.
    const other = lines[look - 1].replace('[000]', '[001]').replace(/ folio_.*/, ' no_event: ');
    const ofOther = (at: number) => [...lines.toSpliced(at, 0, other), 'CPU:1 [LOST 9 EVENTS]'];
    expect(missed(await conformTo(ofOther(look)))).toEqual(['unreferenced']);
    expect(missed(await conformTo(ofOther(look - 1)))).toEqual([]);
    expect(missed(await conformTo(ofOther(lines.length)))).toEqual(['unreferenced', 'evicted']);
  });
});

/** What is said of the only page, before its verdict and in its row. */
function toldOf(conformance: Conformance): { first: string; row: string; json: unknown } {
  const text = conformanceText(conformance);
  const [page] = (conformanceJson(conformance) as { pages: { lost: unknown }[] }).pages;
  return {
    first: text.split('\n\n', 1)[0].replaceAll('\n', ' '),
    row: /^ {2}0x10000000\S* +\d+ +\d+ {2}(.*)$/m.exec(text)![1],
    json: page.lost,
  };
}

describe('a page of which lost events may have told', () => {
  it('is explained but where they were lost', async () => {
    const conformance = await conformTo(losing(linesOf('6.1-B'), 61, 14));
    expect(outcomeOf(conformance)).toBe('partly judged');
    expect(toldOf(conformance)).toEqual({
      first: '1 page is not judged between lines 61 and 62, where CPU 0 lost 14 events.',
      row: 'explained, not between lines 61 and 62',
      json: { since: 61, until: 62, cpu: 0, events: 14, times: 1 },
    });
  });

  it('is so several times', async () => {
    const lines = losing(losing(linesOf('6.1-B'), 61, 14), 80, 3);
    expect(toldOf(await conformTo(lines))).toMatchObject({
      first: expect.stringContaining('CPU 0 lost 14 events, nor at 1 more such gaps.'),
      row: 'explained, not between lines 61 and 62, and 1 more gaps',
      json: { since: 61, until: 62, times: 2 },
    });
  });

  it('is so since the last line of that CPU', async () => {
    const lines = linesOf('6.1-B').toSpliced(61, 0, 'CPU:1 [LOST 2 EVENTS]');
    expect(toldOf(await conformTo(lines))).toMatchObject({
      first: '1 page is not judged before line 62, where CPU 1 lost 2 events.',
      row: 'explained, not before line 62',
    });
  });

  it('is so before the first line of a CPU that was overwritten', async () => {
    const lines = linesOf('6.1-M1-noflush');
    const head = lines.findIndex((line) => !line.startsWith('#'));
    const overwritten = '# entries-in-buffer/entries-written: 100/200   #P:2';
    const late = lines
      .at(-1)!
      .replace('[000]', '[001]')
      .replace(/tracing_mark.*/, 'no_event: ');
    const conformance = await conformTo([overwritten, ...lines.slice(head), late]);
    expect(outcomeOf(conformance)).toBe('partly judged');
    expect(conformance.missed).toEqual([]);
    expect(toldOf(conformance).row).toBe(`explained, not before line ${lines.length - head + 2}`);
  });

  it.each([
    ['began after that', (lines: string[]) => [' a-1 [000] 1.0: x: y', LOST, ...lines]],
    [
      'was over before',
      (lines: string[]) => [...lines, ...linesOf('6.1-A'), LOST].filter((line) => line[0] !== '#'),
    ],
  ])('is plainly explained if its process %s', async (_, change) => {
    const { pages } = await conformTo(change(linesOf('6.1-B')));
    expect(pages[0].page.losses).toBeUndefined();
    expect(pages[0].refusal).toBeUndefined();
  });
  const LOST = 'CPU:0 [LOST 3 EVENTS]';
});
