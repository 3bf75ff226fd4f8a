/**
 * Logs in which one line is dropped, doubled, moved or reversed. Each is still explained, with a
 * run to prove it. Or it is refused, but not before the changed line.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Given } from '../../checker/conform/candidates.ts';
import { MUTATIONS, complaints, flipped, judge, mutants, refusedBy } from './mutated.ts';

interface Source {
  readonly name: string;
  readonly given: Given;
}

const KVM = { kernel: 'v6.1-x86', driver: 'kvm' };
const MGLRU = { kernel: 'v6.12-x86-mglru', driver: 'kvm' };
const ofArm = (name: string, driver: string, kernel = 'v7.1-arm64'): Source => ({
  name: `arm64/${name}`,
  given: { kernel, driver },
});
const ofSva = (name: string, kernel: string, driver = 'intel-svm'): Source => ({
  name: `sva/${name}`,
  given: { kernel, driver },
});
const FLUSH_ALL = 'intel-svm-6.12-flush-all';
const OF_KVM: readonly Source[] = [
  { name: '6.1-A', given: KVM },
  { name: '6.1-B', given: KVM },
  { name: '6.1-C', given: KVM },
  { name: '6.1-D', given: KVM },
  { name: '6.1-H', given: KVM },
  { name: '6.1-G', given: KVM },
  { name: '6.1-M1-noflush', given: { kernel: 'v6.1-x86', driver: 'amd-iommu-v2-patched' } },
  { name: '6.1-M2-flush', given: { kernel: 'v6.1-x86', driver: 'amd-iommu-v2' } },
  { name: '6.12-A-classic', given: KVM },
  { name: '6.12-A-mglru', given: MGLRU },
  { name: '6.12-B-classic', given: KVM },
  { name: '6.12-C-classic', given: KVM },
  { name: '6.12-G-mglru', given: MGLRU },
  { name: '6.12-Q-classic', given: { kernel: 'v6.12-x86-damon', driver: 'kvm' } },
  { name: '6.12-R-classic', given: KVM },
];

const OTHERS: readonly Source[] = [
  ofArm('6.1-M1-noflush-captured', 'arm-smmu-v3-sva', 'v6.1-arm64'),
  ofArm('6.1-M3-httu', 'arm-smmu-v3-sva', 'v6.1-arm64'),
  ofArm('6.12-B', 'kvm-arm64'),
  ofArm('6.12-M1-noflush', 'arm-smmu-v3-sva'),
  ofArm('6.12-M1-noflush-mglru', 'arm-smmu-v3-sva', 'v7.1-arm64-mglru'),
  ofArm('6.12-X4', 'kvm-arm64'),
  ofArm('6.12-X6', 'kvm-arm64'),
  ofSva('6.12.57-I', 'v6.12-x86', FLUSH_ALL),
  ofSva('6.12.57-S5', 'v6.12-x86'),
  ofSva('6.12.57-S7-ad-bug', 'v6.12-x86'),
  ofSva('6.12.57-S8-2cpu', 'v6.12-x86-batched', FLUSH_ALL),
  ofSva('6.12.57-T', 'v6.12-x86-thp', FLUSH_ALL),
  ofSva('7.3.4-I', 'v7.1-x86'),
  ofSva('7.3.4-S1-2cpu', 'v7.1-x86-batched'),
];
const SEED = 20190131;
/** The mutants of each kind and log. `npm run long:mutated-logs` takes 500. */
const EACH = 5;

const linesOf = ({ name }: Source): string[] =>
  readFileSync(`suites/conformance/${name}.log`, 'utf8').trimEnd().split('\n');

/** The lines at which pages are refused after the answer of a line was reversed. */
async function refusedIfFlipped(source: Source, lines: string[], at: number): Promise<number[]> {
  const { ranked } = await judge(lines.with(at, flipped(lines[at])), source.given);
  return refusedBy(ranked).map(({ line }) => line);
}

/** The largest number of places that are tried in a log. They are spread over all of it. */
const MOST = 4;

const placesOf = (lines: readonly string[], sign: RegExp): number[] => {
  const places = lines.flatMap((line, at) => (sign.test(line) ? [at] : []));
  const every = Math.ceil(places.length / MOST);
  return places.filter((_, i) => i % every === 0);
};

describe('a log that was tampered with', () => {
  it.each([...OF_KVM, ...OTHERS])(
    '$name is explained with a run, or refused no earlier than the change, and accused of nothing',
    async (source) => {
      const lines = linesOf(source);
      const original = await judge(lines, source.given);
      for (const kind of MUTATIONS) {
        for (const mutant of mutants(lines, kind, EACH, SEED)) {
          const mutated = await judge(mutant.lines, source.given);
          const at = `${kind} line ${mutant.at + 1}: ${lines[mutant.at]}`;
          expect([at, ...complaints(mutant, mutated, original)]).toEqual([at]);
        }
      }
    },
  );

  it('is complained of if it is refused before the change, or accused anew', async () => {
    const source = OTHERS.find(({ name }) => name === 'sva/6.12.57-S5')!;
    const lines = linesOf(source);
    const original = await judge(lines, source.given);
    const at = lines.findIndex((line) => /: folio_referenced_ret: .* ret=1$/.test(line));
    const mutated = await judge(lines.with(at, flipped(lines[at])), source.given);
    const complaintsAt = (place: number) =>
      complaints({ kind: 'flip', at: place, lines: mutated.lines }, mutated, original);
    expect(complaintsAt(at)).toEqual([]);
    expect(complaintsAt(at + 1)).toEqual([
      `0x10000000 is refused at line ${at + 1}, before the change`,
      expect.stringContaining('accused anew: 0x10000000\n    unreferenced'),
    ]);
  });

  /**
   * Answers that cannot be reversed without a contradiction. Each is about a page that the capture
   * targets.
   */
  const DECISIVE =
    /: (clear_flush_young_ret|age_gfn_ret|clear_young_ret|unmap_gfn_range_ret): .* ret=[01]$/;
  /** In this log DAMON's range has two pages, and the answer may come from either. */
  const ofTwo = '6.12-Q-classic';
  it.each(OF_KVM.filter(({ name }) => name !== ofTwo))(
    '$name: the contrary of what a notifier answered is refused there',
    async (source) => {
      const lines = linesOf(source);
      for (const at of placesOf(lines, DECISIVE)) {
        const refused = await refusedIfFlipped(source, lines, at);
        expect([lines[at], ...refused]).toEqual([lines[at], at + 1]);
      }
    },
  );

  it(`${ofTwo}: an answer that neither page was young is refused if one was`, async () => {
    const source = OF_KVM.find(({ name }) => name === ofTwo)!;
    const lines = linesOf(source);
    const at = lines.findIndex((line) => /: age_gfn_ret: .* ret=1$/.test(line));
    const { ranked } = await judge(lines.with(at, flipped(lines[at])), source.given);
    expect(refusedBy(ranked)).toEqual([{ page: '0x10001000', line: at + 1 }]);
  });

  it.each(OF_KVM)(
    '$name: the contrary of a report about a target is refused there',
    async (source) => {
      const lines = linesOf(source);
      for (const at of placesOf(lines, /: clear_flush_young_ret: /)) {
        const report = lines.findIndex(
          (text, i) => i > at && text.includes(': folio_referenced_ret: '),
        );
        const refused = await refusedIfFlipped(source, lines, report);
        expect([lines[report], ...refused]).toEqual([lines[report], report + 1]);
      }
    },
  );
});
