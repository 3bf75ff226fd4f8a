/** The first and the last arrow of each operation: its change of the page table, and its end. */
import type { DidOf } from '../../model/did.ts';
import type { OperationName } from '../../model/events.ts';
import { answersOf } from '../../model/events.ts';
import type { Arrow, ArrowKind, LaneId } from './arrow.ts';
import { alone, atc, cpu } from './arrow.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';

/** Every lane that may hold an entry of the page. */
export function cachesOf({ was }: Moment): LaneId[] {
  return ['table', 'iommu', ...was.atc.map((_, i) => atc(i)), ...was.tlb.map((_, i) => cpu(i))];
}

interface OperationArrows {
  readonly kind: ArrowKind;
  readonly label: (m: Moment, begin: DidOf<'pte'>) => string;
  /** Absent if the end changes nothing that is drawn. */
  readonly end?: {
    readonly kind: ArrowKind;
    readonly label: (m: Moment) => string;
    /** The end changes the PTE, so that it is drawn to the table. */
    readonly writes?: boolean;
  };
}

const aging: Pick<OperationArrows, 'kind' | 'label'> = {
  kind: 'look',
  label: (_m, { young }) => (young ? 'clears young' : 'not young'),
};
const reports: OperationArrows['end'] = {
  kind: 'report',
  label: ({ event, shown, parts }) => `== ${answersOf(event, parts.scope)![shown.answer!]}`,
};
const done: OperationArrows['end'] = { kind: 'end', label: () => 'done' };
const frees: OperationArrows['end'] = { kind: 'free', label: () => 'frees' };

/** The huge page that khugepaged maps is young and dirty. */
function collapses({ was, is }: Moment): string {
  const bits = (['young', 'dirty'] as const).filter((bit) => is.pte[bit] > was.pte[bit]);
  return `collapse${bits.length === 0 ? '' : `, sets ${bits.join(' and ')}`}`;
}

/** A rewrite takes the PTE away, or reads it. */
const rewrites = ({ is }: Moment): string => (is.pte.present ? 'reads the PTE' : 'takes the PTE');

/** The arrows by the name of the operation in the model. An operation without does not compile. */
export const OPERATION_ARROWS: Readonly<Record<OperationName, OperationArrows>> = {
  age: { ...aging, end: reports },
  check: { ...aging, end: reports },
  mark: { ...aging, end: { kind: 'end', label: () => 'marks idle' } },
  walk: { ...aging, end: done },
  unmap: { kind: 'unmap', label: () => 'unmap', end: frees },
  pageout: { kind: 'unmap', label: () => 'pageout', end: frees },
  'write-protect': { kind: 'write-protect', label: () => 'write-protect', end: done },
  'clear-refs': aging,
  cold: aging,
  fork: { kind: 'write-protect', label: () => 'fork', end: done },
  collapse: { kind: 'unmap', label: collapses, end: frees },
  migrate: {
    kind: 'unmap',
    label: () => 'migrate',
    end: { kind: 'free', label: () => 'remaps', writes: true },
  },
  cow: { kind: 'unmap', label: () => 'copy on write', end: frees },
  rewrite: {
    kind: 'look',
    label: rewrites,
    end: { kind: 'end', label: () => 'writes back', writes: true },
  },
};

/** An arrow from who acts to the page table, whose entry it changes. */
export const toTable = (
  { event }: Moment,
  kind: ArrowKind,
  label: string,
  place: Pick<Arrow, 'page' | 'upTo'>,
  changes: readonly LaneId[] = ['table'],
): Arrow => ({
  kind,
  from: event.actor as LaneId,
  to: 'table',
  label,
  ...place,
  changes,
});

export function beginArrow(m: Moment, begin: DidOf<'pte'>): Arrow[] {
  const { kind, label } = OPERATION_ARROWS[begin.operation as OperationName];
  const { page } = begin;
  const { to: upTo } = m.event;
  // Where the page loses its frame, what is still cached is of the old one from here on.
  const changes = kind === 'unmap' ? cachesOf(m) : undefined;
  const place = upTo > page ? { page, upTo } : { page };
  return [toTable(m, kind, label(m, begin), place, changes)];
}

/**
 * An operation ends without its change of the page table: its page has gone, or the look inside an
 * unmap has found a reference.
 */
const givesUp = (m: Moment, operation: string): boolean =>
  !notesOf(m.operation, 'pte').some(
    (begun) => (begun.operation === 'age') === (operation === 'age'),
  );

export function endArrow(m: Moment, { operation, page }: DidOf<'end'>): Arrow[] {
  const { end } = OPERATION_ARROWS[operation as OperationName];
  if (end === undefined) return [];
  if (givesUp(m, operation)) return [alone('end', m.event.actor as LaneId, 'gives up', page)];
  const changes = end.kind === 'report' ? (['table'] as const) : cachesOf(m);
  if (end.writes === true) return [toTable(m, end.kind, end.label(m), { page }, changes)];
  return [alone(end.kind, m.event.actor as LaneId, end.label(m), page, changes)];
}
