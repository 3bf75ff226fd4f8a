/**
 * For each property, which combinations of SHOWN flags violate it, and which reach its antecedent.
 */
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import type { Look, Shown } from '../model/shown.ts';
import { shownOf } from '../model/shown.ts';
import { OBSERVERS } from '../model/system.ts';
import { PROPERTIES, ghostsOf, propertiesFor } from '../properties/index.ts';

const NOTHING = shownOf(0);
const named = (name: string) => PROPERTIES.find((property) => property.name === name)!;

const FACTS = ['devSure', 'cpuSure', 'maybe', 'missedBefore'] as const;
const TRUTHS = [false, true];

/** Every combination of what a look can be. */
const LOOKS: Look[] = OBSERVERS.flatMap((observer) =>
  TRUTHS.flatMap((referenced) =>
    Array.from({ length: 1 << FACTS.length }, (_, bits) => {
      const facts = FACTS.map((fact, i) => [fact, (bits & (1 << i)) !== 0] as const);
      return { observer, referenced, ...Object.fromEntries(facts) } as unknown as Look;
    }),
  ),
);

/** All looks with these values. Values that are not given may be anything. */
const those = (so: Partial<Look>): Look[] =>
  LOOKS.filter((look) => Object.entries(so).every(([key, is]) => look[key as keyof Look] === is));

describe('a look', () => {
  it.each<[string, Partial<Look>, Partial<Look>]>([
    ...OBSERVERS.flatMap((observer): [string, Partial<Look>, Partial<Look>][] => [
      [
        `no-missed-device-reference(${observer})`,
        { observer, referenced: false, devSure: true },
        { observer, devSure: true },
      ],
      [
        `no-missed-cpu-reference(${observer})`,
        { observer, referenced: false, cpuSure: true },
        { observer, cpuSure: true },
      ],
      [
        `no-repeated-miss(${observer})`,
        { observer, referenced: false, devSure: true, missedBefore: true },
        { observer, devSure: true },
      ],
    ]),
    ['no-false-reference', { referenced: true, maybe: false }, { maybe: false }],
  ])('%s: violated by %j, witnessed by %j', (name, violated, witnessed) => {
    const property = named(name);
    const judged = LOOKS.map((look) => ({ ...NOTHING, look }));
    const looks = (says: (shown: Shown) => boolean) => judged.filter(says).map(({ look }) => look);
    expect(looks(property.violated)).toEqual(those(violated));
    expect(looks(property.witnessed)).toEqual(those(witnessed));
    expect(property.violated(NOTHING)).toBe(false);
    expect(property.witnessed(NOTHING)).toBe(false);
  });
});

describe('another transition', () => {
  const FLAGS = Object.keys(NOTHING) as (keyof Shown)[];
  const flagged = (flag: keyof Shown): Shown => ({ ...NOTHING, [flag]: true });

  it.each<[string, keyof Shown, keyof Shown]>([
    ['no-stale-access', 'staleAccess', 'unmapsCached'],
    ['no-write-after-write-protect', 'revokedWrite', 'protectsCached'],
    ['no-spurious-invalidation', 'spurious', 'foundOld'],
    ['fault-makes-progress', 'stuck', 'faulted'],
    ['no-eviction-in-use', 'evictsInUse', 'evicts'],
  ])('%s: violated by %s alone, witnessed by %s alone', (name, violated, witnessed) => {
    const property = named(name);
    expect(FLAGS.filter((flag) => property.violated(flagged(flag)))).toEqual([violated]);
    expect(FLAGS.filter((flag) => property.witnessed(flagged(flag)))).toEqual([witnessed]);
  });
});

