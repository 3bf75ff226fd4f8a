/** The page of the report that shows what random runs covered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCoverage } from '../checker/explore/counted.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { absent } from '../suites/absent.ts';
import { pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReportOf } from './browser.ts';
import { youngcheck } from './in-process.ts';

const RUNS = ['explore', '--scope', 'mail', '--runs', '20', '--seed', '1', '--coverage-lines'];

describe.skipIf(absent(CHROMIUM))('the page of what was covered', () => {
  let covered: OpenReport;
  let plain: OpenReport;

  beforeAll(async () => {
    const rows = parseTable(readFileSync(join(catalogueFolder(), 'VERDICTS'), 'utf8'), 'VERDICTS');
    const data = pageDataOf(rows);
    const { stdout } = await youngcheck(...RUNS);
    covered = await openReportOf({ ...data, coverage: readCoverage(stdout, 'stdout') });
    plain = await openReportOf(data);
  });

  afterAll(async () => {
    await covered.close();
    await plain.close();
  });

  it('has a table of each kind of thing, behind a link of the menu', async () => {
    await covered.open();
    await covered.page.click('nav a[href="#/coverage"]');
    const text = await covered.page.innerText('main');
    expect(text).toContain('how often each event happened');
    expect(text).toMatch(/dev: read\s+[\d,]+/);
    expect(text).toContain('how many distinct states a sample had visited');
    expect(await covered.page.locator('meter').count()).toBeGreaterThan(10);
  });

  it('says how to make one where there is none', async () => {
    await plain.open('#/coverage');
    expect(await plain.page.locator('nav a[href="#/coverage"]').count()).toBe(0);
    expect(await plain.page.innerText('main')).toContain('explore --coverage-lines');
  });
});
