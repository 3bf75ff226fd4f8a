/** A profile counts every transition and every state of its search, and shares out its time. */
import { describe, expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import type { Limits } from './search.ts';
import type { Profile } from './profile.ts';
import { profiling } from './profile.ts';
import { Search } from './search.ts';

const SYSTEM = parseSystem({ driver: 'amd-iommu-v2', scope: 'races' });

function profiled(limits: Limits = {}) {
  const search = new Search(SYSTEM, propertiesFor(SYSTEM), limits);
  search.run();
  const work = profiling(search);
  let piece = work.next();
  while (piece.done !== true) piece = work.next();
  return { search, profile: piece.value };
}

const sum = ({ kinds }: Profile, of: 'transitions' | 'states' | 'seconds'): number =>
  kinds.reduce((all, kind) => all + kind[of], 0);

describe('a profile', () => {
  it('has every transition, and every state but the first, by kind of event', () => {
    const { search, profile } = profiled();
    expect(search.complete).toBe(true);
    expect(sum(profile, 'transitions')).toBe(search.transitions);
    expect(sum(profile, 'states')).toBe(search.size - 1);
    const names = profile.kinds.map(({ event }) => event);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('iommu: translate');
  });

  it('shares out the time of the search', () => {
    const { search, profile } = profiled();
    expect(profile.seconds).toBe(search.seconds);
    expect(profile.expanding + profile.lookups).toBeCloseTo(search.seconds, 6);
    expect(sum(profile, 'seconds')).toBeCloseTo(search.seconds, 6);
    for (const { seconds } of profile.kinds) expect(seconds).toBeGreaterThanOrEqual(0);
  });

  it('leaves the search as it was', () => {
    const { search } = profiled();
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
    const { profile } = profiled();
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
