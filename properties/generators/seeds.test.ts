/**
 * Pins what a seed means. A report says `--seed 7 --run 33`, and everybody who runs that must see
 * the same run. The runs are the same on every machine. A change that alters them says so in
 * CHANGELOG.md.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSystem } from '../../checker/trace/setup.ts';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { Bias } from './index.ts';
import { DEFAULT_BIAS, Distinct, NO_BIAS, Walk } from './index.ts';
import { Random } from './random.ts';

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
function digest(texts: Record<string, string>, bias: Bias, seed: number, runs: number) {
  const model = new Model(parseSystem(texts));
  const walk = new Walk(model, 120, bias);
  const [events, states] = [createHash('sha1'), new Distinct()];
  for (let number = 0; number < runs; number++) {
    const length = walk.run(seed, number, 120, states);
    events.update(textsOf(model, walk, length).join('\n'));
  }
  return `${events.digest('hex').slice(0, 12)} ${states.size()}`;
}

describe('a seed', () => {
  it('makes the same numbers everywhere', () => {
    const random = new Random();
    random.seed(20190131, 4);
    expect(Array.from({ length: 4 }, () => random.next())).toEqual([
      1974576002, 1459972511, 453453436, -1792160986,
    ]);
    random.seed(2 ** 40 + 1, 2 ** 33 + 2);
    expect(Array.from({ length: 4 }, () => random.below(1000))).toEqual([500, 295, 301, 290]);
  });

  it('with no bias prefers nothing', () => {
    expect(Object.keys(NO_BIAS)).toEqual(Object.keys(DEFAULT_BIAS));
    expect(Object.entries(NO_BIAS).filter(([, chance]) => chance !== 0)).toEqual([['holdOpen', 1]]);
  });

  it('makes the same run everywhere', () => {
    const model = new Model(parseSystem({ scope: 'small' }));
    const walk = new Walk(model, 12);
    expect(textsOf(model, walk, walk.run(7, 33, 12))).toEqual([
      'dev0: read A',
      'cpu0: write A',
      'dev0: write A',
      'page_idle: mark A',
      'dev0: read A',
      'dev0: read A',
      'page_idle: check A',
      'dev0: read A',
      'dev0: write A',
      'cpu0: read A',
      'dev0: read A',
      'kswapd: folio_referenced A',
    ]);
  });

  it.each<[string, Record<string, string>, Partial<Bias>, string]>([
    ['kvm in scope large', { driver: 'kvm', scope: LARGE }, {}, '1221e1605d65 6136'],
    [
      'amd-iommu-v2 in scope large',
      { driver: 'amd-iommu-v2', scope: LARGE },
      {},
      '8036aeb7d3eb 6212',
    ],
    [
      'every optional event',
      { kernel: 'pageout=takes', driver: 'amd-iommu-v2', scope: EVERYTHING },
      {},
      'b69c3987b5a5 5806',
    ],
    ['atomic', { scope: 'mail' }, {}, '1ad537619a70 5'],
    [
      'operations that go on at once',
      { driver: 'sva-rework', scope: LARGE },
      { holdOpen: 0 },
      'a413c1975fe6 6347',
    ],
    [
      'much taken away',
      { driver: 'sva-rework', scope: LARGE },
      { takeAway: 0.9, cpu: 0.9 },
      '054f3b16c415 4686',
    ],
    [
      'another page every time',
      { driver: 'kvm', scope: LARGE },
      { samePage: 0, look: 0.9 },
      'b795251d5167 6671',
    ],
    [
      'nothing carried on',
      { scope: LARGE },
      { carryOn: 0, lookAfterAccess: 1 },
      'ff4368702a4e 5118',
    ],
  ])('makes the same runs of %s', (_, texts, bias, expected) => {
    expect(digest(texts, { ...DEFAULT_BIAS, ...bias }, 7, 60)).toBe(expected);
  });

  it('makes the same runs with no bias', () => {
    expect(digest({ driver: 'amd-iommu-v2', scope: LARGE }, NO_BIAS, 7, 60)).toBe(
      '2d9122150ed6 5392',
    );
  });
});
