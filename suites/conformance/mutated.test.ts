/** The mutants of a log can be taken in parts, and what a run must report is compared. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MUTATIONS, complaints, isTold, judge, mutants } from './mutated.ts';

const LINES = readFileSync('suites/conformance/6.1-B.log', 'utf8').trimEnd().split('\n');

it.each(MUTATIONS)('the parts of the mutants of kind %s are what is drawn without them', (kind) => {
  const parts = [0, 1, 2].map((index) => mutants(LINES, kind, 10, 1, { index, count: 3 }));
  expect(parts.map(({ length }) => length)).toEqual([4, 3, 3]);
  const whole = mutants(LINES, kind, 10, 1);
  expect(whole.map((_, i) => parts[i % 3][Math.floor(i / 3)])).toEqual(whole);
});

it.each([
  [[[1, 0]], [1, 0], true],
  // A look came before the first line of the page, or before it was known again.
  [[[1, 0]], [0], true],
  [[[0], [1, 0]], [0, 0], true],
  [[[1]], [undefined], true],
  [[[]], [], true],
  [[[0, 1]], [0], false],
  [[[1]], [0], false],
  [[[0]], [0, 1], false],
  [[[0], [1, 0]], [0, 1], false],
])('the runs %j tell the reports %j: %j', (runs, reported, isSo) => {
  expect(isTold(runs, reported)).toBe(isSo);
});

it('an eviction that was accused before may be accused by another use', async () => {
  const text = readFileSync('suites/conformance/6.12-F-captured.log', 'utf8');
  const rest = text
    .trimEnd()
    .split('\n')
    .filter((line) => !line.includes('tracing_mark_write'));
  const zap = 'kvm_tdp_mmu_spte_changed: as id 0 gfn 200 level 1 old_spte 59a1e67 new_spte 8';
  const at = rest.findIndex((line) => line.includes(zap));
  const accessed = 'set_pfn_accessed: (kvm_set_pfn_accessed+0x4/0x50 [kvm]) pfn=0x59a1';
  const lines = rest.toSpliced(at + 1, 0, rest[at]!.replace(/kvm_tdp.*/, accessed));
  const before = await judge(lines, {});
  const dropped = { kind: 'drop', at, lines: lines.toSpliced(at, 1) } as const;
  const after = await judge(dropped.lines, { kernel: 'v6.12-x86', driver: 'kvm' });
  const provedBy = ({ ranked, lines: own }: typeof before): string[] =>
    ranked.hypothesis.log.pages.flatMap(({ uses }) =>
      uses.missed.map(({ usedAtLine }) => own[usedAtLine - 1]!),
    );
  expect(provedBy(before)).toEqual([expect.stringContaining(zap)]);
  expect(provedBy(after)).toEqual([expect.stringContaining(accessed)]);
  expect(complaints(dropped, after, before)).toEqual([]);
});
