/** Why an event cannot happen in a state, in the words of the kernel. */
import type { Event } from '../../model/events.ts';
import { PAGE_NAMES } from '../../model/events.ts';
import type { Step, ThreadName } from '../../model/operations.ts';
import { THREADS, coveredBy, operationsOf } from '../../model/operations.ts';
import { ASKED, TRANSLATED } from '../../model/state.ts';
import type { Parts } from '../../model/system.ts';
import { hasAtc, hasLru } from '../../model/system.ts';
import { deviceWords } from './device-words.ts';
import type { PageSnapshot, Snapshot } from './snapshot.ts';

/** An event in a state: what every reason is told from. */
interface Case {
  readonly parts: Parts;
  readonly state: Snapshot;
  readonly event: Event;
  readonly page: PageSnapshot;
  /** The page's name. */
  readonly p: string;
  /** The steps of the system's operations. */
  readonly steps: readonly Step[];
}

/** Why the event cannot happen; undefined if nothing is known to be in its way. */
export function whyNot(parts: Parts, state: Snapshot, event: Event): string | undefined {
  const c: Case = {
    parts,
    state,
    event,
    page: state.pages[event.page],
    p: PAGE_NAMES[event.page],
    steps: operationsOf(parts).steps,
  };
  switch (event.actor) {
    case 'cpu':
      return event.verb === 'evict' ? noTlbEntry(c) : needsFault(c);
    case 'dev':
      return whyNotDevice(c, event.verb);
    case 'iommu':
      return event.verb === 'evict' ? noIotlbEntry(c) : whyNotTranslate(c);
    case 'kswapd':
    case 'page_idle':
      return whyNotThread(c, event.actor, event.verb);
    case 'user':
    case 'khugepaged':
      return notMapped(c) ?? lockHeld(c) ?? sharedAlready(c) ?? notDrained(c);
  }
}

const lines = (...reasons: (string | false | undefined)[]): string | undefined =>
  reasons.find((reason): reason is string => typeof reason === 'string');

const noTlbEntry = ({ page, event, p }: Case): string | undefined =>
  page.tlb[event.unit].present ? undefined : `cpu${event.unit} has no TLB entry of ${p}`;

const noIotlbEntry = ({ page, p }: Case): string | undefined =>
  page.iotlb.present ? undefined : `the IOTLB has no entry of ${p}`;

const notMapped = ({ page, p }: Case): string | undefined =>
  page.pte.present ? undefined : `${p} is not mapped`;

const sharedAlready = ({ page, event, p }: Case): string | undefined =>
  event.verb === 'fork' && page.pte.cow ? `a child shares ${p} already` : undefined;

const notLanded = (dev: number, p: string): string =>
  `the posted write of dev${dev} to ${p} has not landed`;

/** A fork or a collapse waits until the devices have drained what they posted. */
function notDrained({ page, event, p }: Case): string | undefined {
  if (event.verb !== 'fork' && event.verb !== 'collapse') return undefined;
  const dev = page.link.findIndex(({ posted }) => posted === 1);
  return dev < 0 ? undefined : notLanded(dev, p);
}

/** The thread whose operation holds the page-table lock of the page. */
const holder = ({ state, event }: Case): ThreadName | undefined =>
  THREADS.find((thread) => state[thread].at !== 0 && state[thread].page === event.page);

function lockHeld(c: Case): string | undefined {
  const thread = holder(c);
  return thread === undefined ? undefined : `${thread} holds the page-table lock of ${c.p}`;
}

/** An access or a translation can only be stopped by the lock that its fault waits for. */
function needsFault(c: Case): string | undefined {
  const held = lockHeld(c);
  if (held === undefined) return undefined;
  const { pte } = c.page;
  const fault = !pte.present ? `${c.p} is not mapped` : 'it needs the fault handler';
  return `${fault}, and ${held}`;
}

function whyNotTranslate(c: Case): string | undefined {
  const { request } = c.page.link[c.event.unit];
  const dev = `dev${c.event.unit}`;
  if (request === TRANSLATED) return `the translation of ${c.p} for ${dev} is on its way already`;
  return request === ASKED ? needsFault(c) : `${dev} has not requested ${c.p}`;
}

