/** What an access does and does not tell the kernel: CPUs, devices, the IOMMU. */
import { TRANSLATED } from '../../model/state.ts';
import { hasAtc } from '../../model/play.ts';
import { deviceWords } from '../trace/device-words.ts';
import type { Because, Moment } from './moment.ts';

/** KVM: no IOMMU is asked. */
const isVcpu = ({ parts }: Moment): boolean => parts.driver.secondary === 'shadow';

/** Where no write is in scope an access is a read, and the mail's word for it is `accesses`. */
function accesses({ parts, p }: Moment, isWrite: boolean): string {
  if (!parts.scope.events.includes('write')) return `accesses ${p}`;
  return `${isWrite ? 'writes to' : 'reads'} ${p}`;
}

function wantsTo({ parts, p }: Moment, isWrite: boolean): string {
  if (!parts.scope.events.includes('write')) return `wants to access ${p}`;
  return `wants to ${isWrite ? 'write to' : 'read'} ${p}`;
}

/** A note on both halves of what happened, if they fit behind the longest of events. */
const prefixed = (first: string, note: string): string =>
  first.length + note.length > 30 ? note : `${first}; ${note}`;

/** What becomes of the PTE if nobody walks. */
function untouched({ was }: Moment): { note: string; clause: string } {
  if (!was.pte.present) return { note: 'there is no PTE', clause: ', though there is no PTE' };
  return was.pte.young
    ? { note: 'the PTE is young', clause: '; the PTE is young already' }
    : { note: 'the PTE stays old', clause: ', so the PTE stays old' };
}

/** do_swap_page(). */
function swapIn({ is, p }: Moment, fault: string, bits: string): Because {
  const readOnly = is.pte.writable ? '' : ', and does not permit writes yet';
  return {
    note: 'swapped in, young',
    sentence: `the PTE is a swap entry, so ${fault} brings ${p} back, sets ${bits}${readOnly}`,
  };
}

/** The walk of a page table, by a CPU or the IOMMU: what it sets, and who sets it. */
function walk(m: Moment, walker: string, isWrite: boolean): Because {
  const { was, is, parts } = m;
  const bits = isWrite && !was.pte.dirty ? 'young and dirty' : 'young';
  if (!was.pte.present) {
    const isPri = walker === 'the IOMMU' && hasAtc(parts);
    const fault = isPri ? 'a page fault (PRI)' : 'a page fault';
    if (was.pte.swapped) return swapIn(m, fault, bits);
    return {
      note: walker === 'the IOMMU' ? 'the walk sets young' : 'a page fault sets young',
      sentence: `there is no PTE, so ${fault} maps ${m.p} and sets the PTE ${bits}`,
    };
  }
  if (isWrite && was.pte.cow) {
    return {
      note: 'copied on write',
      sentence: `a child shares ${m.p}, so the fault handler copies it; caches are flushed`,
    };
  }
  if (isWrite && !was.pte.writable) {
    return {
      note: 'the fault handler permits writes',
      sentence: `the PTE is write-protected, and the fault handler makes it writable, ${bits}`,
    };
  }
  const sets = (!was.pte.young && is.pte.young) || (!was.pte.dirty && is.pte.dirty);
  if (!sets) {
    return { note: 'the PTE is young', sentence: `${walker} walks; the PTE is young already` };
  }
  const what = was.pte.young ? 'dirty' : bits;
  const byFault = walker === 'the IOMMU' && parts.hardware.accessFlag === 'fault';
  return byFault
    ? { note: `a fault sets ${what}`, sentence: `${walker} faults, and the handler sets ${what}` }
    : { note: `the walk sets ${what}`, sentence: `${walker} walks and sets the PTE ${what}` };
}

/** The kernel tells the secondary that a PTE was upgraded, inside the same event. */
function upgrade({ parts, was }: Moment, isWrite: boolean): string {
  const upgrades = was.pte.present && isWrite && !(was.pte.writable && was.pte.dirty);
  return parts.kernel.upgradeNotifies && upgrades ? '; the upgrade notifies the secondary' : '';
}

