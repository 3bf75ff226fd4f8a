/** What an access of a CPU or a device sets in motion. */
import type { Did } from '../../model/did.ts';
import { TRANSLATED } from '../../model/state.ts';
import { hasAtc } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';
import type { Arrow, LaneId } from './arrow.ts';
import { alone, atc, cpu, dev } from './arrow.ts';

/** What a walk leaves in the PTE that was not there. */
function sets({ was }: Moment, isWrite: boolean): string {
  const bits = [
    ...(was.pte.young ? [] : ['young']),
    ...(isWrite && !was.pte.dirty ? ['dirty'] : []),
  ];
  return bits.length === 0 ? 'is young' : `sets ${bits.join(', ')}`;
}

/** Who walks, and for a device: a fault is a page request then. */
function walk(m: Moment, from: LaneId, isWrite: boolean): Arrow[] {
  const { was, event, parts } = m;
  const changes: LaneId[] = from === 'iommu' ? ['table'] : ['table', from];
  const arrow = (kind: 'walk' | 'fault', what: string): Arrow => ({
    kind,
    from,
    to: 'table',
    label: `${what}, ${sets(m, isWrite)}`,
    page: event.page,
    changes,
  });
  const shared = from === 'iommu' && parts.driver.secondary === 'shared';
  const isPri = shared && hasAtc(parts);
  if (!was.pte.present) return [arrow('fault', isPri ? 'page request' : 'page fault')];
  if (isWrite && !was.pte.writable) {
    return [arrow('fault', isPri ? 'page request' : 'write fault'), ...upgrade(m, isWrite)];
  }
  const accessed = was.pte.young && (!isWrite || was.pte.dirty);
  const byFault = shared && parts.hardware.accessFlag === 'fault' && !accessed;
  const byKvm = from === 'iommu' && !shared;
  const walked = byKvm
    ? arrow('fault', 'KVM fault')
    : byFault
      ? arrow('fault', 'access fault')
      : arrow('walk', 'walk');
  return [walked, ...upgrade(m, isWrite)];
}

/** What the fault handler flushes inside the same event, and a copy on write. */
function upgrade(m: Moment, isWrite: boolean): Arrow[] {
  const copies = m.was.pte.cow && isWrite;
  const end = copies ? [alone('free', 'table', 'copies', m.event.page, cachesOf(m))] : [];
  return [...doneAtOnce(m), ...end];
}

/** Every lane that may hold an entry of a page. */
export function cachesOf({ was }: Moment): LaneId[] {
  return ['table', 'iommu', ...was.atc.map((_, i) => atc(i)), ...was.tlb.map((_, i) => cpu(i))];
}

/** What was flushed inside the event, as it was done. */
export const doneAtOnce = (m: Moment): Arrow[] =>
  m.did.filter(({ atOnce }) => atOnce).flatMap((did) => flushOf(m, did));

function flushOf(m: Moment, { step, page }: Did): Arrow[] {
  const { was, parts } = m;
  const flush = (to: LaneId, label: string): Arrow => ({
    kind: 'flush',
    from: 'table',
    to,
    label,
    page,
    changes: [to],
  });
  switch (step) {
    case 'flush-tlb':
      return was.tlb.map((_, unit) => flush(cpu(unit), 'flush TLB'));
    case 'flush-iotlb':
      return [flush('iommu', 'flush IOTLB')];
    case 'post-invalidation':
      return was.atc.flatMap((_, unit) => [
        {
          ...flush(atc(unit), deviceWords(parts).labels.invalidation),
          kind: 'invalidation' as const,
        },
        ...overtaken(m, unit),
      ]);
    case 'await-invalidation':
      return [];
    case 'harvest':
    case 'zap':
      return [flush('iommu', step)];
  }
}

/** The IOMMU, or KVM's MMU, finds the translation. */
function translation(m: Moment, isWrite: boolean): Arrow[] {
  const { was, parts, event, shown } = m;
  const { page } = event;
  if (parts.driver.secondary === 'shadow') {
    const { spte } = was;
    if (!spte.present || (isWrite && !spte.write)) return walk(m, 'iommu', isWrite);
    return [
      alone('hit', 'iommu', spte.young ? 'spte hit' : 'spte hit, sets young', page, ['iommu']),
    ];
  }
  const { iotlb } = was;
  if (iotlb.present && (!isWrite || iotlb.write)) return [alone('hit', 'iommu', 'IOTLB hit', page)];
  if (!iotlb.present || parts.hardware.rewalksOnPermissionFault) return walk(m, 'iommu', isWrite);
  const fault = (label: string, ...more: LaneId[]): Arrow => ({
    kind: 'fault',
    from: 'iommu',
    to: 'table',
    label,
    page,
    changes: ['table', ...more],
  });
  const denied = [fault(`write fault, ${sets(m, true)}`), ...upgrade(m, isWrite)];
  if (shown.stuck) return [...denied, fault('faults again', 'iommu')];
  const retry: Arrow = { ...fault('walk', 'iommu'), kind: 'walk' };
  return [...denied, retry];
}

