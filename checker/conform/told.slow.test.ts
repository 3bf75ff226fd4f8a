/** Tests that a log of which little was kept is explained all the same. */
import { expect, it } from 'vitest';
import { follow, judged, textOf } from '../../suites/followed.ts';

const CUTS = [18, 40];
it.each(['6.1-A', '6.12-A-classic'])('whatever was cut off, %s is explained', async (name) => {
  for (const observations of CUTS) {
    const followed = await follow(textOf(name), { observations });
    const { pages, missed } = judged(followed, {});
    expect(pages.some(({ page }) => page.dropped > 0)).toBe(true);
    expect(pages.map(({ refusal }) => refusal)).toEqual(pages.map(() => undefined));
    expect(missed).toEqual([]);
  }
});
