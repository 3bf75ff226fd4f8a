/**
 * Explains the events of a device and of the IOMMU that answers it. With KVM the device is a vCPU.
 */
import { hasAtc } from '../../model/play.ts';
import { TRANSLATED } from '../../model/state.ts';
import { deviceWords } from '../trace/device-words.ts';
import { accesses, deviceOf, isShadow, prefixed, untouched, wantsTo } from './access.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import type { Telling, TellingsOf } from './telling.ts';
import { translationSaid } from './translation.ts';

/** Explains why the device's cache cannot serve the access. */
function lackOf({ did, parts }: Moment): string {
  const { cache } = deviceWords(parts);
  return notesOf(did, 'miss').some((miss) => miss.cache === 'atc' && miss.denied)
    ? `its ${cache} entry does not permit writes`
    : `its ${cache} has no entry`;
}

const hitsAtc = ({ did }: Moment): boolean =>
  notesOf(did, 'hit').some(({ cache }) => cache === 'atc');

/** Explains an access by DMA that is one event. */
const access =
  (isWrite: boolean): Telling =>
  (m) => {
    const words = deviceWords(m.parts);
    const dev = deviceOf(m);
    if (hitsAtc(m)) {
      const { note, clause } = untouched(m);
      const through = `through its ${words.cache}: ${words.nobody}${clause}`;
      return {
        note: `${words.inNotes} hit; ${note}`,
        sentences: [`${dev} ${accesses(m, isWrite)} ${through}`],
      };
    }
    const { note, sentences } = translationSaid(m);
    if (!hasAtc(m.parts)) {
      const [first, ...others] = sentences;
      return { note, sentences: [`${dev} ${accesses(m, isWrite)}: ${first}`, ...others] };
    }
    const wants = `${dev} ${wantsTo(m, isWrite)}`;
    const fills = notesOf(m.did, 'fill').some(({ cache }) => cache === 'atc');
    return {
      note: prefixed(`${words.inNotes} miss`, note),
      sentences: [
        isShadow(m) ? `${wants}, but ${lackOf(m)}` : `${wants} and ${words.asks}`,
        ...sentences,
        ...(fills ? [`the ${words.inSentences} caches the translation`] : []),
      ],
    };
  };

const request =
  (isWrite: boolean): Telling =>
  (m) => {
    const { asksNote, asks } = deviceWords(m.parts);
    const wants = `${deviceOf(m)} ${wantsTo(m, isWrite)}`;
    if (!hasAtc(m.parts)) return { note: asksNote, sentences: [`${wants} and ${asks}`] };
    const so = isShadow(m) ? `so ${asks}` : `so it ${asks}`;
    return { note: asksNote, sentences: [`${wants}; ${lackOf(m)}, ${so}`] };
  };

/** Explains the arrival of the completion, with which the access happens. */
const complete: Telling = (m) => {
  const { was, event, p, parts } = m;
  const { cache, arrives, arrived, invalidation, anInvalidation } = deviceWords(parts);
  const link = was.link[event.unit];
  const dev = `dev${event.unit}`;
  if (!hasAtc(parts)) {
    const does = `${dev} ${accesses(m, link.isWrite === 1)}`;
    return { note: arrived, sentences: [arrives(dev), does] };
  }
  const pending = link.invalidation ? `, although ${anInvalidation} of it is pending` : '';
  return {
    note: link.invalidation ? `cached, ${invalidation} pending` : arrived,
    sentences: [
      `${arrives(dev)}: its ${cache} caches ${p}${pending}`,
      `${dev} ${accesses(m, link.isWrite === 1)}`,
    ],
  };
};

const handleInvalidation: Telling = (m) => {
  const { did, is, event, p, parts } = m;
  const { cache, answer, inFlight, invalidation, asksAgain } = deviceWords(parts);
  const dev = `dev${event.unit}`;
  const had = notesOf(did, 'invalidation').some(({ found }) => found);
  const what = had ? `drops its ${cache} entry of ${p}` : `has no ${cache} entry of ${p}`;
  const entry = had ? `the ${cache} entry goes` : `no ${cache} entry`;
  const handled = `${deviceOf(m)} ${what} and completes the ${invalidation}`;
  if (notesOf(did, 'overtaken').length > 0) {
    const again = `the ${answer} ${inFlight} was overtaken, so ${dev} ${asksAgain}`;
    return { note: `the ${answer} ${inFlight} is dropped`, sentences: [handled, again] };
  }
  const keeps = is.link[event.unit].request === TRANSLATED;
  const kept = `${dev} keeps the ${answer} that is still ${inFlight}`;
  return { note: entry, sentences: [handled, ...(keeps ? [kept] : [])] };
};

export const tellDevice: TellingsOf<'dev'> = {
  read: access(false),
  write: access(true),
  'request-read': request(false),
  'request-write': request(true),
  complete,
  'handle-invalidation': handleInvalidation,
  'post-write': (m) => ({
    note: 'posted, has not landed',
    sentences: [
      `${deviceOf(m)} posts a write to ${m.p} through its ${deviceWords(m.parts).cache} entry`,
      'the write has not landed',
    ],
  }),
  'land-write': ({ event, p }) => ({
    note: 'this is the access',
    sentences: [
      `the posted write of dev${event.unit} to ${p} lands, with the translation it left with`,
    ],
  }),
  evict: ({ event, p, parts }) => ({
    note: 'want of room',
    sentences: [
      `dev${event.unit}'s ${deviceWords(parts).cache} drops its entry of ${p} for want of room`,
    ],
  }),
};

/** Explains the IOMMU's answer, or the end of a vCPU's walk. */
export const tellIommu: TellingsOf<'iommu'> = {
  translate(m) {
    const dev = `dev${m.event.unit}`;
    const { note, sentences } = translationSaid(m);
    const sent = notesOf(m.did, 'completion').length > 0;
    const end = sent ? deviceWords(m.parts).underWay(dev) : `the query of ${dev} stays unanswered`;
    return { note, sentences: [...sentences, end] };
  },
  'handle-invalidation'({ did, p }) {
    const found = notesOf(did, 'command').some((command) => command.found);
    const does = found ? `drops the IOTLB entry of ${p}` : `finds no IOTLB entry of ${p}`;
    return {
      note: found ? 'the IOTLB entry goes' : 'there is no IOTLB entry',
      sentences: [`the IOMMU handles the invalidation in its queue, and ${does}`],
    };
  },
  evict: ({ p }) => ({
    note: 'want of room',
    sentences: [`the IOTLB drops its entry of ${p} for want of room`],
  }),
};
