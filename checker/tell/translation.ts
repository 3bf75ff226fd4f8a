/**
 * Explains a translation: how the IOMMU answers. With a shadow secondary it is how its own page
 * table answers, and who fills that.
 */
import { deviceWords } from '../trace/device-words.ts';
import { isShadow, untouched } from './access.ts';
import { marksSaid } from './marks.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import type { Told } from './telling.ts';
import { walkSaid } from './walk.ts';

/** Explains an answer from the IOTLB. */
function iotlbHit(m: Moment): Told {
  const { note, clause } = untouched(m);
  return {
    note: `IOTLB hit; ${note}`,
    sentences: [`the IOMMU answers from its IOTLB without a walk${clause}`],
  };
}

/** Explains an IOTLB entry without write permission: the IOMMU faults and does not walk. */
function denial(m: Moment): Told {
  const [fault] = notesOf(m.did, 'walk');
  const { note, sentences } = walkSaid(m, fault);
  const isStuck = notesOf(m.did, 'stuck').length > 0;
  return {
    note: isStuck ? 'the retry faults again' : note,
    sentences: [
      'the IOTLB entry does not permit writes, so the IOMMU faults without a walk',
      ...sentences,
      isStuck
        ? 'the IOTLB entry is still there, so the retry faults again'
        : 'the retry walks the page table and succeeds',
    ],
  };
}

function shared(m: Moment): Told {
  const { rewalksOnPermissionFault } = m.parts.hardware;
  const [miss] = notesOf(m.did, 'miss').filter(({ cache }) => cache === 'iotlb');
  if (notesOf(m.did, 'hit').some(({ cache }) => cache === 'iotlb')) return iotlbHit(m);
  if (miss?.denied && !rewalksOnPermissionFault) return denial(m);
  return walkSaid(m, notesOf(m.did, 'walk')[0]);
}

/** Explains an access through a shadow secondary's own page table, which has its own young bits. */
function shadow(m: Moment): Told {
  const { walks, entry, handler } = deviceWords(m.parts);
  const [hit] = notesOf(m.did, 'hit').filter(({ cache }) => cache === 'spte');
  if (hit !== undefined) {
    const { note, clause } = untouched(m);
    const finds = hit.sets.length === 0 ? `finds the ${entry} young` : `sets the ${entry} young`;
    return { note: `${entry} hit; ${note}`, sentences: [`${walks} and ${finds}${clause}`] };
  }
  const [walk] = notesOf(m.did, 'walk');
  const { note, sentences } = walkSaid(m, walk);
  const denied = notesOf(m.did, 'miss').some((one) => one.cache === 'spte' && one.denied);
  const lack = denied ? `is denied the write by the ${entry}` : `finds no ${entry} of ${m.p}`;
  const faulted = walk.fault === 'entry' ? note : 'a secondary fault sets young';
  return {
    note: denied ? `the ${entry} is made writable` : faulted,
    sentences: [
      `${walks} and ${lack}, so ${handler} handles the fault`,
      ...sentences,
      denied
        ? `${handler} makes the ${entry} writable, and young`
        : `${handler} fills the ${entry}, young`,
      ...marksSaid(m),
    ],
  };
}

/** Explains how a request is answered. */
export const translationSaid = (m: Moment): Told => (isShadow(m) ? shadow(m) : shared(m));
