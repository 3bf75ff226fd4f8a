/**
 * Reduces the number of pages. In `atomic` no operation is half done between two events, and every
 * event is about one page. So pages affect each other only if a step covers another page than its
 * operation's.
 *
 * If no step does, n pages are n copies of one page that run side by side. Every transition is one
 * of a single page, so that one page has every verdict and every length.
 *
 * If only unmaps do, other pages affect page A only by being unmapped. That takes two events each
 * time, because a page has to be there first: an access, which is always possible, and the unmap.
 * One other page can do that again and again. So two pages have every verdict and every length, and
 * only the presence of page B matters.
 *
 * In all other cases every page is kept.
 */
import type { Event } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import { NO_THREAD } from '../../model/groups.ts';
import type { Model, Packed } from '../../model/model.ts';
import type { Step } from '../../model/operation.ts';
import { hasLru, hasPageout } from '../../model/play.ts';
import type { Parts, System } from '../../model/system.ts';
import { coversAll, farSteps, pagesAreIndependent, pagesAreTogether } from '../search/reach.ts';

/** Whether the pages of a system are copies of one page that run side by side. */
export const pagesAreApart = (parts: Parts): boolean =>
  parts.scope.granularity === 'atomic' && pagesAreIndependent(parts);

/** A step of an unmap that depends only on the presence of the page. */
const isPlain = ({ operation, ifYoung, ifHarvested }: Step): boolean =>
  operation.name === 'unmap' && !ifYoung && !ifHarvested;

/**
 * Whether other pages matter only by being present and being unmapped. This excludes conditions on
 * young bits, decisions of the LRU, and MADV_PAGEOUT of 5.4 to 6.9, which tests the spte. It also
 * excludes an unmap that harvests on other pages, as that counts for its own page.
 */
export function othersComeAndGo(parts: Parts): boolean {
  const far = farSteps(parts);
  const unmap = far.at(0)?.operation;
  const asks = hasLru(parts) || (hasPageout(parts) && parts.kernel.pageout === 'clears');
  const { steps } = operationsOf(parts);
  return (
    parts.scope.granularity === 'atomic' &&
    !asks &&
    !pagesAreTogether(parts) &&
    far.length > 0 &&
    far.every((step) => isPlain(step) && coversAll(step)) &&
    !steps.slice(1).some((step) => step.operation.name === unmap?.name && step.ifHarvested)
  );
}

/** The system with the fewest pages that has the same verdicts and the same lengths. */
export function fewestPages(system: System): System {
  const { scope } = system;
  const fewest = pagesAreApart(system) ? 1 : othersComeAndGo(system) ? 2 : scope.pages;
  return { ...system, scope: { ...scope, pages: Math.min(fewest, scope.pages) } };
}

const unmaps = ({ verb }: Event): boolean => verb === 'unmap' || verb === 'pageout';

/**
 * Keeps only whether page B is present, and only those of its events that change that. The other
 * page of model/others.ts comes and goes by one event that stands for several. A graph needs an
 * edge for each event, as it counts answers and sent invalidations along its edges.
 */
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

  /** Whether an event counts: any event of page A, and events that make page B come or go. */
  keeps(event: Event): boolean {
    return event.page === 0 || event === this.access || unmaps(event);
  }

  /** Forgets everything about page B in a state after an event, except whether it is present. */
  settle(before: Packed, event: Event, after: Packed): void {
    const there = event.page === 1 ? !unmaps(event) : this.isThere(before);
    for (const [i, mask] of this.masks.entries()) {
      after[i] = (after[i] & ~mask) | (there ? this.there[i] & mask : 0);
    }
  }
}