export function cpuAccess(m: Moment, isWrite: boolean): Arrow[] {
  const { was, event } = m;
  const lane = cpu(event.unit);
  const tlb = was.tlb[event.unit];
  const hit = tlb.present && (!isWrite || (tlb.write && tlb.dirty));
  return hit ? [alone('hit', lane, 'TLB hit', event.page)] : walk(m, lane, isWrite);
}

const request = (
  { event, parts }: Moment,
  unit = event.unit,
  label: 'request' | 'again' = 'request',
): Arrow => ({
  kind: 'request',
  from: dev(unit),
  to: 'iommu',
  label: deviceWords(parts).labels[label],
  page: event.page,
  changes: [],
});

const completion = (m: Moment, unit = m.event.unit): Arrow => ({
  kind: 'completion',
  from: 'iommu',
  to: hasAtc(m.parts) ? atc(unit) : dev(unit),
  label: deviceWords(m.parts).labels.completion,
  page: m.event.page,
  changes: ['iommu'],
});

const atcHit = ({ event, parts }: Moment): Arrow => ({
  kind: 'hit',
  from: dev(event.unit),
  to: atc(event.unit),
  label: deviceWords(parts).labels.hit,
  page: event.page,
  changes: [],
});

/** A device's DMA, where it is one event. */
export function deviceAccess(m: Moment, isWrite: boolean): Arrow[] {
  const { was, event, shown } = m;
  const entry = was.atc[event.unit];
  if (entry.present && (!isWrite || entry.write)) return [atcHit(m)];
  const answer = completion(m);
  return [
    request(m),
    ...translation(m, isWrite),
    ...(shown.stuck ? [] : [{ ...answer, changes: [...answer.changes, answer.to] }]),
  ];
}

export const deviceRequest = (m: Moment): Arrow[] => [request(m)];

/** The answer is on its way; where it arrives is not known yet. */
export function iommuTranslate(m: Moment): Arrow[] {
  const isWrite = m.was.link[m.event.unit].isWrite === 1;
  const answer: Arrow = { ...completion(m), arrives: 'never' };
  return [...translation(m, isWrite), ...(m.shown.stuck ? [] : [answer])];
}

export const deviceComplete = (m: Moment): Arrow[] => [
  { ...completion(m), changes: [atc(m.event.unit)], sent: 0 },
];

/** An answer in flight that an invalidation has overtaken: the device asks again. */
function overtaken(m: Moment, unit: number): Arrow[] {
  const { was, is } = m;
  const dropped = was.link[unit].request === TRANSLATED && is.link[unit].request !== TRANSLATED;
  if (!dropped) return [];
  return [
    { ...completion(m, unit), label: 'dropped', changes: [], sent: 0, lost: true },
    request(m, unit, 'again'),
  ];
}

/** The entry goes, and with it an answer that was overtaken. Who had asked is not known here. */
export function handleInvalidation(m: Moment): Arrow[] {
  const { unit, page } = m.event;
  const lane = atc(unit);
  const { labels } = deviceWords(m.parts);
  const between = { page, changes: [], from: lane, to: lane };
  return [
    { ...between, kind: 'invalidation', label: labels.invalidation, changes: [lane], sent: 0 },
    ...overtaken(m, unit),
    { ...between, kind: 'invalidation-completion', label: labels.invalidated },
  ];
}

export const postWrite = (m: Moment): Arrow[] => [
  atcHit(m),
  {
    kind: 'posted-write',
    from: dev(m.event.unit),
    to: 'memory',
    label: 'posted write',
    page: m.event.page,
    changes: [],
    arrives: 'never',
  },
];

export const landWrite = (m: Moment): Arrow[] => [
  {
    kind: 'posted-write',
    from: dev(m.event.unit),
    to: 'memory',
    label: 'lands',
    page: m.event.page,
    changes: [],
    sent: 0,
  },
];
