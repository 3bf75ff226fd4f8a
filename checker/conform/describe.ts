/** Says observations in words that kernel developers know from the log. */
import type { EndVerb } from '../../model/operation.ts';
import type { StepVerb } from '../../model/steps.ts';
import type { Kind, Observation, ObservationOf } from './observation.ts';

/** Chooses one of two sentences. If the log does not say which is true, it names both. */
const either = (said: number | boolean | undefined, no: string, yes: string): string =>
  said === undefined ? `${yes}, or not` : said ? yes : no;

const returns = (what: string, returned: number | undefined): string =>
  `${what} returns ${returned ?? 'something'}`;

const finds =
  (who: string) =>
  ({ young }: { readonly young: number | undefined }): string =>
    either(young, `${who} finds the PTE old`, `${who} finds the PTE young`);

const PATHS = { hit: 'an ATC hit', miss: 'an ATC miss' } as const;
const YOUNG = [', and its PTE is old', ', and its PTE is young'] as const;

const TEXTS: { readonly [K in Kind]: (observation: ObservationOf<K>) => string } = {
  opens: () => 'an access begins',
  closes: ({ by, path }) =>
    (path === undefined ? 'an access' : PATHS[path]) +
    ` of ${by === 'cpu' ? 'a CPU' : 'the device'} that is over`,
  hit: () => 'an ATC hit',
  walk: ({ before, after }) => `a walk of a PTE with young=${before} that leaves young=${after}`,
  request: () => 'the device sends an ATS query',
  translate: ({ walk }) =>
    walk === undefined
      ? 'the IOTLB answers the query'
      : `a walk of a PTE with young=${walk.before} that leaves young=${walk.after}`,
  complete: () => 'the answer to the query arrives',
  step: ({ verb, had }) =>
    `${verb}${had === undefined ? '' : had ? ' drops an entry' : ' drops nothing'}`,
  install: ({ writable }) =>
    either(
      writable,
      'a read-only secondary PTE is installed',
      'a writable secondary PTE is installed',
    ),
  populate: () => 'the fault handler works for the secondary MMU',
  'cpu-fault': ({ isMissing }) =>
    `a CPU fault on a page that is ${isMissing === true ? 'missing' : 'mapped'}`,
  age: finds('a look'),
  mark: finds('idle tracking'),
  pass: finds('an aging walk'),
  cleared: finds('somebody'),
  cold: finds('MADV_COLD'),
  'clear-refs': finds('clear_refs'),
  harvest: ({ young }) =>
    either(young, 'the secondary PTE is old', 'the secondary PTE is young and aged'),
  neighbour: ({ young }) =>
    either(
      young,
      'an aging of the page before it reaches its secondary PTE, which is old',
      'an aging of the page before it ages its secondary PTE',
    ),
  flush: () => 'the secondary TLB is flushed',
  answer: ({ returned }) => returns('the notifier', returned),
  report: ({ referenced }) =>
    either(referenced, 'folio_referenced() returns 0', 'folio_referenced() returns more than 0'),
  end: () => 'the operation is over',
  unmap: () => 'an unmap begins',
  protect: () => 'a write-protect begins',
  zap: ({ had }) => either(had, 'there is no secondary PTE to zap', 'a secondary PTE is zapped'),
  drop: ({ had }) =>
    either(had, 'an ATC invalidation drops nothing', 'an ATC invalidation drops an entry'),
  test: ({ returned }) => returns('test_young', returned),
  state: ({ present, young }) =>
    `the page is ${present ? 'mapped' : 'not mapped'}${young === undefined ? '' : YOUNG[young]}`,
  invalidated: () => 'a device-TLB invalidation with a PASID',
  unheeded: () => 'a device-TLB invalidation without a PASID',
  gone: () => 'the page is forgotten',
  collapse: () => 'the page has become a part of a huge page',
};

export const describe = (observation: Observation): string =>
  (TEXTS[observation.kind] as (observation: Observation) => string)(observation);

/** These fields say which kind of line it is, and not what was found there. */
const KEPT: readonly string[] = [
  'kind',
  'by',
  'of',
  'call',
  'isWrite',
  'isAsked',
  'isInFault',
  'path',
  'verb',
  'walk',
];

const flipped = (said: unknown): unknown => (typeof said === 'boolean' ? !said : said ? 0 : 1);

/** The same kind of observation with every other content that it could have had. */
export function contraries(observation: Observation): Observation[] {
  let all: Observation[] = [observation];
  for (const [field, said] of Object.entries(observation)) {
    if (KEPT.includes(field) || said === undefined) continue;
    all = all.flatMap((one) => [one, { ...one, [field]: flipped(said) }]);
  }
  return all.slice(1);
}

/** The lines by which a log shows the steps that the model would have to take first. */
export const STEP_TEXTS: Readonly<Partial<Record<StepVerb | EndVerb, string>>> = {
  'post-atc': 'a flush of the secondary TLB (flush_remote_tlbs, an ATC invalidation)',
  harvest: "a look at the secondary's own young bit (age_gfn_ret)",
  zap: 'a zap of the secondary PTE (unmap_gfn_range_ret)',
  report: 'the report of the look (folio_referenced_ret)',
  free: 'the end of the unmap (invalidate_range_end)',
  end: 'the end of the operation (invalidate_range_end, the return of the notifier)',
};
