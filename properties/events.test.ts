/**
 * What single events do that the logs of real kernels brought in: a run, and what its last event
 * changes, ghosts and all.
 */
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../checker/trace/parse.ts';
import { replay } from '../checker/trace/replay.ts';
import { states } from '../checker/trace/states.ts';

/** `setup`: the lines of the setup block. The run, its last event with all that it changes. */
function lastOf(setup: string, events: string): string[] {
  const numbered = events.split(', ').map((event, i) => `(${i + 1}) ${event}`);
  const text = ['{', ...setup.split('; '), '}', ...numbered, 'ends'].join('\n');
  const last = states(replay(parseTrace(text, 'run')), { ghosts: true })
    .split(/^\(\d+\) /m)
    .at(-1)!;
  return last
    .split('\n\n')[0]
    .split('\n')
    .map((line) => line.trim());
}

const KVM = 'driver kvm';

describe('user: madvise-cold', () => {
  it('flushes what was young, and tells who shares the page table', () => {
    const run = 'cpu0: read A, dev0: read A, user: madvise-cold A';
    expect(lastOf('scope cpus=1 events=cold', run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: tlb[cpu0] {read} -> none',
      'A: iotlb {read} -> none',
      'A: atc[dev0] {read} -> none',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim cpuSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('leaves the caches alone where the PTE is old, and forgets all the same', () => {
    const run = 'dev0: read A, kswapd: folio_referenced A == 1, dev0: read A, user: madvise-cold A';
    expect(lastOf('scope events=cold', run)).toEqual([
      'user: madvise-cold A',
      'A: reclaim devSure 1 -> 0',
      'A: reclaim maybe 1 -> 0',
    ]);
  });

  it('does not tell KVM, whose spte still tells of the use', () => {
    const run = 'cpu0: read A, dev0: read A, user: madvise-cold A';
    expect(lastOf(`${KVM}; scope cpus=1 events=cold`, run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: tlb[cpu0] {read} -> none',
      'A: reclaim cpuSure 1 -> 0',
    ]);
  });

  it('clears PG_young, and drops an answer in flight', () => {
    const scope = 'scope observers=idle granularity=fine events=cold';
    const run = [
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'page_idle: mark A == 1',
      'page_idle: end A',
      'dev0: complete A',
      'dev0: evict A',
      'iommu: evict A',
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'user: madvise-cold A',
    ].join(', ');
    expect(lastOf(`${scope},evict`, run)).toEqual([
      'user: madvise-cold A',
      'A: pte young 1 -> 0',
      'A: iotlb {read} -> none',
      'A: request[dev0] translated(read) -> asked(read)',
      'A: PG_young 1 -> 0',
      'A: idle devSure 1 -> 0',
      'A: idle maybe 1 -> 0',
    ]);
  });
});
