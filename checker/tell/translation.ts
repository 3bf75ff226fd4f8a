/** Explains a translation: how the IOMMU answers. For KVM it is how the hardware and KVM answer. */
import { isVcpu, untouched } from './access.ts';
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

const WALK = 'the hardware walks the EPT or stage 2';

/** Explains an access through a shadow secondary's own page table, which has its own young bits. */
function shadow(m: Moment): Told {
  const [hit] = notesOf(m.did, 'hit').filter(({ cache }) => cache === 'spte');
  if (hit !== undefined) {
    const { note, clause } = untouched(m);
    const finds = hit.sets.length === 0 ? 'finds the spte young' : 'sets the spte young';
    return { note: `spte hit; ${note}`, sentences: [`${WALK} and ${finds}${clause}`] };
  }
  const [walk] = notesOf(m.did, 'walk');
  const { note, sentences } = walkSaid(m, walk);
  const denied = notesOf(m.did, 'miss').some((one) => one.cache === 'spte' && one.denied);
  const lack = denied ? 'is denied the write by the spte' : `finds no spte of ${m.p}`;
  const faulted = walk.fault === 'entry' ? note : 'a secondary fault sets young';
  return {
    note: denied ? 'the spte is made writable' : faulted,
    sentences: [
      `${WALK} and ${lack}, so KVM handles the fault`,
      ...sentences,
      denied ? 'KVM makes the spte writable, and young' : 'KVM fills the spte, young',
      ...marksSaid(m),
    ],
  };
}

/** Explains how a request is answered. */
export const translationSaid = (m: Moment): Told => (isVcpu(m) ? shadow(m) : shared(m));
