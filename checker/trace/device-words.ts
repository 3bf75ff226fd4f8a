/**
 * Words for a device and its cache. A device asks the IOMMU by PCIe ATS, and caches in its ATC. For
 * KVM the device is a vCPU, and its ATC is the vCPU's TLB. Hardware walks the sptes, which are the
 * EPT or stage 2, and KVM handles the faults. A GPU, or a NIC with on-demand paging, walks a page
 * table of its own, which its driver fills. A device without an ATC can have DMA in flight.
 */
import { hasDmaInFlight } from '../../model/play.ts';
import type { Driver, Parts } from '../../model/system.ts';
import { CALLBACKS } from '../../model/system.ts';
import type { Term } from '../../model/vocabulary.ts';

export interface DeviceWords {
  readonly aDevice: string;
  /** Stands behind the name of a device, in a sentence and in a diagram. */
  readonly apposition: string;
  readonly title: string;
  /** The name of its cache. Notes and sentences name its owner where a CPU's TLB could be meant. */
  readonly cache: string;
  readonly anEntry: string;
  readonly inNotes: string;
  readonly inSentences: string;
  /** Says who does not walk when the cache is hit. */
  readonly nobody: string;
  /** The shadow page table: who fills it, who walks it, an entry of it, and its title. */
  readonly handler: string;
  readonly walks: string;
  readonly entry: string;
  readonly table: string;
  /** It asks for a translation: as a note, as a clause, and for a repeated request. */
  readonly asksNote: string;
  readonly asks: string;
  readonly asksAgain: string;
  /** The translation for which it waits. */
  readonly answer: string;
  readonly anAnswer: string;
  readonly untranslated: (dev: string, page: string) => string;
  readonly underWay: (dev: string) => string;
  readonly arrives: (dev: string) => string;
  /** The end of a request, as a note. */
  readonly arrived: string;
  readonly inFlight: string;
  /** The message by which the kernel tells it to drop an entry: for a note and for a sentence. */
  readonly invalidation: string;
  readonly anInvalidation: string;
  readonly invalidations: string;
  /** For the beginning of a sentence. */
  readonly theFlush: string;
  readonly told: string;
  readonly tells: (page: string) => string;
  readonly everyone: string;
  readonly done: string;
  /** Stands in a note behind a cleared young bit: the entry stays, or it goes. */
  readonly stays: string;
  readonly goes: string;
  /** Stands in a sentence behind a cleared young bit. */
  readonly untouched: string;
  readonly nextAsks: string;
  /** What a kernel does to the caches of all devices. */
  readonly flushesAll: string;
  /** The labels of arrows in a diagram. */
  readonly labels: Readonly<
    Record<'request' | 'again' | 'completion' | 'hit' | 'invalidation' | 'invalidated', string>
  >;
}

const ATS: DeviceWords = {
  aDevice: 'a device',
  apposition: '',
  title: '',
  cache: 'ATC',
  anEntry: 'an ATC entry',
  inNotes: 'ATC',
  inSentences: 'ATC',
  nobody: 'the IOMMU does not walk',
  handler: 'the fault handler',
  walks: 'the IOMMU walks',
  entry: 'PTE',
  table: 'IOMMU',
  asksNote: 'ATC miss; an ATS query is sent',
  asks: 'sends an ATS query',
  asksAgain: 'asks again',
  answer: 'answer',
  anAnswer: 'an answer',
  untranslated: (dev, page) => `the IOMMU has not translated the request of ${dev} for ${page}`,
  underWay: (dev) => `the answer to ${dev} is on its way`,
  arrives: (dev) => `the answer reaches ${dev}`,
  arrived: 'the ATC entry is installed',
  inFlight: 'in flight',
  invalidation: 'invalidation',
  anInvalidation: 'an invalidation',
  invalidations: 'invalidations',
  theFlush: 'The ATC invalidation',
  told: 'an invalidation is sent',
  tells: (page) => `sends an ATC invalidation of ${page} to every device`,
  everyone: 'every device',
  done: 'has answered',
  stays: '; the ATC entry stays',
  goes: ' and flushes the ATC',
  untouched: ', but nobody invalidates the ATC',
  nextAsks: "so that the device's next access asks again",
  flushesAll: 'invalidates the ATCs',
  labels: {
    request: 'request',
    again: 'asks again',
    completion: 'completion',
    hit: 'ATC hit',
    invalidation: 'invalidation',
    invalidated: 'invalidation done',
  },
};

