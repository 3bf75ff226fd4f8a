/** A profile counts every transition and every state of its search, and shares out its time. */
import { beforeAll, describe, expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Limits } from './search.ts';
import type { Profile } from './profile.ts';
import { profiling } from './profile.ts';
import { Search } from './search.ts';

const SYSTEM = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });

function made(search: Search): Profile {
  const work = profiling(search);
  let piece = work.next();
  while (piece.done !== true) piece = work.next();
  return piece.value;
}

function profiled(limits: Limits = {}) {
  const search = new Search(SYSTEM, propertiesFor(SYSTEM), limits);
  search.run();
  return { search, profile: made(search) };
}
let whole: ReturnType<typeof profiled>;
beforeAll(() => {
  whole = profiled();
});

const sum = ({ kinds }: Profile, of: 'transitions' | 'states' | 'seconds'): number =>
  kinds.reduce((all, kind) => all + kind[of], 0);

describe('a profile', () => {
  it('has every transition, and every state but the first, by kind of event', () => {
    const { search, profile } = whole;
    expect(search.complete).toBe(true);
    expect(sum(profile, 'transitions')).toBe(search.transitions);
    expect(sum(profile, 'states')).toBe(search.size - 1);
    const names = profile.kinds.map(({ event }) => event);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('iommu: translate');
  });

  it('shares out the time of the search', () => {
    const { search, profile } = whole;
    expect(profile.seconds).toBe(search.seconds);
    expect(profile.expanding + profile.lookups).toBeCloseTo(search.seconds, 6);
    expect(sum(profile, 'seconds')).toBeCloseTo(search.seconds, 6);
    for (const { seconds } of profile.kinds) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it('counts the same where states that differ by an exchange are one', () => {
    const system = parseSystem({ driver: 'kvm', scope: 'races granularity=atomic devices=2' });
    const search = new Search(system, propertiesFor(system), {}, { symmetric: true });
    search.run();
    const profile = made(search);
    expect(sum(profile, 'transitions')).toBe(search.transitions);
    expect(sum(profile, 'states')).toBe(search.size - 1);
  });

  it('leaves the search as it was', () => {
    const { search } = whole;
    const plain = new Search(SYSTEM, propertiesFor(SYSTEM));
    plain.run();
    expect([search.size, search.transitions, search.depth]).toEqual([
      plain.size,
      plain.transitions,
      plain.depth,
    ]);
  });

  it('is about what was expanded, where a limit ended the search', () => {
    const { search, profile } = profiled({ maxStates: 10_000 });
    expect(search.complete).toBe(false);
    expect(sum(profile, 'transitions')).toBe(search.transitions);
    expect(sum(profile, 'states')).toBe(search.size - 1);
  });

  it('tells how often the rules ran, and how many kinds of transitions were judged', () => {
    const { profile } = whole;
    const { rules, judged, judging } = profile;
    expect(rules.answers).toBeGreaterThan(0);
    expect(rules.answers).toBeLessThan(sum(profile, 'transitions'));
    expect(rules.unremembered).toBeLessThan(rules.groups);
    expect(judged).toBeGreaterThan(1);
    expect(judging.map(({ property }) => property)).toEqual(
      propertiesFor(SYSTEM).map(({ name }) => name),
    );
  });
});
