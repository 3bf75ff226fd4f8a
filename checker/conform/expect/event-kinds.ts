/** The kinds of events that lines of a log tell, by their actor and verb, as `kswapd: unmap`. */
import type { Scope } from '../../../model/system.ts';
import type { User } from '../missed.ts';
import type { ByCall } from '../program-calls.ts';

export type Granularity = Scope['granularity'];

const UNITS: Readonly<Record<User, string>> = { device: 'dev0', cpu: 'cpu0' };
export const accessOf = (by: User, isWrite: boolean): string =>
  `${UNITS[by]}: ${isWrite ? 'write' : 'read'}`;

/** What an unmap or a write-protect inside of a system call of the program is. */
export const UNMAPS = {
  MADV_PAGEOUT: 'kswapd: pageout',
  MADV_DONTNEED: 'user: dontneed',
} as const satisfies ByCall;
export const PROTECTS = {
  FORK: 'user: fork',
  MPROTECT: 'user: mprotect',
} as const satisfies ByCall;

/** A copy on write belongs to the access that faults, but for a call that faults without one. */
export const COPIES = { MADV_POPULATE_WRITE: 'user: cow' } as const satisfies ByCall;

/** Calls of a user that are one event in steps, too, with all that they tell the secondary. */
export const AT_ONCE: readonly string[] = [UNMAPS.MADV_DONTNEED, ...Object.values(PROTECTS)];

export const COLD = 'user: madvise-cold';
export const COLDS = { MADV_COLD: COLD } as const satisfies ByCall;
export const CLEAR_REFS = 'user: clear-refs';
export const COLLAPSE = 'khugepaged: collapse';
export const LOOK = 'kswapd: folio_referenced';

export const missKinds = (isWrite: boolean): readonly (readonly string[])[] => [
  [`dev0: request-${isWrite ? 'write' : 'read'}`],
  ['iommu: translate'],
  ['dev0: complete'],
];

/** The last steps of operations that look for young bits, where no report is one. */
export const AGING_ENDS: Readonly<Record<string, readonly string[]>> = {
  mark: ['page_idle: end', 'page_idle: report'],
  walk: ['kswapd: end'],
};

const STEP_ENDS = [
  'kswapd: age',
  'kswapd: report',
  'kswapd: free',
  ...Object.values(AGING_ENDS).flat(),
];

const ACCESSES = (['device', 'cpu'] as const).flatMap((by) => [
  accessOf(by, false),
  accessOf(by, true),
]);

/** What is told in either granularity. */
const ALIKE: readonly string[] = [
  ...ACCESSES,
  'page_idle: mark',
  'page_idle: check',
  'kswapd: walk',
  'kswapd: unmap',
  'kswapd: write-protect',
  COLD,
  CLEAR_REFS,
  COLLAPSE,
  ...Object.values(UNMAPS),
  ...Object.values(PROTECTS),
];

/** Every kind of event that is told, without steps that lines need not show. */
export const TOLD: Readonly<Record<Granularity, ReadonlySet<string>>> = {
  atomic: new Set([...ALIKE, LOOK]),
  fine: new Set(
    [...ALIKE, ...Object.values(COPIES), ...missKinds(false), ...missKinds(true)]
      .flat()
      .concat(STEP_ENDS),
  ),
};
