/**
 * Logs in which one line is dropped, doubled, moved or reversed. Each is still explained, with a
 * run to prove it. Or it is refused, but not before the changed line.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
import { runsOf } from '../../checker/conform/explaining-runs.ts';
import { traceOf } from '../../checker/trace/replay.ts';

interface Source {
  readonly name: string;
  readonly given: { readonly kernel: string; readonly driver: string };
}

const KVM = { kernel: 'v6.1-x86', driver: 'kvm' };
const MGLRU = { kernel: 'v6.12-x86-mglru', driver: 'kvm' };
const SOURCES: readonly Source[] = [
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

const linesOf = ({ name }: Source): string[] =>
  readFileSync(`suites/conformance/${name}.log`, 'utf8').trimEnd().split('\n');

const conformTo = (lines: readonly string[], { given }: Source): Promise<Conformance> =>
  conform([Buffer.from(`${lines.join('\n')}\n`)], 'mutated.log', given);

const flipped = (line: string): string =>
  line.replace(/\bret=(?:0x)?(\d+)$/, (_, value: string) => `ret=${value === '0' ? 1 : 0}`);

const MUTATIONS = {
  drop: (lines: readonly string[], at: number) => lines.toSpliced(at, 1),
  double: (lines: readonly string[], at: number) => lines.toSpliced(at, 0, lines[at]),
  swap: (lines: readonly string[], at: number) =>
    at + 1 < lines.length ? lines.toSpliced(at, 2, lines[at + 1], lines[at]) : [...lines],
  flip: (lines: readonly string[], at: number) => lines.with(at, flipped(lines[at])),
} as const;
type Mutation = keyof typeof MUTATIONS;

/** The largest number of places that are tried in a log. They are spread over all of it. */
const MOST = 4;

const placesOf = (lines: readonly string[], sign: RegExp): number[] => {
  const places = lines.flatMap((line, at) => (sign.test(line) ? [at] : []));
  const every = Math.ceil(places.length / MOST);
  return places.filter((_, i) => i % every === 0);
};

/** Checks that explanations are runs of the model, and that they report what the log reports. */
function proveRuns({ pages, ranked }: Conformance): void {
  const { hypothesis } = ranked[0];
  const { observations } = hypothesis.log;
  for (const { page, refusal } of pages) {
    if (refusal !== undefined) continue;
    const reported: unknown[] = [];
    for (let at = 0; at < page.length; at++) {
      const observation = observations.at(page.observed.at(at));
      if (observation.kind === 'report') reported.push(observation.referenced);
    }
    const { system } = hypothesis.candidate;
    const steps = runsOf(hypothesis, page, page.length).flatMap(
      (run) => traceOf(system, run).steps,
    );
    const reports = steps.filter(({ event }) => event.verb === 'report');
    // If the begin of a look was dropped, the log does not tell what the look reported.
    const told = reports.map(({ answer }, i) => (reported[i] === undefined ? undefined : answer));
    expect(told).toEqual(reported);
  }
}

describe('a log that was tampered with', () => {
  it('is explained with a run, or refused no earlier than the mutated line', async () => {
    const sources = SOURCES.map((source) => ({ source, lines: linesOf(source) }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.constantFrom(...(Object.keys(MUTATIONS) as Mutation[])),
        fc.nat(),
        async ({ source, lines }, mutation, place) => {
          const head = lines.findIndex((line) => line.includes('SCENARIO')) + 1;
          const at = head + (place % (lines.length - head));
          const result = await conformTo(MUTATIONS[mutation](lines, at), source);
          for (const { refusal } of result.pages) {
            if (refusal !== undefined) expect(refusal.line).toBeGreaterThan(at);
          }
          proveRuns(result);
        },
      ),
      { numRuns: 100, seed: 20190131 },
    );
  });

  /**
   * Answers that cannot be reversed without a contradiction. Each is about a page that the capture
   * targets.
   */
  const DECISIVE =
    /: (clear_flush_young_ret|age_gfn_ret|clear_young_ret|unmap_gfn_range_ret): .* ret=[01]$/;
  /** In this log DAMON's range has two pages, and the answer may come from either. */
  const ofTwo = '6.12-Q-classic';
  it.each(SOURCES.filter(({ name }) => name !== ofTwo))(
    '$name: the contrary of what a notifier answered is refused there',
    async (source) => {
      const lines = linesOf(source);
      for (const at of placesOf(lines, DECISIVE)) {
        const line = lines[at];
        const { pages } = await conformTo(MUTATIONS.flip(lines, at), source);
        const refused = pages.flatMap(({ refusal }) =>
          refusal === undefined ? [] : [refusal.line],
        );
        expect([line, ...refused]).toEqual([line, at + 1]);
      }
    },
  );

  it(`${ofTwo}: an answer that neither page was young is refused if one was`, async () => {
    const source = SOURCES.find(({ name }) => name === ofTwo)!;
    const lines = linesOf(source);
    const at = lines.findIndex((line) => /: age_gfn_ret: .* ret=1$/.test(line));
    const { pages } = await conformTo(MUTATIONS.flip(lines, at), source);
    expect(pages.map(({ refusal }) => refusal?.line)).toEqual([undefined, at + 1]);
  });

  it.each(SOURCES)(
    '$name: the contrary of a report about a target is refused there',
    async (source) => {
      const lines = linesOf(source);
      for (const at of placesOf(lines, /: clear_flush_young_ret: /)) {
        const report = lines.findIndex(
          (text, i) => i > at && text.includes(': folio_referenced_ret: '),
        );
        const { pages } = await conformTo(MUTATIONS.flip(lines, report), source);
        const refused = pages.flatMap(({ refusal }) =>
          refusal === undefined ? [] : [refusal.line],
        );
        expect([lines[report], ...refused]).toEqual([lines[report], report + 1]);
      }
    },
  );
});
