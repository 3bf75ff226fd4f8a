import { describe, expect, it } from 'vitest';
import { distance, isIn, nearestIn, placeOf, releasesText } from '../../model/releases.ts';
import { KERNELS } from '../../model/systems/kernels.ts';
import { yardstickFor } from './nearest.ts';

describe('releases', () => {
  it('are counted across series', () => {
    const order = ['2.6', '3.0', '3.19', '4.0', '4.20', '5.0', '5.19', '6.0', '6.19', '7.0', '7.1'];
    const places = order.map(placeOf);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(placeOf('5.0') - placeOf('4.20')).toBe(1);
    expect(placeOf('7.0') - placeOf('6.19')).toBe(1);
  });

  it('lie in a range or so many from it', () => {
    expect(distance('6.6..6.11', '6.8')).toBe(0);
    expect(distance('6.6..6.11', '6.4')).toBe(2);
    expect(distance('6.6..', '7.3')).toBe(0);
    expect(isIn('6.12', '..6.5')).toBe(false);
    expect(nearestIn('6.1..6.5', '6.12')).toBe('6.5');
    expect(nearestIn('6.1..6.5', '5.4')).toBe('6.1');
  });

  it.each([
    ['..', 'every release'],
    ['..6.5', 'up to 6.5'],
    ['6.6..', '6.6 and later'],
    ['6.6..6.9', '6.6 to 6.9'],
    ['4.19..4.19', '4.19'],
  ] as const)('%s is %s', (releases, text) => expect(releasesText(releases)).toBe(text));

  it('of a preset kernel have their ends in order', () => {
    for (const { releases } of KERNELS) {
      if (releases === undefined) continue;
      const [from, to] = releases.split('..').map(placeOf);
      expect(from).toBeLessThanOrEqual(to);
    }
  });
});

describe('the nearest presets', () => {
  const names = (release: string) => yardstickFor(release).kernels.map(({ name }) => name);

  it('are all that stand for the release', () => {
    expect(names('6.3')).toContain('v6.1-arm64-mglru');
    expect(names('6.3')).toContain('v5.15-x86');
    expect(names('6.11')).toContain('v6.12-x86');
    expect(names('6.11')).toContain('v6.6-x86-mglru');
    expect(names('6.11')).not.toContain('v6.12-x86-mglru');
    expect(yardstickFor('6.11')).not.toHaveProperty('beyond');
  });

  it('of a newer tree are the newest, judged as their last release', () => {
    expect(yardstickFor('8.2')).toMatchObject({ release: '7.3', beyond: 'newer' });
    expect(names('8.2').every((name) => name.startsWith('v7.1-'))).toBe(true);
  });

  it('of an older tree are the oldest', () => {
    expect(yardstickFor('2.6')).toMatchObject({ release: '4.20', beyond: 'older' });
  });

  it('of a release in the middle of two are the older ones', () => {
    expect(names('7.0').every((name) => name.startsWith('v6.12-'))).toBe(true);
  });

  it('can be one that is named', () => {
    expect(yardstickFor('6.12', 'v6.1-x86')).toMatchObject({ release: '6.5', beyond: 'newer' });
    expect(yardstickFor('6.12', 'v6.12-arm64').kernels).toHaveLength(1);
  });

  it('cannot be one that is unknown, or that is no kernel', () => {
    expect(() => yardstickFor('6.12', 'v6.12-x87')).toThrow("did you mean 'v6.12-x86'");
    expect(() => yardstickFor('6.12', 'flush-young-proposal')).toThrow('stands for no releases');
  });
});
