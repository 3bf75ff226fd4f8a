/**
 * One page stands for all. In `atomic` no operation is ever half done between two events, so pages
 * meet in two places only: where the invalidation of an unmap covers the whole mm, and where a mark
 * covers the next page as well. Without either, n pages are n copies of one page that run side by
 * side, and every transition is one of the same page alone. With the first, what the others can do
 * to page A is to be unmapped, and a page can be unmapped once it is there: one other page, there
 * or not, stands for all of them. With the second all pages are kept.
 */
import type { Event } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { NO_THREAD } from '../../model/model.ts';
import type { Parts, System } from '../../model/system.ts';
import { hasLru, hasUnmaps } from '../../model/play.ts';

/** Whether an unmap of one page can change what is cached of another. */
export const unmapsMeet = (parts: Parts): boolean =>
  hasUnmaps(parts) &&
  parts.kernel.unmapNotifies &&
  parts.kernel.unmapInvalidates === 'mm' &&
  parts.driver.invalidate_secondary.actions.length > 0;

/** Whether a mark or check of one page can change what is known of the next. */
export const marksMeet = ({ kernel, driver, scope }: Parts): boolean =>
  scope.observers.includes('idle') &&
  kernel.idleRange === 'two-pages' &&
  driver.clear_young.actions.length > 0;

/** Whether the pages of a system are copies of one page that run side by side. */
export const pagesAreApart = (parts: Parts): boolean =>
  parts.scope.granularity === 'atomic' && !unmapsMeet(parts) && !marksMeet(parts);

/** Whether of another page nothing matters but that it is there and can be unmapped. */
export const othersComeAndGo = (parts: Parts): boolean =>
  unmapsMeet(parts) && !marksMeet(parts) && !hasLru(parts);

/** The system with the fewest pages that has the same verdicts and the same lengths. */
export function fewestPages(system: System): System {
  const { scope } = system;
  if (scope.granularity === 'fine' || marksMeet(system)) return system;
  const pages = pagesAreApart(system) ? 1 : 2;
  return { ...system, scope: { ...scope, pages: Math.min(pages, scope.pages) } };
}

const unmaps = ({ verb }: Event): boolean => verb === 'unmap' || verb === 'pageout';

/** Keeps of page B whether it is there, and of its events those that change that. */
export class OtherPage {
  private readonly masks: readonly number[];
  /** Page B as the first access by dev0 leaves it. */
  private readonly there: Packed;
  private readonly access: Event;

  constructor(model: Model) {
    const isOther = ({ page }: { page: number }) => page === 1;
    this.masks = model.groups.find((g) => isOther(g) && g.thread === NO_THREAD)!.masks;
    this.access = model.events.find((event) => isOther(event) && event.verb === 'read')!;
    this.there = model.step(model.initial, this.access)!.state;
  }

  private isThere(words: Packed): boolean {
    return this.masks.some((mask, i) => (words[i] & mask) !== 0);
  }

  /** Whether an event counts: all of page A, and those that make page B come and go. */
  keeps(event: Event): boolean {
    return event.page === 0 || event === this.access || unmaps(event);
  }

  /** Forgets of page B in a state after an event all but whether it is there. */
  settle(before: Packed, event: Event, after: Packed): void {
    const there = event.page === 1 ? !unmaps(event) : this.isThere(before);
    for (const [i, mask] of this.masks.entries()) {
      after[i] = (after[i] & ~mask) | (there ? this.there[i] & mask : 0);
    }
  }
}