describe('a property is asked for', () => {
  const BOTH = 'observers=reclaim,idle';
  it.each<[string, boolean, Parameters<typeof parseSystem>[0]]>([
    ['no-missed-device-reference(reclaim)', true, { scope: 'observers=reclaim' }],
    ['no-missed-device-reference(reclaim)', false, { scope: 'observers=idle' }],
    ['no-missed-device-reference(idle)', true, { scope: 'observers=idle' }],
    ['no-missed-device-reference(idle)', false, { scope: 'observers=reclaim' }],
    ['no-repeated-miss(reclaim)', true, { scope: 'observers=reclaim' }],
    ['no-repeated-miss(reclaim)', false, { scope: 'observers=idle' }],
    ['no-missed-cpu-reference(reclaim)', true, { scope: 'cpus=1' }],
    ['no-missed-cpu-reference(reclaim)', false, { scope: 'cpus=0' }],
    ['no-missed-cpu-reference(reclaim)', false, { scope: 'cpus=1 observers=idle' }],
    ['no-false-reference', true, { scope: 'observers=idle' }],
    ['no-false-reference', false, { scope: 'observers=none' }],
    ['no-stale-access', true, { scope: 'events=unmap' }],
    ['no-stale-access', false, { scope: 'events=protect,write' }],
    ['no-write-after-write-protect', true, { scope: 'events=protect,write' }],
    ['no-write-after-write-protect', false, { scope: 'events=protect' }],
    ['no-spurious-invalidation', true, { scope: BOTH }],
    ['no-spurious-invalidation', true, { scope: 'observers=idle' }],
    ['no-spurious-invalidation', false, { scope: 'observers=none' }],
    ['no-spurious-invalidation', true, { scope: 'observers=none events=walk' }],
    ['no-spurious-invalidation', false, { hardware: 'no-ats' }],
    ['fault-makes-progress', true, { hardware: 'smmu-v3', scope: 'events=write' }],
    ['fault-makes-progress', false, { hardware: 'smmu-v3' }],
    ['fault-makes-progress', false, { hardware: 'ats', scope: 'events=write' }],
    ['fault-makes-progress', false, { hardware: 'smmu-v3 iotlb=false', scope: 'events=write' }],
    ['no-eviction-in-use', true, { scope: 'events=lru,unmap' }],
    ['no-eviction-in-use', false, { scope: 'events=lru' }],
    ['no-eviction-in-use', false, { scope: 'events=unmap' }],
    ['no-eviction-in-use', false, { scope: 'observers=idle events=lru,unmap' }],
    ['no-eviction-in-use', true, { kernel: 'v6.12-x86', scope: 'events=pageout' }],
    ['no-eviction-in-use', true, { kernel: 'v6.1-x86', scope: 'events=pageout' }],
    ['no-eviction-in-use', false, { kernel: 'v4.20-x86', scope: 'events=pageout' }],
    ['no-eviction-in-use', false, { kernel: 'v6.12-x86', scope: 'observers=idle events=pageout' }],
  ])('%s: %s of %j', (name, expected, texts) => {
    expect(named(name).applies(parseSystem(texts))).toBe(expected);
  });
});

describe('a search for one property tracks', () => {
  it.each([
    ['no-missed-device-reference(reclaim)', ['devSure']],
    ['no-missed-device-reference(idle)', ['devSure']],
    ['no-repeated-miss(reclaim)', ['devSure', 'missed']],
    ['no-repeated-miss(idle)', ['devSure', 'missed']],
    ['no-missed-cpu-reference(reclaim)', ['cpuSure']],
    ['no-missed-cpu-reference(idle)', ['cpuSure']],
    ['no-false-reference', ['maybe']],
    ['no-stale-access', ['health']],
    ['no-write-after-write-protect', ['health']],
    ['no-spurious-invalidation', []],
    ['fault-makes-progress', []],
    ['no-eviction-in-use', ['devSure', 'missed']],
  ])('%s: %j', (name, ghosts) => {
    expect([...ghostsOf([named(name)])]).toEqual(ghosts);
  });

  it('for several, what any of them needs', () => {
    const two = [named('no-repeated-miss(idle)'), named('no-false-reference')];
    expect([...ghostsOf(two)]).toEqual(['devSure', 'missed', 'maybe']);
  });
});

describe('properties', () => {
  it('are in the order in which verdicts are printed, those that apply', () => {
    const system = parseSystem({ scope: 'observers=reclaim,idle events=unmap' });
    expect(propertiesFor(system).map(({ name }) => name)).toEqual([
      'no-missed-device-reference(reclaim)',
      'no-missed-device-reference(idle)',
      'no-repeated-miss(reclaim)',
      'no-repeated-miss(idle)',
      'no-false-reference',
      'no-stale-access',
      'no-spurious-invalidation',
    ]);
  });
});

describe('what a reader is told', () => {
  it.each(OBSERVERS)('of a miss of %s names who looks, and what it says', (observer) => {
    const [look, unreferenced] =
      observer === 'reclaim' ? ['folio_referenced()', 'unreferenced'] : ['page_idle', 'idle'];
    const { sentence, story, defect } = named(`no-missed-device-reference(${observer})`);
    expect(sentence).toMatch(`${look} never reports a page ${unreferenced} `);
    expect(story).toMatch(`${look} reports a page ${unreferenced} `);
    expect(defect).toBe(observer === 'reclaim' ? 'old-while-cached' : 'old-while-cached-idle');
  });
});
