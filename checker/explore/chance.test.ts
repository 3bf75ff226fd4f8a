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

  it('is nearer to none the more runs were made', () => {
    const [none, one, ten] = [0, 1, 10].map(chance);
    expect(none.missed).toBe(1);
    expect(one.missed).toBeCloseTo(1 - one.found / one.runs, 2);
    expect(ten.missed).toBeLessThan(one.missed);
    expect(ten.found).toBe(one.found);
  });

  it('is that of the preset which is found most seldom', () => {
    const rarest = whole(measuringChance(races, stale, settings, 20))!;
    expect(rarest.known).toMatchObject({ hardware: 'overtaken-completions' });
    expect(rarest.of).toBe(3);
    expect(rarest.missed).toBeGreaterThan(0.3);
  });

  it('is that of the runs which were made, where a search was stopped', async () => {
    const asked = settingsOf({ seed: 1, runs: 10_000, length: 1 });
    const explored = await run(races, [stale], asked, { timeLimit: 0 });
    const exploration = conclude(races, [stale], asked, explored);
    expect(exploration.findings[0].chance!.missed).toBe(1);
  });

  it('is told as so many percent', async () => {
    const two = settingsOf({ seed: 1, runs: 2, length: 50 });
    const exploration = conclude(races, [stale], two, await run(races, [stale], two));
    const [finding] = exploration.findings;
    const text = (of: number) =>
      explorationText({
        ...exploration,
        findings: [{ ...finding, chance: { ...finding.chance!, found: 1, missed: of } }],
      });
    expect(text(0.9999)).toContain('2 runs would miss it with a chance of 100 %');
    expect(text(0.0415)).toContain('with a chance of 4.2 %');
    expect(text(1e-9)).toContain('with a chance below 0.0001 %');
    expect(text(1)).toContain('overtaken-completions, the rarest of 3\n');
  });
});
