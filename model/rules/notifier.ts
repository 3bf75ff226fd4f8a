/** What a driver's notifier callbacks do to the secondary MMU, one action at a time. */
import type { Machine } from '../machine.ts';
import type { Step, StepVerb } from '../operations.ts';
import { coveredBy } from '../operations.ts';
import { SHOWN } from '../shown.ts';
import type { Link, Page, Thread } from '../state.ts';
import { ASKED, LIVE, TRANSLATED } from '../state.ts';

/*
 * ATS, in-flight rule: a device that handles an invalidation discards a translation completion
 * still on its way and asks again.
 */
export function dropOvertaken(m: Machine, link: Link): void {
  if (!m.dropsOvertakenCompletions || link.request !== TRANSLATED) return;
  link.request = ASKED;
  link.resultWrite = 0;
  link.health = LIVE;
}

/** The invalidation of a page in every ATC, sent, handled and completed at once. */
function invalidateAtc(m: Machine, page: Page): void {
  for (const entry of page.atc) entry.clear();
  for (const link of page.link) dropOvertaken(m, link);
}

/** The invalidation is sent; in `atomic` it is also handled. */
function postInvalidation(m: Machine, page: Page): void {
  if (!m.fine) return invalidateAtc(m, page);
  for (const link of page.link) link.invalidation = 1;
}

/** Test and clear the accessed bit of the secondary's own page table. */
function harvest(page: Page): number {
  const { young } = page.spte;
  page.spte.young = 0;
  return young;
}

/** Every invalidation of the page has been answered by every device. */
function invalidationsDone({ link }: Page): boolean {
  for (const device of link) if (device.invalidation) return false;
  return true;
}

/** The same for every page that a step covers. */
export const allDone = (m: Machine, { operation }: Step, page: Page): boolean =>
  coveredBy(operation, m.pages, page.index).every(invalidationsDone);

function act(m: Machine, thread: Thread, step: Step, page: Page): void {
  switch (step.verb) {
    case 'flush-iotlb':
      return page.iotlb.clear();
    case 'post-invalidation':
      return postInvalidation(m, page);
    case 'harvest':
      if (!harvest(page)) return;
      thread.harvested = 1;
      if (step.returned) thread.secondaryYoung = 1;
      return;
    case 'zap':
      return page.spte.clear();
  }
}

/*
 * One step of an operation. Its driver actions may cover more pages than its own; the CPU's TLB
 * flush covers the page alone.
 */
export function perform(m: Machine, thread: Thread, step: Step, page: Page): void {
  if (step.verb === 'post-invalidation' && step.operation.ages) {
    if (!step.young && !thread.harvested) m.shown |= SHOWN.spurious;
  }
  if (step.verb === 'flush-tlb') {
    note(m, step.verb, page, false);
    return flushTlb(page);
  }
  for (const any of coveredBy(step.operation, m.pages, page.index)) {
    note(m, step.verb as StepVerb, any, false);
    act(m, thread, step, any);
  }
}

/** Writes down a step, if somebody asks. */
function note(m: Machine, step: StepVerb, page: Page, atOnce: boolean): void {
  m.did?.push({ step, page: page.index, found: finds(step, page), atOnce });
}

function finds(step: StepVerb, { tlb, iotlb, spte, atc }: Page): boolean {
  switch (step) {
    case 'flush-tlb':
      return tlb.some(({ present }) => present !== 0);
    case 'flush-iotlb':
      return iotlb.present !== 0;
    case 'post-invalidation':
    case 'await-invalidation':
      return atc.some(({ present }) => present !== 0);
    case 'harvest':
      return spte.young !== 0;
    case 'zap':
      return spte.present !== 0;
  }
}

/**
 * Posted writes that a flush of the page's ATC entries waits for: a device that keeps the ATS rules
 * completes the invalidation only when they have landed, and flush-atc waits for the completion.
 */
export function writesToDrain(m: Machine, { link }: Page): boolean {
  if (!m.drainsPostedWrites) return false;
  if (!m.parts.driver.invalidate_secondary.actions.includes('flush-atc')) return false;
  for (const device of link) if (device.posted) return true;
  return false;
}

/** The same inside an event of somebody else. */
export function flushTlbAtOnce(m: Machine, page: Page): void {
  note(m, 'flush-tlb', page, true);
  flushTlb(page);
}

/** flush_tlb_page(): every CPU drops its entry. */
export function flushTlb({ tlb }: Page): void {
  for (const entry of tlb) entry.clear();
}

/*
 * A flush that calls invalidate_secondary, all of it inside the event: ptep_set_access_flags() on
 * arm64 since 6.6, the mmu_gather of madvise(). Invalidations that other operations wait for and
 * posted writes are left alone.
 */
export function invalidateSecondaryAtOnce(m: Machine, page: Page): void {
  let harvested = 0;
  for (const action of m.parts.driver.invalidate_secondary.actions) {
    switch (action) {
      case 'flush-iotlb':
        if (m.hasIotlb) note(m, 'flush-iotlb', page, true);
        page.iotlb.clear();
        break;
      case 'flush-atc':
      case 'flush-atc-nowait':
        if (m.hasAtc) note(m, 'post-invalidation', page, true);
        invalidateAtc(m, page);
        break;
      case 'flush-atc-if-harvested':
        if (harvested) {
          note(m, 'post-invalidation', page, true);
          invalidateAtc(m, page);
        }
        break;
      case 'harvest':
        note(m, 'harvest', page, true);
        harvested |= harvest(page);
        break;
      case 'zap':
        note(m, 'zap', page, true);
        page.spte.clear();
        break;
    }
  }
}
