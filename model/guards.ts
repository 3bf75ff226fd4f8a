/** The guards of events. Each has the reason to give if it does not hold. */
import type { Guard, Names } from './event.ts';
import type { Machine } from './machine.ts';
import type { Page } from './state.ts';
import { ASKED, FOUND, PAGES, TRANSLATED, UNITS } from './state.ts';
import { hasTranslated, writesToDrain } from './mechanics/atc.ts';
import { canWalk, copies } from './mechanics/fault.ts';
import { canTranslate, retriesOnOld, spteFaults } from './mechanics/translate.ts';

/** Whether the TLB serves an access. A write needs an entry that is writable and already dirty. */
export function tlbServes({ tlb }: Page, cpu: number, isWrite: number): boolean {
  const entry = tlb[cpu];
  return entry.present !== 0 && (!isWrite || (entry.write !== 0 && entry.dirty !== 0));
}
/** Whether the ATC serves this kind of access. */
export function atcServes({ atc }: Page, dev: number, isWrite: number): boolean {
  return atc[dev].present !== 0 && (!isWrite || atc[dev].write !== 0);
}

/** Whether all units of a place that are mapped are so, or whether one of them is. */
const everyMapped = (place: Page, is: (page: Page) => boolean): boolean =>
  place[UNITS].every((page) => page.pte.present === 0 || is(page));
const someMapped = (place: Page, is: (page: Page) => boolean): boolean =>
  place[UNITS].some((page) => page.pte.present !== 0 && is(page));

export const mapped: Guard = {
  holds: (_m, place) => someMapped(place, () => true),
  otherwise: ({ p }) => `${p} is not mapped`,
};
export const unlocked: Guard = {
  holds: (m, page) => !m.locked(page),
  otherwise: ({ p, holder }) => `${holder} holds the page-table lock of ${p}`,
};
/** No other operation holds the page-table lock. */
export const lockIsOwn: Guard = {
  ...unlocked,
  holds: (m, page, thread) => !m.locked(page, thread),
};
export const unmapped: Guard = {
  holds: (_m, page) => page.pte.present === 0,
  otherwise: ({ p }) => `${p} is mapped`,
};
export const notPending: Guard = {
  holds: (m, page) => !m.pending(page),
  otherwise: ({ p }) => `an unmap of ${p} has still to flush it`,
};
/* MADV_DONTNEED and mprotect() call flush_tlb_batched_pending(), if the kernel has it. */
export const pendingChecked: Guard = {
  ...notPending,
  holds: (m, page) => !m.checksPending || !m.pending(page),
};
const waits = (what: string, p: string, holder: string, present: number): string =>
  `${present ? what : `${p} is not mapped`}, and ${holder} holds the page-table lock of ${p}`;

/* A CPU's access. handle_mm_fault() takes the page-table lock; a walk by hardware does not. */
export const cpuCanWalk = (isWrite: number): Guard => ({
  holds: (m, page, cpu) => tlbServes(page, cpu, isWrite) || canWalk(m, page, isWrite),
  otherwise: (names, m, page) => whyNoWalk(names, m, page, isWrite),
});
export const deviceCanWalk = (isWrite: number): Guard => ({
  holds: (m, page, dev) => atcServes(page, dev, isWrite) || canTranslate(m, page, isWrite),
  otherwise: (names, m, page) => whyNoAnswer(names, m, page, isWrite),
});
export const iommuCanWalk: Guard = {
  holds: (m, page, dev) => canTranslate(m, page, page.link[dev].isWrite),
  otherwise: (names, m, page, dev) => whyNoAnswer(names, m, page, page.link[dev].isWrite),
};

