/** What a kernel thread, or a user of clear_refs, sets in motion. */
import type { UserVerb } from '../../model/events.ts';
import type { Did } from '../../model/did.ts';
import type { OperationName } from '../../model/operations.ts';
import { hasAtc } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';
import { answersOf } from '../trace/trace.ts';
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import { cachesOf, doneAtOnce } from './access-arrows.ts';
import { alone, atc, cpu } from './arrow.ts';

const TAKES_AWAY: Partial<Record<OperationName, [ArrowKind, string]>> = {
  unmap: ['unmap', 'unmap'],
  pageout: ['unmap', 'pageout'],
  'write-protect': ['write-protect', 'write-protect'],
};

/** The page-table step that an operation begins with. */
function begins(m: Moment, thread: LaneId, name: OperationName): Arrow {
  const { was, event } = m;
  const [kind, label]: [ArrowKind, string] = TAKES_AWAY[name] ?? [
    'look',
    was.pte.young ? 'clears young' : 'not young',
  ];
  return { kind, from: thread, to: 'table', label, page: event.page, changes: ['table'] };
}

/** The last step: the report, the freeing, or just the end. */
function ends(m: Moment, thread: LaneId, name: OperationName): Arrow {
  const { event, shown, parts } = m;
  if (name === 'age' || name === 'check') {
    const label = `== ${answersOf(event, parts.scope)![shown.answer!]}`;
    return alone('report', thread, label, event.page, ['table']);
  }
  if (name === 'unmap' || name === 'pageout')
    return alone('free', thread, 'frees', event.page, cachesOf(m));
  const label = name === 'mark' ? 'marks idle' : 'done';
  return alone('end', thread, label, event.page, cachesOf(m));
}

function invalidations(m: Moment, thread: LaneId, page: number): Arrow[] {
  const atomic = m.parts.scope.granularity === 'atomic';
  const { labels } = deviceWords(m.parts);
  return m.was.atc.flatMap((_, unit) => {
    const lane = atc(unit);
    const sent: Arrow = {
      kind: 'invalidation',
      from: thread,
      to: lane,
      label: labels.invalidation,
      page,
      changes: atomic ? [lane] : [],
      ...(atomic ? {} : { arrives: 'never' as const }),
    };
    const done: Arrow = {
      kind: 'invalidation-completion',
      from: lane,
      to: thread,
      label: labels.invalidated,
      page,
      changes: [],
    };
    return atomic ? [sent, done] : [sent];
  });
}

/** One step between the first and the last, on one page. */
function takes(m: Moment, thread: LaneId, { step: verb, page, found }: Did): Arrow[] {
  const flush = (to: LaneId, label: string): Arrow => ({
    kind: 'flush',
    from: thread,
    to,
    label,
    page,
    changes: [to],
  });
  switch (verb) {
    case 'flush-tlb':
      return m.was.tlb.map((_, unit) => flush(cpu(unit), 'flush TLB'));
    case 'flush-iotlb':
      return [flush('iommu', 'flush IOTLB')];
    case 'zap':
      return [flush('iommu', 'zap')];
    case 'harvest': {
      const label = found ? 'clears young' : 'not young';
      return [{ ...flush('iommu', label), kind: 'look' }];
    }
    case 'post-invalidation':
      return invalidations(m, thread, page);
    default:
      return [];
  }
}

function atOnce(m: Moment, thread: LaneId, name: OperationName): Arrow[] {
  const steps = m.did.flatMap((did) => takes(m, thread, did));
  return [begins(m, thread, name), ...steps, ends(m, thread, name)];
}

/** An event of a kernel thread. */
export function threadEvent(m: Moment, thread: 'kswapd' | 'page_idle'): Arrow[] {
  const { event, before, operations, parts } = m;
  const { verb, page } = event;
  const atomic = parts.scope.granularity === 'atomic';
  switch (verb) {
    case 'folio_referenced':
      return atOnce(m, thread, 'age');
    case 'age':
      return [begins(m, thread, 'age')];
    case 'mark':
    case 'check':
    case 'walk':
    case 'unmap':
    case 'pageout':
    case 'write-protect':
      return atomic ? atOnce(m, thread, verb) : [begins(m, thread, verb)];
  }
  const step = operations.steps[before[thread].at];
  if (verb === step.operation.end) return [ends(m, thread, step.operation.name)];
  if (verb === 'await-invalidation') return [alone('await', thread, 'all done', page)];
  return m.did.flatMap((did) => takes(m, thread, did));
}

/** What a user, or khugepaged, does to the page table, and the flushes that follow. */
export function userEvent(m: Moment, verb: UserVerb | 'collapse'): Arrow[] {
  const { was, event } = m;
  const actor = event.actor as LaneId;
  const changed = (kind: ArrowKind, label: string): Arrow => ({
    kind,
    from: actor,
    to: 'table',
    label,
    page: event.page,
    changes: ['table'],
  });
  const flushes = doneAtOnce(m);
  const over = (kind: ArrowKind, label: string) =>
    alone(kind, actor, label, event.page, cachesOf(m));
  if (verb === 'fork') {
    return [changed('write-protect', 'fork'), ...flushes, over('end', 'done')];
  }
  if (verb === 'collapse') {
    const bits = (['young', 'dirty'] as const).filter((bit) => m.is.pte[bit] > was.pte[bit]);
    const sets = bits.length === 0 ? '' : `, sets ${bits.join(' and ')}`;
    return [changed('unmap', `collapse${sets}`), ...flushes, over('free', 'frees')];
  }
  const look = changed('look', was.pte.young ? 'clears young' : 'not young');
  return [look, ...flushes];
}

export const evict = ({ event, parts }: Moment): Arrow[] => {
  const { actor, unit, page } = event;
  const lane = actor === 'cpu' ? cpu(unit) : actor === 'dev' && hasAtc(parts) ? atc(unit) : 'iommu';
  return [alone('evict', lane, 'evicts', page, [lane])];
};
