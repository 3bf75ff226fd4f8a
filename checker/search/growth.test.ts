/**
 * What the logs of real kernels made the model grow by, in the manner of the reference results: by
 * hand where a system is small enough, and always by the plainest search beside the fast one.
 */
import { describe, expect, it } from 'vitest';
import { Model } from '../../model/model.ts';
import type { PartName, System } from '../../model/system.ts';
import { GRANULARITIES } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { ghostsOf, propertiesFor } from '../../properties/index.ts';
import { explore, shortest } from '../../properties/plain-search.ts';
import { parseSystem } from '../trace/setup.ts';
import { Search } from './search.ts';

interface Row {
  readonly parts: { readonly [P in PartName]?: string };
  readonly atomic: string;
  /** Absent where it would take too long. */
  readonly fine?: string;
}

const REPEATED = 'repeated-miss 8, repeated-miss(idle) 9';
const HARVEST = 'harvest,flush-atc-if-harvested,return-harvested';

const ROWS: readonly Row[] = [
  // After a MADV_COLD that found the PTE young nothing is cached, and nothing was used.
  {
    parts: { scope: 'events=cold' },
    atomic: 'missed-device 4, repeated-miss 6 [5]',
    fine: 'missed-device 7, repeated-miss 10 [27]',
  },
  // The spte stays young: a use before MADV_COLD is found all the same.
  { parts: { driver: 'kvm', scope: 'events=cold' }, atomic: 'none [4]', fine: 'none [123]' },
  {
    parts: { kernel: 'v6.6-x86', driver: 'intel-svm', scope: 'cpus=1 events=cold' },
    atomic: 'missed-device 4, repeated-miss 6, missed-cpu 4 [15]',
    fine: 'missed-device 7, repeated-miss 10, missed-cpu 6 [132]',
  },
  // The walk of 6.1 hears of a use by the CPU's PTE, the next look of the same use by the spte.
  { parts: { driver: 'kvm', scope: 'events=walk' }, atomic: 'false 3 [5]', fine: 'false 10 [138]' },
  // That of 6.12 leaves the vCPU's TLB alone.
  {
    parts: {
      kernel: 'walkHelper=ptep_clear_young_notify',
      driver: 'kvm',
      scope: 'events=walk',
    },
    atomic: 'missed-device 4, repeated-miss 6 [6]',
    fine: 'missed-device 9, repeated-miss 13 [190]',
  },
  {
    parts: { scope: 'events=walk' },
    atomic: 'missed-device 4, repeated-miss 6 [4]',
    fine: 'missed-device 7, repeated-miss 10 [22]',
  },
  // The mail's four steps, and what comes of them.
  {
    parts: { scope: 'events=lru,unmap' },
    atomic: 'missed-device 4, repeated-miss 6, eviction-in-use 5 [6]',
    fine: 'missed-device 7, repeated-miss 10, eviction-in-use 8 [54]',
  },
  {
    parts: { driver: 'amd-iommu-v2', scope: 'events=lru,unmap' },
    atomic: 'spurious-invalidation 3 [8]',
    fine: 'spurious-invalidation 11 [524]',
  },
  {
    parts: { kernel: 'pageoutLooks=false', scope: 'events=pageout' },
    atomic: 'missed-device 4, repeated-miss 6, eviction-in-use 2 [4]',
    fine: 'missed-device 7, repeated-miss 10, eviction-in-use 4 [46]',
  },
  // With the look that comes first there is no such event.
  {
    parts: { scope: 'events=pageout' },
    atomic: 'missed-device 4, repeated-miss 6 [4]',
    fine: 'missed-device 7, repeated-miss 10 [19]',
  },
  {
    parts: { scope: 'events=unmap,swap,write' },
    atomic: 'missed-device 4, repeated-miss 6 [11]',
    fine: 'missed-device 7, repeated-miss 10 [178]',
  },
  // The neighbour's bit, harvested for this page: its use is missed, and this page looks used.
  {
    parts: {
      kernel: 'idleRange=two-pages',
      driver: `secondary=shadow clear_young=${HARVEST} clear_flush_young=${HARVEST}`,
      scope: 'pages=2 observers=reclaim,idle events=cold',
    },
    atomic: `missed-device 5, missed-device(idle) 6, ${REPEATED}, false 4 [218]`,
  },
  {
    parts: {
      driver: `secondary=shadow clear_young=${HARVEST} clear_flush_young=${HARVEST}`,
      scope: 'pages=2 observers=reclaim,idle events=cold',
    },
    atomic: 'none [121]',
  },
  // Nobody is told of a fork, nor that a write went to a copy; one device alone holds an old entry
  // only while its own write is on the way.
  {
    parts: { driver: 'none', scope: 'events=fork,write' },
    atomic: 'missed-device 4, repeated-miss 6, write-after-write-protect 3 [13]',
    fine: 'missed-device 7, repeated-miss 10, stale-access 7, write-after-write-protect 4 [173]',
  },
  {
    parts: { scope: 'events=fork,write' },
    atomic: 'missed-device 4, repeated-miss 6 [19]',
    fine: 'missed-device 7, repeated-miss 10 [237]',
  },
  {
    parts: { driver: 'none', scope: 'events=collapse' },
    atomic: 'missed-device 4, repeated-miss 6, stale-access 3 [8]',
    fine: 'missed-device 7, repeated-miss 10, stale-access 4 [38]',
  },
  {
    parts: { driver: 'kvm', scope: 'events=collapse' },
    atomic: 'none [6]',
    fine: 'none [135]',
  },
];

/** Without `missed`, as many states as the reference results count. */
const untracked = ({ ghosts }: Property) => !ghosts.includes('missed');
const nameOf = ({ name }: Property) => name.replace(/^no-|-reference|\(reclaim\)/g, '');

function fast(system: System): string {
  const properties = propertiesFor(system);
  const search = new Search(system, properties);
  search.run();
  expect(search.complete).toBe(true);
  const violated = properties.flatMap((property) => {
    const run = search.violation(property);
    return run === undefined ? [] : [`${nameOf(property)} ${run.length}`];
  });
  const counted = new Search(system, properties.filter(untracked));
  counted.run();
  return `${violated.join(', ') || 'none'} [${counted.size}]`;
}

function plain(system: System): string {
  const properties = propertiesFor(system);
  const explored = explore(new Model(system, ghostsOf(properties)), 100_000);
  expect(explored.complete).toBe(true);
  const violated = properties.flatMap((property) => {
    const length = shortest(explored, property.violated);
    return length === undefined ? [] : [`${nameOf(property)} ${length}`];
  });
  const counted = explore(new Model(system, ghostsOf(properties.filter(untracked))), 100_000);
  return `${violated.join(', ') || 'none'} [${counted.states.length}]`;
}

const CASES = ROWS.flatMap(({ parts, ...expected }) =>
  GRANULARITIES.flatMap((granularity) => {
    const result = expected[granularity];
    const scope = `${parts.scope ?? ''} granularity=${granularity}`;
    const name = Object.entries({ ...parts, scope }).map(([part, text]) => `${part} ${text}`);
    return result === undefined
      ? []
      : [[name.join('; '), result, parseSystem({ ...parts, scope })] as const];
  }),
);

describe('growth', () => {
  it.each(CASES)('%s: %s', (_name, result, system) => {
    expect(fast(system)).toBe(result);
    expect(plain(system)).toBe(result);
  });
});
