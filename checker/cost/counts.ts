/** What a transition of one page costs, and what goes wrong in it. */
import type { Did } from '../../model/did.ts';
import type { Shown } from '../../model/shown.ts';

/** What is counted, each with what it counts. */
export const COUNTED = {
  accesses: 'accesses by devices and CPUs',
  looks: 'looks of reclaim, folio_referenced()',
  invalidations: 'ATC invalidations that were sent, by looks, walks, unmaps and faults',
  lookInvalidations: 'those of them that looks and walks have sent',
  spurious: 'those of looks and walks that had found nothing young',
  missed: 'looks that report a page unreferenced though a device used it since the last look',
  missedCpu: 'the same of a use by a CPU',
  evictions: 'pages that reclaim unmapped',
  mistaken: 'those of them whose last look had missed a use by a device',
  refaults: 'faults on a page that was evicted before',
  atsRequests: 'translation requests: accesses that missed in the ATC',
  pageRequests: 'faults of translation requests, which the fault handler resolved',
  unsafe: 'accesses through what was taken away, and faults without progress',
} as const;
export type CountName = keyof typeof COUNTED;
export const COUNT_NAMES = Object.keys(COUNTED) as CountName[];
export type Counts = Record<CountName, number>;

export const noCounts = (): Counts =>
  Object.fromEntries(COUNT_NAMES.map((name) => [name, 0])) as Counts;

/** Adds what happened so many times. */
export function add(sum: Counts, counts: Counts, times = 1): void {
  for (const name of COUNT_NAMES) sum[name] += counts[name] * times;
}

/** What an event is to a page. */
export type Role = 'access' | 'look' | 'walk' | 'unmap';

/** Counts one transition by what the model says that it did. An invalidation of no page is none. */
export function countsOf(role: Role, did: readonly Did[], shown: Shown): Counts {
  const sent = did.filter(
    (note) => note.what === 'step' && note.step === 'post-atc' && note.covers.length > 0,
  );
  const { look } = shown;
  const isMiss = look !== undefined && !look.referenced;
  const isStuck = did.some(({ what }) => what === 'stuck');
  return {
    accesses: role === 'access' ? 1 : 0,
    looks: role === 'look' ? 1 : 0,
    invalidations: sent.length,
    lookInvalidations: role === 'look' || role === 'walk' ? sent.length : 0,
    spurious: sent.filter((note) => note.what === 'step' && note.spurious).length,
    missed: isMiss && look.devSure ? 1 : 0,
    missedCpu: isMiss && look.cpuSure ? 1 : 0,
    evictions: role === 'unmap' ? 1 : 0,
    mistaken: shown.evictsInUse ? 1 : 0,
    refaults: 0,
    atsRequests: did.filter((note) => note.what === 'miss' && note.cache === 'atc').length,
    pageRequests: did.filter(
      (note) => note.what === 'walk' && note.by !== 'cpu' && note.fault !== undefined,
    ).length,
    unsafe: shown.staleAccess || shown.revokedWrite || isStuck ? 1 : 0,
  };
}
