/**
 * The events of agents that a state does not describe. Each stands for one event or several, and
 * says for how many: the searches of docs/reductions.md count these.
 */
import type { EventKind, Guard } from '../event.ts';
import { accessed, requested } from '../ghosts.ts';
import type { Machine } from '../machine.ts';
import { canWalk, walk } from '../mechanics/fault.ts';
import { canTranslate, translate } from '../mechanics/translate.ts';
import { optional } from '../needs.ts';
import type { Others } from '../others.ts';
import { ASKED_BEFORE, FRESH } from '../others.ts';
import { asksInSteps } from '../play.ts';
import type { Page } from '../state.ts';
import { LIVE } from '../state.ts';
import type { Parts } from '../system.ts';
import { kswapd } from './kswapd.ts';

/** An event of an agent without state, and how many events of a trace it stands for. */
export interface OthersKind {
  readonly actor: 'cpu' | 'dev' | 'kswapd';
  readonly verb: string;
  readonly unit: number;
  readonly kind: EventKind;
  readonly counts: (parts: Parts) => number;
}

const waits = (p: string, holder: string): string =>
  `it needs the fault handler, and ${holder} holds the page-table lock of ${p}`;

const cpuWalks = (isWrite: number): Guard => ({
  holds: (m, page) => canWalk(m, page, isWrite),
  otherwise: ({ p, holder }) => waits(p, holder),
});
const iommuAnswers = (isWrite: number): Guard => ({
  holds: (m, page) => canTranslate(m, page, isWrite),
  otherwise: ({ p, holder }) => waits(p, holder),
});
const hasAsked = (isWrite: number): Guard => ({
  holds: (_m, { asked }) => (isWrite ? asked.toWrite : asked.toRead) !== 0,
  otherwise: ({ p }) => `no other device has asked for ${p}`,
});

const told = { sentence: 'One more CPU or device does this.', source: 'docs/reductions.md' };
const writes = (isWrite: number) => (isWrite ? [optional('write')] : []);

/** A CPU that has nothing cached walks and accesses the page. */
const cpuAccess = (isWrite: number): EventKind => ({
  per: 'cpu',
  needs: writes(isWrite),
  guards: [cpuWalks(isWrite)],
  effect(m, page) {
    walk(m, page, isWrite);
    accessed(m, page, 'cpuSure', LIVE, isWrite);
  },
  role: 'access',
  told,
});

/** The IOMMU answers a device that has nothing cached. Returns whether it did. */
function answered(m: Machine, page: Page, isWrite: number): boolean {
  if (isWrite) page.asked.toWrite = 1;
  else page.asked.toRead = 1;
  translate(m, page, isWrite);
  if (m.fine) requested(page);
  return !m.stuck;
}

/** A device asks for a translation. If `completes`, the completion arrives, and it accesses. */
const deviceAccess = (
  isWrite: number,
  completes: boolean,
  guards: readonly Guard[] = [],
): EventKind => ({
  per: 'device',
  needs: writes(isWrite),
  guards: [...guards, iommuAnswers(isWrite)],
  effect(m, page) {
    if (!answered(m, page, isWrite) || !completes) return;
    accessed(m, page, 'devSure', m.resultHealth, isWrite);
  },
  role: 'access',
  told,
});

const READ_WRITE = [0, 1] as const;
const verbOf = (isWrite: number): string => (isWrite ? 'write' : 'read');

const CPUS: readonly OthersKind[] = READ_WRITE.map((isWrite) => ({
  actor: 'cpu',
  verb: verbOf(isWrite),
  unit: FRESH,
  kind: cpuAccess(isWrite),
  counts: () => 1,
}));

/** The request and the translation, and perhaps the completion; without an ATC it is one event. */
const DEVICES: readonly OthersKind[] = READ_WRITE.flatMap((isWrite): OthersKind[] => [
  {
    actor: 'dev',
    verb: `request-${verbOf(isWrite)}`,
    unit: FRESH,
    kind: deviceAccess(isWrite, false),
    counts: () => 2,
  },
  {
    actor: 'dev',
    verb: verbOf(isWrite),
    unit: FRESH,
    kind: deviceAccess(isWrite, true),
    counts: (parts) => (asksInSteps(parts) ? 3 : 1),
  },
]);

const AGAIN: readonly OthersKind[] = READ_WRITE.flatMap((isWrite): OthersKind[] => [
  {
    actor: 'dev',
    verb: `request-${verbOf(isWrite)}`,
    unit: ASKED_BEFORE,
    kind: deviceAccess(isWrite, false, [hasAsked(isWrite)]),
    counts: () => 1,
  },
  {
    actor: 'dev',
    verb: verbOf(isWrite),
    unit: ASKED_BEFORE,
    kind: deviceAccess(isWrite, true, [hasAsked(isWrite)]),
    counts: () => 2,
  },
]);

/** Any other page is unmapped. It was mapped before by an access, which counts, too. */
const unmapsAnother = (young: number): OthersKind => ({
  actor: 'kswapd',
  verb: 'unmap',
  unit: young ? FRESH : 0,
  kind: {
    ...kswapd.unmap,
    guards: kswapd.unmap.guards.map(({ holds, otherwise }) => ({
      holds: (m, page) => holds(m, page, 0),
      otherwise: (names, m, page) => otherwise(names, m, page, 0),
    })),
    effect(m, page) {
      page.pte.young = young;
      kswapd.unmap.effect(m, page, 0);
    },
  },
  counts: (parts) => (asksInSteps(parts) && parts.scope.cpus === 0 ? 3 : 2),
});

/** The events of CPUs and devices without state that a system has on a page in scope. */
export function othersOn(parts: Parts, { cpus, devices, asksAgain }: Others): OthersKind[] {
  const inSteps = asksInSteps(parts);
  const kinds = [
    ...(cpus ? CPUS : []),
    ...(devices ? DEVICES.filter(({ verb }) => inSteps || !verb.startsWith('request')) : []),
    ...(devices && asksAgain && inSteps ? AGAIN : []),
  ];
  return kinds.filter(({ kind }) => kind.needs.every((need) => need(parts) === undefined));
}

/** The events that begin an unmap of a page that stands for any other: it was old, or young. */
export const UNMAPS_ANOTHER = { old: unmapsAnother(0), young: unmapsAnother(1) } as const;
