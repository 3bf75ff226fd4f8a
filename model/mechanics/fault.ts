/** The walk of the CPU's page table, and the fault handler. */
import type { FaultReason, PteBit, Walk } from '../did.ts';
import type { OperationKind } from '../event.ts';
import type { Machine } from '../machine.ts';
import { optional } from '../needs.ts';
import type { OperationData } from '../operation.ts';
import { runAtOnce } from '../run.ts';
import type { Page } from '../state.ts';
import { hasTranslated } from './atc.ts';
import { replaceFrame } from './frames.ts';

/*
 * Whether a walk faults: the page or the write permission is missing. handle_mm_fault() then takes
 * the page-table lock. Otherwise hardware walks alone.
 */
export function walkFaults({ pte }: Page, isWrite: number): boolean {
  return !pte.present || (isWrite !== 0 && !pte.writable);
}

/** Whether a write makes the fault handler copy the page, as a child shares it. */
export function copies({ pte }: Page, isWrite: number): boolean {
  return isWrite !== 0 && pte.present !== 0 && !pte.writable && pte.cow !== 0;
}

/**
 * Whether the fault handler can work on the page. It waits for the page-table lock. A copy waits
 * for `user: cow`, if that is an operation, or else until the IOMMU has drained its requests.
 */
export function handlerCanRun(m: Machine, page: Page, isWrite: number): boolean {
  if (m.locked(page)) return false;
  if (!copies(page, isWrite)) return true;
  return !m.copiesInSteps && !(m.invalidationDrains && hasTranslated(page));
}

/** Whether a walk can happen now. It can always, if it needs no fault handler. */
export function canWalk(m: Machine, page: Page, isWrite: number): boolean {
  return !walkFaults(page, isWrite) || handlerCanRun(m, page, isWrite);
}

function reasonOf({ pte }: Page, isWrite: number): FaultReason | undefined {
  if (!pte.present) return pte.swapped ? 'swapped' : 'missing';
  if (!isWrite || pte.writable) return undefined;
  return pte.cow ? 'cow' : 'read-only';
}

/** The note of a walk that is about to happen. */
export function walkOf(page: Page, isWrite: number, by: Walk['by'], unit = 0): Walk {
  const fault = reasonOf(page, isWrite);
  const wanted: readonly PteBit[] = isWrite ? ['young', 'dirty'] : ['young'];
  return {
    what: 'walk',
    by,
    unit,
    page: page.index,
    ...(fault === undefined ? {} : { fault }),
    sets: wanted.filter((bit) => !page.pte[bit]),
  };
}

/* do_anonymous_page() maps a new page; do_swap_page() maps one that was swapped out. */
function mapPage(m: Machine, { pte }: Page, isWrite: number): void {
  const readOnly = pte.swapped && !m.swapinWritable && !isWrite;
  pte.present = 1;
  pte.young = 1;
  pte.dirty = isWrite;
  pte.writable = readOnly ? 0 : 1;
  pte.swapped = 0;
}

/*
 * The fault handler allows a write on a present PTE. It calls wp_page_reuse(), or wp_page_copy() if
 * a child shares the frame. A copy flushes the old frame on its own. Without a copy the program
 * `upgrade` runs, as ptep_set_access_flags() may flush.
 */
export function resolveWrite(m: Machine, page: Page): void {
  const { pte } = page;
  const isShared = pte.cow;
  if (isShared) replaceFrame(m, page);
  pte.young = 1;
  pte.dirty = 1;
  pte.writable = 1;
  if (!isShared) runAtOnce(m, 'upgrade', page, 0);
}

/* handle_mm_fault(), for a fault that walkFaults() has found. */
export function handleFault(m: Machine, page: Page, isWrite: number): void {
  if (!page.pte.present) mapPage(m, page, isWrite);
  else resolveWrite(m, page);
}

/** A walk of a CPU. Hardware sets A, and D on a write; a fault goes to the fault handler. */
export function walk(m: Machine, page: Page, isWrite: number): void {
  if (walkFaults(page, isWrite)) return handleFault(m, page, isWrite);
  page.pte.young = 1;
  if (isWrite) page.pte.dirty = 1;
}

/**
 * Operations that the fault handler runs inside the event of an access: an upgrade, and the copy
 * for a child.
 */
export const FAULT_OPERATIONS = [
  { name: 'upgrade', program: 'upgrade', ages: false, ends: 'end', needs: [optional('write')] },
  {
    name: 'copy',
    program: 'fork',
    ages: false,
    ends: 'end',
    needs: [optional('fork'), optional('write')],
  },
] as const satisfies readonly (OperationData & Pick<OperationKind, 'needs'>)[];
