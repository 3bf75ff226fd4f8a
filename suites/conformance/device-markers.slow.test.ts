/**
 * Logs of Intel SVA and of arm64 in which a device's markers say by which path it got its data, at
 * which address, and what it read. Other markers read the PTE.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Given } from '../../checker/conform/candidates.ts';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';
import { conformanceText } from '../../checker/conform/conformance-text.ts';
import { printPart } from '../../checker/trace/setup.ts';

const linesOf = (name: string): string[] =>
  readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
const conformTo = (lines: readonly string[], given: Given = {}) =>
  conform([`${lines.join('\n')}\n`], 'excerpt', given);

const FLUSH_ALL = 'intel-svm-6.12-flush-all';

/** The log, its outcome, and the kernel, driver and hardware that are named first. */
const LOGS = [
  ['sva/6.12.57-I', 'harmed', 'v6.12-x86', FLUSH_ALL, 'ats'],
  ['sva/6.12.57-S5', 'missed', 'v6.12-x86', 'intel-svm', 'ats'],
  ['sva/6.12.57-S7-ad-bug', 'missed', 'v6.12-x86', 'intel-svm', 'ignores-accessed'],
  ['sva/6.12.57-S8-2cpu', 'missed', 'v6.12-x86-batched', FLUSH_ALL, 'ats'],
  ['sva/6.12.57-T', 'missed', 'v6.12-x86-thp', FLUSH_ALL, 'ats'],
  ['sva/7.3.4-I', 'explained', 'v7.1-x86', 'intel-svm', 'ats'],
  ['sva/7.3.4-S1-2cpu', 'missed', 'v7.1-x86-batched', 'intel-svm', 'ats'],
  ['arm64/6.1-M1-noflush-captured', 'missed', 'v6.1-arm64', 'arm-smmu-v3-sva', 'af-by-fault'],
  ['arm64/6.1-M3-httu', 'missed', 'v6.1-arm64', 'arm-smmu-v3-sva', 'ats iotlb=false'],
  ['arm64/6.12-B', 'explained', 'v7.1-arm64', 'kvm-arm64', 'ats'],
  ['arm64/6.12-X4', 'explained', 'v7.1-arm64', 'kvm-arm64', 'ats'],
  ['arm64/6.12-M1-noflush', 'explained', 'v7.1-arm64', 'arm-smmu-v3-sva', 'af-by-fault'],
  ['arm64/6.12-M1-noflush-mglru', 'missed', 'v7.1-arm64-mglru', 'arm-smmu-v3-sva', 'af-by-fault'],
] as const;

describe('a device with markers of its own', () => {
  it.each(LOGS)('%s is %s, by %s, %s and %s', async (name, outcome, ...parts) => {
    const conformance = await conformTo(linesOf(name));
    const { candidate } = conformance.ranked[0].hypothesis;
    const [{ kernel, driver }] = candidate.pairs;
    expect(outcomeOf(conformance)).toBe(outcome);
    expect([kernel, driver, printPart(candidate.system, 'hardware')]).toEqual(parts);
    expect(conformance.pages.flatMap(({ refusal }) => refusal ?? [])).toEqual([]);
  });

  it('has its harms and misses counted in the table', async () => {
    const text = conformanceText(await conformTo(linesOf('sva/6.12.57-S8-2cpu')));
    expect(text).toMatch(/^ {2}0x10000000 .* explained, 2 missed, 2 harmed$/m);
    expect(text).toMatch(/^0x10000000, line \d+: a device reads by a translation that was taken/m);
  });

  it('reads a kernel above the last preset as that preset', async () => {
    const of = async (kernel: string) => {
      const head = `# youngcheck: kernel ${kernel} x86_64`;
      const { ranked } = await conformTo([head, ...linesOf('sva/7.3.4-S1-2cpu')]);
      return ranked[0].hypothesis.candidate.pairs[0].kernel;
    };
    expect(await of('7.3.4+deb13-amd64')).toBe('v7.1-x86-batched');
    expect(await of('6.6.1-amd64')).toBe('v6.6-x86-batched');
  });

  it('can be refused by its path alone', async () => {
    const lines = linesOf('sva/7.3.4-S1-2cpu');
    const last = lines.findLastIndex((line) => line.includes(' path=atc-miss '));
    const { pages } = await conformTo(
      lines.with(last, lines[last].replace('path=atc-miss', 'path=atc-hit')),
    );
    // The eviction has dropped the entry.
    expect(pages[0].refusal).toMatchObject({
      line: last + 1,
      said: 'an ATC hit of the device that is over',
    });
  });
});

describe('a device-TLB invalidation without a PASID', () => {
  it('is sent by no driver that reaches the ATC', async () => {
    const lines = linesOf('sva/6.12.57-S8-2cpu');
    const { pages } = await conformTo(lines, { driver: 'intel-svm' });
    const sent = lines.findIndex((line) => line.includes(' dev_tlb_inv '));
    expect(pages[0].refusal).toMatchObject({
      line: sent + 1,
      said: 'a device-TLB invalidation without a PASID',
    });
  });

  it('names the driver, which sends others with one', async () => {
    const conformance = await conformTo(linesOf('sva/6.12.57-T'));
    expect(conformanceText(conformance)).toMatch(
      /^driver +intel-svm-6.12-flush-all\n +3 of 5 device-TLB invalidations have no PASID, /m,
    );
  });

  it('is nothing of an mm if no notifier call has come before', async () => {
    const lines = linesOf('sva/7.3.4-S1-2cpu');
    const end = lines.findIndex((line) => line.includes('AGE end 1'));
    const sent = linesOf('sva/6.12.57-S8-2cpu').find((line) => line.includes(' dev_tlb_inv '))!;
    const { ranked, log } = await conformTo(lines.toSpliced(end, 0, sent));
    expect(log.withoutPasid).toBeUndefined();
    expect(ranked[0].hypothesis.candidate.pairs[0].driver).toBe('intel-svm');
  });

  it('does not hide that page-by-page and batched unmaps are mixed', async () => {
    const text = conformanceText(await conformTo(linesOf('sva/6.12.57-T')));
    expect(text).toMatch(/^mixed +an unmap that tells secondary MMUs of everything \(line 72\)/m);
    const other = conformanceText(await conformTo(linesOf('sva/6.12.57-S8-2cpu')));
    expect(other).not.toMatch(/^mixed/m);
  });

  it('does not hide that looks at huge pages and at small ones are mixed', async () => {
    const [huge, small] = ['6.12.57-T', '6.12.57-S8-2cpu'].map((name) => linesOf(`sva/${name}`));
    const text = conformanceText(await conformTo([...huge, ...small]));
    expect(text).toMatch(
      /^mixed +looks at a huge page \(0x10000000@14\) and at one of 4 KiB\s+\(0x10000000@111\)/m,
    );
  });
});
