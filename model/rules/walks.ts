/** Who is served by what, and what needs the fault handler: the questions that guards ask. */
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { walkFaults } from './fault.ts';

export { walkFaults } from './fault.ts';
export { translationFaults } from './iommu.ts';

/** A TLB hit: a read needs an entry, a write one that is writable and already dirty. */
export function tlbServes(page: Page, cpu: number, isWrite: number): boolean {
  const tlb = page.tlb[cpu];
  return tlb.present !== 0 && (!isWrite || (tlb.write !== 0 && tlb.dirty !== 0));
}
export function atcServes(page: Page, dev: number, isWrite: number): boolean {
  const atc = page.atc[dev];
  return atc.present !== 0 && (!isWrite || atc.write !== 0);
}
export const needsLock = (m: Machine, page: Page, isWrite: number): boolean =>
  walkFaults(page, isWrite) && m.locked(page);
