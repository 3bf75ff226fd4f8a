/**
 * Reference results. Two independent implementations of docs/model.md agree on all of them: every
 * property that is violated with the length of its shortest counterexample, everything else not
 * violated, and in brackets the number of reachable states with every ghost tracked but `missed`.
 */
import { describe, expect, it } from 'vitest';
import type { PartName, System } from '../../model/system.ts';
import { GRANULARITIES } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { Search } from './search.ts';

/** How a property is called below: `dev(R)`, by the observer whose look misses. */
const SHORT: Readonly<Record<string, string>> = {
  'no-missed-device-reference(reclaim)': 'dev(R)',
  'no-missed-device-reference(idle)': 'dev(I)',
  'no-missed-cpu-reference(reclaim)': 'cpu(R)',
  'no-missed-cpu-reference(idle)': 'cpu(I)',
  'no-repeated-miss(reclaim)': 'rep(R)',
  'no-repeated-miss(idle)': 'rep(I)',
  'no-false-reference': 'false',
  'no-stale-access': 'stale',
  'no-write-after-write-protect': 'revoked-write',
  'no-spurious-invalidation': 'spurious',
  'fault-makes-progress': 'progress',
  'no-eviction-in-use': 'evicted',
};

const FLUSH = 'flush-iotlb,flush-atc';
const ON_UNMAP = `invalidate_secondary=${FLUSH}`;
const ALWAYS = `${ON_UNMAP} clear_flush_young=${FLUSH}`;
const NO_WAIT = `${ON_UNMAP} clear_flush_young=flush-iotlb,flush-atc-nowait`;
const PROPOSAL = `${ON_UNMAP} flush_young=${FLUSH}`;
const SWAPPED =
  'clear_flush_young=flush-atc,flush-iotlb invalidate_secondary=flush-atc,flush-iotlb';
const BOTH = 'observers=reclaim,idle';
const TAKE_AWAY = 'events=unmap,protect,write';
const ARM64 = 'flushesTlbWhenYoung=true tlbFlushReachesSecondary=true';

interface Row {
  readonly parts: { readonly [P in PartName]?: string };
  /** Absent where there is nothing to say of this granularity. */
  readonly atomic?: string;
  readonly fine: string;
}

