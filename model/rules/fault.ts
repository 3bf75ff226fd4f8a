/** The page table, walked: by the CPU, by the IOMMU, and by the fault handler for both. */
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { replaceFrame } from './frame.ts';
import { invalidateSecondaryAtOnce } from './notifier.ts';

/*
 * Missing page or missing permission: the walk needs handle_mm_fault(), which takes the page-table
 * lock. Everything else the hardware does alone.
 */
export function walkFaults({ pte }: Page, isWrite: number): boolean {
  return !pte.present || (isWrite !== 0 && !pte.writable);
}

/* do_anonymous_page() for a new page; do_swap_page() for one that reclaim took. */
function mapPage(m: Machine, { pte }: Page, isWrite: number): void {
  const readOnly = pte.swapped && !m.swapinWritable && !isWrite;
  pte.present = 1;
  pte.young = 1;
  pte.dirty = isWrite;
  pte.writable = readOnly ? 0 : 1;
  pte.swapped = 0;
}

/*
 * A walk, with handle_mm_fault() where needed: mapPage() for a missing page, wp_page_reuse() for a
 * missing permission, wp_page_copy() where a child shares the frame; else the walker sets A, and D
 * on a write.
 */
export function walk(m: Machine, page: Page, isWrite: number): void {
  const { pte } = page;
  const upgrades =
    m.upgradeNotifies && pte.present && !pte.cow && isWrite && !(pte.writable && pte.dirty);
  if (!pte.present) {
    mapPage(m, page, isWrite);
  } else if (isWrite) {
    if (pte.cow) replaceFrame(m, page);
    pte.young = 1;
    pte.dirty = 1;
    pte.writable = 1;
  } else {
    pte.young = 1;
  }
  // ptep_set_access_flags() flushes the TLB, which reaches the secondary since 6bbd42e2df8f.
  if (upgrades) invalidateSecondaryAtOnce(m, page);
}
