/** Lists with which no look misses a use, as the look always reports one. */
import { describe, expect, it } from 'vitest';
import { SHOWN, SHOWN_END, shownOf } from '../../model/shown.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { Checking } from '../search/checking.ts';
import { parseSystem } from '../trace/setup.ts';
import { listText } from './presets.ts';
import { sparing } from './sparing.ts';
import { driverSpace, kernelSpaces, systemOfChoice } from './space.ts';
import type { Space } from './space.ts';

const property = (name: string) => PROPERTIES.find((each) => each.name === name)!;
const MISSED = property('no-missed-device-reference(reclaim)');

describe('a property that only a look without a use violates', () => {
  const LOOKS = SHOWN.missedBefore * 2;
  const flags = Array.from({ length: LOOKS }, (_, low) => [low, low + SHOWN_END - LOOKS]).flat();
  const violating = ({ violated }: (typeof PROPERTIES)[number]) =>
    flags.map(shownOf).filter((each) => violated(each));

  it.each(PROPERTIES.map((each) => [each.name, each] as const))(
    '%s says so if it is one',
    (_, each) => {
      const looks = violating(each).map(({ look }) => look);
      const isOne = looks.length > 0 && looks.every((look) => look?.referenced === false);
      expect(each.onlyUnreferenced === true).toBe(isOne);
    },
  );
});

/** The lists of each axis that let no policy violate a property. */
function sparedIn(space: Space, name = MISSED.name): string[] {
  const spares = sparing(property(name), space);
  if (spares === undefined) return [];
  return space.axes.flatMap((axis, i) =>
    axis.lists
      .filter((list) => spares(i, list))
      .map((list) => `${axis.field}=${listText(axis, list)}`),
  );
}

describe('a list that makes each look report a use', () => {
  it('returns 1 where the look always calls it', () => {
    const spared = sparedIn(driverSpace(parseSystem({ kernel: 'v4.20-x86' })));
    expect(spared).toContain('clear_flush_young=flush-iotlb,flush-atc,return-one');
    for (const text of spared) expect(text).toMatch(/^clear_flush_young=.*return-one$/);
  });

  it('is a callback of the other program for the observer idle', () => {
    const spared = sparedIn(
      driverSpace(parseSystem({ kernel: 'v4.20-x86' })),
      'no-missed-device-reference(idle)',
    );
    expect(spared.length).toBeGreaterThan(0);
    for (const text of spared) expect(text).toMatch(/^clear_young=.*return-one$/);
  });

  it.each([
    ['on a condition', 'age=pte,clear_flush_young?young'],
    ['for the next page', 'age=pte,clear_flush_young@next'],
    ['not at all', 'age=pte,flush-tlb'],
  ])('is none where the look calls it %s', (_, kernel) => {
    expect(sparedIn(driverSpace(parseSystem({ kernel })))).toEqual([]);
  });

  it('is a program that calls what returns 1', () => {
    const one = { driver: 'clear_flush_young=return-one' };
    const [age, ...others] = kernelSpaces(parseSystem(one));
    const spared = sparedIn(age);
    expect(spared).toContain('age=pte,clear_flush_young');
    for (const text of spared) expect(text).toMatch(/clear_flush_young(?!\?)/);
    for (const space of others) expect(sparedIn(space)).toEqual([]);
    expect(sparedIn(kernelSpaces(parseSystem({}))[0])).toEqual([]);
  });

  it('is sought for misses alone', () => {
    const space = driverSpace(parseSystem({}));
    for (const name of ['no-false-reference', 'no-stale-access']) {
      expect(sparing(property(name), space)).toBeUndefined();
    }
  });
});

it('no policy with such a list misses a use', () => {
  const space = driverSpace(
    parseSystem({ kernel: 'v4.20-x86', driver: 'kvm-x86-4.20', scope: 'mail' }),
  );
  const spares = sparing(MISSED, space)!;
  const [lists] = space.axes.map(({ lists: all }, i) => all.filter((list) => spares(i, list)));
  expect(lists.length).toBeGreaterThan(10);
  for (const list of lists) {
    const choice = space.axes.map((axis, i) => (i === 0 ? list : axis.lists[0]));
    const checking = new Checking(systemOfChoice(space, choice), [MISSED]);
    checking.run();
    const [{ verdict }] = checking.result().verdicts;
    expect([listText(space.axes[0], list), verdict]).toEqual([
      listText(space.axes[0], list),
      'holds',
    ]);
  }
});
