/**
 * Shrinking gives runs that are minimal, certified, and canonical under renaming and reordering.
 */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { eventText } from '../../model/events.ts';
import type { System } from '../../model/system.ts';
import { Walk } from '../../properties/generators/index.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { canonical } from './canonical.ts';
import { certify } from '../search/certify.ts';
import { minimize } from './minimize.ts';
import { reduce, shrinking } from './shrink.ts';
import { fewer, quieter } from './scope.ts';
import { shortest } from '../search/shortest.ts';
import { Trial } from './trial.ts';
import { whole } from '../search/progress.ts';

const named = (name: string): Property => PROPERTIES.find((property) => property.name === name)!;
const missed = named('no-missed-device-reference(reclaim)');

/** Finds events by their text. */
function runOf(trial: Trial, texts: readonly string[]): number[] {
  const { events } = trial.model;
  return texts.map((text) => events.findIndex((event) => eventText(event) === text));
}
const textsOf = (trial: Trial, run: readonly number[]) => trial.events(run).map(eventText);

/** Random runs that violate a property, cut after the violation. */
function violations(trial: Trial, most: number): number[][] {
  const walk = new Walk(trial.model, 150);
  const found: number[][] = [];
  for (let number = 0; found.length < most && number < 3000; number++) {
    const length = walk.run(number, 150);
    const run = trial.violating(Array.from(walk.events.subarray(0, length)));
    if (run !== undefined) found.push(run);
  }
  return found;
}

describe('a trial', () => {
  const trial = new Trial(parseSystem({ scope: 'small' }), missed);
  const MAIL = [
    'dev0: read A',
    'kswapd: folio_referenced A',
    'dev0: read A',
    'kswapd: folio_referenced A',
  ];

  it('skips what cannot happen, and ends at the violation', () => {
    const run = runOf(trial, ['dev0: evict B', ...MAIL, 'cpu0: read B']);
    expect(textsOf(trial, trial.violating(run)!)).toEqual(MAIL);
  });

  it('knows a run that violates nothing', () => {
    expect(trial.violating(runOf(trial, MAIL.slice(0, 3)))).toBeUndefined();
  });
});

describe('canonical', () => {
  const system = parseSystem({
    scope: 'pages=2 cpus=2 devices=2 observers=reclaim granularity=fine',
  });
  const trial = new Trial(system, missed);
  const rename = (run: readonly number[]) =>
    trial.places(
      trial.events(run).map((event): Event => {
        const page = 1 - event.page;
        return { ...event, page, to: page, unit: flip(event) };
      }),
    );
  const flip = ({ actor, unit, verb }: Event) =>
    ['dev', 'cpu'].includes(actor) || verb === 'translate' ? 1 - unit : unit;

  it('gives a run and its renaming one text', () => {
    for (const run of violations(trial, 8).map((found) => reduce(trial, found))) {
      expect(canonical(trial, rename(run))).toEqual(canonical(trial, run));
    }
  });

  it('gives a run and any order of its independent events one text', () => {
    const run = runOf(trial, [
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'dev0: complete A',
      'cpu0: read B',
      'kswapd: age A',
      'kswapd: report A',
      'dev1: request-read B',
      'dev0: read A',
      'kswapd: age A',
      'kswapd: report A',
    ]);
    expect(trial.violating(run)).toEqual(run);
    const others = [
      [3, 0, 1, 2, 4, 5, 6, 7, 8, 9],
      [6, 0, 1, 2, 4, 5, 7, 8, 3, 9],
      [0, 1, 6, 2, 4, 3, 5, 7, 8, 9],
    ].map((order) => order.map((i) => run[i]));
    for (const other of others) {
      expect(trial.violating(other)).toEqual(other);
      expect(canonical(trial, other)).toEqual(canonical(trial, run));
    }
  });

  it('is a fixed point, and still violates', () => {
    for (const run of violations(trial, 8).map((found) => reduce(trial, found))) {
      const once = canonical(trial, run);
      expect(trial.violating(once)).toEqual(once);
      expect(canonical(trial, once)).toEqual(once);
    }
  });

  it('leaves the order of dependent events alone', () => {
    const run = runOf(trial, [
      'cpu0: read A',
      'dev0: request-read A',
      'iommu: translate dev0 A',
      'kswapd: age A',
      'kswapd: report A',
      'dev0: complete A',
      'kswapd: age A',
      'kswapd: report A',
    ]);
    const least = textsOf(trial, canonical(trial, trial.violating(run)!));
    expect(least.indexOf('dev0: request-read A')).toBe(0);
    expect(least.indexOf('kswapd: age A')).toBeGreaterThan(least.indexOf('cpu0: read A'));
  });
});

