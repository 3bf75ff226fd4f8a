/** Which scopes are asked if none is given, and which are left out for a system. */
import { describe, expect, it } from 'vitest';
import { whole } from '../search/progress.ts';
import { parsePart } from '../trace/setup.ts';
import { systemWith } from '../trace/system-with.ts';
import { boundless, defaultScopes, smallerLines } from './default-scopes.ts';
import { GUARDED, guard } from './guard.ts';

const written = boundless({ kernel: parsePart('kernel', 'v4.20-x86-rechecks') });

describe('a kernel whose unmap has a look', () => {
  it('is asked in steps alone, and the text says so', () => {
    const scopes = defaultScopes(written);
    expect(scopes.map(({ scope }) => scope.granularity)).toEqual(['fine']);
    expect(smallerLines(written)).toEqual([
      'atomic: it is left out, as an unmap with a look is refused in granularity=atomic',
    ]);
  });

  it('is not compared in scopes that are atomic', () => {
    const { comparisons, notes } = whole(guard(written, written, GUARDED, { maxStates: 300 }));
    expect(comparisons.map(({ name }) => name)).toEqual(['races']);
    expect(notes).toEqual([
      'Not compared in mail and small: an unmap with a look is refused in granularity=atomic.',
    ]);
  });
});

describe('a driver whose fills are two steps', () => {
  it('is asked for two devices where any number has no argument', () => {
    const system = systemWith('driver', 'kvm fill=sequence');
    expect(smallerLines(system).join()).toContain('devices=2 stands for many');
    const scopes = defaultScopes(system);
    expect(scopes.map(({ scope }) => scope.devices)).toEqual([Infinity, 2]);
  });
});
