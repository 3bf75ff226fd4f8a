/**
 * Every flip gives a system that can be written as text. A flip that is called not in play changes
 * nothing.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neighboursOf } from '../../model/neighbours.ts';
import type { Field } from '../../model/field.ts';
import { RANGES } from '../../model/program.ts';
import type { PartName, System } from '../../model/system.ts';
import { DEFAULTS, FIELDS, fieldsOf } from '../../model/system.ts';
import { driver, parseValue, valueText } from '../../model/text.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { samples } from '../../suites/samples.ts';
import { Search } from '../search/search.ts';
import { PART_NAMES, PRESETS, parseSystem } from '../trace/setup.ts';
import { systemWith } from '../trace/system-with.ts';
import { flipsOf } from './assumptions.ts';

const RUNS = { seed: 20190131, numRuns: samples(6) };

/**
 * Checks that every flip differs in its one field, and that its text is read back as the same
 * value.
 */
function tellsTheTruth(system: System): void {
  const known = new Set<string>();
  for (const { part, field, text, system: flipped } of flipsOf(system)) {
    expect(known.has(text), text).toBe(false);
    known.add(text);
    const declared = fieldsOf(part)[field];
    const value: unknown = Reflect.get(flipped[part], field);
    expect(parseValue(field, declared, text.slice(field.length + 1)), text).toEqual(value);
    expect(valueText(declared, value)).not.toBe(
      valueText(declared, Reflect.get(system[part], field)),
    );
    const back = {
      ...flipped,
      [part]: { ...flipped[part], [field]: Reflect.get(system[part], field) },
    };
    expect(back).toEqual(system);
  }
}

describe('flips', () => {
  it.each(PART_NAMES.flatMap((part) => PRESETS[part].map(({ name }) => [part, name] as const)))(
    'of the %s %s are written as they are read',
    (part, name) => tellsTheTruth(systemWith(part, name)),
  );

  it('of random systems are written as they are read', () => {
    fc.assert(fc.property(anySystem({ pages: 4, cpus: 3, devices: 3 }), tellsTheTruth), RUNS);
  });

  it('are of every field of every part, whatever is asked about', () => {
    const all = (Object.keys(FIELDS) as PartName[]).flatMap((part) =>
      Object.keys(FIELDS[part]).map((field) => `${part} ${field}`),
    );
    const bare = { ...DEFAULTS, names: {} };
    const flippedOf = (system: System) =>
      new Set(flipsOf(system).map(({ part, field }) => `${part} ${field}`));
    // One page has no block and no run of pages, so that no flip of these would fit.
    const ofOne = all.filter((name) => !['scope block', 'scope range'].includes(name));
    for (const system of [parseSystem({}), parseSystem({ driver: 'kvm' }), bare]) {
      expect([...flippedOf(system)].toSorted()).toEqual(ofOne.toSorted());
    }
    const four = parseSystem({ scope: 'pages=4' });
    expect([...flippedOf(four)].toSorted()).toEqual(all.toSorted());
  });

  it('change nothing where they are out of play', () => {
    const lengths = (system: System): (number | undefined)[] => {
      const search = new Search(system, propertiesFor(system), { maxStates: 2000 });
      search.run();
      return [search.size, ...search.properties.map((each) => search.violation(each)?.length)];
    };
    let tried = 0;
    const small = anySystem({ pages: 2, cpus: 1, devices: 1 });
    fc.assert(
      fc.property(small, fc.nat(), (system, which) => {
        const idle = flipsOf(system).filter(({ inPlay }) => !inPlay);
        if (idle.length === 0) return;
        tried++;
        const { text, system: flipped } = idle[which % idle.length];
        expect(lengths(flipped), text).toEqual(lengths(system));
      }),
      RUNS,
    );
    expect(tried).toBeGreaterThan(samples(3));
  });
});

describe('the neighbours of a list', () => {
  const KVM = driver('secondary=shadow clear_young=harvest,return-harvested');
  const texts = (part: PartName, name: string, text: string): string[] => {
    const field: Field = fieldsOf(part)[name];
    const value = parseValue(name, field, text);
    return neighboursOf(name, field, value, KVM).map((other) => valueText(field, other));
  };

  const RANGES_OF = (before: string, after = '') =>
    RANGES.filter((range) => range !== 'page').map((range) => `${before}${range}${after}`);

  it('of a program are one change away', () => {
    expect(texts('kernel', 'age', 'pte,flush-tlb?young,clear_flush_young')).toEqual([
      'pte,clear_flush_young',
      'pte,flush-tlb?young',
      'pte,clear_flush_young,flush-tlb?young',
      'pte,flush-tlb,clear_flush_young',
      'pte,flush-tlb?young,clear_flush_young?young',
      ...RANGES_OF('pte,flush-tlb?young,clear_flush_young@'),
      'pte,flush-tlb?young,clear_young',
      'pte,flush-tlb?young,clear_flush_young,clear_young',
    ]);
    expect(texts('kernel', 'upgrade', 'none')).toEqual(['flush-tlb', 'clear_young']);
  });

  it('of a program with marks move them, add them, or take another', () => {
    const ofUnmap = texts('kernel', 'unmap', 'pte,invalidate');
    expect(ofUnmap).toContain('invalidate,pte');
    expect(ofUnmap).toContain('pte,unlock,invalidate');
    expect(ofUnmap).toContain('look,pte,invalidate');
    expect(texts('kernel', 'rewrite', 'take,put')).toEqual(['read,put']);
    expect(texts('kernel', 'migrate', 'pte,invalidate,copy,remap')).toContain(
      'pte,copy,invalidate,remap',
    );
  });

  it('of a callback are one change away', () => {
    expect(texts('driver', 'clear_young', 'zap,flush-atc?harvested')).toEqual([
      'none',
      'flush-atc?harvested',
      'zap',
      'flush-atc?harvested,zap',
      'zap,post-atc?harvested',
      'zap?harvested,flush-atc?harvested',
      ...RANGES_OF('zap@', ',flush-atc?harvested'),
      'zap,flush-atc',
      ...RANGES_OF('zap,flush-atc@', '?harvested'),
      'zap,flush-atc?harvested,return-one',
      'zap,flush-atc?harvested,return-harvested',
    ]);
    expect(texts('driver', 'flush_young', 'none')).toEqual([
      'flush-iotlb,flush-atc',
      'return-one',
      'return-harvested',
    ]);
  });
});
