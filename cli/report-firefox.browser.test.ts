/** The main paths of the report in Debian's firefox-esr, which WebDriver BiDi drives. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'puppeteer-core';
import { launch } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { pageHtml } from '../checker/page/html.ts';
import { absent } from '../suites/absent.ts';
import { catalogueTraces, pageDataOf } from '../suites/page-data.ts';
import { PATIENCE } from './browser.ts';
import { bundlePage } from './page-parts.ts';

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const MAIL = 'old-while-cached+patched-amd';
/** Code for the page: the pixels that reach out of it. A scroll bar takes some of the window's. */
const BESIDE = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const MISSED = 'no-missed-device-reference(reclaim)';

if (absent(FIREFOX)) console.log(`${FIREFOX} is not installed: the report is not tested in it`);

describe.skipIf(absent(FIREFOX))('the report in Firefox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];
  const fetched: string[] = [];

  beforeAll(async () => {
    const rows = parseTable(readFileSync(join(catalogueFolder(), 'VERDICTS'), 'utf8'), 'VERDICTS');
    const data = pageDataOf(rows, { traces: catalogueTraces() });
    writeFileSync(file, pageHtml({ ...(await bundlePage()), data }));
    browser = await launch({ browser: 'firefox', executablePath: FIREFOX, timeout: PATIENCE });
    page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text());
    });
    await page.setViewport({ width: 1280, height: 900 });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  afterEach(async () => {
    const entries = `performance.getEntriesByType('resource').map(({ name }) => name)`;
    fetched.push(...((await page.evaluate(entries)) as string[]));
  });

  async function open(hash = ''): Promise<void> {
    await page.goto('about:blank');
    await page.goto(pathToFileURL(file).href + hash);
    await page.waitForSelector('h1');
  }

  const text = (selector: string) => page.$eval(selector, ({ textContent }) => textContent);
  const address = () => page.evaluate('location.hash') as Promise<string>;
  const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
  const move = (event: string) => page.click(`[data-event="${event}"]`);
  /** Clicks on what has this text, and on nothing that merely contains it. */
  const click = (wanted: string) => page.click(`::-p-xpath(//*[text()=${JSON.stringify(wanted)}])`);

  it("leads from the first page to the mail's four steps, and to what avoids them", async () => {
    await open();
    expect(await page.$$eval('.mail li', (all) => all.length)).toBe(4);
    await click('Which policies avoid it');
    await page.waitForSelector('.matrix table');
    expect(await text('.matrix')).toContain('amd-iommu-v2-patched');
    await page.click('.matrix a.sometimes');
    await page.waitForSelector('.player');
    expect(await text('.because')).toContain(`violates ${MISSED}`);
  });

  it.each(['', '#/traces', `#/trace/${MAIL}`, '#/explore', '#/compare', '#/states', '#/cost'])(
    'shows %s without anything beside the page',
    async (hash) => {
      for (const width of [360, 1280]) {
        await page.setViewport({ width, height: 900 });
        await open(hash);
        expect(await text('h1')).not.toBe('This link leads nowhere');
        expect(await page.evaluate(BESIDE)).toBe(0);
      }
    },
  );

  it('draws a picture that has its texts and its colours', async () => {
    await open(`#/trace/${MAIL}`);
    const seen = (await page.evaluate(`(() => {
      const rows = [...document.querySelectorAll('.figure .row')];
      const texts = [...document.querySelectorAll('.figure text')];
      const fills = texts.map((text) => getComputedStyle(text).fill);
      return {
        rows: rows.length,
        empty: texts.filter((text) => text.getBoundingClientRect().width === 0).length,
        fills: new Set(fills).size,
      };
    })()`)) as { rows: number; empty: number; fills: number };
    expect(seen).toMatchObject({ rows: 4, empty: 0 });
    expect(seen.fills).toBeGreaterThan(1);
  });

  it('steps through a trace with the keyboard', async () => {
    await open(`#/trace/${MAIL}?step=0`);
    for (const count of ['1 of 4', '2 of 4']) {
      await page.keyboard.press('ArrowRight');
      expect(await text('.controls output')).toBe(count);
    }
    expect(await text('.row.now title')).toContain('(2) kswapd: folio_referenced A');
    await page.keyboard.press('/');
    await page.keyboard.type('violation');
    await page.keyboard.press('Enter');
    expect(await text('.controls output')).toBe('4 of 4');
    expect(await address()).toMatch(/step=4$/);
  });

  it('plays, takes back and does again', async () => {
    await open('#/explore');
    const events = ['dev0: read A', 'kswapd: folio_referenced A'];
    for (const event of [...events, ...events]) await move(event);
    expect(await text('.standings')).toContain(`${MISSED}violated at (4)`);
    await page.goBack();
    await soon(() => text('.controls output')).toBe('3 of 3');
    await click('Redo');
    expect(await text('.controls output')).toBe('4 of 4');
    expect(await text('.figure .row.now title')).toContain('(4)');
  });

  it('searches in a worker, and shows what it has found', async () => {
    await open('#/explore');
    await click('Find the shortest violation from here');
    await soon(() => text('.hunt + .search [role=status]')).toContain(
      'Shortest from there: 4 events',
    );
    expect(await text('.lacks')).toBe('');
  });

  it('compares two systems', async () => {
    await open('#/compare');
    expect(await text('main > [role=status]')).toContain('They part');
    expect(await text('.figure')).toContain('they part here');
  });

  it('has fetched nothing, and has had no error', async () => {
    expect(fetched.filter((url) => !url.startsWith('blob:'))).toEqual([]);
    expect(errors).toEqual([]);
    // And an error would have been heard.
    await page.evaluate(`console.error('heard')`);
    await soon(async () => errors.join()).toContain('heard');
  });
});
