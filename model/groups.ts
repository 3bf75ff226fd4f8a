/** Groups the events of a system by the bits of a state that they read and write. */
import type { EventKind } from './event.ts';
import type { Event, LinedUp } from './events.ts';
import type { Layout } from './layout.ts';
import { FAULT_OPERATIONS } from './mechanics/fault.ts';
import type { Operations } from './operation.ts';
import { THREADS } from './operation.ts';
import { pagePart } from './placing.ts';
import { placeIndexOf } from './ranges.ts';
import type { Parts } from './system.ts';

/**
 * A run of neighbouring events in `events`. They all concern one page. They belong to one kernel
 * thread, or to none. What they do depends only on the bits in `masks` and on who holds the
 * page-table lock, and they change only those bits.
 */
export interface Group {
  readonly first: number;
  readonly end: number;
  /** The place of the events: the page, or behind the last page the scope's run of pages. */
  readonly page: number;
  /**
   * The thread whose events these are, as its place in THREADS; NO_THREAD if they are of no kernel
   * thread.
   */
  readonly thread: number;
  /** False if the events act on other pages, too. They then read and write all pages. */
  readonly local: boolean;
  /** The bits of each word that belong to the page and the thread. */
  readonly masks: readonly number[];
}
export const NO_THREAD = -1;

/**
 * The parts of a state that the events of a page, and of a thread if one is given, read and write.
 */
export function partsOf(
  parts: Parts,
  page: number,
  thread: number,
  { areWatched }: Operations,
): ReadonlySet<string> {
  const threads = areWatched ? THREADS : thread === NO_THREAD ? [] : [THREADS[thread]];
  return new Set([pagePart(parts, page), ...threads]);
}

/**
 * Whether an event acts on pages other than its own: as a step, or by an operation that runs inside
 * it. In `fine` an operation of a thread only begins in its first event. The operations of the
 * fault handler run inside the events of CPUs and devices.
 */
function reachesFar(
  { verb, page, to }: Event,
  { step, begins, thread }: EventKind,
  { byName, steps }: Operations,
  parts: Parts,
): boolean {
  // A run of pages has parts of several pages.
  if (to !== page && pagePart(parts, page) !== pagePart(parts, to)) return true;
  const far = (name: string) => byName.get(name)?.reachesFar === true;
  if (step === true) {
    return steps
      .slice(1)
      .some(
        ({ operation, verb: own, isFar }) => operation.thread === thread && own === verb && isFar,
      );
  }
  if (begins !== undefined) {
    return far(begins) && !(thread !== undefined && parts.scope.granularity === 'fine');
  }
  return thread === undefined && FAULT_OPERATIONS.some(({ name }) => far(name));
}

/** All events in order, grouped by what they read and write. */
export function groupsOf(
  line: readonly LinedUp[],
  operations: Operations,
  layout: Layout,
  parts: Parts,
): Group[] {
  const groups: Group[] = [];
  for (const { event, kind } of line) {
    const { index } = event;
    const page = placeIndexOf(parts, event);
    const thread = kind.thread === undefined ? NO_THREAD : THREADS.indexOf(kind.thread);
    const local = !reachesFar(event, kind, operations, parts);
    const last = groups.at(-1);
    if (last?.page === page && last.thread === thread && last.local === local) {
      groups[groups.length - 1] = { ...last, end: index + 1 };
      continue;
    }
    const alike = groups.find((group) => group.page === page && group.thread === thread);
    const masks = alike?.masks ?? layout.masks(partsOf(parts, event.page, thread, operations));
    groups.push({ first: index, end: index + 1, page, thread, local, masks });
  }
  return groups;
}
