/**
 * What pages, CPUs and devices have to do with one another. docs/reductions.md has the arguments.
 */
import { operationsOf } from '../../model/events.ts';
import type { Kind } from '../../model/many.ts';
import type { Operation, Step } from '../../model/operation.ts';
import {
  asksInSteps,
  hasAtc,
  hasDmaInFlight,
  hasIotlb,
  hasLookups,
  hasLru,
} from '../../model/play.ts';
import { placesOf } from '../../model/ranges.ts';
import type { Parts, Scope } from '../../model/system.ts';

/** The numbers of agents in a scope. */
export type Sizes = Readonly<Record<Kind, number>>;
export const sizesOf = ({ pages, cpus, devices }: Scope): Sizes => ({ pages, cpus, devices });

/** The same system with other numbers of agents. */
export const sized = <P extends Parts>(parts: P, sizes: Partial<Sizes>): P => ({
  ...parts,
  scope: { ...parts.scope, ...sizes },
});

/**
 * The steps that cover another page than their operation's. In `atomic` an invalidation is never
 * pending, so waiting for one of another page does not count.
 */
export function farSteps(parts: Parts): Step[] {
  const atomic = parts.scope.granularity === 'atomic';
  return operationsOf(parts)
    .steps.slice(1)
    .filter((step) => step.isFar && !(atomic && step.verb === 'await-atc'));
}

/** Whether a step acts on every page, whatever page its operation has. */
export const coversAll = ({ covers }: Step): boolean =>
  covers.every((pages) => pages.length === covers.length);

/** Whether an operation is of several pages: of a block, or of a run that the scope names. */
export const pagesAreTogether = (parts: Parts): boolean =>
  placesOf(parts).some(({ from, to }) => from !== to);

/** Whether no step tells pages apart: each acts on one page, or on all. */
export const pagesAreAlike = (parts: Parts): boolean =>
  !pagesAreTogether(parts) && farSteps(parts).every(coversAll);

/** Whether no step of a system acts on another page than its operation's. */
export const pagesAreIndependent = (parts: Parts): boolean =>
  !pagesAreTogether(parts) && farSteps(parts).length === 0;

/**
 * Whether the steps that reach other pages are all in unmaps, and reach every page. The LRU and a
 * look inside an unmap decide by the page itself whether it is unmapped.
 */
export const onlyUnmapsReachAll = (parts: Parts): boolean =>
  !hasLru(parts) &&
  !pagesAreTogether(parts) &&
  !operationsOf(parts).hasLook &&
  farSteps(parts).every((step) => step.operation.name === 'unmap' && coversAll(step));

/** How an event about one page can do something to another. */
export type Meeting = 'never' | 'in unmaps' | 'in other ways';

export const meetingOfPages = (parts: Parts): Meeting => {
  if (pagesAreIndependent(parts)) return 'never';
  return onlyUnmapsReachAll(parts) ? 'in unmaps' : 'in other ways';
};

/** Whether devices have no state of their own. One is then as good as many. */
export const devicesAreAlike = (parts: Parts): boolean => !hasAtc(parts) && !asksInSteps(parts);

/**
 * Whether what one device has in flight matters to the others: an IOMMU drains it, or a fill that
 * was looked up is installed for all. No argument says then that fewer devices are enough.
 */
export const devicesAreBound = (parts: Parts): boolean =>
  hasLookups(parts) || hasDmaInFlight(parts);

/** Whether an operation waits until every device has answered. */
export const waitsForDevices = asksInSteps;

/**
 * Whether a device's request can go back to ASKED without an event of the device. Its translation
 * is discarded inside an event of others, or the fault handler has not helped it.
 */
export function asksAgain(parts: Parts): boolean {
  if (!asksInSteps(parts)) return false;
  const { hardware, scope } = parts;
  const stuck = !hardware.rewalksOnPermissionFault && hasIotlb(parts);
  const discards = (operation: Operation) =>
    operation.thread === undefined && postsIn(parts, operation);
  const { byName } = operationsOf(parts);
  return (
    (stuck && scope.events.includes('write')) ||
    (hardware.dropsOvertakenCompletions && [...byName.values()].some(discards))
  );
}

const postsIn = (parts: Parts, { first, last }: Operation): boolean =>
  operationsOf(parts)
    .steps.slice(first, last + 1)
    .some(({ verb }) => verb === 'post-atc');