/** Why the fault handler has to wait. */
function whyNoWalk({ p, holder }: Names, m: Machine, page: Page, isWrite: number): string {
  const { pte } = page;
  if (m.locked(page) || !copies(page, isWrite)) {
    return waits('it needs the fault handler', p, holder, pte.present);
  }
  if (m.copiesInSteps) return `a child shares ${p}: a write waits for 'user: cow ${p}'`;
  return `a translated request of ${p} is in flight, and the copy waits for it`;
}
/** Why the IOMMU, or the secondary MMU, cannot answer now. */
function whyNoAnswer(names: Names, m: Machine, page: Page, isWrite: number): string {
  const { p } = names;
  if (retriesOnOld(m, page, isWrite)) {
    return `the IOTLB has an old entry of ${p} without write, and the device retries`;
  }
  if (!m.locked(page) && m.shadow && m.early(page)) {
    return `an operation that invalidates ${p} has begun, and its PTE step is still to come`;
  }
  return whyNoWalk(names, m, page, isWrite);
}
/** A lookup is possible under the page-table lock if the PTE allows the access. */
export const canLookUp: Guard = {
  holds: (m, page, dev) => canWalk(m, page, page.link[dev].isWrite),
  otherwise: (names, m, page, dev) => whyNoWalk(names, m, page, page.link[dev].isWrite),
};
export const spteServes: Guard = {
  holds: (m, page, dev) => !m.looksUp || !spteFaults(page, page.link[dev].isWrite),
  otherwise: ({ p, dev }) =>
    `the table of the secondary does not serve ${dev} for ${p}: a lookup comes first`,
};
export const spteLacks: Guard = {
  holds: (_m, page, dev) => spteFaults(page, page.link[dev].isWrite),
  otherwise: ({ p, dev }) => `the table of the secondary serves ${dev} for ${p} already`,
};
export const found: Guard = {
  holds: (_m, page, dev) => page.link[dev].request === FOUND,
  otherwise: ({ p, dev }) => `${dev} has no fill of ${p} that was looked up`,
};
export const notRaced: Guard = {
  holds: (_m, page, dev) => page.link[dev].raced === 0,
  otherwise: ({ p, dev }) => `an invalidation has overtaken the fill of ${p} for ${dev}`,
};
export const raced: Guard = {
  holds: (_m, page, dev) => page.link[dev].raced !== 0,
  otherwise: ({ p, dev }) => `no invalidation has overtaken the fill of ${p} for ${dev}`,
};

export const inTlb: Guard = {
  holds: (_m, page, cpu) => page.tlb[cpu].present !== 0,
  otherwise: ({ cpu, p }) => `${cpu} has no TLB entry of ${p}`,
};
export const inIotlb: Guard = {
  holds: (_m, page) => page.iotlb.present !== 0,
  otherwise: ({ p }) => `the IOTLB has no entry of ${p}`,
};
export const inAtc: Guard = {
  holds: (_m, page, dev) => page.atc[dev].present !== 0,
  otherwise: ({ dev, cache, p }) => `${dev} has no ${cache} entry of ${p}`,
};
export const atcWrites: Guard = {
  holds: (_m, page, dev) => page.atc[dev].write !== 0,
  otherwise: ({ dev, cache, p }) => `${dev}'s ${cache} entry of ${p} does not permit writes`,
};
/**
 * In `fine` a miss is three events: request, translate and complete. So `read` and `write` are hits
 * alone.
 */
export const hitsAtc = (isWrite: number): Guard => ({
  holds: (m, page, dev) => !m.asksInSteps || atcServes(page, dev, isWrite),
  otherwise: (names, m, page, dev) => {
    const lacks = inAtc.holds(m, page, dev) ? atcWrites : inAtc;
    const verb = isWrite ? 'write' : 'read';
    return `${lacks.otherwise(names, m, page, dev)}: a miss begins with request-${verb}`;
  },
});
export const missesAtc = (isWrite: number): Guard => ({
  holds: (_m, page, dev) => !atcServes(page, dev, isWrite),
  otherwise: ({ dev, anEntry, p }) =>
    `${dev} has ${anEntry} of ${p}: the ${isWrite ? 'write' : 'read'} is a hit`,
});
export const noRequest: Guard = {
  holds: (_m, page, dev) => page.link[dev].request === 0,
  otherwise: ({ dev, p }) => `${dev} has a request for ${p} in flight already`,
};
export const asked: Guard = {
  holds: (_m, page, dev) => page.link[dev].request === ASKED,
  otherwise: ({ dev, p }, _m, page, unit) =>
    page.link[unit].request === TRANSLATED
      ? `the translation of ${p} for ${dev} is on its way already`
      : `${dev} has not requested ${p}`,
};
export const translated: Guard = {
  holds: (_m, page, dev) => page.link[dev].request === TRANSLATED,
  otherwise: ({ dev, p, untranslated }, _m, page, unit) =>
    page.link[unit].request === ASKED
      ? untranslated(dev, p)
      : `${dev} has no request for ${p} in flight`,
};
export const invalidated: Guard = {
  holds: (_m, page, dev) => page.link[dev].invalidation !== 0,
  otherwise: ({ dev, invalidation, p }) => `no ${invalidation} of ${p} is pending at ${dev}`,
};
/* PCIe ATS: the invalidate completion must not pass posted writes that used the translation. */
export const ownWriteLanded: Guard = {
  holds: (m, page, dev) => !m.drainsPostedWrites || page.link[dev].posted === 0,
  otherwise: ({ dev, p }) => `the posted write of ${dev} to ${p} has not landed`,
};
export const nonePosted: Guard = {
  holds: (_m, page, dev) => page.link[dev].posted === 0,
  otherwise: ({ dev, p }) => `${dev} has a posted write to ${p} in flight already`,
};
export const posted: Guard = {
  holds: (_m, page, dev) => page.link[dev].posted !== 0,
  otherwise: ({ dev, p }) => `${dev} has posted no write to ${p}`,
};
/** A fork or a collapse waits until the devices have drained what they posted. */
export const writesLanded: Guard = {
  holds: (m, page) => !writesToDrain(m, page),
  otherwise: ({ p }, _m, page) => {
    const { link } = page[PAGES].find((each) => each.link.some(({ posted: is }) => is === 1))!;
    const dev = link.findIndex(({ posted: is }) => is === 1);
    return `the posted write of dev${dev} to ${p} has not landed`;
  },
};
/** It also waits until the IOMMU has drained what it has translated. */
export const requestsDrained: Guard = {
  holds: (m, page) => !m.invalidationDrains || !hasTranslated(page),
  otherwise: ({ p }) => `a translated request of ${p} is in flight, and the IOMMU drains it`,
};
/* An IOMMU that drains handles an invalidation when no translated request of the page is left. */
export const iommuDrained: Guard = {
  holds: (m, page) => !m.drainsTranslated || !hasTranslated(page),
  otherwise: ({ p }) => `a translated request of ${p} is in flight, and the IOMMU drains it`,
};
export const inQueue: Guard = {
  holds: (_m, page) => page.queue.invalidation !== 0,
  otherwise: ({ p }) => `no invalidation of ${p} is in the queue of the IOMMU`,
};
export const shared: Guard = {
  holds: (_m, page) => page.pte.cow !== 0,
  otherwise: ({ p }) => `no child shares ${p}`,
};
export const ownFrame: Guard = {
  holds: (_m, page) => page.pte.cow === 0,
  otherwise: ({ p }) => `a child shares ${p} already`,
};

