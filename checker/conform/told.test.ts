/** Tests what is told of a log while it is read, and that little of it is kept. */
import { describe, expect, it } from 'vitest';
import { follow, judged, textOf } from '../../suites/followed.ts';
import { SCHEMA } from '../trace/document.ts';
import { conform, outcomeOf } from './conform.ts';
import { conformanceText } from './conformance-text.ts';
import { hostSummary } from './host-summary.ts';

const M1 = textOf('6.1-M1-noflush');
const withoutHead = (text: string): string => text.replace(/^#.*\n/gm, '');

/** The number of the first line from a line on that has a text. */
const lineOf = (text: string, word: string, from = 1): number =>
  text.split('\n').findIndex((line, i) => i + 1 >= from && line.includes(word)) + 1;

describe('a log that is followed', () => {
  it('has each miss told when its last line is read', async () => {
    const { told } = await follow(M1);
    expect(told).toEqual([
      [78, expect.stringMatching(/^0x10000000 was reported unreferenced at line 78, .*60, \S+ ms/)],
      [
        lineOf(M1, 'try_to_unmap_one_ret', 79),
        expect.stringMatching(/^0x10000000 was evicted at line 79, although .*M1-noflush.*\n$/),
      ],
    ]);
  });

  it('has it told as a line of JSON, too', async () => {
    const { told } = await follow(M1, { asJson: true });
    const [first] = told.map(([, text]) => text);
    expect(first).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(first!)).toMatchObject({
      schema: SCHEMA,
      miss: { line: 78, page: '0x10000000', kind: 'unreferenced', usedAtLine: 60 },
    });
  });

  it('has a use told of what was taken away', async () => {
    const { told } = await follow(textOf('sva/6.12.57-S8-2cpu'));
    const texts = told.map(([, text]) => text);
    expect(texts).toContainEqual(expect.stringContaining('a translation that was taken away ('));
  });

  it.each(['6.1-B', '6.12-A-mglru', '6.1-M2-flush'])('has nothing told of %s', async (name) => {
    const { told, read } = await follow(textOf(name));
    expect(told).toEqual([]);
    expect(outcomeOf(judged({ told, read }))).toBe('explained');
  });

  it('has a miss taken back where events were lost around it', async () => {
    const lines = M1.split('\n');
    lines.splice(85, 0, 'CPU:1 [LOST 3 EVENTS]');
    const { told, read } = await follow(lines.join('\n'));
    expect(told).toEqual([
      [78, expect.stringContaining('unreferenced at line 78')],
      [86, '0x10000000, line 78: taken back, as events were lost around it\n'],
    ]);
    expect(judged({ told, read }).missed).toEqual([]);
  });

  it('has no miss told before a line shows who clears young bits', async () => {
    // Nor does a line show here that the PTE was old, and stayed so.
    const unseen = /^.*(?:ptep_(?:clear_flush|test_and_clear)_young|atc_access|STATE).*\n/gm;
    const withoutPtes = M1.replace(unseen, '');
    expect((await follow(withoutPtes)).told).toEqual([]);
    const later = withoutPtes + withoutHead(M1);
    const { told } = await follow(later);
    const first = lineOf(later, 'ptep_clear_flush_young_ret');
    expect(told.length).toBeGreaterThan(2);
    for (const [line] of told) expect(line).toBeGreaterThan(first);
  });
});

describe('of a log without an end', () => {
  /** One process does the same again and again. What it does in between is lost. */
  const again = (times: number): string => {
    const rest = withoutHead(M1).replace(/^.*SCENARIO.*\n/gm, '');
    return withoutHead(M1) + `CPU:0 [LOST 9 EVENTS]\n${rest}`.repeat(times - 1);
  };

  it('a fixed number of pages needs fixed memory, and all is counted', async () => {
    const TIMES = 100;
    const followed = await follow(again(TIMES));
    expect(followed.told).toHaveLength(2 * TIMES);
    const { pages } = followed.read.log;
    expect(pages).toHaveLength(1);
    expect(pages[0]!.length).toBeLessThanOrEqual(256);
    expect(pages[0]!.uses.missed).toHaveLength(4);
    const kept = judged(followed);
    const whole = await conform([again(TIMES)], 'log', {});
    expect(hostSummary(kept)).toEqual({
      ...hostSummary(whole),
      processes: [expect.objectContaining({ missed: TIMES, inUse: TIMES })],
    });
    expect(outcomeOf(kept)).toBe('missed');
    const text = conformanceText(kept);
    expect(text).toContain(`${2 * TIMES - 4} more misses were told when they came, and not kept.`);
  });

  it('what no driver does is still refused', async () => {
    const followed = await follow(textOf('6.1-M2-flush'), { observations: 40 });
    expect(outcomeOf(judged(followed, { driver: 'none' }))).toBe('refused');
  });

  it('tasks that do nothing are dropped', async () => {
    const { read } = await follow(M1);
    const { log } = read;
    log.task(1).cooling = true;
    for (let pid = 2; pid < 100_000; pid++) log.task(pid);
    expect(log.tasks.size).toBeLessThan(50_000);
    expect(log.task(1).cooling).toBe(true);
  });
});
