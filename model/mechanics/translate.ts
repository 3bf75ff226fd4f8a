/** The IOMMU: how it answers a device, from the IOTLB, by a walk, or through the fault handler. */
import { requested } from '../ghosts.ts';
import type { Walk } from '../did.ts';
import type { Machine } from '../machine.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { LIVE } from '../state.ts';
import { handleFault, resolveWrite, walkFaults, walkOf } from './fault.ts';
import { markAccessed } from './lru.ts';

function iotlbHit({ iotlb }: Page, isWrite: number): boolean {
  return iotlb.present !== 0 && (!isWrite || iotlb.write !== 0);
}

/*
 * SMMUv3: a TLB entry without write permission answers a write request with a permission fault; the
 * page table is not walked.
 */
function iotlbDenies(m: Machine, { iotlb }: Page, isWrite: number): boolean {
  return !m.rewalksOnPermissionFault && isWrite !== 0 && iotlb.present !== 0 && !iotlb.write;
}

/** KVM: the secondary's own page table lacks the page or the permission. */
function spteFaults({ spte }: Page, isWrite: number): boolean {
  return !spte.present || (isWrite !== 0 && !spte.write);
}

/** The walk would set young or dirty, and leaves that to the fault handler. */
function bitsFault(m: Machine, { pte }: Page, isWrite: number): boolean {
  return m.faultSetsAccessed && (!pte.young || (isWrite !== 0 && !pte.dirty));
}

/** Whether the answer needs the fault handler, which waits for the page-table lock. */
export function translationFaults(m: Machine, page: Page, isWrite: number): boolean {
  if (m.shadow) return spteFaults(page, isWrite);
  if (iotlbHit(page, isWrite)) return false;
  return iotlbDenies(m, page, isWrite) || walkFaults(page, isWrite) || bitsFault(m, page, isWrite);
}

/** What there is to note of a walk of the IOMMU. */
function sharedWalkOf(m: Machine, page: Page, isWrite: number): Walk {
  const walk = walkOf(page, isWrite, 'iommu');
  if (walk.fault !== undefined) return walk;
  if (m.ignoresAccessed) return { ...walk, sets: [] };
  return bitsFault(m, page, isWrite) ? { ...walk, fault: 'accessed' } : walk;
}

/** The IOMMU walks the CPU's page table. */
function walkShared(m: Machine, page: Page, isWrite: number): void {
  const { pte } = page;
  m.did?.push(sharedWalkOf(m, page, isWrite));
  if (walkFaults(page, isWrite)) return handleFault(m, page, isWrite);
  if (m.ignoresAccessed) return;
  if (isWrite && bitsFault(m, page, isWrite)) return resolveWrite(m, page);
  pte.young = 1;
  if (isWrite) pte.dirty = 1;
}

/* The fault of an IOTLB entry without write is resolved, even if nothing was left to change. */
function resolveDenial(m: Machine, page: Page): void {
  m.shown |= SHOWN.faulted;
  m.did?.push({ fault: 'entry', ...walkOf(page, 1, 'iommu') });
  if (page.pte.present) resolveWrite(m, page);
  else handleFault(m, page, 1);
  requested(page);
}

/** Notes whether the IOTLB, or the secondary's own page table, has an answer. */
function noteLookup(m: Machine, page: Page, cache: 'iotlb' | 'spte', hits: boolean): void {
  if (cache === 'iotlb' && !m.hasIotlb) return;
  const on = { cache, unit: 0, page: page.index };
  const { present, young } = page[cache];
  if (!hits) m.did?.push({ what: 'miss', ...on, denied: present !== 0 });
  else m.did?.push({ what: 'hit', ...on, sets: cache === 'spte' && !young ? ['young'] : [] });
}

/** SVA: the IOMMU walks the CPU's page table, and may remember the answer. */
function translateShared(m: Machine, page: Page, isWrite: number): void {
  const { iotlb, pte } = page;
  if (m.did !== undefined) noteLookup(m, page, 'iotlb', iotlbHit(page, isWrite));
  if (iotlbDenies(m, page, isWrite)) {
    resolveDenial(m, page);
    // Nobody told the IOMMU, so the retry finds the same entry: 6bbd42e2df8f.
    if (iotlbDenies(m, page, isWrite)) {
      m.did?.push({ what: 'stuck', unit: 0, page: page.index });
      m.stuck = true;
      m.shown |= SHOWN.stuck;
      return;
    }
  }
  if (!iotlbHit(page, isWrite)) {
    walkShared(m, page, isWrite);
    if (m.hasIotlb) {
      iotlb.present = 1;
      iotlb.write = m.rewalksOnPermissionFault ? isWrite : pte.writable & pte.dirty;
      iotlb.health = LIVE;
      m.did?.push({ what: 'fill', cache: 'iotlb', unit: 0, page: page.index });
    }
  }
  m.resultWrite = isWrite;
  m.resultHealth = m.hasIotlb ? iotlb.health : LIVE;
}

/** What there is to note of a fault of the secondary: it sets nothing in a PTE that suffices. */
function secondaryFaultOf(page: Page, isWrite: number): Walk {
  const walk = walkOf(page, isWrite, 'secondary');
  return walk.fault === undefined ? { ...walk, fault: 'entry', sets: [] } : walk;
}

/*
 * KVM: the secondary walks its own page table; a fault fills it from the CPU's. get_user_pages()
 * leaves a PTE that has what is asked for as it is: neither young nor dirty.
 */
function translateShadow(m: Machine, page: Page, isWrite: number): void {
  const { spte } = page;
  const faults = spteFaults(page, isWrite);
  if (m.did !== undefined) noteLookup(m, page, 'spte', !faults);
  if (faults) {
    m.did?.push(secondaryFaultOf(page, isWrite));
    if (walkFaults(page, isWrite)) handleFault(m, page, isWrite);
    spte.present = 1;
    spte.write = isWrite;
    spte.health = LIVE;
    m.did?.push({ what: 'fill', cache: 'spte', unit: 0, page: page.index });
    if (m.faultMarksAccessed) markAccessed(m, page);
  }
  spte.young = 1;
  m.resultWrite = spte.write;
  m.resultHealth = spte.health;
}

/** Answers a request in m.resultWrite and m.resultHealth, or leaves m.stuck. */
export function translate(m: Machine, page: Page, isWrite: number): void {
  m.stuck = false;
  if (m.shadow) translateShadow(m, page, isWrite);
  else translateShared(m, page, isWrite);
}
