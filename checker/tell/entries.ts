/** What the lanes hold: PTEs with their young bits, and everything that caches them. */
import { hasReadOnly } from '../../model/play.ts';
import { REVOKED, STALE } from '../../model/state.ts';
import type { Parts } from '../../model/system.ts';
import type { EntrySnapshot, PageSnapshot, Snapshot } from '../trace/snapshot.ts';
import type { LaneId } from './arrow.ts';
import { atc, cpu } from './arrow.ts';

/**
 * How an entry looks. A page-table entry is young or old. A cached entry may still be used, or not.
 * `unseen`: the young bit is clear while the entry is cached, so that no use of it is seen.
 */
export type Appearance = 'young' | 'old' | 'cached' | 'unseen' | 'revoked' | 'stale';

export interface LaneEntry {
  readonly lane: LaneId;
  readonly page: number;
  readonly look: Appearance;
  /** What else there is to say of it. */
  readonly words: readonly string[];
}

function tableEntry({ index, pte, flags }: PageSnapshot, parts: Parts): LaneEntry {
  return {
    lane: 'table',
    page: index,
    look: pte.young ? 'young' : 'old',
    words: [
      ...(parts.scope.events.includes('write') && pte.dirty ? ['dirty'] : []),
      ...(hasReadOnly(parts) && !pte.writable ? ['ro'] : []),
      ...(flags.PG_idle ? ['PG_idle'] : []),
      ...(flags.PG_young ? ['PG_young'] : []),
    ],
  };
}

/** No walk would find the page young, though somebody can use it without one. */
const isUnseen = ({ pte, spte }: PageSnapshot): boolean =>
  pte.present === 1 && !pte.young && !(spte.present && spte.young);

function cachedEntry(
  lane: LaneId,
  page: PageSnapshot,
  entry: EntrySnapshot,
  parts: Parts,
): LaneEntry {
  const { health } = entry;
  const words = parts.scope.events.includes('write') ? [entry.write ? 'rw' : 'ro'] : [];
  const look =
    health === STALE
      ? 'stale'
      : health === REVOKED
        ? 'revoked'
        : isUnseen(page)
          ? 'unseen'
          : 'cached';
  return { lane, page: page.index, look, words };
}

/** KVM's own page table. */
function shadowEntry(page: PageSnapshot, parts: Parts): LaneEntry {
  const entry = cachedEntry('iommu', page, page.spte, parts);
  if (entry.look === 'stale' || entry.look === 'revoked') return entry;
  return { ...entry, look: page.spte.young ? 'young' : 'old' };
}

/** The entries of a state, in the order of pages. */
export const entriesOf = (state: Snapshot, parts: Parts): LaneEntry[] =>
  state.pages.flatMap((page) => [
    ...(page.pte.present ? [tableEntry(page, parts)] : []),
    ...(page.iotlb.present ? [cachedEntry('iommu', page, page.iotlb, parts)] : []),
    ...(page.spte.present ? [shadowEntry(page, parts)] : []),
    ...page.atc.flatMap((e, i) => (e.present ? [cachedEntry(atc(i), page, e, parts)] : [])),
    ...page.tlb.flatMap((e, i) => (e.present ? [cachedEntry(cpu(i), page, e, parts)] : [])),
  ]);

/** Whether two looks differ by more than what the page table says. */
export const looksAlike = (one: Appearance, other: Appearance): boolean => {
  const own = (look: Appearance) => (look === 'unseen' ? 'cached' : look);
  return own(one) === own(other);
};
