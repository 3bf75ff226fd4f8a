/**
 * What a system must have, for an event, a step or a field to be in play. Each need is declared
 * here once. It says what is missing, why that matters, and how to add it.
 */
import type { Observer, OptionalEvent, PartName, Parts, Scope } from './system.ts';

/** What a system lacks, and which fields would provide it. */
export interface Lack {
  /** The thing that is missing, as a user would write it. */
  readonly needs: string;
  readonly reason: string;
  readonly hint?: string;
  /** The fields of a scope that has it. Undefined if a larger scope does not help. */
  readonly adds?: Partial<Scope>;
}
/** A condition on the system. It returns undefined if the condition is met. */
export type Need = (parts: Parts) => Lack | undefined;

/** How to add what is missing. It is only made when it is told, as most needs are met. */
type Remedy = () => Pick<Lack, 'hint' | 'adds'>;

const unless = (met: boolean, needs: string, reason: string, remedy?: Remedy): Lack | undefined =>
  met ? undefined : { needs, reason, ...remedy?.() };

/** What to write into a scope. */
const inScope =
  (adds: Partial<Scope>): Remedy =>
  () => {
    const pairs = Object.entries(adds).map(([name, value]) => `${name}=${value.toString()}`);
    return { hint: `scope ... ${pairs.join(' ')}`, adds };
  };

/** Whether a system has all that is needed. */
export const meets = (parts: Parts, needs: readonly Need[]): boolean =>
  needs.every((need) => need(parts) === undefined);

/** The things that a system lacks. */
export const lacking = (parts: Parts, needs: readonly Need[]): string[] =>
  needs.flatMap((need) => need(parts)?.needs ?? []);

const GRANULARITY = new WeakMap<Need, 'atomic' | 'fine'>();
const only = (granularity: 'atomic' | 'fine', need: Need): Need => {
  GRANULARITY.set(need, granularity);
  return need;
};
export const granularityOf = (needs: readonly Need[]): 'atomic' | 'fine' | 'both' =>
  needs.map((need) => GRANULARITY.get(need)).find((one) => one !== undefined) ?? 'both';

export const fine = (instead: string): Need =>
  only('fine', ({ scope }) =>
    unless(scope.granularity === 'fine', 'granularity=fine', `with granularity=atomic ${instead}`),
  );

/** The same of something that a scope in steps would have. */
const inSteps = (instead: string): Need =>
  only('fine', (parts) => {
    const lack = fine(instead)(parts);
    return lack && { ...lack, ...inScope({ granularity: 'fine' })() };
  });

export const atomic = (instead: string): Need =>
  only('atomic', ({ scope }) =>
    unless(
      scope.granularity === 'atomic',
      'granularity=atomic',
      `with granularity=fine ${instead}`,
    ),
  );

/** The scope's `events` name one of these optional events. */
export const optional =
  (...names: readonly OptionalEvent[]): Need =>
  ({ scope }) =>
    unless(
      names.some((name) => scope.events.includes(name)),
      `events=${names[0]}`,
      `the scope's events lack '${names[0]}'`,
      inScope({ events: [...scope.events, names[0]] }),
    );

export const observer =
  (name: Observer): Need =>
  ({ scope }) =>
    unless(
      scope.observers.includes(name),
      `observers=${name}`,
      `the scope's observers lack '${name}'`,
      inScope({ observers: [...scope.observers, name] }),
    );

/** Somebody looks at pages. */
export const someObserver: Need = ({ scope }) =>
  unless(
    scope.observers.length > 0,
    'observers=reclaim',
    'nobody in scope looks at pages',
    inScope({ observers: ['reclaim'] }),
  );

/** Something clears young bits to learn whether pages are in use. */
export const ages: Need = (parts) =>
  meets(parts, [optional('walk')]) ? undefined : someObserver(parts);

/** There is an ATC: the device's, or with a shadow secondary the vCPU's TLB. */
export const atc: Need = ({ driver, hardware }) =>
  unless(
    hardware.ats || driver.secondary === 'shadow',
    'an ATC',
    'the device has no ATC (hardware ats=false)',
  );

/** A shadow secondary has no IOTLB in the model, as it walks its own page table. */
export const iotlb: Need = ({ driver, hardware }) =>
  unless(
    hardware.iotlb && driver.secondary === 'shared',
    'an IOTLB',
    driver.secondary === 'shadow'
      ? 'a shadow secondary has no IOTLB'
      : 'the IOMMU has no IOTLB (hardware iotlb=false)',
  );

export const cpus: Need = ({ scope }) =>
  unless(scope.cpus > 0, 'a CPU in scope', 'no CPU is in scope: cpus=0', () => ({
    adds: { cpus: 1 },
  }));