const ROWS: readonly Row[] = [
  {
    parts: { driver: ON_UNMAP },
    atomic: 'dev(R) 4, rep(R) 6 [4]',
    fine: 'dev(R) 7, rep(R) 10 [19]',
  },
  { parts: { driver: ALWAYS }, atomic: 'spurious 3 [3]', fine: 'spurious 11 [165]' },
  {
    parts: { driver: PROPOSAL, kernel: 'notifiesFlushYoung=true' },
    atomic: 'none [3]',
    fine: 'none [58]',
  },
  {
    parts: { driver: PROPOSAL, kernel: 'notifiesFlushYoung=true', scope: BOTH },
    atomic: 'dev(R) 5, dev(I) 4, rep(R) 7, rep(I) 6 [16]',
    fine: 'dev(R) 9, dev(I) 7, rep(R) 12, rep(I) 10 [282]',
  },
  {
    parts: { driver: ALWAYS, scope: BOTH },
    atomic: 'dev(I) 4, rep(I) 6, spurious 3 [10]',
    fine: 'dev(I) 7, rep(I) 10, spurious 7 [883]',
  },
  {
    parts: { driver: 'none', scope: TAKE_AWAY },
    atomic: 'dev(R) 4, rep(R) 6, stale 3, revoked-write 3 [17]',
    fine: 'dev(R) 7, rep(R) 10, stale 5, revoked-write 5 [240]',
  },
  {
    parts: { driver: SWAPPED, scope: TAKE_AWAY },
    atomic: 'spurious 3 [9]',
    fine: 'dev(R) 16, stale 10, revoked-write 10, spurious 10 [1795]',
  },
  {
    parts: { driver: NO_WAIT },
    atomic: 'spurious 3 [3]',
    fine: 'dev(R) 11, rep(R) 16, spurious 9 [380]',
  },
  {
    parts: {
      driver: ALWAYS,
      hardware: 'dropsOvertakenCompletions=false',
      scope: 'events=unmap',
    },
    atomic: 'spurious 3 [3]',
    fine: 'dev(R) 15, stale 9, spurious 11 [280]',
  },
  {
    parts: { driver: 'kvm', scope: `${BOTH} ${TAKE_AWAY}` },
    atomic: 'dev(R) 5, dev(I) 4, rep(R) 7, rep(I) 6 [70]',
    fine: 'dev(R) 12, dev(I) 9, rep(R) 16, rep(I) 13 [5391]',
  },
  {
    parts: { driver: `${ON_UNMAP} clear_flush_young=return-one` },
    atomic: 'false 3 [4]',
    fine: 'false 6 [19]',
  },
  {
    parts: { driver: ON_UNMAP, kernel: ARM64, scope: 'cpus=1' },
    atomic: 'none [5]',
    fine: 'none [453]',
  },
  {
    parts: { driver: ON_UNMAP, kernel: ARM64, scope: `cpus=1 ${BOTH}` },
    atomic: 'dev(R) 5, dev(I) 4, rep(R) 7, rep(I) 6, cpu(R) 5, cpu(I) 4 [90]',
    fine: 'dev(R) 9, dev(I) 7, rep(R) 12, rep(I) 10, cpu(R) 8, cpu(I) 6 [3851]',
  },
  {
    parts: { driver: ALWAYS, scope: 'pages=2 devices=2' },
    atomic: 'spurious 3 [25]',
    fine: 'spurious 12 [75621]',
  },
  // The switches for bugs that really happened.
  {
    parts: { driver: ON_UNMAP, kernel: 'unmapFlushesOld=false', scope: 'cpus=1 events=unmap' },
    atomic: 'dev(R) 4, rep(R) 6, cpu(R) 4, stale 4 [28]',
    fine: 'dev(R) 7, rep(R) 10, cpu(R) 6, stale 6 [312]',
  },
  {
    parts: { driver: ON_UNMAP, kernel: 'unmapNotifies=false', scope: 'events=unmap,write' },
    atomic: 'dev(R) 4, rep(R) 6, stale 3 [11]',
    fine: 'dev(R) 7, rep(R) 10, stale 5 [123]',
  },
  {
    parts: {
      driver: ON_UNMAP,
      hardware: 'rewalksOnPermissionFault=false',
      scope: 'events=protect,write',
    },
    atomic: 'dev(R) 4, rep(R) 6, progress 2 [18]',
    fine: 'dev(R) 7, rep(R) 10, progress 5 [236]',
  },
  {
    parts: {
      driver: ON_UNMAP,
      kernel: 'upgradeNotifies=true',
      hardware: 'rewalksOnPermissionFault=false',
      scope: 'events=protect,write',
    },
    atomic: 'dev(R) 4, rep(R) 6 [13]',
    fine: 'dev(R) 7, rep(R) 10 [218]',
  },
  {
    parts: {
      driver: ON_UNMAP,
      hardware: 'drainsPostedWrites=false',
      scope: `${TAKE_AWAY},posted`,
    },
    fine: 'dev(R) 7, rep(R) 10, stale 11, revoked-write 11 [1178]',
  },
  {
    parts: { driver: ON_UNMAP, scope: `${TAKE_AWAY},posted` },
    fine: 'dev(R) 7, rep(R) 10 [412]',
  },
  {
    parts: {
      driver: ON_UNMAP,
      kernel: 'unmapInvalidates=mm',
      scope: 'pages=2 events=unmap',
    },
    atomic: 'dev(R) 4, rep(R) 6 [40]',
    fine: 'dev(R) 7, rep(R) 10 [3770]',
  },
  {
    parts: { driver: ON_UNMAP, hardware: 'accessFlag=fault', scope: BOTH },
    atomic: 'dev(R) 4, dev(I) 4, rep(R) 6, rep(I) 6 [11]',
    fine: 'dev(R) 7, dev(I) 7, rep(R) 10, rep(I) 10 [96]',
  },
];

const CASES = ROWS.flatMap(({ parts, ...expected }) =>
  GRANULARITIES.flatMap((granularity) => {
    const result = expected[granularity];
    const scope = `${parts.scope ?? ''} granularity=${granularity}`;
    const text = Object.entries({ ...parts, scope }).map(([part, value]) => `${part} ${value}`);
    return result === undefined ? [] : [[text.join('; '), result, { ...parts, scope }] as const];
  }),
);

/** The results of a system, written as they are above. */
function resultsOf(system: System): string {
  const search = new Search(system, PROPERTIES);
  search.run();
  expect(search.complete).toBe(true);
  const violated = PROPERTIES.flatMap((property) => {
    const length = search.violation(property)?.length;
    return length === undefined ? [] : [`${SHORT[property.name]} ${length}`];
  });
  const counted = new Search(
    system,
    PROPERTIES.filter(({ ghosts }) => !ghosts.includes('missed')),
  );
  counted.run();
  expect(counted.complete).toBe(true);
  return `${violated.join(', ') || 'none'} [${counted.size}]`;
}

describe('reference results', () => {
  it.each(CASES)('%s: %s', (_name, result, parts) => {
    expect(resultsOf(parseSystem(parts))).toBe(result);
  });

  it('name every property', () => {
    expect(Object.keys(SHORT).toSorted()).toEqual(PROPERTIES.map(({ name }) => name).toSorted());
  });
});
