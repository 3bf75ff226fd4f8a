/** What a trace does not name is left out of its scope, and all that it says stays true. */
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../trace/parse.ts';
import { printTrace } from '../trace/print.ts';
import type { Replay } from '../trace/replay.ts';
import { replay } from '../trace/replay.ts';
import { narrowed } from './narrow.ts';
import { planOf } from './plan.ts';

const read = (scope: string, ...steps: readonly string[]): Replay => {
  const events = steps.slice(0, -1).map((event, i) => `(${i + 1}) ${event}`);
  const setup = `{\n  kernel v4.20-x86\n  driver amd-iommu-v2-patched\n  scope ${scope}\n}`;
  return replay(parseTrace([setup, ...events, steps.at(-1), ''].join('\n'), 'x.trace'));
};

const LOOKS = [
  'dev0: read A',
  'kswapd: folio_referenced A == 1',
  'dev0: read A',
  'kswapd: folio_referenced A == 0',
  'violates no-missed-device-reference(reclaim)',
];
const text = ({ trace }: Replay): string => printTrace(trace);

describe('a trace in its smallest scope', () => {
  it.each([
    ['small', 'pages=1 events=unmap,protect,clear-refs,write,evict', LOOKS],
    ['pages=4 devices=3 cpus=2 observers=reclaim,idle', 'pages=1', LOOKS],
    [
      'pages=3 devices=2 cpus=2 observers=reclaim,idle',
      'pages=2 devices=2 cpus=1 observers=reclaim,idle',
      ['dev1: read A', 'cpu0: read B', 'page_idle: mark A', 'ends'],
    ],
    [
      'pages=2 granularity=fine cpus=1 events=unmap',
      'pages=1 granularity=fine cpus=1 events=unmap',
      ['cpu0: read A', 'kswapd: unmap A', 'kswapd: flush-tlb A', 'ends'],
    ],
    // A run of pages needs them all, whether or not the events name each.
    ['pages=2 range=A-B', 'pages=2 range=A-B', ['dev0: read A', 'ends']],
  ])('%s', (wide, small, steps) => {
    const whole = read(wide, ...steps);
    expect(text(narrowed(whole))).toBe(text(read(small, ...steps)));
    expect(narrowed(narrowed(whole)).trace).toEqual(narrowed(whole).trace);
  });

  it('keeps the name, the story and the places in the file', () => {
    const { trace } = read('small', ...LOOKS);
    const story = { name: 'x', story: 'Why it goes wrong.', result: 'Sometimes' } as const;
    const small = narrowed(replay({ ...trace, ...story })).trace;
    expect(small).toMatchObject(story);
    expect(small.source).toBe(trace.source);
  });

  it('is driven where the larger one would ask too much of a call', () => {
    const steps = ['dev0: read A', 'user: clear-refs A', 'ends'];
    const { calls } = planOf(read('small', ...steps));
    expect(calls.map(({ code }) => code)).toContain('user_clears_refs();');
    expect(() => planOf(read('small', 'dev0: read B', ...steps))).toThrow('clears all pages');
  });
});