/** Invalidations of the IOTLB are commands that are handled later. */
export const queued: Need = (parts) =>
  fine('the queue of the IOMMU is empty at once')(parts) ??
  unless(
    parts.hardware.iotlbQueue,
    'iotlbQueue=true',
    'the IOTLB drops its entry at once (hardware iotlbQueue=false)',
    () => ({ hint: 'hardware ... iotlbQueue=true' }),
  );

/** A DMA without an ATC is in flight between its translation and its access. */
export const flies: readonly Need[] = [
  ({ hardware }) =>
    unless(hardware.inFlight, 'inFlight=true', 'a DMA without an ATC is one event', () => ({
      hint: 'hardware ... ats=false iotlbQueue=true inFlight=true',
    })),
  ({ hardware }) => unless(!hardware.ats, 'ats=false', 'the device has an ATC'),
  (parts) => iotlb(parts),
  queued,
];

/** A device asks the IOMMU by events of their own, as it has an ATC or its DMA is in flight. */
export const asksFirst: Need = (parts) => (meets(parts, flies) ? undefined : atc(parts));

/** An access can be one event: a hit, or all of it. */
export const isOneEvent: Need = (parts) =>
  unless(
    !meets(parts, flies),
    'inFlight=false',
    'a DMA in flight is request, translate and complete (hardware inFlight=true)',
  );

export const shadow: Need = ({ driver }) =>
  unless(driver.secondary === 'shadow', 'secondary=shadow', 'the secondary is shared');

export const shared: Need = ({ driver }) =>
  unless(driver.secondary === 'shared', 'secondary=shared', 'the secondary is a shadow');

const cache: Need = (parts) =>
  unless(
    [cpus, iotlb, atc].some((one) => meets(parts, [one])),
    'a TLB, an IOTLB or an ATC',
    'nothing in this system caches translations',
  );

const takesWithoutLook: Need = ({ kernel }) =>
  unless(
    kernel.pageout !== 'none',
    'pageout=takes or pageout=clears',
    'MADV_PAGEOUT takes no page without a look (kernel pageout=none)',
    () => ({ hint: 'kernel ... pageout=takes' }),
  );

/** A secondary fault looks a page up, and installs it in a later event. */
export const cutsFills: readonly Need[] = [
  fine('a fault is part of the access'),
  (parts) => shadow(parts),
  ({ driver }) =>
    unless(
      driver.fill !== 'lock',
      'fill=sequence or fill=none',
      'a secondary fault is one event (driver fill=lock)',
      () => ({ hint: 'driver ... fill=sequence' }),
    ),
];

/** Some event frees frames: `unmap`, or `pageout` if it is in play. */
export const frees: Need = (parts) =>
  meets(parts, inPlay('pageout')) ? undefined : optional('unmap')(parts);

/** A page can get another frame: it is freed, or copied by a write or by khugepaged. */
export const takesFrames: Need = (parts) =>
  meets(parts, [optional('collapse')]) ||
  meets(parts, inPlay('migrate')) ||
  meets(parts, [optional('fork'), optional('write')])
    ? undefined
    : frees(parts);

/** Reclaim evicts pages: those that a look has condemned, or with `pageout` any. */
export const evicts: readonly Need[] = [optional('lru'), optional('unmap')].map(
  (need): Need =>
    (parts) =>
      meets(parts, inPlay('pageout')) ? undefined : need(parts),
);

/** A write can find an IOTLB entry that refuses it. */
export const deniesWrites: Need = ({ hardware }) =>
  unless(
    !hardware.rewalksOnPermissionFault,
    'rewalksOnPermissionFault=false',
    'a write that an IOTLB entry refuses walks the page table again',
    () => ({ hint: 'hardware ... rewalksOnPermissionFault=false' }),
  );

/**
 * What an optional event needs, beside its name in the scope's `events`. An event that is not here
 * needs nothing.
 */
const EVENT_NEEDS: { readonly [E in OptionalEvent]?: readonly Need[] } = {
  evict: [cache],
  posted: [fine("a write is one event, 'write'"), atc, optional('write')],
  lru: [observer('reclaim')],
  pageout: [takesWithoutLook],
  swap: [frees],
  dontneed: [inSteps('an unmap leaves no page pending')],
  mprotect: [inSteps('an unmap leaves no page pending')],
  rewrite: [inSteps('a rewrite is one event, and changes nothing')],
  migrate: [inSteps('a migration is one event, and changes nothing')],
  cow: [inSteps('a write copies at once'), optional('fork'), optional('write')],
};
export const needsOf = (event: OptionalEvent): readonly Need[] => EVENT_NEEDS[event] ?? [];

/** All that must be there for an optional event to be in play. */
export const inPlay = (event: OptionalEvent): readonly Need[] => [
  optional(event),
  ...needsOf(event),
];

export const missIs = (verb: string) => fine(`a miss is one event, '${verb}'`);
export const stepsAreSeen = fine('an operation is one event, without separate steps');