const VCPU: DeviceWords = {
  aDevice: 'a vCPU',
  apposition: ', a vCPU,',
  title: ' (vCPU)',
  cache: 'TLB',
  anEntry: 'a TLB entry',
  inNotes: 'vCPU TLB',
  inSentences: "vCPU's TLB",
  nobody: 'nobody walks',
  handler: 'KVM',
  walks: 'the hardware walks the EPT or stage 2',
  entry: 'spte',
  table: 'KVM MMU',
  asksNote: 'vCPU TLB miss; a walk begins',
  asks: 'the hardware begins to walk the EPT or stage 2',
  asksAgain: 'walks again',
  answer: 'walk',
  anAnswer: 'a walk',
  untranslated: (dev, page) => `the walk of ${dev} for ${page} has found nothing yet`,
  underWay: (dev) => `the TLB of ${dev} does not have it yet`,
  arrives: (dev) => `the walk for ${dev} is over`,
  arrived: 'the TLB entry is installed',
  inFlight: 'under way',
  invalidation: 'flush',
  anInvalidation: 'a flush',
  invalidations: 'flushes',
  theFlush: "The flush of the vCPU's TLB",
  told: 'a TLB flush is requested',
  tells: (page) => `asks every vCPU to flush ${page} from its TLB`,
  everyone: 'every vCPU',
  done: 'has flushed',
  stays: '; the vCPU caches it',
  goes: ', flushes vCPU TLB',
  untouched: ", but nobody flushes the vCPU's TLB",
  nextAsks: "so that the vCPU's next access walks again",
  flushesAll: 'flushes the TLBs of the vCPUs',
  labels: {
    request: 'TLB miss',
    again: 'walks again',
    completion: 'fills TLB',
    hit: 'TLB hit',
    invalidation: 'flush TLB',
    invalidated: 'flushed',
  },
};

/** A GPU or a NIC that mirrors the page table, and has no young callback. */
const MIRROR: DeviceWords = {
  ...VCPU,
  aDevice: 'a device',
  apposition: '',
  title: '',
  inNotes: 'device TLB',
  inSentences: "device's TLB",
  handler: 'the driver',
  walks: 'the device walks its own page table',
  entry: 'device PTE',
  table: "device's own",
  asksNote: 'device TLB miss; a walk begins',
  asks: 'the device begins to walk its own page table',
  theFlush: "The flush of the device's TLB",
  tells: (page) => `asks every device to flush ${page} from its TLB`,
  everyone: 'every device',
  stays: '; the device caches it',
  goes: ', flushes device TLB',
  untouched: ", but nobody flushes the device's TLB",
  nextAsks: "so that the device's next access walks again",
  flushesAll: 'flushes the TLBs of the devices',
};

/** A device without an ATC, whose DMA takes its time. */
const DMA: DeviceWords = {
  ...ATS,
  asksNote: 'a DMA is sent',
  asks: 'sends a DMA to the IOMMU',
  asksAgain: 'is translated again',
  answer: 'DMA',
  anAnswer: 'a DMA',
  untranslated: (dev, page) => `the IOMMU has not translated the DMA of ${dev} to ${page}`,
  underWay: (dev) => `the DMA of ${dev} goes on with that translation`,
  arrives: (dev) => `the DMA of ${dev} reaches memory`,
  arrived: 'the DMA reaches memory',
  labels: { ...ATS.labels, request: 'DMA', completion: 'translated DMA' },
};

/** Whether a shadow secondary is KVM: it alone has young bits to tell of. */
const isKvm = (driver: Driver): boolean =>
  driver.marksAccessed.length > 0 ||
  CALLBACKS.some((name) => driver[name].actions.some((action) => action.name === 'harvest'));

/** A word of the vocabulary as it is with a secondary: for KVM, or for a device that mirrors. */
export function termFor(driver: Driver, { kvm, ...term }: Term): Pick<Term, 'sentence' | 'source'> {
  if (driver.secondary === 'shared' || kvm === undefined) return term;
  if (isKvm(driver)) return kvm;
  const sentence = kvm.sentence
    .replace("A guest's", 'Its')
    .replaceAll('vCPU', 'device')
    .replace('an spte', 'an entry of its own page table')
    .replace('the sptes', 'its own page table')
    .replace('KVM', 'the driver');
  return { sentence, source: 'mm/hmm.c hmm_range_fault(); the rest is the device' };
}

export function deviceWords(parts: Parts): DeviceWords {
  if (parts.driver.secondary === 'shared') return hasDmaInFlight(parts) ? DMA : ATS;
  return isKvm(parts.driver) ? VCPU : MIRROR;
}
