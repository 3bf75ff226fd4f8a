/** Tests the summary for hosts, and that the text is bounded however much was missed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Conformance } from './conform.ts';
import { conform } from './conform.ts';
import { conformanceJson } from './conformance-json.ts';
import { conformanceText } from './conformance-text.ts';
import { hostSummary } from './host-summary.ts';
import { timeText } from './host-summary-text.ts';

const textOf = (name: string): string => readFileSync(`suites/conformance/${name}.log`, 'utf8');
const M1 = textOf('6.1-M1-noflush');
/** The same scenario again and again, without heads: each time another process. */
const again = (times: number, text = M1): string => text.replace(/^#.*\n/gm, '').repeat(times);

const judged = (text: string): Promise<Conformance> => conform([text], 'log', {});
const linesOf = async (text: string): Promise<string[]> =>
  conformanceText(await judged(text)).split('\n');

/** The seconds between two lines of a log, by the times that they print. */
function between(text: string, first: number, last: number): number {
  const lines = text.split('\n');
  const [from, to] = [first, last].map((n) => Number(/ (\d+\.\d+): /.exec(lines[n - 1]!)![1]));
  return to! - from!;
}

describe('the summary', () => {
  it('counts looks and evictions, and those that missed a use', async () => {
    expect(hostSummary(await judged(M1))).toMatchObject({
      pages: 1,
      looks: 2,
      missed: 1,
      evictions: 1,
      inUse: 1,
      processes: [{ looks: 2, missed: 1 }],
    });
    expect(hostSummary(await judged(textOf('6.1-B')))).toMatchObject({
      looks: 2,
      missed: 0,
      evictions: 1,
      inUse: 0,
      bars: [],
      range: undefined,
    });
  });

  it('takes the time from the end of the use to the end of the eviction', async () => {
    const { range } = hostSummary(await judged(M1));
    const lines = M1.split('\n');
    const used = lines.map((line) => line.includes('DEV end')).lastIndexOf(true, 77) + 1;
    const gone = lines.findIndex((line, i) => i >= 79 && line.includes('try_to_unmap_one_ret')) + 1;
    expect(range![0]).toBeCloseTo(between(M1, used, gone), 9);
    expect(range![1]).toBe(range![0]);
  });

  it('has no times where the clock counts', async () => {
    let tick = 0;
    const counted = M1.replace(/ \d+\.\d{6}: /g, () => ` ${++tick}: `);
    const conformance = await judged(counted);
    expect(conformance.missed).toHaveLength(2);
    expect(hostSummary(conformance)).toMatchObject({ inUse: 1, bars: [], range: undefined });
    expect(JSON.stringify(conformanceJson(conformance))).not.toContain('secondsAfterUse');
  });

  it('has a row for each process, the worst first', async () => {
    const lines = await linesOf(again(1, textOf('6.1-B')) + again(2));
    const at = lines.findIndex((line) => /^ +pages +looks +missed +rate +evicted/.test(line));
    const rows = lines.slice(at + 1, at + 4).map((line) => line.trim().split(/ {2,}| %/)[2]);
    expect(rows).toHaveLength(3);
    expect(lines[at + 1]).toMatch(/^ +1 +2 +1 +50\.0 % +1 +1 {2}from line \d+, SCENARIO M1/);
    expect(lines[at + 3]).toMatch(/^ +1 +2 +0 +0 % +1 +0 {2}from line \d+, SCENARIO B,/);
  });

  it('names a VM by its vCPUs where no marker names it', async () => {
    const log = textOf('6.1-B')
      .replaceAll('agetrace-', 'CPU 0/KVM-')
      .replace(/^.*tracing_mark_write.*\n/gm, '');
    expect(await linesOf(log)).toContainEqual(
      expect.stringMatching(/^process {2}from line \d+, VM of CPU 0\/KVM-136, mm 0xffff/),
    );
    const { summary } = conformanceJson(await judged(log)) as {
      summary: { processes: { process: object }[] };
    };
    expect(summary.processes[0]!.process).toMatchObject({
      vcpus: [{ pid: 136, name: 'CPU 0/KVM' }],
    });
  });

  describe('of a log whose head names control groups', () => {
    const headOf = (groups: Readonly<Record<number, string>>): string =>
      Object.entries(groups)
        .map(([pid, path]) => `# youngcheck: cgroup ${pid}: ${path}\n`)
        .join('');
    /** Two processes of pid 125, of which one missed, and one of pid 136. */
    const ALL = again(1) + again(1, textOf('6.1-A')) + again(1, textOf('6.1-B'));

    it('has a row for each group, the worst first', async () => {
      const lines = await linesOf(headOf({ 125: '/vm/a', 136: '/vm/b: c' }) + ALL);
      const at = lines.findIndex((line) => /^ +pages .* cgroup$/.test(line));
      expect(lines.slice(at + 1, at + 3)).toEqual([
        expect.stringMatching(/^ +2 +\d+ +1 +[\d.]+ % +\d +1 {2}\/vm\/a$/),
        expect.stringMatching(/^ +1 +2 +0 +0 % +1 +0 {2}\/vm\/b: c$/),
      ]);
      expect(lines.findIndex((line) => /^ +pages .* process$/.test(line))).toBeGreaterThan(at);
    });

    it('has a row for the others', async () => {
      const conformance = await judged(headOf({ 125: '/vm/a' }) + ALL);
      expect(conformanceText(conformance)).toMatch(/^ +1 +2 +0 +0 % +1 +0 {2}not known$/m);
      const { summary } = conformanceJson(conformance) as { summary: { cgroups: object[] } };
      expect(summary.cgroups).toEqual([
        expect.objectContaining({ cgroup: '/vm/a', pages: 2, missed: 1, evictedInUse: 1 }),
        expect.objectContaining({ pages: 1, looks: 2, missed: 0 }),
      ]);
    });

    it('names the one group', async () => {
      const lines = await linesOf(headOf({ 136: '/vm/b' }) + textOf('6.1-B'));
      expect(lines[0]).toBe('cgroup   /vm/b');
    });

    it('knows the group of a VM by its vCPUs', async () => {
      const log = textOf('6.1-B').replace(/^.*tracing_mark_write.*\n/gm, '');
      const { cgroups } = hostSummary(await judged(headOf({ 136: '/vm/b' }) + log));
      expect(cgroups).toMatchObject([{ cgroup: '/vm/b', looks: 2 }]);
    });
  });

  it.each([
    [0.0000004, '0.4 us'],
    [0.00294, '2.94 ms'],
    [0.999, '999 ms'],
    [1, '1 s'],
    [61.25, '61.3 s'],
  ])('tells %d s', (seconds, text) => expect(timeText(seconds)).toBe(text));
});

describe('more misses than anybody reads', () => {
  it('are all told where they are few', async () => {
    const lines = await linesOf(again(10));
    expect(lines.filter((line) => line.includes('although used'))).toHaveLength(20);
    expect(lines.join('\n')).not.toContain('--json has all');
  });
});

it('explains some refusals where there are many, and says how many there are', async () => {
  // Without the answer of a notifier that flushes, no driver does what is left.
  const broken = again(30).replace(/^.*clear_flush_young_ret.*ret=0.*\n/gm, '');
  const conformance = await conform([broken], 'log', { driver: 'none' });
  const refused = conformance.pages.filter(({ refusal }) => refusal !== undefined);
  expect(refused.length).toBeGreaterThan(20);
  const text = conformanceText(conformance);
  expect(text.match(/No run of the model does that here/g)).toHaveLength(20);
  expect(text).toContain(`${refused.length - 20} more pages are refused`);
});
