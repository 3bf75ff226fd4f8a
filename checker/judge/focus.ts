/**
 * One page stands for all. In `atomic` no operation is ever half done between two events, and every
 * event is of one page; so pages meet only where a step covers another page than its operation's.
 *
 * Where no step does, n pages are n copies of one page that run side by side, and every transition
 * is one of the same page alone: one page has every verdict and every length.
 *
 * Where only unmaps do, and whatever the other page is like, what the others can do to page A is to
 * be unmapped. That takes two events each time, as a page has to be there: an access, which is
 * always possible, and the unmap. One other page can do it again and again, so that two pages have
 * every verdict and every length, and of page B nothing matters but whether it is there.
 *
 * In all other cases every page is kept.
 */
import type { Event } from '../../model/events.ts';
import { operationsOf } from '../../model/events.ts';
import type { Model, Packed } from '../../model/model.ts';
import { NO_THREAD } from '../../model/model.ts';
import type { Step } from '../../model/operation.ts';
import { hasLru, hasPageout } from '../../model/play.ts';
import type { Parts, System } from '../../model/system.ts';

/**
 * The steps that cover another page than their operation's. Waiting for an invalidation of another
 * page is none in `atomic`, where nothing is ever pending.
 */
function farSteps(parts: Parts): Step[] {
  const atomic = parts.scope.granularity === 'atomic';
  const isFar = ({ covers }: Step) =>
    covers.some((pages, own) => pages.some((page) => page !== own));
  return operationsOf(parts)
    .steps.slice(1)
    .filter((step) => isFar(step) && !(atomic && step.verb === 'await-atc'));
}

/** Whether the pages of a system are copies of one page that run side by side. */
export const pagesAreApart = (parts: Parts): boolean =>
  parts.scope.granularity === 'atomic' && farSteps(parts).length === 0;

const coversAll = ({ covers }: Step): boolean =>
  covers.every((pages) => pages.length === covers.length);

/** Whether no page differs from another in what is done to it: each step is of one, or of all. */
export const pagesAreAlike = (parts: Parts): boolean => farSteps(parts).every(coversAll);

/** A step of an unmap that depends on nothing but that the page is there. */
const isPlain = ({ operation, ifYoung, ifHarvested }: Step): boolean =>
  operation.name === 'unmap' && !ifYoung && !ifHarvested;

/**
 * Whether of another page nothing matters but that it is there and can be unmapped. A condition
 * would ask whether it is young, an LRU whether it is condemned, MADV_PAGEOUT of 5.4 to 6.9 whether
 * its spte is young; and what an unmap harvests elsewhere counts for its own page.
 */
export function othersComeAndGo(parts: Parts): boolean {
  const far = farSteps(parts);
  const unmap = far.at(0)?.operation;
  const asks = hasLru(parts) || (hasPageout(parts) && parts.kernel.pageout === 'clears');
  const { steps } = operationsOf(parts);
  return (
    parts.scope.granularity === 'atomic' &&
    !asks &&
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
