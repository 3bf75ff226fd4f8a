/** Logs with `[LOST n EVENTS]`: lines before the loss tell nothing about lines after it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
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
