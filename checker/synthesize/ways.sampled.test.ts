/** Each way to compare policies, held against searches of pairs of random ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import type { Property } from '../../properties/index.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { samples } from '../../suites/samples.ts';
import { Checking } from '../search/checking.ts';
import { parsePart, parseSystem } from '../trace/setup.ts';
import { inScope } from './ladder.ts';
import type { Choice } from './space.ts';
import { driverSpace, systemOfChoice } from './space.ts';
import type { DoesMore } from './ways.ts';
import { waysFor } from './ways.ts';

const SCOPES = [
  'observers=reclaim,idle',
  'observers=reclaim,idle granularity=fine',
  'observers=reclaim,idle granularity=fine cpus=1',
  'observers=reclaim,idle events=unmap,protect,write',
  'observers=reclaim,idle granularity=fine events=unmap,protect,write',
  'observers=reclaim,idle granularity=fine events=unmap,clear-refs,evict',
].map((text) => parsePart('scope', text).value);

const SYSTEMS = [
  ['v4.20-x86', 'kvm-x86-4.20'],
  ['v6.1-x86', 'kvm'],
  ['v6.12-x86-mglru', 'kvm'],
  ['v6.1-arm64', 'kvm-arm64'],
  ['v4.20-x86', 'amd-iommu-v2'],
].map(([kernel, driver]) => parseSystem({ kernel, driver, scope: 'mail' }));

function isViolated(system: System, property: Property): boolean {
  const checking = new Checking(system, [property], {}, new Set());
  checking.run();
  return checking.result().verdicts[0].verdict === 'violated';
}

function lazily<T>(make: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: make() }).value;
}

describe.each(SYSTEMS.map((system) => [system.names.driver, system] as const))(
  'policies of the secondary of %s',
  (_, base) => {
    const space = driverSpace(base);
    const questions = PROPERTIES.filter(({ name }) => /^no-(?!false|spurious)/.test(name)).flatMap(
      (property) =>
        SCOPES.filter((scope) => property.applies(inScope(base, scope))).flatMap((scope) =>
          waysFor(property, space, scope).map((doesMore, way) => ({
            property,
            scope,
            way,
            pairs: pairsOf(doesMore),
          })),
        ),
    );

    /** For each axis the lists, with those that do more than each. */
    function pairsOf(doesMore: DoesMore) {
      return lazily(() =>
        space.axes.map(({ lists }) =>
          lists
            .map((less) => ({ less, more: lists.filter((list) => doesMore(list, less)) }))
            .filter(({ more }) => more.length > 0),
        ),
      );
    }

    it('violate nothing that a policy which does less keeps', () => {
      const seen = new Set<number>();
      const anyPair = fc.constantFrom(...questions).chain(({ pairs, ...question }) =>
        fc.record({
          question: fc.constant(question),
          lists: fc.tuple(
            ...pairs().map((axis) =>
              fc
                .constantFrom(...axis)
                .chain(({ less, more }) =>
                  fc.record({ less: fc.constant(less), more: fc.constantFrom(...more) }),
                ),
            ),
          ),
        }),
      );
      const check = fc.property(anyPair, ({ question: { property, scope, way }, lists }) => {
        const systemOf = (choice: Choice) => inScope(systemOfChoice(space, choice), scope);
        const [more, less] = [lists.map((pair) => pair.more), lists.map((pair) => pair.less)];
        if (!isViolated(systemOf(more), property)) return;
        seen.add(way);
        expect(isViolated(systemOf(less), property)).toBe(true);
      });
      fc.assert(check, { seed: 20190131, numRuns: samples(20) });
      expect(seen.size).toBeGreaterThan(0);
    });
  },
);
