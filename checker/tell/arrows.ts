/** The arrows of a step: one or more for everything that the model did in it. */
import type { Cache, Did, DidOf, FaultReason, Walk } from '../../model/did.ts';
import { kindOf } from '../../model/events.ts';
import { hasAtc } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Arrow, LaneId } from './arrow.ts';
import { alone, atc, cpu, dev } from './arrow.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { beginArrow, cachesOf, endArrow, toTable } from './operation-arrows.ts';
import { senderOf, stepArrows } from './steps.ts';

const LANES: Readonly<Record<Cache, (unit: number) => LaneId>> = {
  tlb: cpu,
  iotlb: () => 'iommu',
  spte: () => 'iommu',
  atc,
};

/** The labels of faults. A device with ATS asks for some of them by a page request. */
const FAULTS: Readonly<Record<FaultReason, string>> = {
  missing: 'page fault',
  swapped: 'page fault',
  'read-only': 'write fault',
  cow: 'write fault',
  accessed: 'access fault',
  entry: 'write fault',
};
const ASKED_BY_PRI: readonly FaultReason[] = ['missing', 'swapped', 'read-only', 'cow'];

function walkLabel({ parts }: Moment, { by, fault }: Walk): string {
  if (fault === undefined) return 'walk';
  if (by === 'secondary' && fault === 'entry')
    return deviceWords(parts).handler === 'KVM' ? 'KVM fault' : 'driver fault';
  const isPri = by === 'iommu' && hasAtc(parts) && ASKED_BY_PRI.includes(fault);
  return isPri ? 'page request' : FAULTS[fault];
}

function walk(m: Moment, did: Walk): Arrow[] {
  const { by, fault, sets, unit, page } = did;
  const from = by === 'cpu' ? cpu(unit) : 'iommu';
  const leaves = m.is.pte.young ? 'is young' : 'stays old';
  return [
    {
      kind: fault === undefined ? 'walk' : 'fault',
      from,
      to: 'table',
      label: `${walkLabel(m, did)}, ${sets.length === 0 ? leaves : `sets ${sets.join(', ')}`}`,
      page,
      changes: by === 'cpu' ? ['table', from] : ['table'],
    },
  ];
}

function hit(m: Moment, { cache, unit, page, sets }: DidOf<'hit'>): Arrow[] {
  const { entry } = deviceWords(m.parts);
  switch (cache) {
    case 'tlb':
      return [alone('hit', cpu(unit), 'TLB hit', page)];
    case 'iotlb':
      return [alone('hit', 'iommu', 'IOTLB hit', page)];
    case 'spte':
      return [
        alone('hit', 'iommu', `${entry} hit${sets.length > 0 ? ', sets young' : ''}`, page, [
          'iommu',
        ]),
      ];
    case 'atc': {
      const label = deviceWords(m.parts).labels.hit;
      return [{ kind: 'hit', from: dev(unit), to: atc(unit), label, page, changes: [] }];
    }
  }
}

/**
 * A walk or a completion fills a cache by its own arrow. After a flush the fill has an arrow of its
 * own.
 */
function fill({ did }: Moment, { cache, unit, page }: DidOf<'fill'>): Arrow[] {
  const flushed = notesOf(did, 'step').some(({ step }) => step === 'flush-tlb');
  if (cache !== 'tlb' || !flushed) return [];
  return [alone('walk', cpu(unit), 'fills TLB', page, [cpu(unit)])];
}

function request({ parts }: Moment, unit: number, page: number, label: 'request' | 'again'): Arrow {
  const text = deviceWords(parts).labels[label];
  return { kind: 'request', from: dev(unit), to: 'iommu', label: text, page, changes: [] };
}

const answer = ({ parts }: Moment, unit: number, page: number): Arrow => ({
  kind: 'completion',
  from: 'iommu',
  to: hasAtc(parts) ? atc(unit) : dev(unit),
  label: deviceWords(parts).labels.completion,
  page,
  changes: [],
});

/** Without an ATC it is the DMA itself that goes on from the IOMMU, and it goes to memory. */
const onward = ({ parts }: Moment, arrow: Arrow, unit: number): Arrow =>
  hasAtc(parts) ? arrow : { ...arrow, to: 'memory', unit };

function completion(m: Moment, { unit, page, leg }: DidOf<'completion'>): Arrow[] {
  const arrow = answer(m, unit, page);
  switch (leg) {
    case 'at-once':
      return [{ ...arrow, changes: ['iommu', arrow.to] }];
    case 'sent':
      return [{ ...onward(m, arrow, unit), changes: ['iommu'], arrives: 'never' }];
    case 'arrived':
      return [{ ...onward(m, arrow, unit), changes: [arrow.to], sent: 0 }];
  }
}

