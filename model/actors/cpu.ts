/** The events of a CPU: it loads and stores through its TLB, and the TLB drops entries. */
import { cite } from '../citation.ts';
import { LINUX } from '../citations.ts';
import type { EventKind } from '../event.ts';
import { accessed } from '../ghosts.ts';
import { cpuCanWalk, inTlb, tlbServes } from '../guards.ts';
import type { Machine } from '../machine.ts';
import { walk, walkOf } from '../mechanics/fault.ts';
import { optional } from '../needs.ts';
import type { Page } from '../state.ts';
import { LIVE } from '../state.ts';

/*
 * A load or store. A TLB hit changes no PTE. On a miss hardware walks the page table and fills the
 * TLB.
 */
const access =
  (isWrite: number) =>
  (m: Machine, page: Page, cpu: number): void => {
    const tlb = page.tlb[cpu];
    if (tlbServes(page, cpu, isWrite)) {
      m.did?.push({ what: 'hit', cache: 'tlb', unit: cpu, page: page.index, sets: [] });
    } else {
      if (m.did !== undefined) {
        const denied = tlb.present !== 0;
        m.did.push({ what: 'miss', cache: 'tlb', unit: cpu, page: page.index, denied });
        m.did.push(walkOf(page, isWrite, 'cpu', cpu));
      }
      walk(m, page, isWrite);
      tlb.present = 1;
      tlb.write = page.pte.writable;
      tlb.dirty = page.pte.dirty;
      tlb.health = LIVE;
      m.did?.push({ what: 'fill', cache: 'tlb', unit: cpu, page: page.index });
    }
    accessed(m, page, 'cpuSure', tlb.health, isWrite);
  };

export const cpu = {
  read: {
    per: 'cpu',
    needs: [],
    guards: [cpuCanWalk(0)],
    effect: access(0),
    role: 'access',
    told: {
      sentence: 'A load. It hits the TLB, or hardware walks the page table and sets young.',
      source: cite`${LINUX.handle_mm_fault} for a fault`,
    },
  },
  write: {
    per: 'cpu',
    needs: [optional('write')],
    guards: [cpuCanWalk(1)],
    effect: access(1),
    role: 'access',
    told: {
      sentence: 'A store. It hits a dirty TLB entry, or hardware walks and sets young and dirty.',
      source: cite`${LINUX.handle_mm_fault} for a fault`,
    },
  },
  evict: {
    per: 'cpu',
    needs: [optional('evict')],
    guards: [inTlb],
    effect(m: Machine, page: Page, unit: number) {
      m.did?.push({ what: 'evict', cache: 'tlb', unit, page: page.index });
      page.tlb[unit].clear();
    },
    role: 'take-away',
    told: {
      sentence:
        'The TLB drops an entry, for a context switch or to make room (needs events=evict).',
      source: 'CPU architecture manuals',
    },
  },
} as const satisfies Readonly<Record<string, EventKind>>;
