/** Tests of the ghosts that note freed frames and withdrawn permissions. */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Shown } from '../model/shown.ts';
import { after } from './after.ts';

type Texts = Parameters<typeof parseSystem>[0];

/** The SHOWN flags of the last event of a run, decoded. */
const shownBy = (texts: Texts, run: string): Shown => after(parseSystem(texts), run).last!.shown;

const ATOMIC: Texts = {
  driver: 'none',
  scope: 'cpus=1 observers=reclaim events=unmap,protect,write,evict',
};
const FINE: Texts = {
  driver: 'none',
  scope: 'cpus=1 observers=reclaim granularity=fine events=unmap,protect,write',
};
const OLD_UNFLUSHED: Texts = {
  kernel: 'v4.20-arm64',
  driver: 'none',
  scope: 'cpus=1 observers=none events=protect,write,clear-refs',
};
const ASKED = 'dev0: request-write A, iommu: translate dev0 A';
const ASKED_READ = 'dev0: request-read A, iommu: translate dev0 A';
const UNMAPPED = 'kswapd: unmap A, kswapd: flush-tlb A, kswapd: free A';
const PROTECTED = 'kswapd: write-protect A, kswapd: flush-tlb A, kswapd: end A';

describe('an access through a cache', () => {
  it.each<[string, boolean, boolean, Texts, string]>([
    [
      'to a freed frame is stale',
      true,
      false,
      ATOMIC,
      'dev0: read A, kswapd: unmap A, dev0: read A',
    ],
    [
      'to a freed frame stays stale when the page is write-protected again',
      true,
      false,
      ATOMIC,
      'dev0: write A, kswapd: unmap A, cpu0: write A, kswapd: write-protect A, dev0: write A',
    ],
    ['by a completion is stale, too', true, false, FINE, `${ASKED}, ${UNMAPPED}, dev0: complete A`],
    [
      '... also if the next page was write-protected',
      true,
      false,
      FINE,
      `${ASKED}, ${UNMAPPED}, cpu0: write A, ${PROTECTED}, dev0: complete A`,
    ],
    [
      'with a permission that was withdrawn is revoked',
      false,
      true,
      ATOMIC,
      'dev0: write A, kswapd: write-protect A, dev0: write A',
    ],
    [
      '... but to read is fine',
      false,
      false,
      ATOMIC,
      'dev0: write A, kswapd: write-protect A, dev0: read A',
    ],
    ['... by a completion', false, true, FINE, `${ASKED}, ${PROTECTED}, dev0: complete A`],
    [
      '... by a completion to read is fine',
      false,
      false,
      FINE,
      `${ASKED_READ}, ${PROTECTED}, dev0: complete A`,
    ],
    [
      'of a CPU whose TLB was not flushed is revoked',
      false,
      true,
      { ...OLD_UNFLUSHED, scope: `${OLD_UNFLUSHED.scope} granularity=fine` },
      'cpu0: write A, user: clear-refs A, kswapd: write-protect A, kswapd: end A, cpu0: write A',
    ],
    [
      '... in atomic, too',
      false,
      true,
      OLD_UNFLUSHED,
      'cpu0: write A, user: clear-refs A, kswapd: write-protect A, cpu0: write A',
    ],
  ])('%s', (_, stale, isRevoked, texts, run) => {
    const { staleAccess, revokedWrite } = shownBy(texts, run);
    expect({ staleAccess, revokedWrite }).toEqual({ staleAccess: stale, revokedWrite: isRevoked });
  });
});

describe('an unmap of an old page before 5.10', () => {
  const arm64: Texts = { kernel: 'v4.20-arm64', scope: 'cpus=1 events=unmap' };
  const old = 'cpu0: read A, dev0: read A, kswapd: folio_referenced A';

  // ptep_clear_flush_young() has flushed the TLBs, so a CPU must access the page again.
  it('leaves the CPUs their entries, and no device', () => {
    const { kernel, ...rest } = arm64;
    const bare = { ...rest, kernel: `${kernel} age=pte` };
    const used = (run: string) => shownBy(bare, `${old}, kswapd: unmap A, ${run}`).staleAccess;
    expect(used('cpu0: read A')).toBe(true);
    expect(used('dev0: read A')).toBe(false);
  });
});

