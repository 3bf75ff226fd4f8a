/** The table of contents of the rules: which one makes each event happen. */
import type { Actor, Event } from '../events.ts';
import type { Machine } from '../machine.ts';
import type { OperationName, StepVerb } from '../operations.ts';
import { SHOWN } from '../shown.ts';
import type { Page, Thread } from '../state.ts';
import * as aging from './aging.ts';
import * as cpu from './cpu.ts';
import * as device from './device.ts';
import * as frame from './frame.ts';
import * as iommu from './iommu.ts';
import { atLastStep, runToEnd, takeStep } from './operation.ts';
import * as reclaim from './reclaim.ts';
import * as user from './user.ts';

/**
 * Makes one event happen to the machine's state. False: the event is not enabled, and nothing was
 * written. `unit` is the number of the CPU, the device or the kernel thread.
 */
export type Rule = (m: Machine, page: Page, unit: number) => boolean;
type Rules = { [A in Actor]: Record<(Event & { actor: A })['verb'], Rule> };

type End = (m: Machine, page: Page) => void;

/** `atomic`: what began ends at once. `fine`: it goes on event by event. */
function began(m: Machine, thread: Thread, page: Page, end: End): boolean {
  if (m.fine) return true;
  runToEnd(m, thread, page);
  end(m, page);
  return true;
}

/** The last step of an operation in flight, if the thread has come to it. */
const last =
  (verb: string, end: End): Rule =>
  (m, page, thread) => {
    if (!atLastStep(m, m.threads[thread], page, verb)) return false;
    end(m, page);
    return true;
  };

/** The same where more than one operation of the thread ends in this word. */
const lastOf =
  (verb: string, ends: Partial<Record<OperationName, End>>): Rule =>
  (m, page, thread) => {
    const { at } = m.threads[thread];
    if (!atLastStep(m, m.threads[thread], page, verb)) return false;
    ends[m.operations.steps[at].operation.name]!(m, page);
    return true;
  };

/** The steps of the operations of both threads. */
const STEPS: Record<StepVerb, Rule> = {
  'flush-tlb': (m, page, thread) => takeStep(m, m.threads[thread], page, 'flush-tlb'),
  'flush-iotlb': (m, page, thread) => takeStep(m, m.threads[thread], page, 'flush-iotlb'),
  'post-invalidation': (m, page, thread) =>
    takeStep(m, m.threads[thread], page, 'post-invalidation'),
  'await-invalidation': (m, page, thread) =>
    takeStep(m, m.threads[thread], page, 'await-invalidation'),
  harvest: (m, page, thread) => takeStep(m, m.threads[thread], page, 'harvest'),
  zap: (m, page, thread) => takeStep(m, m.threads[thread], page, 'zap'),
};

/** A mark answers what it found only where it is a step of its own. */
function markEndAtomic(m: Machine, page: Page): void {
  aging.markEnd(m, page);
  m.shown &= ~(SHOWN.answers | SHOWN.one);
}

export const RULES: Rules = {
  dev: {
    read: (m, page, dev) => device.deviceAccess(m, page, dev, 0),
    write: (m, page, dev) => device.deviceAccess(m, page, dev, 1),
    'request-read': (_m, page, dev) => device.deviceRequest(page, dev, 0),
    'request-write': (_m, page, dev) => device.deviceRequest(page, dev, 1),
    complete: device.deviceComplete,
    'handle-invalidation': device.deviceHandleInvalidation,
    'post-write': (_m, page, dev) => device.devicePostWrite(page, dev),
    'land-write': device.deviceLandWrite,
    evict: (_m, page, dev) => device.deviceEvict(page, dev),
  },
  iommu: {
    translate: iommu.iommuTranslate,
    evict: (_m, page) => iommu.iommuEvict(page),
  },
  cpu: {
    read: (m, page, unit) => cpu.cpuAccess(m, page, unit, 0),
    write: (m, page, unit) => cpu.cpuAccess(m, page, unit, 1),
    evict: (_m, page, unit) => cpu.cpuEvict(page, unit),
  },
  kswapd: {
    folio_referenced: (m, page) =>
      aging.ageBegin(m, page) && began(m, m.kswapd, page, aging.ageEnd),
    age: aging.ageBegin,
    unmap: (m, page) => reclaim.unmapBegin(m, page) && began(m, m.kswapd, page, reclaim.unmapEnd),
    'write-protect': (m, page) =>
      reclaim.writeProtectBegin(m, page) && began(m, m.kswapd, page, reclaim.writeProtectEnd),
    walk: (m, page) => aging.walkBegin(m, page) && began(m, m.kswapd, page, aging.walkEndAtomic),
    pageout: (m, page) =>
      reclaim.pageoutBegin(m, page) && began(m, m.kswapd, page, reclaim.unmapEnd),
    ...STEPS,
    report: last('report', aging.ageEnd),
    free: last('free', reclaim.unmapEnd),
    end: lastOf('end', { 'write-protect': reclaim.writeProtectEnd, walk: aging.walkEnd }),
  },
  page_idle: {
    mark: (m, page) => aging.markBegin(m, page) && began(m, m.page_idle, page, markEndAtomic),
    check: (m, page) => aging.checkBegin(m, page) && began(m, m.page_idle, page, aging.checkEnd),
    ...STEPS,
    report: last('report', aging.checkEnd),
    end: last('end', aging.markEnd),
  },
  user: {
    'clear-refs': user.clearRefs,
    'madvise-cold': user.madviseCold,
    fork: user.fork,
  },
  khugepaged: { collapse: frame.collapse },
};

/** The rule of an event. */
export function ruleOf(event: Event): Rule {
  return (RULES[event.actor] as Readonly<Record<string, Rule>>)[event.verb];
}