describe('smaller scopes', () => {
  it('have one thing less, within the limits', () => {
    const system = parseSystem({ scope: 'small' });
    const all = ['pages', 'devices', 'cpus'] as const;
    expect(fewer(system, all).map(({ scope }) => [scope.pages, scope.devices, scope.cpus])).toEqual(
      [
        [1, 1, 1],
        [2, 1, 0],
      ],
    );
    expect(quieter(system)).toHaveLength(2 + 5);
    expect(fewer(parseSystem({}), all)).toEqual([]);
  });
});

describe('minimize', () => {
  const cases: readonly [string, { readonly [part: string]: string }, string][] = [
    ['the mail', { scope: 'small' }, 'no-missed-device-reference(reclaim)'],
    ['twice blind', { scope: 'small' }, 'no-repeated-miss(idle)'],
    ['kvm in steps', { driver: 'kvm', scope: 'races' }, 'no-missed-device-reference(idle)'],
    [
      'a stale ATC entry',
      { driver: 'smmu-5.2-reordered', scope: 'races' },
      'no-missed-device-reference(reclaim)',
    ],
    ['spurious', { driver: 'amd-iommu-v2', scope: 'races' }, 'no-spurious-invalidation'],
    ['the fault loop', { hardware: 'smmu-v3', scope: 'small' }, 'fault-makes-progress'],
  ];

  it.each(cases)('finds the shortest trace, and one text: %s', (_, parts, name) => {
    const system = parseSystem(parts);
    const property = named(name);
    const trial = new Trial(system, property);
    const least = shortest(system, property, { maxStates: 1e6 }).run!.length;
    const texts = new Set<string>();
    for (const run of violations(trial, 3)) {
      const minimal = whole(shrinking(trial, run));
      expect(minimal.run.length).toBeLessThanOrEqual(least);
      expect(certify(minimal.system, property, minimal.run).kind).toBe('shortest');
      texts.add(JSON.stringify([minimal.system.scope, minimal.run.map(eventText)]));
    }
    expect(texts.size).toBe(1);
  });

  it('works by moves alone where no search is affordable', () => {
    const system: System = parseSystem({ scope: 'small' });
    const trial = new Trial(system, missed);
    for (const run of violations(trial, 3)) {
      const { run: least } = minimize(system, missed, reduce(trial, run), { maxStates: 1 });
      expect(least.map(eventText)).toEqual([
        'dev0: read A',
        'kswapd: folio_referenced A',
        'dev0: read A',
        'kswapd: folio_referenced A',
      ]);
    }
  });

  it('refuses a run that violates nothing', () => {
    expect(() => minimize(parseSystem({}), missed, [])).toThrow('does not violate');
  });
});

describe('certify', () => {
  const system = parseSystem({ scope: 'small' });
  const trial = new Trial(system, missed);
  const [long] = violations(trial, 20).filter((run) => run.length > 4);

  it('shows a shorter run', () => {
    const certificate = certify(system, missed, trial.events(long));
    expect(certificate).toMatchObject({ kind: 'shorter' });
  });

  it('says where the budget does not reach', () => {
    const certificate = certify(system, missed, trial.events(long), { maxStates: 1 });
    expect(certificate).toMatchObject({ kind: 'too-large', depth: expect.any(Number) });
  });
});
