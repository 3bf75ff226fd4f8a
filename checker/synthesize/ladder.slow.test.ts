/** What holds in the last scope of a ladder is not asked in those that it covers. */
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { alone } from './crew.ts';
import { eventsFor, ladderOf } from './ladder.ts';
import { VIOLATED } from './rung.ts';
import { driverSpace } from './space.ts';
import { synthesize } from './synthesis.ts';

const SCOPE = 'observers=reclaim,idle granularity=fine';
const SYSTEM = parseSystem({ kernel: 'v4.20-x86', driver: 'kvm-x86-4.20', scope: SCOPE });
const REQUIRED = PROPERTIES.filter(({ name }) =>
  /^no-(missed-device|stale|write-after)/.test(name),
);
const BESIDE = {
  observers: SYSTEM.scope.observers,
  events: eventsFor(SYSTEM, REQUIRED),
};

describe('the ladder', () => {
  it('leaps where the last scope covers the large ones', () => {
    const { scopes, leap } = ladderOf(SYSTEM, REQUIRED[0], BESIDE);
    expect(scopes[leap]).toMatchObject({ pages: 1, cpus: 1, granularity: 'fine' });
    expect(scopes.length - leap).toBe(3);
  });

  it('does not leap where one of them has an event that the last one lacks', () => {
    const { scopes, leap } = ladderOf(SYSTEM, REQUIRED[0], { ...BESIDE, events: [] });
    expect(leap).toBe(scopes.length);
  });
});

it.each(REQUIRED.map((property) => [property.name, property] as const))(
  '%s: a leap changes no verdict, nor the first scope that shows a violation',
  async (_, property) => {
    const apart = [23, 31, 7];
    const full = driverSpace(SYSTEM);
    const axes = full.axes.map((axis, at) => ({
      ...axis,
      lists: axis.lists.filter((__, i) => i % apart[at] === 0),
    }));
    const events = eventsFor(SYSTEM, REQUIRED);
    const system = { ...SYSTEM, scope: { ...SYSTEM.scope, events } };
    const question = {
      system,
      vary: 'driver',
      required: [property],
      space: { ...full, axes },
    } as const;
    const { scopes, leap } = ladderOf(system, property, { ...BESIDE, events });
    expect(leap).toBeLessThan(scopes.length);
    const [leaping, climbing] = await Promise.all(
      [question, { ...question, over: scopes }].map(async (asked) => {
        const [{ decided }] = (await synthesize(asked, { crew: alone() })).found;
        return decided[0];
      }),
    );
    expect(leaping.verdicts).toEqual(climbing.verdicts);
    expect(leaping.rungs).toEqual(climbing.rungs);
    expect(new Set(leaping.verdicts).size).toBe(2);
    expect(leaping.verdicts.includes(VIOLATED)).toBe(true);
  },
);
