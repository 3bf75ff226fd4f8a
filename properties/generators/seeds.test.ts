/**
 * Pins what a draw of fast-check's generator becomes. A report says `--seed 7 --run 33`, and
 * everybody who runs that must see the same run. The runs are the same on every machine. A change
 * that alters them says so in CHANGELOG.md.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../../checker/trace/setup.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Bias } from './index.ts';
import { DEFAULT_BIAS, Distinct, NO_BIAS, Walk } from './index.ts';
import { DRAW_MAX, Expansion } from './expansion.ts';

const LARGE =
  'pages=4 cpus=2 devices=2 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,posted';

/** Every optional event at once, so that a walk meets every kind of event. */
const EVERYTHING =
  'pages=2 cpus=1 devices=1 observers=reclaim,idle granularity=fine ' +
  'events=evict,unmap,protect,clear-refs,write,posted,cold,walk,lru,pageout,swap,fork,collapse';

const textsOf = (model: Model, walk: Walk, length: number): string[] =>
  Array.from(walk.events.subarray(0, length), (place) => eventText(model.events[place]));

/** A digest of some runs and of every state on their way. */
function digest(texts: Record<string, string>, bias: Bias, runs: number) {
  const model = new Model(parseSystem(texts));
  const walk = new Walk(model, 120, bias);
  const [events, states] = [createHash('sha1'), new Distinct()];
  for (let number = 0; number < runs; number++) {
    const length = walk.run(number, 120, states);
    events.update(textsOf(model, walk, length).join('\n'));
  }
  return `${events.digest('hex').slice(0, 12)} ${states.size()}`;
}

describe('a draw', () => {
  it('makes the same numbers everywhere', () => {
    const random = new Expansion();
    random.of(20190131);
    expect(Array.from({ length: 4 }, () => random.next())).toEqual([
      -1048506784, 1187592257, 1731622964, -1550652567,
    ]);
    random.of(DRAW_MAX);
    expect(Array.from({ length: 4 }, () => random.below(1000))).toEqual([657, 456, 174, 992]);
  });

  it('with no bias prefers nothing', () => {
    expect(Object.keys(NO_BIAS)).toEqual(Object.keys(DEFAULT_BIAS));
    expect(Object.entries(NO_BIAS).filter(([, chance]) => chance !== 0)).toEqual([['holdOpen', 1]]);
  });

  it('makes the same run everywhere', () => {
    const model = new Model(parseSystem({ scope: 'small' }));
    const walk = new Walk(model, 12);
    expect(textsOf(model, walk, walk.run(33, 12))).toEqual([
      'dev0: write A',
      'dev0: write A',
      'page_idle: mark A',
      'cpu0: read A',
      'page_idle: check A',
      'dev0: write A',
      'dev0: read A',
      'cpu0: write A',
      'dev0: write A',
      'page_idle: mark A',
      'dev0: write A',
      'cpu0: read A',
    ]);
  });

  it.each<[string, Record<string, string>, Partial<Bias>, string]>([
    ['kvm in scope large', { driver: 'kvm', scope: LARGE }, {}, '2291bec4b9e7 6149'],
    [
      'amd-iommu-v2 in scope large',
      { driver: 'amd-iommu-v2', scope: LARGE },
      {},
      '7516f24d65e0 6235',
    ],
    [
      'every optional event',
      { kernel: 'pageout=takes', driver: 'amd-iommu-v2', scope: EVERYTHING },
      {},
      'c3097c002c64 5769',
    ],
    ['atomic', { scope: 'mail' }, {}, 'b2adee348af1 5'],
    [
      'operations that go on at once',
      { driver: 'sva-rework', scope: LARGE },
      { holdOpen: 0 },
      '037a6ec45f58 6344',
    ],
    [
      'much taken away',
      { driver: 'sva-rework', scope: LARGE },
      { takeAway: 0.9, cpu: 0.9 },
      '03d53deb1d73 4571',
    ],
    [
      'another page every time',
      { driver: 'kvm', scope: LARGE },
      { samePage: 0, look: 0.9 },
      '2d40e5715245 6674',
    ],
    [
      'nothing carried on',
      { scope: LARGE },
      { carryOn: 0, lookAfterAccess: 1 },
      '762e1192b161 5315',
    ],
  ])('makes the same runs of %s', (_, texts, bias, expected) => {
    expect(digest(texts, { ...DEFAULT_BIAS, ...bias }, 60)).toBe(expected);
  });

  it('makes the same runs with no bias', () => {
    expect(digest({ driver: 'amd-iommu-v2', scope: LARGE }, NO_BIAS, 60)).toBe('cbb49d64eff0 5430');
  });
});
