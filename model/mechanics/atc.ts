/** What an invalidation request does in the devices. */
import type { Machine } from '../machine.ts';
import type { Link, Page } from '../state.ts';
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

/** The invalidation of a page in every ATC: sent, handled and completed at once. */
export function invalidateAtOnce(m: Machine, page: Page): void {
  for (const entry of page.atc) entry.clear();
  for (const link of page.link) dropOvertaken(m, link);
}

/**
 * Posted writes that a flush of the page's ATC entries waits for: a device that keeps the ATS rules
 * completes the invalidation only when they have landed, and the driver waits for the completion.
 */
export function writesToDrain(m: Machine, { link }: Page): boolean {
  if (!m.drainsPostedWrites || !m.invalidationAwaits) return false;
  for (const device of link) if (device.posted) return true;
  return false;
}
