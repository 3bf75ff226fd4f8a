/**
 * Words for a device and its cache. A device asks the IOMMU by PCIe ATS, and caches in its ATC. For
 * KVM the device is a vCPU, and its ATC is the vCPU's TLB. Hardware walks the sptes, which are the
 * EPT or stage 2, and KVM handles the faults.
 */
import type { Parts } from '../../model/system.ts';

export interface DeviceWords {
  readonly aDevice: string;
  /** Stands behind the name of a device. */
  readonly apposition: string;
  /** The name of its cache. Notes and sentences name its owner where a CPU's TLB could be meant. */
  readonly cache: string;
  readonly anEntry: string;
  readonly inNotes: string;
  readonly inSentences: string;
  /** Says who does not walk when the cache is hit. */
  readonly nobody: string;
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
  cache: 'ATC',
  anEntry: 'an ATC entry',
  inNotes: 'ATC',
  inSentences: 'ATC',
  nobody: 'the IOMMU does not walk',
  asksNote: 'an ATS query is sent',
  asks: 'sends an ATS query',
  asksAgain: 'asks again',
  answer: 'answer',
  anAnswer: 'an answer',
  untranslated: (dev, page) => `the IOMMU has not translated the request of ${dev} for ${page}`,
  underWay: (dev) => `the answer to ${dev} is on its way`,
  arrives: (dev) => `the answer reaches ${dev}`,
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
  cache: 'TLB',
  anEntry: 'a TLB entry',
  inNotes: 'vCPU TLB',
  inSentences: "vCPU's TLB",
  nobody: 'nobody walks',
  asksNote: 'a walk begins',
  asks: 'the hardware begins to walk the EPT or stage 2',
  asksAgain: 'walks again',
  answer: 'walk',
  anAnswer: 'a walk',
  untranslated: (dev, page) => `the walk of ${dev} for ${page} has found nothing yet`,
  underWay: (dev) => `the TLB of ${dev} does not have it yet`,
  arrives: (dev) => `the walk for ${dev} is over`,
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

export const deviceWords = ({ driver }: Pick<Parts, 'driver'>): DeviceWords =>
  driver.secondary === 'shadow' ? VCPU : ATS;
