/** A CPU and its TLB. */
import { accessedByCpu, checkAccess } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { LIVE } from '../state.ts';
import { walk, walkFaults } from './fault.ts';

/*
 * A load or store. A TLB hit changes no PTE: a read needs an entry, a write one that is writable
 * and already dirty. Else the page table is walked and the TLB filled.
 */
export function cpuAccess(m: Machine, page: Page, cpu: number, isWrite: number): boolean {
  const tlb = page.tlb[cpu];
  if (tlb.present && (!isWrite || (tlb.write && tlb.dirty))) {
    checkAccess(m, tlb.health, isWrite);
  } else {
    if (walkFaults(page, isWrite) && m.locked(page)) return false;
    walk(m, page, isWrite);
    tlb.present = 1;
    tlb.write = page.pte.writable;
    tlb.dirty = page.pte.dirty;
    tlb.health = LIVE;
  }
  accessedByCpu(page);
  return true;
}

/** The TLB drops an entry: a context switch, or want of room. */
export function cpuEvict(page: Page, cpu: number): boolean {
  if (!page.tlb[cpu].present) return false;
  page.tlb[cpu].clear();
  return true;
}
