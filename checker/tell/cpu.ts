/** Explains the events of a CPU. */
import { accesses, prefixed, untouched } from './access.ts';
import { notesOf } from './moment.ts';
import type { Telling, TellingsOf } from './telling.ts';
import { walkSaid } from './walk.ts';

/** A load or store. */
const access =
  (isWrite: boolean): Telling =>
  (m) => {
    const cpu = `cpu${m.event.unit}`;
    const [walk] = notesOf(m.did, 'walk');
    if (walk === undefined) {
      const { note, clause } = untouched(m);
      const sentence = `${cpu} ${accesses(m, isWrite)} through its TLB: nobody walks${clause}`;
      return { note: `TLB hit; ${note}`, sentences: [sentence] };
    }
    const { note, sentences } = walkSaid(m, walk);
    const [first, ...others] = sentences;
    return {
      note: prefixed('TLB miss', note),
      sentences: [`${cpu} ${accesses(m, isWrite)}: ${first}`, ...others],
    };
  };

export const tellCpu: TellingsOf<'cpu'> = {
  read: access(false),
  write: access(true),
  evict: ({ event, p }) => ({
    note: 'want of room',
    sentences: [`cpu${event.unit}'s TLB drops its entry of ${p} for want of room`],
  }),
};
