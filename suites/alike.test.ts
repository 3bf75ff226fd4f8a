/** Tests that systems of which the model says that they behave alike have the same graph. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../checker/trace/setup.ts';
import { behaviourOf } from '../model/alike.ts';
import { Model } from '../model/model.ts';
import type { PartName, System } from '../model/system.ts';
import { fieldsOf } from '../model/system.ts';
import { anySystem } from '../properties/generators/any-system.ts';
import { explore } from './plain-search.ts';

/** Every state of a system and every edge, as far as they are near, in an order of their own. */
function graphOf(system: System): string {
  const { states, edges } = explore(new Model(system), 80);
  const lines = edges.map(({ from, to, event, shown }) => [from, to, event.index, shown]);
  return JSON.stringify([states.map((state) => [...state]), lines]);
}

const PARTS: readonly PartName[] = ['kernel', 'driver', 'hardware'];
/** Each field of these parts. */
const FIELDS = PARTS.flatMap((part) => Object.keys(fieldsOf(part)).map((name) => ({ part, name })));

const ANY = anySystem({ pages: 2, cpus: 1, devices: 1 });

describe('systems that behave alike', () => {
  it('have the same graph', () => {
    const alike = new Set<string>();
    const property = fc.property(ANY, ANY, (system, other) => {
      const behaviour = behaviourOf(system);
      const graph = graphOf(system);
      for (const { part, name } of FIELDS) {
        const value: unknown = Reflect.get(other[part], name);
        if (JSON.stringify(value) === JSON.stringify(Reflect.get(system[part], name))) continue;
        const changed = { ...system, [part]: { ...system[part], [name]: value } } as System;
        if (behaviourOf(changed) !== behaviour) continue;
        alike.add(name);
        expect(graphOf(changed), name).toBe(graph);
      }
    });
    fc.assert(property, { seed: 20190131, numRuns: 20 });
    // Each of these fields has no effect in some scope or beside some other field.
    for (const name of ['lru', 'pageout', 'swapinWritable', 'upgrade', 'walk', 'flush_young']) {
      expect([...alike]).toContain(name);
    }
  });

  it('may have other kernels, drivers and names, but nothing else that they do', () => {
    const of = (kernel: string, scope: string) =>
      behaviourOf(parseSystem({ kernel, driver: 'intel-svm', scope }));
    expect(of('v7.1-x86-mglru', 'races')).toBe(of('v7.1-x86', 'races'));
    expect(of('v7.1-x86-mglru', 'mail events=unmap,lru')).not.toBe(
      of('v7.1-x86', 'mail events=unmap,lru'),
    );
    expect(of('v7.1-x86', 'races')).not.toBe(of('v7.1-x86', 'small'));
  });
});
