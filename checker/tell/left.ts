/** Explains which caches still hold a page when the kernel is done with it. */
import { STALE, TRANSLATED } from '../../model/state.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { EntrySnapshot, PageSnapshot } from '../trace/snapshot.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { list } from './telling.ts';

/** Operations whose end frees a frame. The page may have another one by then, which is cached. */
const FREE: readonly string[] = ['unmap', 'pageout', 'migrate', 'cow'];

/** A page that has got another frame may be cached with it when its old frame is freed. */
const isCached = (pages: readonly PageSnapshot[]): boolean =>
  pages.some(({ tlb, atc, iotlb, spte }) =>
    [...tlb, ...atc, iotlb, spte].some(({ present }) => present === 1),
  );

/** Says who can still use the page, or the frame that it has lost: as a note and as a sentence. */
export function leftCached({ after, did, event, parts, p }: Moment): {
  note: string;
  sentence: string;
} {
  // An operation can be of a run or a block of pages.
  const pages = after.pages.slice(event.page, event.to + 1);
  const link = pages.flatMap((page) => page.link);
  const [tlb, atc] = (['tlb', 'atc'] as const).map((cache) => pages.flatMap((page) => page[cache]));
  const [iotlb, spte] = (['iotlb', 'spte'] as const).map((cache) =>
    pages.map((page) => page[cache]),
  );
  const { inNotes, inSentences, anAnswer, inFlight, entry } = deviceWords(parts);
  const frees = notesOf(did, 'end').some(({ operation }) => FREE.includes(operation));
  const counts = (health: number) => !frees || health === STALE;
  const has = (entries: readonly EntrySnapshot[]) =>
    entries.some(({ present, health }) => present && counts(health));
  const kinds = [
    ...(has(tlb) ? [{ note: 'TLB', who: "a CPU's TLB" }] : []),
    ...(has(iotlb) ? [{ note: 'IOTLB', who: 'the IOTLB' }] : []),
    ...(has(atc) ? [{ note: inNotes, who: `the ${inSentences}` }] : []),
    ...(has(spte) ? [{ note: entry, who: `the ${entry}` }] : []),
  ];
  if (kinds.length > 0) {
    const who = list(kinds.map((kind) => kind.who));
    return {
      note: `still cached: ${kinds.map((kind) => kind.note).join(', ')}`,
      sentence: `${who} still ${kinds.length > 1 ? 'cache' : 'caches'} ${p}`,
    };
  }
  const note = link.some(({ request, health }) => request === TRANSLATED && counts(health))
    ? `${anAnswer} is still ${inFlight}`
    : link.some(({ posted, postedHealth }) => posted && counts(postedHealth))
      ? 'a write is still in flight'
      : isCached(pages)
        ? 'the old frame is cached nowhere'
        : 'nothing is left cached';
  return { note, sentence: note };
}