describe('whether its flushes have anything to reach', () => {
  const PROTECT = 'kswapd: write-protect A';
  const UNMAP = 'kswapd: unmap A';
  /** A run after which no cache has the page. */
  const UNCACHED = 'cpu0: write A, cpu0: evict A';
  /** Without an IOTLB only the completion in flight has the translation of a device. */
  const UNCACHING: Texts = {
    driver: 'none',
    hardware: 'ats iotlb=false',
    scope: 'cpus=1 observers=reclaim granularity=fine events=unmap,protect,write,evict',
  };

  it.each<[string, boolean, boolean, Texts, string]>([
    ['an unmap of an uncached page', false, false, ATOMIC, `${UNCACHED}, ${UNMAP}`],
    ['a write-protect of an uncached page', false, false, ATOMIC, `${UNCACHED}, ${PROTECT}`],
    ['an unmap of a page in an ATC', true, false, ATOMIC, `dev0: write A, ${UNMAP}`],
    ['a write-protect of a page in an ATC', false, true, ATOMIC, `dev0: write A, ${PROTECT}`],
    ['... that is there to read', false, false, ATOMIC, `dev0: read A, ${PROTECT}`],
    ['an unmap of a page in a TLB', true, false, ATOMIC, `cpu0: write A, ${UNMAP}`],
    ['a write-protect of a page in a TLB', false, true, ATOMIC, `cpu0: write A, ${PROTECT}`],
    ['an unmap of a page in a TLB, in steps', true, false, FINE, `cpu0: write A, ${UNMAP}`],
    ['a write-protect of one, in steps', false, true, FINE, `cpu0: write A, ${PROTECT}`],
    [
      'an unmap of a page that a device was told of',
      true,
      false,
      UNCACHING,
      `${ASKED_READ}, ${UNMAP}`,
    ],
    [
      'a write-protect of one it was told of to write',
      false,
      true,
      UNCACHING,
      `${ASKED}, ${PROTECT}`,
    ],
    ['... to read', false, false, UNCACHING, `${ASKED_READ}, ${PROTECT}`],
    [
      'a write-protect of one that a device has only asked for',
      false,
      false,
      UNCACHING,
      `cpu0: write A, cpu0: evict A, dev0: request-write A, ${PROTECT}`,
    ],
    [
      'an unmap of one that a device has only asked for',
      false,
      false,
      UNCACHING,
      `cpu0: write A, cpu0: evict A, dev0: request-write A, ${UNMAP}`,
    ],
  ])('%s: cached %s, with write %s', (_, cached, writable, texts, run) => {
    const { unmapsCached, protectsCached } = shownBy(texts, run);
    expect({ cached: unmapsCached, writable: protectsCached }).toEqual({ cached, writable });
  });
});

describe('an eviction', () => {
  const scope = 'granularity=fine events=unmap,lru,pageout';
  const READ = 'dev0: request-read A, iommu: translate dev0 A, dev0: complete A';
  const LOOK = 'kswapd: age A, kswapd: report A';
  const evicts = (run: string) => {
    const { evictsInUse } = shownBy({ kernel: 'pageout=takes', driver: 'none', scope }, run);
    return evictsInUse;
  };

  it('is judged when the PTE goes, by what the last look missed', () => {
    const missed = `${READ}, ${LOOK}, dev0: read A, ${LOOK}`;
    expect(evicts(`${missed}, kswapd: unmap A`)).toBe(true);
    expect(evicts(`${missed}, kswapd: unmap A, kswapd: free A`)).toBe(false);
    expect(evicts(`${READ}, ${LOOK}, ${LOOK}, kswapd: unmap A`)).toBe(false);
  });

  it('without a look is wrong if the page was used since the last look', () => {
    const used = `${READ}, ${LOOK}, ${LOOK}, dev0: read A`;
    expect(evicts(`${used}, kswapd: unmap A`)).toBe(false);
    expect(evicts(`${used}, kswapd: pageout A`)).toBe(true);
    expect(evicts(`${READ}, ${LOOK}, kswapd: pageout A`)).toBe(false);
  });
});