/** How the IOMMU answers a request: a clause. */
function translation(m: Moment, isWrite: boolean): Because {
  const { was, parts } = m;
  if (isVcpu(m)) return shadowTranslation(m, isWrite);
  if (was.iotlb.present && (!isWrite || was.iotlb.write)) {
    const { note, clause } = untouched(m);
    return {
      note: `IOTLB hit; ${note}`,
      sentence: `the IOMMU answers from its IOTLB without a walk${clause}`,
    };
  }
  if (was.iotlb.present && !parts.hardware.rewalksOnPermissionFault) {
    const denied = 'the IOTLB entry lacks write permission, and the fault handler upgrades the PTE';
    return m.shown.stuck
      ? { note: 'the retry faults again', sentence: `${denied}, but nobody tells the IOTLB` }
      : { note: 'a fault upgrades the PTE', sentence: `${denied}${upgrade(m, isWrite)}` };
  }
  const walked = walk(m, 'the IOMMU', isWrite);
  return { ...walked, sentence: walked.sentence + upgrade(m, isWrite) };
}

/** KVM: the secondary has its own page table, with its own young bits. */
function shadowTranslation(m: Moment, isWrite: boolean): Because {
  const { was } = m;
  if (was.spte.present && (!isWrite || was.spte.write)) {
    const { note, clause } = untouched(m);
    const sets = was.spte.young ? 'finds the spte young' : 'sets the spte young';
    return { note: `spte hit; ${note}`, sentence: `${SPTE_WALK} and ${sets}${clause}` };
  }
  const { sentence } = walk(m, 'the handler', isWrite);
  const denied = was.spte.present;
  const lack = denied ? 'is denied the write by the spte' : `finds no spte of ${m.p}`;
  const then = denied ? 'makes the spte writable, and young' : 'fills the spte, young';
  return {
    note: denied ? 'the spte is made writable' : 'a secondary fault sets young',
    sentence:
      `${SPTE_WALK} and ${lack}, so KVM handles the fault: ` +
      `${sentence}${upgrade(m, isWrite)}; KVM ${then}`,
  };
}
const SPTE_WALK = 'the hardware walks the EPT or stage 2';

/** A CPU's load or store. */
export function cpuAccess(m: Moment, isWrite: boolean): Because {
  const { was, event } = m;
  const cpu = `cpu${event.unit}`;
  const tlb = was.tlb[event.unit];
  if (tlb.present && (!isWrite || (tlb.write && tlb.dirty))) {
    const { note, clause } = untouched(m);
    return {
      note: `TLB hit; ${note}`,
      sentence: `${cpu} ${accesses(m, isWrite)} through its TLB: nobody walks${clause}`,
    };
  }
  const { note, sentence } = walk(m, 'the CPU', isWrite);
  return {
    note: prefixed('TLB miss', note),
    sentence: `${cpu} ${accesses(m, isWrite)}: ${sentence}${upgrade(m, isWrite)}`,
  };
}

/** A device; of KVM, a vCPU. */
const deviceOf = ({ event, parts }: Moment): string =>
  `dev${event.unit}${deviceWords(parts).apposition}`;

/** Why its cache is no help to it. */
function lackOf({ was, event, parts }: Moment): string {
  const { cache } = deviceWords(parts);
  return was.atc[event.unit].present
    ? `its ${cache} entry does not permit writes`
    : `its ${cache} has no entry`;
}

