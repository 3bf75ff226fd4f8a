/** Logs of live systems: they begin late, and nobody has put markers into them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
import { runsOf } from '../../checker/conform/run.ts';
import { traceOf } from '../../checker/trace/replay.ts';

// On a machine that has much else to do.
vi.setConfig({ testTimeout: 60_000 });

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[]): Promise<Conformance> =>
  conform([`${lines.join('\n')}\n`], 'incomplete.log', {});
const unmarked = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.includes('tracing_mark_write'));

/** Every page is explained, and by runs of the model. */
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
  it('is explained where the page was aged before it: the secondary PTE is old', async () => {
    const late = await conformTo(unmarked(linesOf('6.1-B').slice(90)));
    proveExplained(late);
    const { page } = late.pages[0];
    expect([page.name, page.uses.looks]).toEqual(['0x10000000', 1]);
  });

  it('is still refused where no past leads to what it says', async () => {
    const late = unmarked(linesOf('6.1-B').slice(90));
    const at = late.findIndex((line) => line.includes(': clear_flush_young_ret: '));
    expect(late[at]).toMatch(/ ret=0x0$|ret=0$/);
    const { pages } = await conformTo(late.with(at, late[at].replace(/ret=(0x)?0$/, 'ret=1')));
    expect(pages[0].refusal).toMatchObject({ line: at + 1 });
  });
});

describe('a log without markers', () => {
  // P2 is walked, without a notifier, before a look shows that it has a secondary MMU.
  it('has the walks and looks of a page in their order', async () => {
    const conformance = await conformTo(unmarked(linesOf('6.1-G')));
    proveExplained(conformance);
    for (const { page } of conformance.pages) {
      const lines = Array.from({ length: page.length }, (_, at) => page.lines.at(at));
      expect(lines).toEqual(lines.toSorted((a, b) => a - b));
    }
  });
});
