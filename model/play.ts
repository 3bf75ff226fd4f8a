/** What is in play in a system: what its parts and its scope have an effect on together. */
import type { CallbackName, OptionalEvent, PartName, Parts } from './system.ts';
import { DEFAULTS } from './system.ts';

/** Whether there is an ATC: the device's, or with a shadow secondary the vCPU's TLB. */
export const hasAtc = ({ driver, hardware }: Parts): boolean =>
  hardware.ats || driver.secondary === 'shadow';

/**
 * Whether there is an IOTLB. A shadow secondary has none in the model, as it walks its own page
 * table.
 */
export const hasIotlb = ({ driver, hardware }: Parts): boolean =>
  hardware.iotlb && driver.secondary === 'shared';

const has = ({ scope }: Parts, event: OptionalEvent): boolean => scope.events.includes(event);

/** Something that a field or an event needs, named as a user would write it. */
interface Need {
  readonly needs: string;
  readonly met: (parts: Parts) => boolean;
}
const shadow: Need = {
  needs: 'secondary=shadow',
  met: ({ driver }) => driver.secondary === 'shadow',
};
const atc: Need = { needs: 'an ATC', met: hasAtc };
const iotlb: Need = { needs: 'an IOTLB', met: hasIotlb };
const fine: Need = {
  needs: 'granularity=fine',
  met: ({ scope }) => scope.granularity === 'fine',
};
const shared: Need = {
  needs: 'secondary=shared',
  met: ({ driver }) => driver.secondary === 'shared',
};
const event = (name: OptionalEvent): Need => ({ needs: name, met: (parts) => has(parts, name) });

/** What each optional event needs in its system. */
const EVENT_NEEDS: { readonly [E in OptionalEvent]?: readonly Need[] } = {
  evict: [
    {
      needs: 'a TLB, an IOTLB or an ATC',
      met: (parts) => parts.scope.cpus > 0 || hasIotlb(parts) || hasAtc(parts),
    },
  ],
  posted: [atc, fine, event('write')],
  lru: [{ needs: 'observers=reclaim', met: ({ scope }) => scope.observers.includes('reclaim') }],
  pageout: [
    { needs: 'pageout=takes or pageout=clears', met: ({ kernel }) => kernel.pageout !== 'none' },
  ],
  swap: [{ needs: 'unmap', met: (parts) => hasUnmaps(parts) }],
};

/** What a field needs to have an effect, if it is not at its default. */
const FIELD_NEEDS: { readonly [P in PartName]?: Readonly<Record<string, readonly Need[]>> } = {
  driver: { marksAccessed: [shadow] },
  hardware: {
    dropsOvertakenCompletions: [atc, fine],
    rewalksOnPermissionFault: [iotlb],
    accessFlag: [shared],
    drainsPostedWrites: [event('posted'), atc, fine],
  },
};

const lacking = (parts: Parts, needs: readonly Need[]): string[] =>
  needs.filter(({ met }) => !met(parts)).map(({ needs: words }) => words);

/**
 * A field or an event that has no effect in this system, because something that it needs is absent.
 */
export interface NotInPlay {
  readonly part: PartName;
  /** The name of an optional event or of a field. */
  readonly word: string;
  readonly needs: readonly string[];
}

/** Whether a field differs from its default. */
function isSet(parts: Parts, part: PartName, name: string): boolean {
  const of = (some: Parts) => JSON.stringify(some[part][name as never]);
  return of(parts) !== of(DEFAULTS);
}

/** Everything in a system that has no effect: first the fields, then the events of its scope. */
export function notInPlay(parts: Parts): NotInPlay[] {
  const fields = (Object.keys(FIELD_NEEDS) as PartName[]).flatMap((part) =>
    Object.entries(FIELD_NEEDS[part] ?? {})
      .filter(([name]) => isSet(parts, part, name))
      .map(([name, needs]) => ({ part, word: name, needs: lacking(parts, needs) })),
  );
  const events = parts.scope.events.map((name) => ({
    part: 'scope' as const,
    word: name,
    needs: lacking(parts, EVENT_NEEDS[name] ?? []),
  }));
  return [...fields, ...events].filter(({ needs }) => needs.length > 0);
}

const isInPlay = (parts: Parts, name: OptionalEvent): boolean =>
  has(parts, name) && lacking(parts, EVENT_NEEDS[name] ?? []).length === 0;

/** Whether looks of reclaim decide which pages are unmapped. */
export const hasLru = (parts: Parts): boolean => isInPlay(parts, 'lru');

/** Whether MADV_PAGEOUT can unmap a page that no look of reclaim has condemned. */
export const hasPageout = (parts: Parts): boolean => isInPlay(parts, 'pageout');

/** Whether pages are unmapped and their frames freed. */
export const hasUnmaps = (parts: Parts): boolean => has(parts, 'unmap') || hasPageout(parts);

/** Whether an unmap leaves a swap entry. */
export const hasSwap = (parts: Parts): boolean => isInPlay(parts, 'swap');

/** Whether a present PTE can lack write permission. */
export const hasReadOnly = (parts: Parts): boolean =>
  has(parts, 'protect') || has(parts, 'fork') || (hasSwap(parts) && !parts.kernel.swapinWritable);

/**
 * Whether a page can get another frame: its frame is freed, or copied by a write or by khugepaged.
 */
export const losesFrames = (parts: Parts): boolean =>
  hasUnmaps(parts) || has(parts, 'collapse') || (has(parts, 'fork') && has(parts, 'write'));

/** Whether write permission can be withdrawn after somebody has cached it. */
export const withdrawsWrite = (parts: Parts): boolean =>
  has(parts, 'write') && (has(parts, 'protect') || has(parts, 'fork'));

/** Whether posted writes are in play. They need an ATC, granularity fine, and writes. */
export const hasPosted = (parts: Parts): boolean => isInPlay(parts, 'posted');

/**
 * Whether a callback of the driver has one of these actions, alone or as part of a word such as
 * `flush-atc`.
 */
const doesIn = ({ driver }: Parts, name: CallbackName, actions: readonly string[]): boolean =>
  driver[name].actions.some((line) => actions.includes(line.name));

/**
 * Whether the callback invalidate_secondary waits until the devices have completed the
 * invalidations.
 */
export const awaitsInvalidation = (parts: Parts): boolean =>
  doesIn(parts, 'invalidate_secondary', ['flush-atc', 'await-atc']);
