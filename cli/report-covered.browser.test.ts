/** The page of the report that shows what random runs covered. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCoverage } from '../checker/explore/counted.ts';
import { pageHtml } from '../checker/page/html.ts';
import { absent } from '../suites/absent.ts';
import { pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReport } from './browser.ts';
import { youngcheck } from './in-process.ts';
import { bundlePage } from './page-parts.ts';

const RUNS = ['explore', '--scope', 'mail', '--runs', '20', '--seed', '1', '--coverage-lines'];

describe.skipIf(absent(CHROMIUM))('the page of what was covered', () => {
  let covered: OpenReport;
  let plain: OpenReport;

  beforeAll(async () => {
    const parts = await bundlePage();
    const { stdout } = await youngcheck(...RUNS);
    const data = { ...pageDataOf([]), coverage: readCoverage(stdout, 'stdout') };
    covered = await openReport((file) => writeFileSync(file, pageHtml({ ...parts, data })));
    const without = pageHtml({ ...parts, data: pageDataOf([]) });
    plain = await openReport((file) => writeFileSync(file, without));
  });

  afterAll(async () => {
    await covered.close();
    await plain.close();
  });

  it('has a table of each kind of thing, behind a link of the menu', async () => {
    await covered.page.click('nav a[href="#/coverage"]');
    const text = await covered.page.innerText('main');
    expect(text).toContain('how often each event happened');
    expect(text).toMatch(/dev: read\s+[\d,]+/);
    expect(text).toContain('how many distinct states a sample had visited');
    expect(await covered.page.locator('meter').count()).toBeGreaterThan(10);
  });

  it('says how to make one where there is none', async () => {
    expect(await plain.page.locator('nav a[href="#/coverage"]').count()).toBe(0);
    await plain.page.evaluate("location.hash = '#/coverage'");
    await plain.page.waitForFunction("document.title.startsWith('What random runs covered')");
    expect(await plain.page.innerText('main')).toContain('explore --coverage-lines');
  });
});
