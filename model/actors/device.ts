/** The events of a device, and of the IOMMU that answers its translation requests. */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind } from '../event.ts';
import { accessed, requested } from '../ghosts.ts';
import {
  asked,
  atcServes,
  atcWrites,
  deviceCanWalk,
  hitsAtc,
  inAtc,
  inIotlb,
  inQueue,
  invalidated,
  iommuDrained,
  iommuCanWalk,
  missesAtc,
  noRequest,
  nonePosted,
  ownWriteLanded,
  posted,
  spteServes,
  translated,
} from '../guards.ts';
import type { Machine } from '../machine.ts';
import { handleInvalidation } from '../mechanics/atc.ts';
import { translate } from '../mechanics/translate.ts';
import {
  asksFirst,
  atc,
  iotlb,
  isOneEvent,
  missIs,
  needsOf,
  optional,
  queued,
  stepsAreSeen,
} from '../needs.ts';
import type { Page } from '../state.ts';
import { ASKED, LIVE, TRANSLATED } from '../state.ts';

const ATS = 'PCIe ATS';
const SECOND_STAGE = 'CPU architecture manuals: EPT, NPT, stage 2';

function fillAtc(m: Machine, page: Page, dev: number, write: number, health: number): void {
  m.did?.push({ what: 'fill', cache: 'atc', unit: dev, page: page.index });
  const entry = page.atc[dev];
  entry.present = 1;
  entry.write = write;
  entry.health = health;
}

/** Notes that the device asks the IOMMU; if it has an ATC, also that it has missed there. */
function noteRequest(m: Machine, page: Page, dev: number): void {
  if (m.did === undefined) return;
  const on = { unit: dev, page: page.index };
  if (m.hasAtc) {
    m.did.push({ what: 'miss', cache: 'atc', ...on, denied: page.atc[dev].present !== 0 });
  }
  m.did.push({ what: 'request', ...on });
}

/*
 * A DMA read or write as one event. On an ATC hit nobody but the device is involved. On a miss the
 * IOMMU answers and the ATC is filled.
 */
const access =
  (isWrite: number) =>
  (m: Machine, page: Page, dev: number): void => {
    if (atcServes(page, dev, isWrite)) {
      m.did?.push({ what: 'hit', cache: 'atc', unit: dev, page: page.index, sets: [] });
      accessed(m, page, 'devSure', page.atc[dev].health, isWrite);
      return;
    }
    noteRequest(m, page, dev);
    translate(m, page, isWrite);
    if (m.stuck) return;
    m.did?.push({ what: 'completion', unit: dev, page: page.index, leg: 'at-once' });
    if (m.hasAtc) fillAtc(m, page, dev, m.resultWrite, m.resultHealth);
    accessed(m, page, 'devSure', m.resultHealth, isWrite);
  };

const request =
  (isWrite: number) =>
  (m: Machine, page: Page, dev: number): void => {
    noteRequest(m, page, dev);
    page.link[dev].request = ASKED;
    page.link[dev].isWrite = isWrite;
  };

const asks = [missIs('read'), asksFirst];
const postsWrites = [...needsOf('posted'), optional('posted')];

