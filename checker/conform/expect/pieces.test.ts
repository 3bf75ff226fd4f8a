/** Pieces of logs that `reproduce` took, held against the traces that they show. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../trace/parse.ts';
import { replay } from '../../trace/replay.ts';
import { conform } from '../conform.ts';
import { expectation, givenBy } from './expect.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const catalogue = (name: string): string => read(`counterexamples/${name}.trace`);
type Change = (text: string) => string;

/** What `conform --expect` says of a piece of a log, whose text may be changed before. */
async function said(piece: string, trace: string, changed: Change = (text) => text) {
  const expected = replay(parseTrace(trace, 'x.trace'));
  const text = changed(read(`suites/conformance/pieces/${piece}.log`));
  const log = await conform([text], piece, givenBy(expected));
  return expectation(expected, log).verdict;
}

/** Moves the first flush that drops an entry behind a line of the log. */
const movedBehind =
  (pattern: RegExp): Change =>
  (text) => {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => /flush-iotlb .* dropped=1$/.test(line));
    const isOther = (line: string, i: number): boolean => i > at && !line.includes('atc_step');
    const flush = lines.splice(at, lines.findIndex(isOther) - at);
    const behind = lines.findIndex((line, i) => i >= at && pattern.test(line));
    lines.splice(behind + 1, 0, ...flush);
    return lines.join('\n');
  };

const LATE = [
  ['6.1-S-msync', 'write-after-protect+soft-dirty-4.20', /MSYNC end/],
  ['6.12-S-fork', 'write-after-protect+vtd-6.12-flush-all', /FORK end/],
] as const;

describe('a flush in invalidate_range_end or behind it', () => {
  it.each(LATE)('is a part of the operation in %s', async (piece, name) => {
    expect(await said(piece, catalogue(name))).toBe('as predicted');
  });

  it.each(LATE)('is none of it where the program goes on before: %s', async (piece, name, end) => {
    expect(await said(piece, catalogue(name), movedBehind(end))).not.toBe('as predicted');
  });
});

const PAGEOUT = `{
  kernel v6.1-x86
  driver intel-svm
  scope  mail events=pageout,swap
}
(1) dev0: read A
(2) kswapd: pageout A
violates no-eviction-in-use
`;

describe('MADV_PAGEOUT of 6.1', () => {
  it('clears the young bit without a line, and leaves what is cached', async () => {
    expect(await said('6.1-S-pageout', PAGEOUT)).toBe('as predicted');
  });

  it('does so only between its markers', async () => {
    const without: Change = (text) => text.replaceAll(/^.*MADV_PAGEOUT (?:begin|end).*\n/gm, '');
    expect(await said('6.1-S-pageout', PAGEOUT, without)).not.toBe('as predicted');
  });
});

const COLLAPSE = `{
  kernel v6.1-x86
  driver amd-iommu-v2-patched
  scope  cpus=1 events=collapse,write
}
(1) dev0: read A
(2) khugepaged: collapse A
(3) dev0: write A
(4) cpu0: write A
ends
`;

describe('a collapse', () => {
  it('is one event, with the flush of the driver', async () => {
    expect(await said('6.1-S-collapse', COLLAPSE)).toBe('as predicted');
  });

  it('is none if it does not succeed: nobody knows what has become of the page', async () => {
    const fails: Change = (text) => text.replace('status=succeeded', 'status=failed');
    expect(await said('6.1-S-collapse', COLLAPSE, fails)).toBe('not understood');
  });

  it('makes two pages of a trace one, so that the log is not understood', async () => {
    const two: Change = (text) => text.replace('pages=1 ', 'pages=2 ');
    const trace = COLLAPSE.replace('cpus=1', 'pages=2 cpus=1');
    expect(await said('6.1-S-collapse', trace, two)).toBe('not understood');
  });
});

const COPY = `{
  kernel v6.12-x86
  driver amd-iommu-v2-patched
  scope  cpus=1 granularity=fine events=write,fork,cow
}
(1) dev0: request-read A
(2) iommu: translate dev0 A
(3) dev0: complete A
(4) user: fork A
(5) dev0: request-read A
(6) iommu: translate dev0 A
(7) dev0: complete A
(8) user: cow A
(9) user: flush-tlb A
(10) user: flush-iotlb A
(11) user: post-atc A
(12) dev0: handle-invalidation A
(13) user: await-atc A
(14) user: set A
(15) user: end A
(16) dev0: request-write A
(17) iommu: translate dev0 A
(18) dev0: complete A
(19) cpu0: write A
ends
`;

describe('a copy by MADV_POPULATE_WRITE', () => {
  it('is that of a user, without an access', async () => {
    expect(await said('6.12-S-copy', COPY)).toBe('as predicted');
  });

  it('is that of a write of a CPU without the markers', async () => {
    const without: Change = (text) => text.replaceAll(/^.*MADV_POPULATE_WRITE.*\n/gm, '');
    expect(await said('6.12-S-copy', COPY, without)).toBe('parted');
  });
});

const HELD = `{
  kernel   v4.20-x86
  driver   amd-iommu-v2
  hardware ignores-accessed
  scope    granularity=fine events=unmap,protect,write
}

(1) dev0: request-read A
(2) iommu: translate dev0 A
(3) kswapd: age A == 1
(4) kswapd: flush-iotlb A
(5) kswapd: post-atc A
(6) dev0: handle-invalidation A
(7) iommu: translate dev0 A
(8) kswapd: await-atc A
(9) kswapd: report A == 1
(10) dev0: complete A
(11) dev0: request-write A
(12) kswapd: age A == 0
(13) kswapd: flush-iotlb A
(14) kswapd: post-atc A
(15) dev0: handle-invalidation A
(16) iommu: translate dev0 A
(17) kswapd: await-atc A
(18) kswapd: report A == 0
(19) dev0: complete A
(20) kswapd: age A == 0
(21) kswapd: flush-iotlb A
(22) kswapd: post-atc A
(23) dev0: handle-invalidation A
(24) kswapd: await-atc A
(25) kswapd: report A == 0

violates no-repeated-miss(reclaim)
`;

describe('a device that is held, and later is not', () => {
  it('handles an invalidation at once, and tells of no such step', async () => {
    expect(await said('6.1-S-held', HELD)).toBe('as predicted');
  });

  it('may tell of no step more than the trace has', async () => {
    const more: Change = (text) => {
      const handled = /^.*atc_step: handle-inv.* dropped=1\n/m.exec(text)![0];
      return text.replace(/^.*TRACE end/m, (end) => handled + end);
    };
    expect(await said('6.1-S-held', HELD, more)).not.toBe('as predicted');
  });
});

const UNTOUCHED = `{
  kernel   v6.1-x86
  driver   intel-svm
  hardware ignores-accessed
  scope    pages=2 events=write,pageout,swap
}

(1) dev0: write B
(2) dev0: read B
(3) kswapd: pageout B

violates no-eviction-in-use
`;

describe('a page that the set-up leaves young', () => {
  it('does not matter where the trace has no event of it', async () => {
    expect(await said('6.1-S-untouched', UNTOUCHED)).toBe('as predicted');
  });
});
