/**
 * A log that lacks all events of some kind. It is read as far as it tells, and nobody is accused of
 * what it does not tell.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';
import { gaps } from '../../checker/conform/ftrace/index.ts';

/** A log without those events whose names match. */
function without(name: string, events: RegExp): Promise<Conformance> {
  const text = readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => !events.test(line));
  return conform([lines.join('\n')], name, {});
}

const verdictOf = ({ pages, missed }: Conformance) => ({
  refused: pages.flatMap(({ refusal }) => refusal ?? []),
  looks: pages.map(({ page }) => page.uses.looks),
  missed: missed.map(({ line, kind }) => `${line} ${kind}`),
});

describe('a process without a secondary MMU', () => {
  const NOTIFIERS = /clear_flush_young: \(__mmu|<- __mmu|invalidate_range|kvm|age_gfn/;

  it.each([
    ['6.1-C', 3],
    ['6.12-C-classic', 3],
  ])('%s: is explained by its markers and looks', async (name, looks) => {
    const conformance = await without(name, NOTIFIERS);
    expect(verdictOf(conformance)).toEqual({ refused: [], looks: [looks], missed: [] });
    expect(conformance.ranked[0].hypothesis.candidate.system.names.driver).toBe('none');
  });

  it('of which no marker tells is not judged', async () => {
    const all = await without('6.1-C', new RegExp(`${NOTIFIERS.source}|tracing_mark`));
    expect(outcomeOf(all)).toBe('nothing judged');
  });
});

describe('looks of which the log does not tell', () => {
  it.each(['6.1-A', '6.1-B', '6.1-M1-noflush', '6.12-A-mglru'])(
    '%s: the begin and the end, are known by who read the PTE',
    async (name) => {
      const conformance = await without(name, / folio_referenced(_ret|_one)?:/);
      expect(verdictOf(conformance)).toEqual({ refused: [], looks: [0], missed: [] });
    },
  );

  it('the begin, are judged by their answer', async () => {
    const conformance = await without('6.1-M1-noflush', / folio_referenced:/);
    expect(verdictOf(conformance)).toEqual({
      refused: [],
      looks: [2],
      missed: ['76 unreferenced', '77 evicted'],
    });
  });

  it('are named as a gap', async () => {
    const { summary } = await without('6.1-M1-noflush', / folio_referenced(_ret|_one)?:/);
    expect(gaps(summary).slice(0, 3)).toEqual([
      expect.stringMatching(/^no folio_referenced: /),
      expect.stringMatching(/^no folio_referenced_ret: /),
      expect.stringMatching(/^no folio_referenced_one: /),
    ]);
  });
});
