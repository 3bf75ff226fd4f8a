/** The guards of events. Each has the reason to give if it does not hold. */
import type { Guard } from './event.ts';
import type { Page } from './state.ts';
import { ASKED, TRANSLATED } from './state.ts';
import { writesToDrain } from './mechanics/atc.ts';
import { walkFaults } from './mechanics/fault.ts';
import { translationFaults } from './mechanics/translate.ts';

/** Whether the TLB serves an access. A write needs an entry that is writable and already dirty. */
export function tlbServes({ tlb }: Page, cpu: number, isWrite: number): boolean {
  const entry = tlb[cpu];
  return entry.present !== 0 && (!isWrite || (entry.write !== 0 && entry.dirty !== 0));
}
/** Whether the ATC serves this kind of access. */
export function atcServes({ atc }: Page, dev: number, isWrite: number): boolean {
  return atc[dev].present !== 0 && (!isWrite || atc[dev].write !== 0);
}

export const mapped: Guard = {
  holds: (_m, page) => page.pte.present !== 0,
  otherwise: ({ p }) => `${p} is not mapped`,
};
export const unlocked: Guard = {
  holds: (m, page) => !m.locked(page),
  otherwise: ({ p, holder }) => `${holder} holds the page-table lock of ${p}`,
};
const waits = (what: string, p: string, holder: string, present: number): string =>
  `${present ? what : `${p} is not mapped`}, and ${holder} holds the page-table lock of ${p}`;

/* A CPU's access. handle_mm_fault() takes the page-table lock; a walk by hardware does not. */
export const cpuCanWalk = (isWrite: number): Guard => ({
  holds: (m, page, cpu) =>
    tlbServes(page, cpu, isWrite) || !walkFaults(page, isWrite) || !m.locked(page),
  otherwise: ({ p, holder }, _m, { pte }) =>
    waits('it needs the fault handler', p, holder, pte.present),
});
export const deviceCanWalk = (isWrite: number): Guard => ({
  holds: (m, page, dev) =>
    atcServes(page, dev, isWrite) || !translationFaults(m, page, isWrite) || !m.locked(page),
  otherwise: ({ p, holder }, _m, { pte }) =>
    waits('it needs the fault handler', p, holder, pte.present),
});
export const iommuCanWalk: Guard = {
  holds: (m, page, dev) => !translationFaults(m, page, page.link[dev].isWrite) || !m.locked(page),
  otherwise: ({ p, holder }, _m, { pte }) =>
    waits('it needs the fault handler', p, holder, pte.present),
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
  holds: (m, page, dev) => !m.fine || !m.hasAtc || atcServes(page, dev, isWrite),
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
  otherwise: ({ p }, _m, { link }) =>
    `the posted write of dev${link.findIndex(({ posted: is }) => is === 1)} to ${p} has not landed`,
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
  holds: (m, page) => !m.pageoutAsksSpte || page.spte.young === 0,
  otherwise: ({ p }) => `the spte of ${p} is young, and that keeps it`,
};
export const condemned: Guard = {
  holds: (m, page) => !m.hasLru || page.flags.condemned !== 0,
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
  holds: (_m, page) => page.pte.writable !== 0,
  otherwise: ({ p }) => `${p} is write-protected already`,
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