export const idleThread: Guard = {
  holds: (m, _page, thread) => m.threads[thread].at === 0,
  otherwise: ({ thread, doing }) => `${thread} is in ${doing}`,
};
/* Up to 6.9 MADV_PAGEOUT clears the PTE's young bit and then looks. A young spte keeps the page. */
export const spteOld: Guard = {
  holds: (m, page) => !m.pageoutAsksSpte || page[PAGES].every(({ spte }) => spte.young === 0),
  otherwise: ({ p }) =>
    `the entry of ${p} in the table of the secondary is young, and that keeps it`,
};
export const condemned: Guard = {
  holds: (m, place) => !m.hasLru || everyMapped(place, ({ flags }) => flags.condemned !== 0),
  otherwise: ({ p }) => `reclaim's last look did not condemn ${p}`,
};
/* walk_pte_range(). A walk that calls no notifier skips old PTEs. */
export const youngOrAsked: Guard = {
  holds: (m, page) => page.pte.young !== 0 || m.operations.byName.get('walk')!.calls,
  otherwise: ({ p }) => `${p} is old, and the walk skips it`,
};
export const markedIdle: Guard = {
  holds: (_m, page) => page.flags.PG_idle !== 0,
  otherwise: ({ p }) => `${p} is not marked idle`,
};
export const writable: Guard = {
  holds: (_m, place) => someMapped(place, ({ pte }) => pte.writable !== 0),
  otherwise: ({ p }) => `${p} is write-protected already`,
};
/**
 * Reclaim can look: at a page as an operation of its own, or inside an unmap. The page may be gone
 * by then, which ends the unmap.
 */
export const canLook: Guard = {
  holds(m, page, thread) {
    if (m.threads[thread].at !== 0)
      return lookNext.holds(m, page, thread) && !m.locked(page, thread);
    return m.reclaimLooks && page.pte.present !== 0 && !m.locked(page);
  },
  otherwise(names, m, page, thread) {
    const isNext = m.threads[thread].at !== 0 && lookNext.holds(m, page, thread);
    if (!isNext && m.threads[thread].at !== 0) return idleThread.otherwise(names, m, page, thread);
    if (!m.reclaimLooks && !isNext) return 'only an unmap looks at pages here';
    const guard = isNext || mapped.holds(m, page, thread) ? unlocked : mapped;
    return guard.otherwise(names, m, page, thread);
  },
};

/** This step comes next in the thread's operation, and the operation is on this page. */
export const comesNext = (verb: string): Guard => ({
  holds: (m, page, unit) => {
    const thread = m.threads[unit];
    return (
      thread.at !== 0 && thread.page === page.index && m.operations.steps[thread.at].verb === verb
    );
  },
  otherwise: ({ thread, doing }, m, _page, unit) =>
    m.threads[unit].at === 0 ? `${thread} is idle` : `${thread} is in ${doing}`,
});
const lookNext = comesNext('age');
