/** Two systems in the report: stepped through together, and marked where they differ. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReportOf } from './browser.ts';

describe.skipIf(absent(CHROMIUM))('two systems in the report', () => {
  let report: OpenReport;
  let page: Page;

  beforeAll(async () => {
    report = await openReportOf(pageDataOf([]));
    ({ page } = report);
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report.close();
  });

  const texts = (selector: string) => page.locator(selector).allTextContents();
  const side = (name: string) => `.side-view[aria-label=${name}]`;
  const apart = async () =>
    Promise.all(['Left', 'Right'].map((name) => texts(`${side(name)} .state tr.apart`)));
  const marked = () => page.locator('.pair .row.now title').allTextContents();

  it('show the state of both where they part, and mark what differs in both', async () => {
    await report.open('#/compare');
    expect(await page.textContent('.controls output')).toBe('4 of 4');
    expect(await apart()).toEqual([
      ['A: iotlb{read}right: none', 'A: atc[dev0]{read}right: none'],
      ['A: iotlbnone was {read}left: {read}', 'A: atc[dev0]none was {read}left: {read}'],
    ]);
    expect(await texts(`${side('Right')} .lists .other`)).toEqual(['only here', 'only here']);
    expect(await texts(`${side('Left')} .lists .other`)).toEqual([]);
    expect(await texts('.because strong')).toHaveLength(1);
    expect((await marked()).map((title) => title.slice(0, 3))).toEqual(['(4)', '(4)']);
  });

  it('are stepped through together, by keys, slider and picture', async () => {
    await report.open('#/compare');
    await page.keyboard.press('Home');
    expect(await apart()).toEqual([[], []]);
    expect(await marked()).toEqual([]);
    await page.keyboard.press('ArrowRight');
    expect(await apart()).toEqual([[], []]);
    await page.fill('.pair input[type=range]', '2');
    expect((await apart()).map((rows) => rows.length)).toEqual([2, 2]);
    await page.click('[id*="right-step-3"] text >> nth=0');
    expect(await page.textContent('.controls output')).toBe('3 of 4');
    const sent = await page.evaluate<string>('location.hash');
    expect(sent).toMatch(/&step=3$/);
    await report.open(sent);
    expect((await marked()).map((title) => title.slice(0, 3))).toEqual(['(3)', '(3)']);
  });

  it('say since when they differ, and lead there', async () => {
    await report.open('#/compare');
    expect(await page.textContent('.since')).toContain(
      'since kswapd: folio_referenced A == 1, A: iotlb is {read} on the left, none on the right',
    );
    await page.click('text=Go there');
    expect(await page.textContent('.controls output')).toBe('2 of 4');
  });

  it('keep the marked row in the box that scrolls', async () => {
    await report.open('#/compare');
    for (const key of ['End', 'Home', 'ArrowRight', 'ArrowRight', 'End']) {
      await page.keyboard.press(key);
      if (key === 'Home') continue;
      const box = (await page.locator('.pair .figure').boundingBox())!;
      const row = await page.locator('.pair .row.now text').first().boundingBox();
      expect(row!.y).toBeGreaterThanOrEqual(box.y - 1);
      expect(row!.y + row!.height).toBeLessThanOrEqual(box.y + box.height + 1);
    }
  });

  it('say when a link names a row that the run does not have', async () => {
    await report.open('#/compare?other-driver=amd-iommu-v2&events=dev0.read.A&step=9');
    expect(await page.textContent('.complaint')).toContain("Step cannot be '9'");
  });
});
