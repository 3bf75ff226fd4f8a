/**
 * What hosts have and the captures have not. A script changes the excerpts as each case says. The
 * log is read as the one that it was made of, or a sentence at the top names what is not judged.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const judged = (lines: readonly string[]): Promise<Conformance> =>
  conform([`${lines.join('\n')}\n`], 'x.log', {});

const B = linesOf('6.1-B');
const toldOf = (conformance: Conformance) => ({
  outcome: outcomeOf(conformance),
  looks: conformance.pages.map(({ page }) => page.uses.looks),
  missed: conformance.missed.map(({ kind, page }) => `${page.name} ${kind}`),
});
/** A line of the first look's time, as the kernel would write it. */
const at = (text: string): string => `   agetrace-136     [000] ...1.     5.984000: ${text}`;
/** The log with lines before its first look. */
const withLines = (lines: readonly string[], ...more: readonly string[]): string[] =>
  lines.toSpliced(
    lines.findIndex((line) => line.includes(': folio_referenced: ')),
    0,
    ...more,
  );

describe('a log is read as any other', () => {
  /** EPT without accessed bits: what hardware sees is taken, and kept in bits that it ignores. */
  const tracked = (line: string): string =>
    line
      .replaceAll(/\b(4260|4261|3fcc6)(?:e67|825)\b/g, '1000000$1877')
      .replaceAll(/\b(4261)e47\b/g, '15000000$1870');

  it('if KVM has no accessed bits', async () => {
    const lines = B.map(tracked);
    expect(lines.join()).toContain('old_spte 10000004261877 new_spte 150000004261870');
    expect(toldOf(await judged(lines))).toEqual(toldOf(await judged(B)));
  });

  it('if an entry is there without a fault', async () => {
    const lines = B.filter((line) => !/kvm_page_fault: .* address 0x0*200000 /.test(line));
    expect(lines.length).toBe(B.length - 2);
    expect(toldOf(await judged(lines))).toEqual(toldOf(await judged(B)));
  });

  it.each([
    ['clear_refs_pte_range', 0],
    ['clear_refs_pte_range', 1],
    ['walk_pud_range', 0],
    ['walk_pud_range', 1],
    ['damon_ptep_mkold', 1],
  ])('if another process reads a young bit at the same address: %s, %i', async (caller, young) => {
    const M1 = linesOf('6.1-M1-noflush');
    const pte = young ? '0x8000000003057867' : '0x8000000003057847';
    const other = [
      `(ptep_test_and_clear_young+0x0/0x30) addr=0x10000000 pte=${pte}`,
      `(${caller}+0x1e0/0x530 <- ptep_test_and_clear_young) ret=${young}`,
    ].map((text, i) => {
      const name = `ptep_test_and_clear_young${i === 0 ? '' : '_ret'}`;
      return `     other-9999    [001] .....     6.361793: ${name}: ${text}`;
    });
    const use = M1.findLastIndex((line) => line.includes('ATC hit'));
    expect(toldOf(await judged(M1.toSpliced(use + 2, 0, ...other)))).toEqual({
      outcome: 'missed',
      looks: [2],
      missed: ['0x10000000 unreferenced', '0x10000000 evicted'],
    });
  });
});

const spte = (text: string): string => at(`kvm_tdp_mmu_spte_changed: as id 0 ${text}`);

describe('what is not judged is said at the top', () => {
  const HUGE = B.filter((line) => !line.includes('ptep_clear_flush_young')).map((line) =>
    line
      .replace(/gfn 200 level 1 /, 'gfn 0 level 3 ')
      .replace(/gfn 200 (spte .*) level 1 /, 'gfn 0 $1 level 3 '),
  );

  it.each([
    ['a page of 1 GiB', HUGE, /1 GiB/],
    [
      'a page of 1 GiB of which only its look tells',
      HUGE.filter((line) => !/set_spte: gfn 0|tracing_mark/.test(line)),
      /1 GiB/,
    ],
    ['a nested guest', withLines(B, at('kvm_nested_vmenter: rip: 0x0 nested_rip: 0x0')), /guests/],
    [
      'dirty logging',
      withLines(B, spte('gfn 200 level 1 old_spte 4261e67 new_spte 4261c65')),
      /dirty log/,
    ],
  ])('%s', async (_, lines, what) => {
    const conformance = await judged(lines);
    expect(outcomeOf(conformance)).toBe('partly judged');
    const [first, ...more] = conformanceText(conformance).split('\n\n');
    expect(first.replaceAll('\n', ' ')).toMatch(/^1 page is not judged, from line \d+ on: /);
    expect(first.replaceAll('\n', ' ')).toMatch(what);
    // The row of a page without a line says nothing of runs.
    const row = / 0x10000000 .* (?:explained, not judged from|not judged, by) line \d+(?: on)?\n/;
    expect(more.join('\n')).toMatch(row);
    expect(more.join('\n')).not.toContain('a bug');
  });

  it('a memslot that moves, of both pages', async () => {
    const H = linesOf('6.12-R-classic');
    const moved = H.findLastIndex((line) => /clear_flush_young: .*start=0x10001000 /.test(line));
    const lines = H.toSpliced(
      moved + 2,
      0,
      H[moved].replace(/[\d.]+: clear_.*/, '') +
        '10.0: kvm_tdp_mmu_spte_changed: as id 0 gfn 200 level 1 old_spte 77e67 new_spte 77e47',
    );
    const { pages } = await judged(lines);
    expect(pages.map(({ page }) => page.unjudged)).toEqual([
      { line: moved + 3, why: 'memslot' },
      { line: moved + 3, why: 'memslot' },
    ]);
  });
});
