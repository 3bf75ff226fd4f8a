/** What a scope does not ask, and the scope that does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { notAskedJson, notAskedLines } from '../checker/tell/not-asked-text.ts';
import { PRESETS, parseSystem } from '../checker/trace/setup.ts';
import type { Scope, System } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { valueText } from '../model/text.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { PROPERTIES, propertiesFor } from '../properties/index.ts';
import { notAsked } from '../properties/not-asked.ts';
import { samples } from './samples.ts';

/** The scopes that have one thing less than a larger one, and still no less than a smaller one. */
function between(small: Scope, large: Scope): Scope[] {
  return Object.entries(fieldsOf('scope')).flatMap(([name, field]): Scope[] => {
    const [least, most] = [small, large].map((from) => from[name as keyof Scope]);
    if (valueText(field, least) === valueText(field, most)) return [];
    if (!Array.isArray(most)) return [{ ...large, [name]: least }];
    const added = most.filter((member) => !(least as readonly unknown[]).includes(member));
    return added.map((gone) => ({ ...large, [name]: most.filter((each) => each !== gone) }));
  });
}

/** Checks that every property is asked, or is told with a scope that asks it and has no more. */
function holdsFor(system: System): void {
  const asked = propertiesFor(system);
  const told = notAskedJson(system, asked).notAsked;
  expect([...asked.map(({ name }) => name), ...told.map(({ name }) => name)].toSorted()).toEqual(
    PROPERTIES.map(({ name }) => name).toSorted(),
  );
  const lines = notAskedLines([system], asked).join(' ').replace(/\s+/g, ' ');
  for (const { name, needs, scope } of told) {
    const property = PROPERTIES.find((one) => one.name === name)!;
    expect(needs, name).not.toEqual([]);
    expect(lines).toContain(name);
    if (scope === null) continue;
    expect(lines).toContain(`--scope '${scope}'`);
    const larger = { ...system, scope: parseSystem({ scope }).scope };
    expect(propertiesFor(larger), scope).toContain(property);
    for (const less of between(system.scope, larger.scope)) {
      expect(property.applies({ ...system, scope: less }), name).toBe(false);
    }
  }
}

describe('what was not asked', () => {
  const everyScope = PRESETS.scope.map(({ name }) => name);
  it.each(everyScope)('in the scope %s is asked by the scope that is told', (scope) => {
    holdsFor(parseSystem({ scope }));
    holdsFor(parseSystem({ scope, hardware: 'no-ats', driver: 'kvm' }));
  });

  it('in a random scope is asked by the scope that is told', () => {
    const ANY = anySystem({ pages: 2, cpus: 1, devices: 2 });
    const property = fc.property(ANY, (system) => holdsFor(system));
    fc.assert(property, { seed: 20190131, numRuns: samples(20) });
  });

  it('is in no scope only where the kernel, hardware or the driver is in the way', () => {
    const ALL =
      'cpus=1 observers=reclaim,idle granularity=fine ' +
      'events=unmap,protect,write,lru,fork,cow,migrate';
    const ANY = anySystem({ pages: 1, cpus: 1, devices: 1 });
    const property = fc.property(ANY, (system) => {
      const { scope } = parseSystem({ scope: ALL });
      const all = propertiesFor({ ...system, scope });
      for (const { property: one, scope: larger } of notAsked(system, [])) {
        expect(larger !== undefined, one.name).toBe(all.includes(one));
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: samples(20) });
  });

  it('is what was not named, if properties were named', () => {
    const system = parseSystem({ scope: 'races' });
    const [first] = propertiesFor(system);
    expect(notAskedLines([system], [first])).toEqual([
      'not asked here: other properties than those that were named',
    ]);
    const json = notAskedJson(system, [first]).notAsked;
    expect(json.find(({ name }) => name === 'no-stale-access')!.needs).toEqual([]);
  });

  it('is what no scope asks, if there are several', () => {
    const scopes = ['small', 'races'].map((scope) => parseSystem({ scope }));
    expect(notAskedLines(scopes, propertiesFor(scopes[0])).join('\n')).not.toContain('steps');
    expect(notAskedLines([scopes[0]], propertiesFor(scopes[0])).join('\n')).toContain(
      "--scope 'small granularity=fine' asks how steps interleave",
    );
  });

  it('has no line longer than 72 columns', () => {
    for (const scope of everyScope) {
      const system = parseSystem({ scope });
      for (const line of notAskedLines([system], propertiesFor(system))) {
        expect(line.length).toBeLessThanOrEqual(72);
      }
    }
  });
});
