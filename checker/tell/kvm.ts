/** Explains the fills of a shadow secondary that take two steps. */
import { deviceWords } from '../trace/device-words.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import type { TellingsOf } from './telling.ts';
import { walkSaid } from './walk.ts';

/** Whether an invalidation of the page is under way, which the fill must notice. */
const isOvertaken = ({ is, event }: Moment): boolean => is.link[event.unit].raced === 1;

export const tellKvm: TellingsOf<'kvm'> = {
  lookup(m) {
    const dev = `dev${m.event.unit}`;
    const { sentences } = walkSaid(m, notesOf(m.did, 'walk')[0]);
    const races = isOvertaken(m) ? ['an invalidation of it is under way, and the fill knows'] : [];
    return {
      note: 'found, not installed yet',
      sentences: [`the fault of ${dev} looks ${m.p} up`, ...sentences, ...races],
    };
  },
  install: (m) => ({
    note: `the ${deviceWords(m.parts).entry} is filled`,
    sentences: [
      `what was found is installed in the ${deviceWords(m.parts).entry} of ${m.p}, young`,
      ...marksSaid(m),
    ],
  }),
  retry: (m) => ({
    note: 'overtaken: tries again',
    sentences: [`an invalidation has overtaken the fill of ${m.p}, so it is tried again`],
  }),
};
