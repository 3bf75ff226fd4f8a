/**
 * Incomplete logs: they lack their start, their markers, or events of a probe that the kernel does
 * not have.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { runsOf } from '../../checker/conform/explaining-runs.ts';
import { traceOf } from '../../checker/trace/replay.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[]): Promise<Conformance> =>
  conform([`${lines.join('\n')}\n`], 'incomplete.log', {});
const unmarked = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.includes('tracing_mark_write'));

/** Checks that every page is explained, and that each explanation is a run of the model. */
function proveExplained({ pages, ranked }: Conformance): void {
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.map(({ refusal }) => refusal)).toEqual(pages.map(() => undefined));
  const { hypothesis } = ranked[0];
  for (const { page } of pages) {
    for (const run of runsOf(hypothesis, page, page.length)) {
      traceOf(hypothesis.candidate.system, run);
    }
  }
}

describe('a log that begins late', () => {
  it('is explained if the page was aged before: the secondary PTE is old', async () => {
    const late = await conformTo(unmarked(linesOf('6.1-B').slice(90)));
    proveExplained(late);
    const { page } = late.pages[0];
    expect([page.name, page.uses.looks]).toEqual(['0x10000000', 1]);
  });

  it('is still refused if no earlier events can lead to what it says', async () => {
    const late = unmarked(linesOf('6.1-B').slice(90));
    const at = late.findIndex((line) => line.includes(': clear_flush_young_ret: '));
    expect(late[at]).toMatch(/ ret=0x0$|ret=0$/);
    const { pages } = await conformTo(late.with(at, late[at].replace(/ret=(0x)?0$/, 'ret=1')));
    expect(pages[0].refusal).toMatchObject({ line: at + 1 });
  });
});

const READS = / ptep_(clear_flush_young|test_and_clear_young)(_ret)?: /;
const readless = (lines: readonly string[]): string[] => lines.filter((line) => !READS.test(line));
const looks = ({ pages }: Conformance) => pages.map(({ page }) => page.uses.looks);

describe('a look whose begin is not in the log', () => {
  // On arm64 no function that a probe could record reads and clears a young bit.
  it.each([
    ['6.1-A', []],
    ['6.1-C', []],
    ['6.1-G', []],
    // The use was an ATC hit, and the look before it had left the PTE old.
    ['6.1-M1-noflush', ['unreferenced', 'evicted']],
    ['6.1-M2-flush', []],
    ['6.12-G-mglru', []],
  ])('counts in %s without reads of a PTE', async (name, kinds) => {
    const whole = await conformTo(linesOf(name));
    const some = await conformTo(readless(linesOf(name)));
    proveExplained(some);
    expect(looks(some)).toEqual(looks(whole));
    // An aging walk may already have seen what the PTE told.
    expect(some.missed.map(({ kind }) => kind)).toEqual(kinds);
    expect(conformanceText(some)).toMatch(/^unseen +so not checked: who clears PTE young bits/m);
  });

  it('still reports a miss that the young bit of KVM shows, without reads of a PTE', async () => {
    const some = await conformTo(readless(linesOf('6.12-Q-classic')));
    proveExplained(some);
    expect(some.missed.map(({ page, kind, usedBy }) => [page.name, kind, usedBy])).toEqual([
      ['0x10001000', 'unreferenced', 'device'],
      ['0x10001000', 'evicted', 'device'],
    ]);
  });

  it.each(['ptep_clear_flush_young', 'ptep_clear_flush_young_ret'])(
    'is begun by the notifier where %s is lost',
    async (name) => {
      const lines = linesOf('6.1-B');
      const lost = lines.findIndex((line) => line.includes(` ${name}: `));
      const conformance = await conformTo(lines.toSpliced(lost, 1));
      proveExplained(conformance);
      expect(looks(conformance)).toEqual([2]);
      expect(conformance.missed).toEqual([]);
    },
  );

  it('need not find a use that came after it had read the page', async () => {
    const lines = linesOf('6.1-B');
    const mapping = lines.findLastIndex((line) => / folio_referenced_one: .*10000000$/.test(line));
    const read = lines.slice(mapping + 1, mapping + 3);
    expect(read.every((line) => READS.test(line))).toBe(true);
    const use = ['CPU begin P0 r va=0x10000000', 'CPU end P0'].map((text) =>
      read[0].replace(/ ptep_.*/, ` tracing_mark_write: ${text}`),
    );
    const conformance = await conformTo(lines.toSpliced(mapping + 1, 2, ...use));
    proveExplained(conformance);
    expect(conformance.missed).toEqual([]);
  });

  it('is left out if the log begins in the middle of it', async () => {
    const lines = linesOf('6.1-A');
    const call = lines.findIndex((line) => line.includes(' clear_flush_young: '));
    const late = await conformTo(unmarked(lines.slice(call)));
    proveExplained(late);
    expect(looks(late)).toEqual([3]);
  });
});

describe('a log without markers', () => {
  // P2 is walked without a notifier before a look shows that it has a secondary MMU.
  it('gives the walks and looks of a page in order', async () => {
    const conformance = await conformTo(unmarked(linesOf('6.1-G')));
    proveExplained(conformance);
    for (const { page } of conformance.pages) {
      const lines = Array.from({ length: page.length }, (_, at) => page.lines.at(at));
      expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    }
  });
});
