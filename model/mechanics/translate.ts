/**
 * How the IOMMU answers a device: from the IOTLB, by a walk, or with the help of the fault handler.
 */
import { requested } from '../ghosts.ts';
import type { Walk } from '../did.ts';
import type { Machine } from '../machine.ts';
import { SHOWN } from '../shown.ts';
import type { Page } from '../state.ts';
import { LIVE, isOld } from '../state.ts';
import { handleFault, handlerCanRun, resolveWrite, walkFaults, walkOf } from './fault.ts';
import { markAccessed } from './lru.ts';

function iotlbHit({ iotlb }: Page, isWrite: number): boolean {
  return iotlb.present !== 0 && (!isWrite || iotlb.write !== 0);
}

/*
 * SMMUv3: if a TLB entry lacks write permission, a write gets a permission fault, and no walk
 * happens.
 */
function iotlbDenies(m: Machine, { iotlb }: Page, isWrite: number): boolean {
  return !m.rewalksOnPermissionFault && isWrite !== 0 && iotlb.present !== 0 && !iotlb.write;
}

/** KVM: the spte is missing or lacks the permission. */
export function spteFaults({ spte }: Page, isWrite: number): boolean {
  return !spte.present || (isWrite !== 0 && !spte.write);
}

/** Whether a walk would have to set young or dirty, but leaves that to the fault handler. */
function bitsFault(m: Machine, { pte }: Page, isWrite: number): boolean {
  return m.faultSetsAccessed && (!pte.young || (isWrite !== 0 && !pte.dirty));
}

/** Whether an IOTLB entry of a frame that the page has lost denies a write, until it is flushed. */
export function retriesOnOld(m: Machine, page: Page, isWrite: number): boolean {
  return m.hasOldFrames && iotlbDenies(m, page, isWrite) && isOld(page.iotlb.health);
}

/**
 * Whether the IOMMU or the secondary MMU can answer now. If the answer needs the fault handler, it
 * waits for the page-table lock.
 */
export function canTranslate(m: Machine, page: Page, isWrite: number): boolean {
  if (m.shadow) {
    if (!spteFaults(page, isWrite)) return true;
    const copies = walkFaults(page, isWrite) ? isWrite : 0;
    // With fill=lock, range_start keeps fills out until the PTE has changed.
    return handlerCanRun(m, page, copies) && !m.early(page);
  }
  if (iotlbHit(page, isWrite)) return true;
  if (retriesOnOld(m, page, isWrite)) return false;
  if (iotlbDenies(m, page, isWrite) || walkFaults(page, isWrite)) {
    return handlerCanRun(m, page, isWrite);
  }
  return !bitsFault(m, page, isWrite) || !m.locked(page);
}

/** The note of a walk of the CPU's page table by the IOMMU. */
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

/*
 * The fault handler resolves a fault of an IOTLB entry that lacks write, even if the PTE needs no
 * change.
 */
function resolveDenial(m: Machine, page: Page): void {
  m.shown |= SHOWN.faulted;
  m.did?.push({ fault: 'entry', ...walkOf(page, 1, 'iommu') });
  if (page.pte.present) resolveWrite(m, page);
  else handleFault(m, page, 1);
  requested(page);
}

/** Notes whether the IOTLB or the spte serves the access. */
function noteLookup(m: Machine, page: Page, cache: 'iotlb' | 'spte', hits: boolean): void {
  if (cache === 'iotlb' && !m.hasIotlb) return;
  const on = { cache, unit: 0, page: page.index };
  const { present, young } = page[cache];
  if (!hits) m.did?.push({ what: 'miss', ...on, denied: present !== 0 });
  else m.did?.push({ what: 'hit', ...on, sets: cache === 'spte' && !young ? ['young'] : [] });
}

/** SVA: the IOMMU walks the CPU's page table, and the IOTLB may cache the result. */
function translateShared(m: Machine, page: Page, isWrite: number): void {
  const { iotlb, pte } = page;
  if (m.did !== undefined) noteLookup(m, page, 'iotlb', iotlbHit(page, isWrite));
  if (iotlbDenies(m, page, isWrite)) {
    resolveDenial(m, page);
    // No notifier has told the IOMMU, so the retry finds the same entry: 6bbd42e2df8f.
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

/** The note of a secondary fault. It sets no bit of a PTE that already allows the access. */
function secondaryFaultOf(page: Page, isWrite: number): Walk {
  const walk = walkOf(page, isWrite, 'secondary');
  return walk.fault === undefined ? { ...walk, fault: 'entry', sets: [] } : walk;
}

/*
 * hva_to_pfn(): get_user_pages() finds the page, with the fault handler where the PTE does not
 * allow the access.
 */
export function findPage(m: Machine, page: Page, isWrite: number): void {
  m.did?.push(secondaryFaultOf(page, isWrite));
  if (walkFaults(page, isWrite)) handleFault(m, page, isWrite);
}

/* kvm_mmu_map_tdp_page() and its like: the fault fills an spte with what it has found. */
export function installSpte(m: Machine, page: Page, isWrite: number, health: number): void {
  const { spte } = page;
  spte.present = 1;
  spte.write = isWrite;
  spte.young = 1;
  spte.health = health;
  m.did?.push({ what: 'fill', cache: 'spte', unit: 0, page: page.index });
  if (m.faultMarksAccessed) markAccessed(m, page);
}

/*
 * KVM: hardware walks the sptes, and a secondary fault fills an spte from the CPU's PTE.
 * get_user_pages() does not change a PTE that already allows the access: it sets neither young nor
 * dirty.
 */
function translateShadow(m: Machine, page: Page, isWrite: number): void {
  const { spte } = page;
  const faults = spteFaults(page, isWrite);
  if (m.did !== undefined) noteLookup(m, page, 'spte', !faults);
  if (faults) {
    findPage(m, page, isWrite);
    installSpte(m, page, isWrite, LIVE);
  }
  spte.young = 1;
  m.resultWrite = spte.write;
  m.resultHealth = spte.health;
}

/**
 * Answers a translation request. The result is in m.resultWrite and m.resultHealth, or m.stuck is
 * set.
 */
export function translate(m: Machine, page: Page, isWrite: number): void {
  m.stuck = false;
  if (m.shadow) translateShadow(m, page, isWrite);
  else translateShared(m, page, isWrite);
}
