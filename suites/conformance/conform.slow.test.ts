/**
 * Tests what `youngcheck conform` says about the excerpts. Each verdict agrees with the notes of
 * the capture.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from '../../checker/conform/conform.ts';
import { conform } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { runsOf } from '../../checker/conform/explaining-runs.ts';
import { traceOf } from '../../checker/trace/replay.ts';
import { noSuchMachine } from '../../model/systems/machines.ts';

const conformOf = (name: string, given = {}): Promise<Conformance> => {
  const file = `suites/conformance/${name}.log`;
  return conform([readFileSync(file)], file, given);
};

/** Excerpts in which nothing is missed, each with the driver that it was recorded with. */
const SOUND = [
  ['6.1-A', 'kvm'],
  ['6.1-B', 'kvm'],
  ['6.1-C', 'kvm'],
  ['6.1-D', 'kvm'],
  ['6.1-G', 'kvm'],
  ['6.1-H', 'kvm'],
  ['6.1-M2-flush', 'sva-rework'],
  ['6.12-A-classic', 'kvm'],
  ['6.12-A-mglru', 'kvm'],
  ['6.12-B-classic', 'kvm'],
  ['6.12-C-classic', 'kvm'],
  ['6.12-G-mglru', 'kvm'],
  ['6.12-R-classic', 'kvm'],
] as const;

describe('conform', () => {
  it.each(SOUND)('explains %s by %s, and misses nothing', async (name, driver) => {
    const { pages, missed, ranked } = await conformOf(name);
    expect(pages.map(({ refusal }) => refusal)).toEqual(pages.map(() => undefined));
    expect(pages.length).toBeGreaterThan(0);
    expect(missed).toEqual([]);
    const { pairs } = ranked[0].hypothesis.candidate;
    expect(pairs.map((pair) => pair.driver)).toContain(driver);
  });

  it('finds the look and the eviction in M1 that missed an ATC hit', async () => {
    const { pages, missed, ranked } = await conformOf('6.1-M1-noflush');
    expect(pages.map(({ refusal }) => refusal)).toEqual([undefined]);
    expect(missed.map(({ kind }) => kind)).toEqual(['unreferenced', 'evicted']);
    expect(missed[0].story.map(({ text }) => text).slice(-4)).toEqual([
      'a device uses it, path=atc-miss',
      'folio_referenced() reports it referenced',
      'a device uses it, path=atc-hit, and the PTE stays old, as at line 41',
      'folio_referenced() reports it unreferenced',
    ]);
    expect(ranked[0].hypothesis.candidate.system.names.driver).toBe('amd-iommu-v2-patched');
  });

  it.each(['6.1-A', '6.1-M1-noflush', '6.1-M2-flush', '6.12-R-classic', '6.12-A-mglru'])(
    'names for %s only drivers and kernels that were a machine',
    async (name) => {
      const { ranked } = await conformOf(name);
      const pairs = ranked.flatMap(({ hypothesis }) => hypothesis.candidate.pairs);
      expect(pairs.length).toBeGreaterThan(0);
      for (const pair of pairs) {
        if (pair.driver !== 'none')
          expect(noSuchMachine(pair), JSON.stringify(pair)).toBe(undefined);
      }
    },
  );

  it.each([
    [
      '6.1-A',
      [
        'kernel   v6.1-x86',
        '         no log tells it from: v6.1-x86-mglru',
        'driver   kvm',
        'others   this log also fits: v5.15-x86 with kvm-x86-4.20, v4.20-x86 with',
        '         kvm-x86-4.20, v4.20-x86-rechecks with kvm-x86-4.20',
      ],
    ],
    [
      '6.12-A-mglru',
      [
        'kernel   v7.1-x86-mglru',
        'driver   kvm-x86-6.13',
        'others   this log also fits: v6.12-x86-mglru with kvm',
      ],
    ],
    [
      '6.1-M1-noflush',
      [
        'kernel   v6.1-x86',
        '         no log tells it from: v5.15-x86, v6.1-x86-mglru',
        '         this log also fits: v4.20-x86',
        'driver   amd-iommu-v2-patched',
        '         no log tells it from: intel-svm',
      ],
    ],
  ] as const)('prints for %s a kernel, and the drivers that it had', async (name, expected) => {
    const lines = conformanceText(await conformOf(name)).split('\n');
    const first = lines.indexOf(expected[0]);
    expect(lines.slice(first, first + expected.length + 1)).toEqual([
      ...expected,
      expect.stringMatching(/^hardware /),
    ]);
  });

  it("finds the page whose young bit DAMON's range cleared with another page's", async () => {
    const { pages, missed, ranked } = await conformOf('6.12-Q-classic');
    expect(pages.map(({ refusal }) => refusal)).toEqual([undefined, undefined]);
    expect(missed.map(({ page, kind }) => `${page.name} ${kind}`)).toEqual([
      '0x10001000 unreferenced',
      '0x10001000 evicted',
    ]);
    expect(ranked[0].hypothesis.candidate.system.names.kernel).toBe('v6.12-x86-damon');
  });

  it('refuses M1 with a driver that flushes, and names the driver that does not', async () => {
    const { pages } = await conformOf('6.1-M1-noflush', { driver: 'amd-iommu-v2' });
    const { refusal } = pages[0];
    expect(refusal?.said).toBe('the notifier returns 0');
    expect(refusal?.allowed.join()).toContain('flush of the secondary TLB');
    const systems = refusal!.implies
      .replace('another system explains this line: ', '')
      .split('; or ');
    for (const one of systems) expect(one).toMatch(/^kernel [^,]* with driver [^,]*$/);
    expect(systems[0]).toContain('amd-iommu-v2-patched');
  });

  it.each(['6.1-M1-noflush', '6.1-H', '6.12-B-classic'])(
    'has a run of the model behind each explained page of %s',
    async (name) => {
      const { pages, ranked } = await conformOf(name);
      const { hypothesis } = ranked[0];
      for (const { page } of pages) {
        for (const run of runsOf(hypothesis, page, page.length)) {
          const { steps } = traceOf(hypothesis.candidate.system, run);
          expect(steps.length).toBeGreaterThan(page.uses.looks);
        }
      }
    },
  );
});
