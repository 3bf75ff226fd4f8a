/** A device and its ATC. */
import { accessedByDevice, checkAccess, requested } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { ASKED, LIVE, TRANSLATED } from '../state.ts';
import { translate, translationFaults } from './iommu.ts';
import { dropOvertaken } from './notifier.ts';

function atcHit(page: Page, dev: number, isWrite: number): boolean {
  const atc = page.atc[dev];
  return atc.present !== 0 && (!isWrite || atc.write !== 0);
}

function fillAtc(page: Page, dev: number, write: number, health: number): void {
  const atc = page.atc[dev];
  atc.present = 1;
  atc.write = write;
  atc.health = health;
}

/*
 * A DMA read or write. An ATC hit is the device's own affair: nobody else hears of it. Else, in one
 * event where translations do not interleave, the IOMMU is asked and the ATC filled. In `fine` a
 * miss is three events: request, translate, complete.
 */
export function deviceAccess(m: Machine, page: Page, dev: number, isWrite: number): boolean {
  if (atcHit(page, dev, isWrite)) {
    checkAccess(m, page.atc[dev].health, isWrite);
    accessedByDevice(page);
    return true;
  }
  if (m.fine && m.hasAtc) return false;
  if (translationFaults(m, page, isWrite) && m.locked(page)) return false;
  translate(m, page, isWrite);
  if (m.stuck) {
    requested(page);
    return true;
  }
  if (m.hasAtc) fillAtc(page, dev, m.resultWrite, m.resultHealth);
  checkAccess(m, m.resultHealth, isWrite);
  accessedByDevice(page);
  return true;
}

/* ATS translation request: sent on a miss of this kind of access, one at a time for a page. */
export function deviceRequest(page: Page, dev: number, isWrite: number): boolean {
  const link = page.link[dev];
  if (link.request || atcHit(page, dev, isWrite)) return false;
  link.request = ASKED;
  link.isWrite = isWrite;
  return true;
}

/* ATS translation completion: the entry is installed, even while an invalidation is pending. */
export function deviceComplete(m: Machine, page: Page, dev: number): boolean {
  const link = page.link[dev];
  if (link.request !== TRANSLATED) return false;
  checkAccess(m, link.health, link.isWrite);
  fillAtc(page, dev, link.resultWrite, link.health);
  link.request = 0;
  link.isWrite = 0;
  link.resultWrite = 0;
  link.health = LIVE;
  accessedByDevice(page);
  return true;
}

/*
 * ATS invalidation request: the entry is dropped and the completion sent. A device that keeps the
 * rules pushes posted writes that used the translation first, and discards overtaken completions.
 */
export function deviceHandleInvalidation(m: Machine, page: Page, dev: number): boolean {
  const link = page.link[dev];
  if (!link.invalidation || (m.drainsPostedWrites && link.posted)) return false;
  link.invalidation = 0;
  page.atc[dev].clear();
  dropOvertaken(m, link);
  return true;
}

/* A posted write leaves the device with the translation it had: no access yet, and no check. */
export function devicePostWrite(page: Page, dev: number): boolean {
  const atc = page.atc[dev];
  const link = page.link[dev];
  if (!atc.present || !atc.write || link.posted) return false;
  link.posted = 1;
  link.postedHealth = atc.health;
  return true;
}

/* The posted write reaches memory: this is the access. */
export function deviceLandWrite(m: Machine, page: Page, dev: number): boolean {
  const link = page.link[dev];
  if (!link.posted) return false;
  checkAccess(m, link.postedHealth, 1);
  link.posted = 0;
  link.postedHealth = LIVE;
  accessedByDevice(page);
  return true;
}

/** The ATC drops an entry for want of room. */
export function deviceEvict(page: Page, dev: number): boolean {
  if (!page.atc[dev].present) return false;
  page.atc[dev].clear();
  return true;
}