/** A completion that an invalidation has overtaken is dropped, and the device asks again. */
const overtaken = (m: Moment, { unit, page }: DidOf<'overtaken'>): Arrow[] => [
  { ...answer(m, unit, page), label: 'dropped', sent: 0, lost: true },
  request(m, unit, page, 'again'),
];

/** An invalidation reaches a device. If it was in flight, this step does not know its sender. */
function invalidation(m: Moment, { unit, page, leg }: DidOf<'invalidation'>): Arrow[] {
  const to = atc(unit);
  const label = deviceWords(m.parts).labels.invalidation;
  const arrow: Arrow = { kind: 'invalidation', from: to, to, label, page, changes: [to] };
  return leg === 'arrived' ? [{ ...arrow, sent: 0 }] : [{ ...arrow, from: senderOf(m) }];
}

/**
 * A thread waits for the invalidate completion. Inside an access nobody waits, and none is drawn.
 */
function invalidated(m: Moment, { unit, page }: DidOf<'invalidated'>): Arrow[] {
  const { thread } = kindOf(m.event);
  if (thread === undefined && m.event.verb !== 'handle-invalidation') return [];
  const from = atc(unit);
  const label = deviceWords(m.parts).labels.invalidated;
  const to = thread ?? from;
  return [{ kind: 'invalidation-completion', from, to, label, page, changes: [] }];
}

function postedWrite(_m: Moment, { unit, page, leg }: DidOf<'posted-write'>): Arrow[] {
  const landed = leg === 'arrived';
  return [
    {
      kind: 'posted-write',
      from: dev(unit),
      to: 'memory',
      label: landed ? 'lands' : 'posted write',
      page,
      changes: [],
      ...(landed ? { sent: 0 } : { arrives: 'never' as const }),
    },
  ];
}

/** A shadow secondary tells core mm of a use. It is drawn only where that changes anything. */
function markAccessed(_m: Moment, { page, clearsIdle, makes }: DidOf<'mark-accessed'>): Arrow[] {
  if (!clearsIdle && makes === 'nothing') return [];
  const [from, to] = ['iommu', 'table'] as const;
  return [{ kind: 'mark', from, to, label: 'marks accessed', page, changes: [to] }];
}

const none = (): Arrow[] => [];

/** How each kind of note is drawn. A new kind without an entry here does not compile. */
const DRAW: { readonly [W in Did['what']]: (m: Moment, did: DidOf<W>) => Arrow[] } = {
  hit,
  miss: none,
  walk,
  fill,
  evict: (_m, { cache, unit, page }) => {
    const lane = LANES[cache](unit);
    return [alone('evict', lane, 'evicts', page, [lane])];
  },
  request: (m, { unit, page }) => [request(m, unit, page, 'request')],
  completion,
  stuck: (_m, { page }) => [
    {
      kind: 'fault',
      from: 'iommu',
      to: 'table',
      label: 'faults again',
      page,
      changes: ['table', 'iommu'],
    },
  ],
  overtaken,
  invalidation,
  invalidated,
  command: (_m, { page }) => [
    {
      kind: 'invalidation',
      from: 'iommu',
      to: 'iommu',
      label: 'invalidate IOTLB',
      page,
      changes: ['iommu'],
      sent: 0,
    },
  ],
  retry: (_m, { page }) => [alone('request', 'iommu', 'retries', page)],
  set: (m, { page }) => [toTable(m, 'walk', 'maps the copy', { page }, cachesOf(m))],
  'posted-write': postedWrite,
  pte: beginArrow,
  step: stepArrows,
  return: none,
  end: endArrow,
  copy: (m, { page }) => [alone('free', 'table', 'copies', page, cachesOf(m))],
  'mark-accessed': markAccessed,
  decide: none,
};

/** Calls that find no PTE, and so do nothing but return: what they are in C. */
const FINDS_NO_PTE: Readonly<Record<string, string>> = {
  dontneed: 'MADV_DONTNEED',
  mprotect: 'mprotect',
};

/** What becomes of a frame that a page has lost, by a call that does not look for it. */
function callThatFindsNoPte(m: Moment): Arrow[] {
  const { actor, verb, page } = m.event;
  const call = FINDS_NO_PTE[verb];
  if (actor !== 'user' || call === undefined) return [];
  const label = `${call}, no PTE`;
  return [{ kind: 'look', from: 'user', to: 'table', label, page, changes: cachesOf(m) }];
}

/** The arrows of a step, in the order in which the model did what they show. */
export const arrowsOf = (m: Moment): Arrow[] => [
  ...m.did.flatMap((did) => (DRAW[did.what] as (m: Moment, did: Did) => Arrow[])(m, did)),
  ...callThatFindsNoPte(m),
];
