/** The access patterns, how they are written, and a file of accesses. */
import { describe, expect, it } from 'vitest';
import { complaintBy } from '../../suites/complaint-of.ts';
import { AccessReader } from './read-accesses.ts';
import { readWorkload } from './read-workload.ts';
import { recorded } from './recorded.ts';
import type { Source } from './turn.ts';
import { ACCESS, PAUSE, accessOfTurn, pageOfTurn } from './turn.ts';
import { PATTERN_NAMES } from './workloads.ts';

const turnsOf = (source: Source, count: number, seed = 1): number[] => {
  const turns = new Int32Array(count);
  return [...turns.subarray(0, source.turns(seed).fill(turns))];
};

const pagesOf = (text: string, count: number, pages: number, seed = 1): number[] =>
  turnsOf(readWorkload(text, pages), count, seed).map((turn) =>
    turn === PAUSE ? PAUSE : pageOfTurn(turn),
  );

/** How often each page is accessed, the most accessed first. */
function frequencies(pages: readonly number[]): number[] {
  const times = new Map<number, number>();
  for (const page of pages) times.set(page, (times.get(page) ?? 0) + 1);
  return [...times.values()].toSorted((a, b) => b - a);
}

describe('a pattern', () => {
  it('streams over the pages', () => {
    expect(pagesOf('streaming', 7, 3)).toEqual([0, 1, 2, 0, 1, 2, 0]);
    expect(pagesOf('streaming:touches=2', 7, 3)).toEqual([0, 0, 1, 1, 2, 2, 0]);
  });

  it('has a hot set', () => {
    const [...times] = frequencies(pagesOf('hot-set:hot=0.1,share=0.8', 20_000, 100));
    const hot = times.slice(0, 10).reduce((sum, count) => sum + count, 0);
    expect(hot / 20_000).toBeCloseTo(0.8, 1);
    expect(times[0]! / times[9]!).toBeLessThan(1.3);
    expect(times).toHaveLength(100);
    expect(new Set(pagesOf('hot-set:hot=1,share=0', 500, 4)).size).toBe(4);
  });

  it('follows the law of Zipf', () => {
    const times = frequencies(pagesOf('zipf:exponent=1', 30_000, 50));
    for (const rank of [2, 3, 10]) expect(times[0]! / times[rank - 1]! / rank).toBeCloseTo(1, 0);
    expect(times).toHaveLength(50);
  });

  it('is idle, or nearly so', () => {
    expect(new Set(pagesOf('idle', 100, 5))).toEqual(new Set([PAUSE]));
    const some = pagesOf('idle:share=0.1', 10_000, 5).filter((page) => page !== PAUSE);
    expect(some.length / 10_000).toBeCloseTo(0.1, 1);
  });

  it('comes in bursts to neighbouring pages', () => {
    const pages = pagesOf('bursty:set=3,burst=4,pause=2', 60, 100);
    for (let at = 0; at < 60; at += 6) {
      const burst = pages.slice(at, at + 4);
      const spread = burst.map((page) => (page - burst[0]! + 103) % 100);
      expect(Math.max(...spread) - Math.min(...spread)).toBeLessThan(3);
      expect(pages.slice(at + 4, at + 6)).toEqual([PAUSE, PAUSE]);
    }
  });

  it.each(PATTERN_NAMES)('is the same for a seed, and another for another: %s', (name) => {
    const source = readWorkload(`${name}:writes=0.5,cpu=0.5`, 100);
    expect(turnsOf(source, 500, 7)).toEqual(turnsOf(source, 500, 7));
    if (name === 'idle') return;
    expect(turnsOf(source, 500, 7)).not.toEqual(turnsOf(source, 500, 8));
    expect(source.isFixed).toBe(false);
  });

  it('accesses the same pages whoever accesses them', () => {
    expect(pagesOf('zipf:writes=0.3,cpu=0.4', 200, 50)).toEqual(pagesOf('zipf', 200, 50));
    const kinds = turnsOf(readWorkload('zipf:writes=0.3,cpu=0.4', 50), 20_000).map(accessOfTurn);
    const part = (...of: number[]) => kinds.filter((kind) => of.includes(kind)).length / 20_000;
    expect(part(ACCESS.cpuRead, ACCESS.cpuWrite)).toBeCloseTo(0.4, 1);
    expect(part(ACCESS.devWrite, ACCESS.cpuWrite)).toBeCloseTo(0.3, 1);
  });

  it.each([
    ['ziff', "--workload:1:1: error: unknown workload 'ziff'; did you mean 'zipf'?"],
    ['zipf:', "--workload:1:6: error: '' is not PARAMETER=VALUE"],
    ['zipf:exponent=0', "--workload:1:15: error: exponent cannot be '0'"],
    ['zipf:exponent=1,writs=1', "--workload:1:17: error: zipf has no parameter 'writs'"],
    ['zipf:cpu=1,cpu=1', '--workload:1:12: error: cpu is given twice'],
    ['hot-set:hot=1.1', "--workload:1:13: error: hot cannot be '1.1'"],
    ['bursty:set=1.5', "--workload:1:12: error: set cannot be '1.5'"],
    ['constructor', "--workload:1:1: error: unknown workload 'constructor'"],
    ['zipf:toString=1', "--workload:1:6: error: zipf has no parameter 'toString'"],
  ])('is refused where it is wrong: %s', (text, complaint) => {
    expect(complaintBy(() => readWorkload(text, 10))).toContain(complaint);
  });
});

describe('a file of accesses', () => {
  const read = (text: string, pages?: number) => {
    const reader = new AccessReader('file', pages);
    for (const line of text.split('\n')) reader.read(line);
    return reader.recorder;
  };

  it('has a line for each', () => {
    const { turns, pages } = read(
      '# a note\n dev0: read 2 // another\n\ncpu0:  write 0\npause 2\ndev0: write 1\npause\n',
    );
    const [p, dev, cpu] = [PAUSE, 2 * 4, ACCESS.cpuWrite];
    expect([...turns]).toEqual([dev, cpu, p, p, 4 + ACCESS.devWrite, p]);
    expect(pages).toBe(3);
    const source = recorded('file', turns);
    expect(source).toMatchObject({ isFixed: true, hasWrites: true, hasCpus: true, length: 6 });
    expect(turnsOf(source, 100)).toEqual([...turns]);
    expect(recorded('file', read('dev0: read 0').turns)).toMatchObject({
      hasWrites: false,
      hasCpus: false,
    });
  });

  it.each([
    ['dev0: read 1\n  dev0: reed 1', "file:2:3: error: 'dev0: reed 1' is no access"],
    ['dev1: read 1', 'file:1:1: error: dev1: one device and one CPU access the pages'],
    ['dev0: read A', "file:1:1: error: 'dev0: read A' is no access"],
    ['dev0: read 10', 'file:1:12: error: page 10: the pages are 0 to 9, as --pages says'],
    ['pause 999999999', 'file:1:1: error: more than 50000000 turns'],
  ])('is refused where it is wrong: %j', (text, complaint) => {
    expect(complaintBy(() => read(text, 10))).toContain(complaint);
  });
});
