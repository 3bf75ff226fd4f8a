/** The page of the report that shows the policies of a synthesis. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSynthesis } from '../checker/synthesize/synthesis-json.ts';
import { absent } from '../suites/absent.ts';
import { pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReportOf } from './browser.ts';
import { youngcheck } from './in-process.ts';

const SYNTHESIS = ['synthesize', '--over', 'mail granularity=fine', '--jobs', '1', '--json'];

describe.skipIf(absent(CHROMIUM))('the page of policies', () => {
  let synthesized: OpenReport;
  let plain: OpenReport;

  beforeAll(async () => {
    const data = pageDataOf([]);
    const { stdout } = await youngcheck(...SYNTHESIS);
    synthesized = await openReportOf({ ...data, synthesis: readSynthesis(stdout, 'stdout') });
    plain = await openReportOf(data);
  });

  afterAll(async () => {
    await synthesized.close();
    await plain.close();
  });

  it('has the sound policies, a trace below each weaker list, the front and a plot', async () => {
    const { page, open } = synthesized;
    await open();
    await page.click('nav a[href="#/synthesis"]');
    const text = await page.innerText('main');
    expect(text).toContain('clear_flush_young=flush-iotlb,flush-atc');
    expect(text).toContain('amd-iommu-v2');
    expect(await page.locator('main svg').count()).toBe(1);
    await page.locator('details summary').first().click();
    expect(await page.locator('details[open] pre').innerText()).toContain('violates no-missed');
  });

  it('says how to make one where there is none', async () => {
    await plain.open('#/synthesis');
    expect(await plain.page.locator('nav a[href="#/synthesis"]').count()).toBe(0);
    expect(await plain.page.innerText('main')).toContain('synthesize --json');
  });
});
