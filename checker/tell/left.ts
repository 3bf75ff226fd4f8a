/** Explains which caches still hold a page when the kernel is done with it. */
import { TRANSLATED } from '../../model/state.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';
import { list } from './telling.ts';

/** Says who can still use the page, as a note and as a sentence. */
export function leftCached({ after, event, parts, p }: Moment): {
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
  const has = (entries: readonly { present: number }[]) => entries.some(({ present }) => present);
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
  const note = link.some(({ request }) => request === TRANSLATED)
    ? `${anAnswer} is still ${inFlight}`
    : link.some(({ posted }) => posted)
      ? 'a write is still in flight'
      : 'nothing is left cached';
  return { note, sentence: note };
}