/** A device's DMA, where it is one event. */
export function deviceAccess(m: Moment, isWrite: boolean): Because {
  const { was, is, event, parts } = m;
  const words = deviceWords(parts);
  const dev = deviceOf(m);
  const atc = was.atc[event.unit];
  if (atc.present && (!isWrite || atc.write)) {
    const { note, clause } = untouched(m);
    const through = `through its ${words.cache}: ${words.nobody}${clause}`;
    return {
      note: `${words.inNotes} hit; ${note}`,
      sentence: `${dev} ${accesses(m, isWrite)} ${through}`,
    };
  }
  const { note, sentence } = translation(m, isWrite);
  if (!hasAtc(parts)) return { note, sentence: `${dev} ${accesses(m, isWrite)}: ${sentence}` };
  const cached = is.atc[event.unit].present && !m.shown.stuck;
  const then = cached ? `; the entry is cached in the ${words.inSentences}` : '';
  const wants = `${dev} ${wantsTo(m, isWrite)}`;
  const asks = isVcpu(m) ? `${wants}; ${lackOf(m)}, and ` : `${wants} and ${words.asks}: `;
  return { note: prefixed(`${words.inNotes} miss`, note), sentence: asks + sentence + then };
}

export function deviceRequest(m: Moment, isWrite: boolean): Because {
  const { inNotes, asksNote, asks } = deviceWords(m.parts);
  const so = isVcpu(m) ? `so ${asks}` : `so it ${asks}`;
  return {
    note: `${inNotes} miss; ${asksNote}`,
    sentence: `${deviceOf(m)} ${wantsTo(m, isWrite)}; ${lackOf(m)}, ${so}`,
  };
}

export function iommuTranslate(m: Moment): Because {
  const link = m.was.link[m.event.unit];
  const dev = `dev${m.event.unit}`;
  const { note, sentence } = translation(m, link.isWrite === 1);
  const { underWay } = deviceWords(m.parts);
  const end = m.shown.stuck ? `the query of ${dev} stays unanswered` : underWay(dev);
  return { note, sentence: `${sentence}; ${end}` };
}

export function deviceComplete(m: Moment): Because {
  const { was, event, p, parts } = m;
  const { cache, arrives, invalidation, anInvalidation } = deviceWords(parts);
  const link = was.link[event.unit];
  const dev = `dev${event.unit}`;
  const pending = link.invalidation ? `, although ${anInvalidation} of it is pending` : '';
  return {
    note: link.invalidation ? `cached, ${invalidation} pending` : `the ${cache} entry is installed`,
    sentence:
      `${arrives(dev)}: its ${cache} caches ${p}${pending}, ` +
      `and ${dev} ${accesses(m, link.isWrite === 1)}`,
  };
}

export function handleInvalidation(m: Moment): Because {
  const { was, is, event, p, parts } = m;
  const { cache, answer, inFlight, invalidation, asksAgain } = deviceWords(parts);
  const had = was.atc[event.unit].present;
  const drops = was.link[event.unit].request === TRANSLATED;
  const dropped = drops && is.link[event.unit].request !== TRANSLATED;
  const what = had ? `drops its ${cache} entry of ${p}` : `has no ${cache} entry of ${p}`;
  const entry = had ? `the ${cache} entry goes` : `no ${cache} entry`;
  return {
    note: dropped ? `the ${answer} ${inFlight} is dropped` : entry,
    sentence:
      `${deviceOf(m)} ${what} and completes the ${invalidation}` +
      (dropped ? `; the ${answer} ${inFlight} was overtaken, so it ${asksAgain}` : '') +
      (drops && !dropped ? `, but keeps the ${answer} that is still ${inFlight}` : ''),
  };
}

export function postWrite(m: Moment): Because {
  const through = `through its ${deviceWords(m.parts).cache} entry`;
  return {
    note: 'posted, has not landed',
    sentence: `${deviceOf(m)} posts a write to ${m.p} ${through}; it has not landed`,
  };
}

export const landWrite = ({ event, p }: Moment): Because => ({
  note: 'this is the access',
  sentence: `the posted write of dev${event.unit} to ${p} lands, with the translation it left with`,
});

export function evict(m: Moment): Because {
  const { actor, unit } = m.event;
  const { cache: atc } = deviceWords(m.parts);
  const where = actor === 'cpu' ? `cpu${unit}'s TLB` : actor === 'dev' ? `dev${unit}'s ${atc}` : '';
  const cache = where === '' ? 'the IOTLB' : where;
  return { note: 'want of room', sentence: `${cache} drops its entry of ${m.p} for want of room` };
}
