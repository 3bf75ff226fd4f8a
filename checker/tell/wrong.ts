/** Says what is wrong about a step that violates a property. */
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';
import type { Told } from './telling.ts';

/** What is wrong, by property, from the gravest to the least. */
const WRONG: Readonly<Record<string, (m: Moment) => Told>> = {
  'no-stale-access': ({ p }) => ({
    note: 'wrong: the frame was freed',
    sentences: [`That is wrong: the frame of ${p} was freed, and may be somebody else's`],
  }),
  'no-write-after-write-protect': ({ p }) => ({
    note: 'wrong: write-protected before',
    sentences: [`That is wrong: ${p} was write-protected before`],
  }),
  'no-split-view': ({ p }) => ({
    note: 'wrong: this is the old frame',
    sentences: [`That is wrong: ${p} has another frame, which somebody has used already`],
  }),
  'no-lost-write': ({ p }) => ({
    note: 'wrong: copied before',
    sentences: [`That is wrong: ${p} was copied before, so that this write is lost`],
  }),
  'no-eviction-in-use': (m) => ({
    note: `wrong: ${device(m)} uses the page`,
    sentences: [`That is wrong: ${device(m)} uses ${m.p}, which reclaim has missed`],
  }),
  'fault-makes-progress': () => ({
    note: 'wrong: the retry faults again',
    sentences: ['That is wrong: the retry finds the same entry and faults again, without end'],
  }),
  'no-repeated-miss': (m) => ({
    note: `wrong again: ${device(m)} used the page`,
    sentences: [
      `That is wrong, and not for the first time: ` +
        `${device(m)} has used ${m.p} since the last look`,
    ],
  }),
  'no-missed-device-reference': (m) => ({
    note: `wrong: ${device(m)} used the page`,
    sentences: [`That is wrong: ${device(m)} has used ${m.p} since the last look`],
  }),
  'no-missed-cpu-reference': (m) => ({
    note: `wrong: ${cpu(m)} used the page`,
    sentences: [`That is wrong: ${cpu(m)} has used ${m.p} since the last look`],
  }),
  'no-false-reference': ({ p }) => ({
    note: 'wrong: nobody used the page',
    sentences: [`That is wrong: nobody can have used ${p} since the last look`],
  }),
  'no-spurious-invalidation': ({ p, parts }) => ({
    note: 'spurious: nothing was young',
    sentences: [`${deviceWords(parts).theFlush} is spurious: no young bit of ${p} called for it`],
  }),
};

const device = ({ parts }: Moment): string =>
  parts.scope.devices === 1 ? 'dev0' : deviceWords(parts).aDevice;
const cpu = ({ parts }: Moment): string => (parts.scope.cpus === 1 ? 'cpu0' : 'a CPU');

/**
 * Says what is wrong about a step, if it violates anything. The property of the trace comes first,
 * then the gravest.
 */
export function wrong(m: Moment): Told | undefined {
  const { violated, verdict } = m;
  const blamed = violated.filter((property) => property === verdict);
  const names = (blamed.length > 0 ? blamed : violated).map(({ name }) => name.replace(/\(.*/, ''));
  return Object.entries(WRONG).find(([name]) => names.includes(name))?.[1](m);
}
