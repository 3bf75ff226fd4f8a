/** Explains a walk of the page table, and what the fault handler does for it. */
import type { FaultReason, Walk } from '../../model/did.ts';
import { hasAtc } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';
import { doneWithin, neighboursSaid } from './steps.ts';
import type { Told } from './telling.ts';
import { list } from './telling.ts';
import { nothingFlushed } from './unheard.ts';

/** The walker of the kernel's page table. */
const walkerOf = ({ parts }: Moment, { by }: Walk): string =>
  ({ cpu: 'the CPU', iommu: 'the IOMMU', secondary: deviceWords(parts).handler })[by];

/** The bits that a walk sets, or finds set. */
const bitsOf = ({ sets }: Walk): string => list(sets) || 'young';

/** A device with ATS asks for a page by a page request of PRI. */
const pageFault = ({ parts }: Moment, { by }: Walk): string =>
  by === 'iommu' && hasAtc(parts) ? 'a page fault (PRI)' : 'a page fault';

/** Says what a fault handler flushes inside the event, after an upgrade or for a copy. */
function flushed(m: Moment, operation: 'upgrade' | 'copy'): string[] {
  const does = doneWithin(m, operation);
  if (does !== '') return [`the ${operation} ${does}`, ...neighboursSaid(m)];
  return operation === 'copy' ? [`for the copy ${nothingFlushed(m, operation)}`] : [];
}

/**
 * Says which answer in flight was overtaken, because the fault handler invalidated the entry that
 * it is for.
 */
function overtaken(m: Moment): string[] {
  const { answer, inFlight, asksAgain } = deviceWords(m.parts);
  return notesOf(m.did, 'overtaken').map(
    ({ unit }) => `the ${answer} ${inFlight} was overtaken, so dev${unit} ${asksAgain}`,
  );
}

const isPlain = ({ parts }: Moment, { by }: Walk): boolean =>
  by === 'iommu' && parts.hardware.accessFlag === 'hardware';

type TellWalk = (m: Moment, walk: Walk) => Told;

const TELL_FAULTS: Readonly<Record<FaultReason, TellWalk>> = {
  missing: (m, walk) => ({
    // An IOMMU that sets young by itself asks for the page as part of its walk.
    note: isPlain(m, walk) ? 'the walk sets young' : 'a page fault sets young',
    sentences: [
      `there is no PTE, so ${pageFault(m, walk)} maps ${m.p} and sets the PTE ${bitsOf(walk)}`,
    ],
  }),
  /* The fault handler here is do_swap_page(). */
  swapped: (m, walk) => ({
    note: 'swapped in, young',
    sentences: [
      `the PTE is a swap entry, so ${pageFault(m, walk)} brings ${m.p} back ` +
        `and sets the PTE ${bitsOf(walk)}`,
      ...(m.is.pte.writable ? [] : ['the PTE does not permit writes yet']),
    ],
  }),
  cow: (m) => ({
    note: 'copied on write',
    sentences: [`a child shares ${m.p}, so the fault handler copies the page`],
  }),
  'read-only': (_m, walk) => ({
    note: 'the fault handler permits writes',
    sentences: [
      'the PTE is write-protected, so the fault handler makes it writable' +
        (walk.sets.length === 0 ? '' : ` and sets it ${bitsOf(walk)}`),
    ],
  }),
  accessed: (_m, walk) => ({
    note: `a fault sets ${bitsOf(walk)}`,
    sentences: [`the IOMMU faults, and the fault handler sets the PTE ${bitsOf(walk)}`],
  }),
  entry: ({ p, is, parts }, walk) => {
    if (walk.by === 'secondary') {
      const [looks, state] = is.pte.young ? ['young', 'is young'] : ['old', 'stays old'];
      return {
        note: `${deviceWords(parts).entry} filled; the PTE ${state}`,
        sentences: [`get_user_pages() finds ${p} mapped and leaves the PTE ${looks}`],
      };
    }
    const sets =
      walk.sets.length === 0
        ? 'the fault handler finds nothing to change in the PTE'
        : `the fault handler sets the PTE ${bitsOf(walk)}`;
    return { note: 'a fault upgrades the PTE', sentences: [sets] };
  },
};

/** Explains a walk by the hardware alone, which may set young and dirty. */
const tellHardware: TellWalk = (m, walk) => {
  const { is } = m;
  const who = walkerOf(m, walk);
  if (walk.sets.length > 0) {
    const sentence = `${who} walks and sets the PTE ${bitsOf(walk)}`;
    return { note: `the walk sets ${bitsOf(walk)}`, sentences: [sentence] };
  }
  return is.pte.young
    ? { note: 'the PTE is young', sentences: [`${who} walks; the PTE is young already`] }
    : {
        note: 'the PTE stays old',
        sentences: [`${who} walks and sets no bit, so the PTE stays old`],
      };
};

/** Explains a walk: who sets which bits, and what the fault handler flushes. */
export function walkSaid(m: Moment, walk: Walk): Told {
  const tell = walk.fault === undefined ? tellHardware : TELL_FAULTS[walk.fault];
  const { note, sentences } = tell(m, walk);
  const operation = notesOf(m.did, 'copy').length > 0 ? 'copy' : 'upgrade';
  return { note, sentences: [...sentences, ...flushed(m, operation), ...overtaken(m)] };
}