function whyNotDevice(c: Case, verb: (Event & { actor: 'dev' })['verb']): string | undefined {
  const { page, event, p } = c;
  const dev = `dev${event.unit}`;
  const atc = page.atc[event.unit];
  const link = page.link[event.unit];
  const { cache, anEntry, invalidation, untranslated } = deviceWords(c.parts);
  const noEntry = !atc.present && `${dev} has no ${cache} entry of ${p}`;
  const readOnly = !atc.write && `${dev}'s ${cache} entry of ${p} does not permit writes`;
  switch (verb) {
    case 'read':
    case 'write': {
      if (c.parts.scope.granularity === 'atomic' || !hasAtc(c.parts)) return needsFault(c);
      const missed = lines(noEntry, verb === 'write' && readOnly);
      return missed && `${missed}: a miss begins with request-${verb}`;
    }
    case 'request-read':
    case 'request-write': {
      const access = verb === 'request-read' ? 'read' : 'write';
      const pending = link.request !== 0 && `${dev} has a request for ${p} in flight already`;
      return lines(pending, `${dev} has ${anEntry} of ${p}: the ${access} is a hit`);
    }
    case 'complete':
      return link.request === ASKED
        ? untranslated(dev, p)
        : lines(link.request === 0 && `${dev} has no request for ${p} in flight`);
    case 'handle-invalidation':
      return lines(
        !link.invalidation && `no ${invalidation} of ${p} is pending at ${dev}`,
        link.posted === 1 && notLanded(event.unit, p),
      );
    case 'post-write':
      return lines(
        noEntry,
        readOnly,
        link.posted === 1 && `${dev} has a posted write to ${p} in flight already`,
      );
    case 'land-write':
      return lines(!link.posted && `${dev} has posted no write to ${p}`);
    case 'evict':
      return lines(noEntry);
  }
}

/** What the thread is doing, if it is in the middle of something. */
export function atWork(
  { at, page }: Snapshot[ThreadName],
  thread: ThreadName,
  steps: readonly Step[],
): string | undefined {
  if (at === 0) return undefined;
  const step = steps[at];
  const p = PAGE_NAMES[page];
  return `${thread} is in its ${step.operation.name} ${p}, next comes ${step.verb} ${p}`;
}

function whyNotThread(c: Case, thread: ThreadName, verb: string): string | undefined {
  const { page, p, state, steps } = c;
  const working = atWork(state[thread], thread, steps);
  const step = steps[state[thread].at];
  switch (verb) {
    case 'folio_referenced':
    case 'age':
    case 'mark':
    case 'pageout':
      return lines(working, notMapped(c), lockHeld(c));
    case 'unmap': {
      const kept = hasLru(c.parts) && !page.flags.condemned;
      const unasked = kept && `reclaim's last look did not condemn ${p}`;
      return lines(working, notMapped(c), lockHeld(c), unasked);
    }
    case 'walk': {
      const skipped = c.parts.kernel.walkHelper === 'ptep_test_and_clear_young';
      const isOld = skipped && !page.pte.young && `${p} is old, and the walk skips it`;
      return lines(working, notMapped(c), lockHeld(c), isOld);
    }
    case 'check':
      return lines(
        working,
        !page.flags.PG_idle && `${p} is not marked idle`,
        notMapped(c),
        lockHeld(c),
      );
    case 'write-protect':
      return lines(
        working,
        notMapped(c),
        lockHeld(c),
        !page.pte.writable && `${p} is write-protected already`,
      );
    default:
      if (working === undefined) return `${thread} is idle`;
      if (step.verb !== verb || state[thread].page !== c.event.page) return working;
      return awaits(c, step);
  }
}

/** An await goes on when every device has handled every invalidation that it waits for. */
function awaits({ parts, state, event }: Case, { operation }: Step): string | undefined {
  const { invalidation } = deviceWords(parts);
  for (const { link, index } of coveredBy(operation, state.pages, event.page)) {
    const device = link.findIndex(({ invalidation }) => invalidation === 1);
    if (device < 0) continue;
    return `dev${device} has not handled the ${invalidation} of ${PAGE_NAMES[index]}`;
  }
  return undefined;
}
