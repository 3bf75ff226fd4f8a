/**
 * The events of a shadow secondary that fills an spte in two steps: it looks the page up, and
 * installs what it has found. An invalidation can come between the two.
 */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind } from '../event.ts';
import { requested } from '../ghosts.ts';
import { asked, canLookUp, found, notRaced, raced, spteLacks } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { findPage, installSpte } from '../mechanics/translate.ts';
import type { Need } from '../needs.ts';
import { cutsFills } from '../needs.ts';
import type { Page } from '../state.ts';
import { ASKED, FOUND, LIVE, TRANSLATED } from '../state.ts';

/** Fills are counted, so that one that was overtaken is tried again. */
const counted: Need = ({ driver }) =>
  driver.fill === 'sequence'
    ? undefined
    : { needs: 'fill=sequence', reason: 'nothing tells that a fill was overtaken' };

export const kvm = {
  lookup: {
    per: 'device',
    needs: cutsFills,
    guards: [asked, spteLacks, canLookUp],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      findPage(m, page, link.isWrite);
      link.request = FOUND;
      link.health = LIVE;
      link.raced = m.notesRaces && m.invalidating(page) ? 1 : 0;
      requested(page);
    },
    role: 'carry-on',
    told: {
      sentence: 'The secondary finds the page, with the fault handler if the PTE lacks something.',
      source: cite`${LINUX.hva_to_pfn}; ${LINUX.hmm_range_fault}`,
    },
  },
  install: {
    per: 'device',
    needs: cutsFills,
    guards: [found, notRaced],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      installSpte(m, page, link.isWrite, link.health);
      m.did?.push({ what: 'completion', unit: dev, page: page.index, leg: 'sent' });
      link.request = TRANSLATED;
      link.resultWrite = link.isWrite;
      requested(page);
    },
    role: 'carry-on',
    told: {
      sentence: 'The secondary installs what it has found in its own page table.',
      source: cite`${LINUX.direct_page_fault}; virt/kvm/pfncache.c`,
    },
  },
  retry: {
    per: 'device',
    needs: [...cutsFills, counted],
    guards: [found, raced],
    effect(m: Machine, page: Page, dev: number) {
      const link = page.link[dev];
      m.did?.push({ what: 'retry', unit: dev, page: page.index });
      link.request = ASKED;
      link.health = LIVE;
      link.raced = 0;
    },
    role: 'carry-on',
    told: {
      sentence: 'An invalidation has overtaken the fill, so the secondary tries again.',
      source: cite`${LINUX.mmu_invalidate_retry}; ${LINUX.mmu_interval_read_retry}`,
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;