/** Somebody in scope reads what folio_mark_accessed() sets. */
const marksAreRead: Need = (parts) =>
  unless(
    parts.scope.observers.includes('idle') || meets(parts, inPlay('lru')),
    'observers=idle',
    'nothing in scope reads what folio_mark_accessed() sets',
  );
const classic: Need = ({ kernel }) =>
  unless(kernel.lru === 'classic', 'lru=classic', 'the multi-gen LRU marks no page accessed');

/** The LRU decides about pages. It also decides whether a shadow secondary marks them accessed. */
const lruMatters = inPlay('lru').map((need): Need => {
  const marks = [shadow, marksAreRead];
  return (parts) =>
    parts.driver.marksAccessed.length > 0 && meets(parts, marks) ? undefined : need(parts);
});

const faultsInSteps = fine('a fault is part of the access');
/*
 * The fault handler sets young and dirty as hardware would. But it waits for the page-table lock,
 * and for a write `upgrade` runs.
 */
const faultDiffers: Need = (parts) =>
  parts.hardware.accessFlag !== 'fault' ||
  (parts.kernel.upgrade.length > 0 && meets(parts, [optional('write')]))
    ? undefined
    : faultsInSteps(parts);

/** A write can fault on a page that is present, and no child shares it. */
const upgrades: Need = (parts) =>
  unless(
    parts.scope.events.includes('protect') ||
      (meets(parts, inPlay('swap')) && !parts.kernel.swapinWritable) ||
      (parts.hardware.accessFlag === 'fault' && meets(parts, [shared])) ||
      (!parts.hardware.rewalksOnPermissionFault && meets(parts, [iotlb])),
    'events=protect',
    'no write faults on a present page',
    inScope({ events: [...parts.scope.events, 'protect'] }),
  );

/** Several needs of which only the first that is not met is told. */
const inTurn =
  (...needs: readonly Need[]): Need =>
  (parts) =>
    needs.map((need) => need(parts)).find((lack) => lack !== undefined);

/** Reclaim looks at pages: as an observer, or inside an unmap. A pageout does not look. */
export const looks: Need = (parts) =>
  meets(parts, [optional('unmap')]) && parts.kernel.unmap.some(({ name }) => name === 'look')
    ? undefined
    : observer('reclaim')(parts);

/** An unmap gives up the lock before it is over. */
const unlocks: Need = ({ kernel }) =>
  unless(
    kernel.unmap.some(({ name }) => name === 'unlock'),
    "an 'unlock' in unmap",
    'no unmap leaves a page pending',
  );

/**
 * A page can have a new frame while its old one is not freed yet: by a copy, or by an unmap that
 * gives up the lock. It lacks what the nearer of the two lacks.
 */
export const splits: Need = (parts) => {
  const copies = inPlay('cow').flatMap((need) => need(parts) ?? []);
  if (unlocks(parts) !== undefined) return copies[0];
  const unmaps = [frees, inSteps('an unmap is over at once')].flatMap((need) => need(parts) ?? []);
  return unmaps.length <= copies.length ? unmaps[0] : copies[0];
};

/** Something withdraws write permission from entries that can still be cached. */
export const withdraws: Need = (parts) =>
  meets(parts, [...inPlay('mprotect'), frees, unlocks])
    ? undefined
    : optional('protect', 'fork')(parts);

/** What must be there for an event to change anything, beside what it needs to happen. */
export const EVENT_ACTS_ON: { readonly [E in OptionalEvent]?: readonly Need[] } = {
  dontneed: [frees, unlocks],
  mprotect: [frees, unlocks],
};

/** What a field needs to have an effect. A field that is not here needs nothing. */
export const FIELD_NEEDS: {
  readonly [P in PartName]?: { readonly [F in keyof Parts[P]]?: readonly Need[] };
} = {
  kernel: {
    upgrade: [inTurn(optional('write'), upgrades)],
    lru: lruMatters,
    pageout: [optional('pageout')],
    swapinWritable: inPlay('swap'),
    checksPending: [stepsAreSeen, optional('dontneed', 'mprotect'), unlocks, frees],
  },
  driver: {
    marksAccessed: [inTurn(shadow, classic, marksAreRead)],
    fill: [inTurn(shadow, stepsAreSeen)],
  },
  hardware: {
    ats: [shared],
    iotlb: [shared],
    dropsOvertakenCompletions: [atc, stepsAreSeen],
    rewalksOnPermissionFault: [inTurn(iotlb, optional('write', 'collapse'))],
    accessFlag: [inTurn(shared, faultDiffers)],
    drainsPostedWrites: inPlay('posted'),
    iotlbQueue: [inTurn(iotlb, stepsAreSeen)],
    acknowledges: [atc],
    inFlight: [inTurn(stepsAreSeen, ...flies.slice(1))],
    drainsTranslated: [inTurn(...flies)],
  },
  scope: { range: [optional('unmap', 'protect')] },
};
