/**
 * The chance that a search misses a violation. It is measured on the presets where the violation is
 * rarest.
 */
import { describe, expect, it } from 'vitest';
import { PRESETS, parseSystem } from '../trace/setup.ts';
import type { Scope, System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { whole } from '../search/progress.ts';
import { shortest } from '../search/shortest.ts';
import { clopperPearson } from './binomial.ts';
import type { Known } from './chance.ts';
import { KNOWN, knownFor, measuringChance, presetsOf } from './chance.ts';
import { conclude } from './conclude.ts';
import { run } from './random-search.ts';
import { settingsOf } from './settings.ts';
import { explorationText } from './exploration-text.ts';

const named = (name: string) => PROPERTIES.find((property) => property.name === name)!;
const races = parseSystem({ driver: 'kvm', scope: 'races' });
const missed = named('no-missed-device-reference(reclaim)');
const stale = named('no-stale-access');

/** The property, and the smallest scope in which the presets violate it. */
const CASES = PROPERTIES.flatMap((property) => {
  const [, family, observer] = /^([^(]*)(?:\((.*)\))?$/.exec(property.name)!;
  return KNOWN[family].map((known): [string, Known, Scope] => {
    const observers = [...(known.needs?.observers ?? []), observer ?? 'reclaim'];
    const scope = { ...PRESETS.scope[0].value, ...known.needs, observers: [...new Set(observers)] };
    return [property.name, known, scope as Scope];
  });
});

describe('the presets that are known to violate a property', () => {
  it('are there for each property', () => {
    const families = PROPERTIES.map(({ name }) => name.replace(/\(.*/, ''));
    expect(Object.keys(KNOWN).toSorted()).toEqual([...new Set(families)].toSorted());
  });

  it.each(CASES)('violate it: %s %j', (name, known, scope) => {
    const system: System = { ...parseSystem(presetsOf(known)), scope };
    const property = named(name);
    expect(property.applies(system)).toBe(true);
    expect(knownFor(property, scope)).toContain(known);
    expect(shortest(system, property, { maxStates: 2_000_000 }).run).toBeDefined();
  });
});

describe('the chance to miss', () => {
  const settings = settingsOf({ seed: 1 });
  const chance = (made: number) => whole(measuringChance(races, missed, settings, made))!;

  it('follows from the interval of one run', () => {
    const [none, one, ten] = [0, 1, 10].map(chance);
    expect(none.allMiss).toEqual({ least: 1, most: 1 });
    expect(one.perRun).toEqual(clopperPearson(one.found, one.runs));
    expect(one.allMiss.least).toBeCloseTo(1 - one.perRun.most, 12);
    expect(one.allMiss.most).toBeCloseTo(1 - one.perRun.least, 12);
    expect(ten.allMiss.most).toBeCloseTo((1 - ten.perRun.least) ** 10, 12);
    expect(ten.found).toBe(one.found);
  });

  it('is that of the preset which is found most seldom', () => {
    const rarest = whole(measuringChance(races, stale, settings, 20))!;
    expect(rarest.known).toMatchObject({ hardware: 'overtaken-completions' });
    expect(rarest.of).toBe(3);
    expect(rarest.allMiss.most).toBeGreaterThan(0.3);
  });

  it('is measured with a whole sample, however long the runs are', () => {
    const long = settingsOf({ seed: 1, length: 65_536 });
    expect(whole(measuringChance(races, missed, long, 1))!.runs).toBe(10);
  });

  it('is that of the runs which were made, where a search was stopped', async () => {
    const asked = settingsOf({ seed: 1, runs: 10_000, length: 1 });
    const explored = await run(races, [stale], asked, { timeLimit: 0 });
    const exploration = conclude(races, [stale], asked, explored);
    expect(exploration.findings[0].chance!.allMiss.most).toBe(1);
  });

  it('is told as a true bound, with the system and the scope of its sample', async () => {
    const few = settingsOf({ seed: 1, runs: 20, length: 50 });
    const explored = await run(races, [stale], few);
    const exploration = conclude(races, [stale], few, explored);
    const [finding] = exploration.findings;
    const text = (found: number, runs: number, made = 10_000) => {
      const perRun = clopperPearson(found, runs);
      const allMiss = { least: (1 - perRun.most) ** made, most: (1 - perRun.least) ** made };
      const chance = { ...finding.chance!, found, runs, perRun, allMiss };
      const told = { ...explored, counts: { ...explored.counts, runs: made } };
      return explorationText({ ...exploration, explored: told, findings: [{ ...finding, chance }] })
        .replace(/^[^]*How likely such runs are to find a violation/, '')
        .replaceAll(/\s+/g, ' ');
    };
    expect(text(1, 500)).toBe(
      ' was measured on other systems, which are known to violate, with these settings and in ' +
        'this scope: pages=1 cpus=1 devices=1 observers=reclaim,idle granularity=fine ' +
        'events=unmap,protect,write no-stale-access kernel v4.20-x86, driver amd-iommu-v2, ' +
        'hardware overtaken-completions, the rarest of 3: 1 of 500 runs found it. ' +
        'So one run finds it with a chance of 0.005 % to 1.2 % (95 % confidence), ' +
        'and 10,000 runs would miss it with a chance of at most 61 %. ',
    );
    expect(text(0, 500)).toContain(
      'a chance of at most 0.74 % (95 % confidence), and nothing says that 10,000 runs would find',
    );
    expect(text(500, 500)).toContain('a chance of 99 % to 100 % (95 % confidence), and 10,000');
    expect(text(16, 500)).toContain('with a chance below 0.0001 %.');
  });
});
