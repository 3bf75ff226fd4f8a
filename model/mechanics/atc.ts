/** What a device does when it handles an invalidation request. */
import type { Leg } from '../did.ts';
import type { Machine } from '../machine.ts';
import type { Page } from '../state.ts';
import { ASKED, LIVE, PAGES, TRANSLATED } from '../state.ts';

/*
 * PCIe ATS: a device that handles an invalidation discards a translation completion that is still
 * in flight. It then asks again.
 */
export function dropOvertaken(m: Machine, page: Page, dev: number): void {
  const link = page.link[dev];
  if (!m.dropsOvertakenCompletions || link.request !== TRANSLATED) return;
  m.did?.push({ what: 'overtaken', unit: dev, page: page.index });
  link.request = ASKED;
  link.resultWrite = 0;
  link.health = LIVE;
}

/** A device drops its ATC entry, if it has one, and discards an overtaken completion. */
export function handleInvalidation(m: Machine, page: Page, dev: number, leg: Leg): void {
  const entry = page.atc[dev];
  m.did?.push({
    what: 'invalidation',
    unit: dev,
    page: page.index,
    found: entry.present !== 0,
    leg,
  });
  if (!m.acknowledgesInVain) {
    entry.clear();
    dropOvertaken(m, page, dev);
  }
  m.did?.push({ what: 'invalidated', unit: dev, page: page.index });
}

/** Invalidates a page in every ATC. The request is sent, handled and completed at once. */
export function invalidateAtOnce(m: Machine, page: Page): void {
  for (let dev = 0; dev < page.atc.length; dev++) handleInvalidation(m, page, dev, 'at-once');
}

/**
 * Whether a flush of the page's ATC entries has posted writes to wait for. A device that keeps the
 * ATS rules completes an invalidation only after its posted writes have landed. The driver waits
 * for that completion.
 */
export function writesToDrain(m: Machine, page: Page): boolean {
  if (!m.drainsPostedWrites || !m.invalidationAwaits) return false;
  for (const { link } of page[PAGES]) for (const device of link) if (device.posted) return true;
  return false;
}

/** Whether a translated request of the page is in flight. */
export function hasTranslated(page: Page): boolean {
  for (const { link } of page[PAGES]) {
    for (const device of link) if (device.request === TRANSLATED) return true;
  }
  return false;
}
