/** A host has no markers. What its own lines prove of uses is enough to find the real misses. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform, outcomeOf } from '../../checker/conform/conform.ts';

const judged = (name: string, change: (text: string) => string = (text) => text) => {
  const text = readFileSync(new URL(`${name}.log`, import.meta.url), 'utf8');
  const lines = text.split('\n').filter((line) => !line.includes('tracing_mark_write'));
  return conform([change(lines.join('\n'))], name, {});
};
const missedIn = async (...asked: Parameters<typeof judged>) =>
  (await judged(...asked)).missed.map(({ page, kind }) => `${page.name} ${kind}`);

it('MADV_PAGEOUT of a page in use is found by the entry that is still young', async () => {
  const { missed } = await judged('6.12-F-captured');
  expect(missed.map(({ page, kind }) => `${page.name} ${kind}`)).toContain('0x10000000 evicted');
  expect(missed[0].story.map(({ text }) => text)).toContain("the zap finds KVM's entry young");
});

it('and is not, if the entry is old', async () => {
  const old = (text: string): string =>
    text
      .replace(/(old_spte [0-9a-f]+e)67( new_spte (?:0|8000000000000000)\b)/g, '$147$2')
      .replace(/.*set_pfn_accessed.*\n/g, '');
  expect(await missedIn('6.12-F-captured', old)).toEqual([]);
});

it("DAMON's neighbour is found by the young bit that was taken from it", async () => {
  expect(await missedIn('6.12-Q-classic')).toEqual([
    '0x10001000 unreferenced',
    '0x10001000 evicted',
  ]);
});

it.each(['6.1-B', '6.1-G', '6.1-H', '6.12-A-classic', '6.12-B-classic', '6.12-R-classic'])(
  '%s is explained, and nothing is missed',
  async (name) => {
    const conformance = await judged(name);
    expect(outcomeOf(conformance)).toBe('explained');
  },
);
