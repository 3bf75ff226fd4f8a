/**
 * A secondary with young bits of its own has many lists, and what is followed from one answer for
 * other policies is held against a search of each.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Checking } from '../search/checking.ts';
import { parsePart, parseSystem } from '../trace/setup.ts';
import { alone } from './crew.ts';
import { inScope } from './ladder.ts';
import { OPEN, VIOLATED } from './rung.ts';
import type { Choice, Space } from './space.ts';
import { driverSpace, systemOfChoice } from './space.ts';
import { synthesize } from './synthesis.ts';

const required = PROPERTIES.filter(({ name }) =>
  /^no-(missed-device|stale|write-after)/.test(name),
);
const SCOPES = [
  'observers=reclaim,idle',
  'events=unmap observers=reclaim,idle granularity=fine',
  'events=protect,write observers=reclaim granularity=fine',
].map((text) => parsePart('scope', text).value);

/** The space of a system with one list of each axis in so many. */
function thinned(system: System, apart: readonly number[]): Space {
  const space = driverSpace(system);
  const axes = space.axes.map((axis, at) => ({
    ...axis,
    lists: axis.lists.filter((_, i) => i % apart[at] === 0),
  }));
  return { ...space, axes };
}

it.each([
  ['v4.20-x86', 'kvm-x86-4.20', [29, 37, 9]],
  ['v6.1-arm64', 'kvm-arm64', [37, 29, 7]],
])(
  'on %s beside %s every policy has the verdicts of a search of its own',
  async (kernel, driver, apart) => {
    const system = parseSystem({
      kernel,
      driver,
      scope: 'observers=reclaim,idle granularity=fine',
    });
    const space = thinned(system, apart);
    const question = { system, vary: 'driver', required, over: SCOPES, space } as const;
    const [{ classes, decided }] = (await synthesize(question, { crew: alone() })).found;
    const { searches, tried, followed } = decided
      .map(({ effort }) => effort)
      .reduce((a, b) => ({
        ...a,
        searches: a.searches + b.searches,
        tried: a.tried + b.tried,
        followed: a.followed + b.followed,
      }));
    expect(followed).toBeGreaterThan(searches + tried);
    const anyChoice: fc.Arbitrary<Choice> = fc.tuple(
      ...space.axes.map(({ lists }) => fc.constantFrom(...lists)),
    );
    const seen = new Set<string>();
    const property = fc.property(anyChoice, fc.nat(decided.length - 1), (choice, which) => {
      const each = decided[which];
      const code = classes.codeOf(choice.map((list, axis) => classes.kindOf(axis, list)!));
      expect(each.verdicts[code]).not.toBe(OPEN);
      const isViolated = each.scopes.some((scope) => {
        const there = inScope(systemOfChoice(space, choice), scope);
        const checking = new Checking(there, [each.property], {}, new Set());
        checking.run();
        return checking.result().verdicts[0].verdict === 'violated';
      });
      expect(each.verdicts[code] === VIOLATED).toBe(isViolated);
      seen.add(`${each.property.name} ${isViolated}`);
    });
    fc.assert(property, { seed: 20190131, numRuns: 120 });
    expect(seen.size).toBeGreaterThan(decided.length);
  },
);