export const device = {
  read: {
    per: 'device',
    needs: [isOneEvent],
    guards: [hitsAtc(0), deviceCanWalk(0)],
    effect: access(0),
    role: 'access',
    told: {
      sentence: 'A DMA read. In fine, with an ATC, it is always a hit.',
      source: `${ATS}: translated request`,
    },
    kvm: {
      sentence: "A guest's load. In fine it always hits the vCPU's TLB.",
      source: SECOND_STAGE,
    },
  },
  write: {
    per: 'device',
    needs: [isOneEvent, optional('write')],
    guards: [hitsAtc(1), deviceCanWalk(1)],
    effect: access(1),
    role: 'access',
    told: {
      sentence: 'A DMA write (needs events=write). In fine, with an ATC, it is always a hit.',
      source: `${ATS}: translated request`,
    },
    kvm: {
      sentence: "A guest's store (needs events=write). In fine it always hits the vCPU's TLB.",
      source: SECOND_STAGE,
    },
  },
  /*
   * ATS translation request. The device sends it when its ATC misses for this kind of access. A
   * device has at most one request in flight for a page.
   */
  'request-read': {
    per: 'device',
    needs: asks,
    guards: [noRequest, missesAtc(0)],
    effect: request(0),
    role: 'access',
    told: {
      sentence: 'The device misses in its ATC and asks for a translation to read.',
      source: `${ATS}: translation request`,
    },
    kvm: {
      sentence: 'The vCPU misses in its TLB, and the hardware begins to walk the sptes to read.',
      source: SECOND_STAGE,
    },
  },
  'request-write': {
    per: 'device',
    needs: [missIs('write'), asksFirst, optional('write')],
    guards: [noRequest, missesAtc(1)],
    effect: request(1),
    role: 'access',
    told: {
      sentence: 'The device misses in its ATC and asks for a translation to write.',
      source: `${ATS}: translation request`,
    },
    kvm: {
      sentence: 'The vCPU misses in its TLB, and the hardware begins to walk the sptes to write.',
      source: SECOND_STAGE,
    },
  },
  /* ATS translation completion. The entry is installed even while an invalidation is pending. */
  complete: {
    per: 'device',
    needs: asks,
    guards: [translated],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      const { health, isWrite } = link;
      m.did?.push({ what: 'completion', unit: dev, page: page.index, leg: 'arrived' });
      if (m.hasAtc) fillAtc(m, page, dev, link.resultWrite, health);
      link.request = 0;
      link.isWrite = 0;
      link.resultWrite = 0;
      link.health = LIVE;
      accessed(m, page, 'devSure', health, isWrite);
    },
    role: 'carry-on',
    told: {
      sentence: 'The completion arrives. The ATC entry is installed, and the access happens.',
      source: `${ATS}: translation completion`,
    },
    kvm: {
      sentence: 'The walk is over. The TLB entry is installed, and the access happens.',
      source: SECOND_STAGE,
    },
  },
  /*
   * ATS invalidation request. The device drops its entry and sends the invalidate completion. A
   * device that keeps the ATS rules first lets its posted writes through the old entry land. It
   * also discards overtaken completions.
   */
  'handle-invalidation': {
    per: 'device',
    needs: [stepsAreSeen, atc],
    guards: [invalidated, ownWriteLanded],
    effect(m: Machine, page: Page, dev: number) {
      page.link[dev].invalidation = 0;
      handleInvalidation(m, page, dev, 'arrived');
    },
    role: 'carry-on',
    told: {
      sentence: 'The device drops its ATC entry and completes the invalidation.',
      source: `${ATS}: invalidate request and completion`,
    },
    kvm: {
      sentence: 'The vCPU flushes the entry from its TLB.',
      source: cite`${LINUX.KVM_REQ_TLB_FLUSH} on x86, TLBI on arm64`,
    },
  },
  /*
   * A posted write leaves the device with the translation that its ATC has. This is no access yet;
   * a stale or revoked translation is noticed when the write lands.
   */
  'post-write': {
    per: 'device',
    needs: postsWrites,
    guards: [inAtc, atcWrites, nonePosted],
    effect(m: Machine, page: Page, dev: number) {
      m.did?.push({ what: 'hit', cache: 'atc', unit: dev, page: page.index, sets: [] });
      m.did?.push({ what: 'posted-write', unit: dev, page: page.index, leg: 'sent' });
      page.link[dev].posted = 1;
      page.link[dev].postedHealth = page.atc[dev].health;
    },
    role: 'access',
    told: {
      sentence:
        'A posted write leaves the device with its translation (needs events=write,posted).',
      source: 'PCIe posted memory write',
    },
    kvm: {
      sentence: 'A store leaves the vCPU with its translation (needs events=write,posted).',
      source: 'CPU architecture manuals: store buffers',
    },
  },
  /* The posted write reaches memory. Only now does it count as an access. */
  'land-write': {
    per: 'device',
    needs: postsWrites,
    guards: [posted],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      m.did?.push({ what: 'posted-write', unit: dev, page: page.index, leg: 'arrived' });
      const { postedHealth } = link;
      link.posted = 0;
      link.postedHealth = LIVE;
      accessed(m, page, 'devSure', postedHealth, 1);
    },
    role: 'carry-on',
    told: {
      sentence: 'The posted write reaches memory. Only now the page counts as accessed.',
      source: 'PCIe posted memory write',
    },
    kvm: {
      sentence: 'The store reaches memory. Only now the page counts as accessed.',
      source: 'CPU architecture manuals: store buffers',
    },
  },
  evict: {
    per: 'device',
    needs: [atc, optional('evict')],
    guards: [inAtc],
    effect(m: Machine, page: Page, dev: number) {
      m.did?.push({ what: 'evict', cache: 'atc', unit: dev, page: page.index });
      page.atc[dev].clear();
    },
    role: 'take-away',
    told: {
      sentence: 'The ATC drops an entry to make room (needs events=evict).',
      source: ATS,
    },
    kvm: {
      sentence: "The vCPU's TLB drops an entry to make room (needs events=evict).",
      source: 'CPU architecture manuals',
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;

export const iommu = {
  /*
   * ATS translation request, as the IOMMU handles it. The completion is then in flight to the
   * device.
   */
  translate: {
    per: 'device',
    needs: asks,
    guards: [asked, spteServes, iommuCanWalk],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      translate(m, page, link.isWrite);
      requested(page);
      if (m.stuck) return;
      m.did?.push({ what: 'completion', unit: dev, page: page.index, leg: 'sent' });
      link.request = TRANSLATED;
      link.resultWrite = m.resultWrite;
      link.health = m.resultHealth;
    },
    role: 'carry-on',
    told: {
      sentence: 'The IOMMU answers from the IOTLB or by a walk, which sets young (and dirty).',
      source: cite`PCIe ATS: translation completion; ${LINUX.iopf_handle_single} or ${
        LINUX.iommu_sva_handle_mm
      } for a fault`,
    },
    kvm: {
      sentence: 'The hardware finds an spte and sets its young bit, or KVM handles the fault.',
      source: cite`${LINUX.kvm_mmu_page_fault} on x86, ${
        LINUX.user_mem_abort
      } on arm64, for a fault`,
    },
  },
  /*
   * The IOMMU handles a command of its queue. One that drains waits for the DMA that it has
   * translated.
   */
  'handle-invalidation': {
    per: 'page',
    needs: [iotlb, queued],
    guards: [inQueue, iommuDrained],
    effect(m: Machine, page: Page) {
      const found = page.iotlb.present !== 0;
      m.did?.push({ what: 'command', page: page.index, unit: 0, found });
      page.queue.invalidation = 0;
      page.iotlb.clear();
    },
    role: 'carry-on',
    told: {
      sentence: 'The IOMMU handles an invalidation of its queue: the IOTLB entry is gone.',
      source: 'AMD command buffer; VT-d invalidation queue',
    },
  },
  evict: {
    per: 'page',
    needs: [iotlb, optional('evict')],
    guards: [inIotlb],
    effect(m: Machine, page: Page) {
      m.did?.push({ what: 'evict', cache: 'iotlb', unit: 0, page: page.index });
      page.iotlb.clear();
    },
    role: 'take-away',
    told: {
      sentence: 'The IOTLB drops an entry to make room (needs events=evict).',
      source: 'IOMMU specifications',
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;
