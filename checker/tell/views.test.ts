/** The views of two traces, compared word by word: the mail's trace, and a race in steps. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columns } from './columns.ts';
import { annotate, explain } from './explain.ts';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import { replay } from '../trace/replay.ts';
import { states } from './states.ts';

const MAIL = '../../counterexamples/old-while-cached+patched-amd.trace';

describe("the mail's trace", () => {
  const text = readFileSync(new URL(MAIL, import.meta.url), 'utf8');
  const done = replay(parseTrace(text, MAIL));

  it('as text, with its notes', () => {
    expect(printTrace(annotate(done))).toBe(text);
  });

  it('in columns', () => {
    expect(columns(done)).toBe(`    kswapd                   dev0
    ------                   ----
(1)                          read A
(2) folio_referenced A == 1
(3)                          read A
(4) folio_referenced A == 0

violates no-missed-device-reference(reclaim)
`);
  });

  it('in states', () => {
    expect(states(done)).toBe(`(1) dev0: read A
      A: pte none -> {young}
      A: iotlb none -> {read}
      A: atc[dev0] none -> {read}
(2) kswapd: folio_referenced A == 1
      A: pte young 1 -> 0
(3) dev0: read A
      nothing changes
(4) kswapd: folio_referenced A == 0
      nothing changes

violates no-missed-device-reference(reclaim)
`);
  });

  it('in states, with the ghosts', () => {
    expect(states(done, { ghosts: true })).toBe(`(1) dev0: read A
      A: pte none -> {young}
      A: iotlb none -> {read}
      A: atc[dev0] none -> {read}
      A: reclaim devSure 0 -> 1
      A: reclaim maybe 0 -> 1
(2) kswapd: folio_referenced A == 1
      A: pte young 1 -> 0
      A: reclaim devSure 1 -> 0
      A: reclaim maybe 1 -> 0
(3) dev0: read A
      A: reclaim devSure 0 -> 1
      A: reclaim maybe 0 -> 1
(4) kswapd: folio_referenced A == 0
      A: reclaim devSure 1 -> 0
      A: reclaim maybe 1 -> 0
      A: reclaim missed 0 -> 1

violates no-missed-device-reference(reclaim)
`);
  });

  it('explained', () => {
    expect(explain(done)).toBe(`kernel   v4.20-x86
driver   amd-iommu-v2-patched
scope    pages=1 cpus=0 devices=1 observers=reclaim granularity=atomic

(1) dev0 wants to access A and sends an ATS query. There is no PTE, so a
    page fault (PRI) maps A and sets the PTE young. The ATC caches the
    translation.
(2) kswapd calls ptep_clear_flush_young_notify() on A: the PTE was
    young, so A is in use. Young is cleared, but nobody invalidates the
    ATC.
(3) dev0 accesses A through its ATC: the IOMMU does not walk, so the PTE
    stays old.
(4) kswapd calls ptep_clear_flush_young_notify() on A: the PTE does not
    have the young bit, which means that A is not in use. That is wrong:
    dev0 has used A since the last look.

violates no-missed-device-reference(reclaim)
What should hold: folio_referenced() never reports a page unreferenced
that a device accessed since the last look.
`);
  });
});

describe('a race: the ATC is invalidated before the IOTLB', () => {
  const done = replay(
    parseTrace(
      `Trace stale+smmu-5.2-reordered

{
  kernel   v4.20-x86
  driver   smmu-5.2-reordered
  scope    granularity=fine events=unmap,write
}

(1) dev0: request-read A
(2) iommu: translate dev0 A
(3) kswapd: unmap A
(4) kswapd: post-atc A
(5) dev0: handle-invalidation A
(6) iommu: translate dev0 A
(7) kswapd: await-atc A
(8) kswapd: flush-iotlb A
(9) kswapd: free A
(10) dev0: complete A

violates no-stale-access
`,
      'race',
    ),
  );

  it('as text, with notes', () => {
    const text = printTrace(annotate(done));
    expect(text.slice(text.indexOf('(1)')))
      .toBe(`(1) dev0: request-read A           // ATC miss; an ATS query is sent
(2) iommu: translate dev0 A        // the walk sets young
(3) kswapd: unmap A                // the PTE is gone
(4) kswapd: post-atc A             // an invalidation is sent
(5) dev0: handle-invalidation A    // the answer in flight is dropped
(6) iommu: translate dev0 A        // IOTLB hit; there is no PTE
(7) kswapd: await-atc A            // every device has answered
(8) kswapd: flush-iotlb A          // the IOTLB entry goes
(9) kswapd: free A                 // an answer is still in flight
(10) dev0: complete A              // wrong: the frame was freed

violates no-stale-access
`);
  });

  it('in columns', () => {
    expect(columns(done)).toBe(`     kswapd         iommu             dev0
     ------         -----             ----
(1)                                   request-read A
(2)                 translate dev0 A
(3)  unmap A
(4)  post-atc A
(5)                                   handle-invalidation A
(6)                 translate dev0 A
(7)  await-atc A
(8)  flush-iotlb A
(9)  free A
(10)                                  complete A

violates no-stale-access
`);
  });

  it('in states', () => {
    expect(states(done)).toBe(`(1) dev0: request-read A
      A: request[dev0] none -> asked(read)
(2) iommu: translate dev0 A
      A: pte none -> {young,writable}
      A: iotlb none -> {read}
      A: request[dev0] asked(read) -> translated(read)
(3) kswapd: unmap A
      A: pte {young,writable} -> none
      kswapd: idle -> unmap A
(4) kswapd: post-atc A
      A: invalidation[dev0] 0 -> 1
      kswapd: next post-atc -> await-atc
(5) dev0: handle-invalidation A
      A: request[dev0] translated(read) -> asked(read)
      A: invalidation[dev0] 1 -> 0
(6) iommu: translate dev0 A
      A: request[dev0] asked(read) -> translated(read)
(7) kswapd: await-atc A
      kswapd: next await-atc -> flush-iotlb
(8) kswapd: flush-iotlb A
      A: iotlb {read} -> none
      kswapd: next flush-iotlb -> free
(9) kswapd: free A
      kswapd: unmap A -> idle
(10) dev0: complete A
      A: atc[dev0] none -> {read}
      A: request[dev0] translated(read) -> none

violates no-stale-access
`);
  });

  it('explained', () => {
    expect(explain(done)).toBe(`kernel   v4.20-x86
driver   smmu-5.2-reordered
scope    granularity=fine events=unmap,write

(1) dev0 wants to read A; its ATC has no entry, so it sends an ATS
    query.
(2) There is no PTE, so a page fault (PRI) maps A and sets the PTE
    young. The answer to dev0 is on its way.
(3) kswapd clears the PTE of A. The caches are not told yet.
(4) kswapd sends an ATC invalidation of A to every device.
(5) dev0 has no ATC entry of A and completes the invalidation. The
    answer in flight was overtaken, so dev0 asks again.
(6) The IOMMU answers from its IOTLB without a walk, though there is no
    PTE. The answer to dev0 is on its way.
(7) Every device has completed the invalidations that kswapd waits for.
(8) kswapd drops the IOTLB entry of A.
(9) The frame of A is freed. An answer is still in flight.
(10) The answer reaches dev0: its ATC caches A. dev0 reads A. That is
     wrong: the frame of A was freed, and may be somebody else's.

violates no-stale-access
What should hold: no access goes through a translation whose frame was
freed.
`);
  });
});

describe('columns of many actors', () => {
  const ACTIONS = [
    'cpu0: read B',
    'dev1: request-read A',
    'iommu: translate dev1 A',
    'dev0: request-read A',
    'khugepaged: collapse A',
    'user: fork A',
    'page_idle: mark A',
    'kswapd: age B',
  ];
  const linesOf = (...more: string[]): string[] => {
    const scope = 'pages=2 cpus=2 devices=2 observers=reclaim,idle granularity=fine';
    const steps = [...more, ...ACTIONS].map((text, i) => `(${i + 1}) ${text}`).join('\n');
    const setup = `{\n  scope ${scope} events=fork,collapse\n}\n`;
    return columns(replay(parseTrace(`${setup}${steps}\nends\n`, 'x'))).split('\n');
  };

  it('have one blank between them where two do not fit', () => {
    const [names, , ...rows] = linesOf();
    expect(names).toBe('    user  cpu0  kswapd page_idle khugepaged iommu dev0  dev1');
    expect(rows[1]).toBe(`(2) ${'request-read A'.padStart(66)}`);
  });

  it('have a text begin before its column where it would not fit', () => {
    const [names, , ...rows] = linesOf('cpu1: read A', 'cpu1: read B');
    expect(names).toBe('     user cpu0 cpu1 kswapd page_idle khugepaged iommu dev0 dev1');
    expect(rows[3]).toBe(`(4) ${'request-read A'.padStart(68)}`);
  });
});
