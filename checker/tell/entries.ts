/** The entries that the lanes hold: PTEs with their young bits, and every cached translation. */
import { hasDirty, hasReadOnly } from '../../model/play.ts';
import { OLD, OLD_REVOKED, REVOKED, STALE } from '../../model/state.ts';
import type { Parts } from '../../model/system.ts';
import type { EntrySnapshot, PageSnapshot, Snapshot } from '../trace/snapshot.ts';
import type { LaneId } from './arrow.ts';
import { atc, cpu } from './arrow.ts';

/**
 * How an entry looks. A page-table entry is young or old. A cached entry is `cached` while it may
 * be used. `unseen`: it is cached while the young bit is clear, so that no look sees its use.
 * `revoked`: the page was write-protected since. `stale`: the frame was freed since.
 * `old-frame`: the page has lost the frame since, which is not freed yet; `old-frame-revoked`: and
 * it had been write-protected before.
 */
export type Appearance =
  | 'young'
  | 'old'
  | 'cached'
  | 'unseen'
  | 'revoked'
  | 'stale'
  | 'old-frame'
  | 'old-frame-revoked';

export interface LaneEntry {
  readonly lane: LaneId;
  readonly page: number;
  readonly look: Appearance;
  /** What else is shown of the entry. */
  readonly words: readonly string[];
}

function tableEntry({ index, pte, flags }: PageSnapshot, parts: Parts): LaneEntry {
  return {
    lane: 'table',
    page: index,
    look: pte.young ? 'young' : 'old',
    words: [
      ...(hasDirty(parts) && pte.dirty ? ['dirty'] : []),
      ...(hasReadOnly(parts) && !pte.writable ? ['ro'] : []),
      ...(flags.PG_idle ? ['PG_idle'] : []),
      ...(flags.PG_young ? ['PG_young'] : []),
    ],
  };
}

/** The young bits are clear, though a cached entry may still be used without a walk. */
const isUnseen = ({ pte, spte }: PageSnapshot): boolean =>
  pte.present === 1 && !pte.young && !(spte.present && spte.young);

/** What became of the frame of an entry, or of its permission. A live entry has no look of it. */
const BY_HEALTH: Readonly<Record<number, Appearance>> = {
  [REVOKED]: 'revoked',
  [STALE]: 'stale',
  [OLD]: 'old-frame',
  [OLD_REVOKED]: 'old-frame-revoked',
};

function cachedEntry(
  lane: LaneId,
  page: PageSnapshot,
  entry: EntrySnapshot,
  parts: Parts,
): LaneEntry {
  const words = parts.scope.events.includes('write') ? [entry.write ? 'rw' : 'ro'] : [];
  const look = BY_HEALTH[entry.health] ?? (isUnseen(page) ? 'unseen' : 'cached');
  return { lane, page: page.index, look, words };
}

/** The entry of KVM's own page table, the spte. */
function shadowEntry(page: PageSnapshot, parts: Parts): LaneEntry {
  const entry = cachedEntry('iommu', page, page.spte, parts);
  if (page.spte.health in BY_HEALTH) return entry;
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

/** Whether two appearances look the same except for what the page table says. */
export const looksAlike = (one: Appearance, other: Appearance): boolean => {
  const own = (look: Appearance) => (look === 'unseen' ? 'cached' : look);
  return own(one) === own(other);
};
