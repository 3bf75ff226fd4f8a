/** What a system has and has not: what its parts and its scope bring into play together. */
import type { CallbackName, OptionalEvent, PartName, Parts } from './system.ts';
import { DEFAULTS } from './system.ts';

/** An ATC exists: the device's, or for a shadow secondary the vCPU's TLB. */
export const hasAtc = ({ driver, hardware }: Parts): boolean =>
  hardware.ats || driver.secondary === 'shadow';

/** A shadow secondary has no IOTLB in the model: its page table is its own. */
export const hasIotlb = ({ driver, hardware }: Parts): boolean =>
  hardware.iotlb && driver.secondary === 'shared';

const has = ({ scope }: Parts, event: OptionalEvent): boolean => scope.events.includes(event);

/** Something that a part says and that needs something else, as a person would write it. */
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

/** What each optional event needs of its system. */
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

/** What a field needs where it is not its default. */
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

/** A word of a part that another part keeps out of play: it changes nothing. */
export interface NotInPlay {
  readonly part: PartName;
  /** An optional event, or the name of a field. */
  readonly word: string;
  readonly needs: readonly string[];
}

/** Whether a field has another value than its default. */
function isSet(parts: Parts, part: PartName, name: string): boolean {
  const of = (some: Parts) => JSON.stringify(some[part][name as never]);
  return of(parts) !== of(DEFAULTS);
}

/** What a system says to no effect: fields first, then the events of its scope. */
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

/** The looks of reclaim decide what becomes of a page. */
export const hasLru = (parts: Parts): boolean => isInPlay(parts, 'lru');

/** MADV_PAGEOUT can take a page on which no look of reclaim has the last word. */
export const hasPageout = (parts: Parts): boolean => isInPlay(parts, 'pageout');

/** Pages are unmapped, so that frames are freed. */
export const hasUnmaps = (parts: Parts): boolean => has(parts, 'unmap') || hasPageout(parts);

/** An unmapped page leaves a swap entry. */
export const hasSwap = (parts: Parts): boolean => isInPlay(parts, 'swap');

/** A present PTE can lack write permission. */
export const hasReadOnly = (parts: Parts): boolean =>
  has(parts, 'protect') || has(parts, 'fork') || (hasSwap(parts) && !parts.kernel.swapinWritable);

/** A page can get another frame: freed, copied on write, copied into a huge page. */
export const losesFrames = (parts: Parts): boolean =>
  hasUnmaps(parts) || has(parts, 'collapse') || (has(parts, 'fork') && has(parts, 'write'));

/** Write permission can be withdrawn from somebody who has used it. */
export const withdrawsWrite = (parts: Parts): boolean =>
  has(parts, 'write') && (has(parts, 'protect') || has(parts, 'fork'));

/** Posted writes are in play: they need ATS, steps that interleave, and writes. */
export const hasPosted = (parts: Parts): boolean => isInPlay(parts, 'posted');

/** A callback of the driver has this action, alone or in a word that stands for several. */
const doesIn = ({ driver }: Parts, name: CallbackName, actions: readonly string[]): boolean =>
  driver[name].actions.some((line) => actions.includes(line.name));

/** invalidate_secondary waits for the devices. */
export const awaitsInvalidation = (parts: Parts): boolean =>
  doesIn(parts, 'invalidate_secondary', ['flush-atc', 'await-atc']);
