/** The first page of the report as a reviewer meets it, who has read the mail or has a change. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import type { TableLine } from '../checker/judge/catalogue/table.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import type { PageData } from '../checker/page/data.ts';
import { againstOf } from '../checker/page/data.ts';
import { pageHtml } from '../checker/page/html.ts';
import { absent } from '../suites/absent.ts';
import { catalogueTraces, pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, PATIENCE, openReport } from './browser.ts';
import { bundlePage } from './page-parts.ts';

const text = (name: string) => readFileSync(join(catalogueFolder(), name), 'utf8');
const rows = parseTable(text('VERDICTS'), 'VERDICTS');

/** The rows with another verdict in one place. */
const planted = (key: string, verdict: string): TableLine[] =>
  rows.map((row) => (row.key.join(' ') === key ? { ...row, verdict } : row));

const MISSED = 'no-missed-device-reference(reclaim)';
const BROKEN = 'v4.20-x86 amd-iommu-v2-patched ats races no-missed-device-reference(reclaim)';

/** A report that tells what changed since another table. */
const data = (old: readonly TableLine[]): PageData =>
  pageDataOf(rows, {
    against: againstOf('OLD', old, rows),
    order: text('ORDER'),
    traces: catalogueTraces(),
  });

describe.skipIf(absent(CHROMIUM))('the first page', () => {
  let report: OpenReport;
  let page: Page;
  const unchanged = () => join(report.folder, 'unchanged.html');

  beforeAll(async () => {
    const parts = await bundlePage();
    report = await openReport((file) => {
      writeFileSync(file, pageHtml({ ...parts, data: data(planted(BROKEN, 'Never')) }));
    });
    writeFileSync(unchanged(), pageHtml({ ...parts, data: data(rows) }));
    ({ page } = report);
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report.close();
  });

  const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
  const address = () => page.evaluate<string>('decodeURIComponent(location.hash)');
  const line = () => page.textContent('.changes p');
  const matrix = () => page.locator('.matrix').textContent();

  describe('what changed since another table', () => {
    it('stands first, though it is in a scope that is not shown', async () => {
      await report.open();
      expect(await line()).toBe('1 verdict changed since OLD. Worse: 1 in races.');
      const changes = page.locator('main > :nth-child(2)');
      expect(await changes.getAttribute('class')).toContain('changes');
      expect(await page.textContent('caption')).toContain('in the scope mail');
      await page.click('.changes >> text=1 in races');
      await page.waitForSelector('.matrix .changed');
      expect(await address()).toBe('#/verdicts?scope=races&changed=only');
      expect(await page.textContent('.matrix .changed')).toContain('was Never');
      // The matrix is in sight, and not below the introduction.
      const { y } = (await page.locator('.matrix').boundingBox())!;
      expect(y).toBeLessThan(900);
    });

    it('has a link to each verdict', async () => {
      await report.open();
      await page.click('.changes li a');
      await soon(address).toContain('#/verdict?');
      const [kernel, driver, , , property] = BROKEN.split(' ');
      expect(await page.textContent('h1')).toContain(`${driver} on ${kernel}`);
      expect(await page.textContent('h1')).toContain(property);
    });

    it('is shown when only what changed is asked for, and is named beside the scopes', async () => {
      await report.open();
      const scopes = page.locator('.filters select').first();
      expect(await scopes.textContent()).toContain('races (1 changed)');
      await page.check('.filters input[type=checkbox]');
      expect(await matrix()).toContain('was Never');
      expect(await scopes.inputValue()).toBe('races');
      await report.open('#/verdicts?scope=small&changed=only');
      expect(await matrix()).toContain('Nothing changed in the scope small');
      await page.click('.matrix >> text=races (1)');
      await soon(matrix).toContain('was Never');
    });

    it('is said though nothing did', async () => {
      await report.open('', unchanged());
      expect(await line()).toBe('No verdict changed since OLD.');
    });
  });

  it('leads who has read the mail to what avoids its fourth step', async () => {
    await report.open();
    const steps = await page.locator('.mail li').allTextContents();
    expect(steps).toHaveLength(4);
    expect(steps[3]).toContain('That is wrong: dev0 has used A since the last look');
    await page.click('text=Which policies avoid it');
    await page.waitForSelector('.matrix table');
    const drivers = (kind: string) =>
      page.locator(`tr:has(a.${kind}) > th[scope=row]`).allTextContents();
    expect(await drivers('sometimes')).toContain('amd-iommu-v2-patched');
    expect(await drivers('never')).toEqual(
      expect.arrayContaining(['amd-iommu-v2', 'kvm-x86-4.20', 'sva-rework']),
    );
    expect(await page.locator('.matrix thead th').count()).toBe(2);
  });

  describe('a violated cell', () => {
    it.each([
      ['amd-iommu-v2-patched', 'old-while-cached+patched-amd'],
      ['intel-svm', 'old-while-cached+intel-svm'],
    ])('of %s leads to its own trace in the catalogue, and back', async (driver, trace) => {
      await report.open(`#/verdict?driver=${driver}&property=${MISSED}`);
      expect(await page.textContent('h1')).toBe(`${driver} on v4.20-x86: ${MISSED}`);
      expect(await page.title()).toContain('hardware ats, scope mail');
      await page.click(`main >> text="${trace}"`);
      await soon(() => page.textContent('h1')).toBe(trace);
      expect(await page.title()).toContain(`${driver} on v4.20-x86, hardware ats, scope`);
      await page.click('text=Its verdict in the matrix');
      await soon(() => page.textContent('h1')).toBe(`${driver} on v4.20-x86: ${MISSED}`);
    });

    it('has a trace with its own kernel and driver though the catalogue has none', async () => {
      await report.open('#/verdicts?scope=races&kernel=v6.1-x86&driver=kvm');
      await page.click('.matrix a.sometimes >> nth=0');
      await page.waitForSelector('.player');
      const heading = await page.textContent('h1');
      expect(heading).toContain('kvm on v6.1-x86');
      expect(await page.textContent('.subtitle')).toBe('hardware ats, scope races');
      await page.evaluate(`Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: async (text) => void (globalThis.copied = text) },
      })`);
      await page.click('.copy >> text=.trace');
      const copied = await page.evaluate<string>('copied');
      expect(copied).toMatch(/^Trace [a-z-]+\+kvm-on-v6\.1-x86\n/);
      expect(copied).toMatch(/kernel +v6\.1-x86\n +driver +kvm\n/);
    });
  });

  describe('the list of traces', () => {
    const items = () => page.locator('.traces li');

    it('says what each shows and how long it is, and is filtered', async () => {
      await report.open('#/traces');
      const first = await items().first().textContent();
      expect(first).toContain('Reclaim reports A unreferenced although dev0 used it');
      expect(first).toContain(`4 events, ${MISSED}; amd-iommu-v2-patched on v4.20-x86`);
      const all = await items().count();
      await page.selectOption('.filters select >> nth=0', MISSED);
      const some = await items().count();
      expect(some).toBeLessThan(all);
      expect(await page.textContent('main > [role=status]')).toBe(`${some} of ${all} traces`);
      const sent = new URL(await page.evaluate<string>('location.href')).hash;
      await report.open(sent);
      expect(await items().count()).toBe(some);
    });

    it('leads from each trace to the one before and the one after', async () => {
      await report.open('#/traces');
      const names = await items().locator('a').allTextContents();
      await page.click('.traces a >> nth=0');
      await soon(() => page.textContent('h1')).toBe(names[0]);
      expect(await page.locator('.neighbours a[rel=prev]').count()).toBe(0);
      await page.click('.neighbours a[rel=next]');
      await soon(() => page.textContent('h1')).toBe(names[1]);
      await page.click('.neighbours a[rel=prev]');
      await soon(() => page.textContent('h1')).toBe(names[0]);
    });
  });

  it('copies a link that is right on another machine', async () => {
    await report.open('#/compare');
    await page.evaluate(`Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: async (text) => void (globalThis.copied = text) },
    })`);
    await page.click('.copy >> text=link');
    expect(await page.evaluate('copied')).toMatch(/^report\.html#\/compare\?/);
  });

  it('lets Shift and an arrow select text', async () => {
    await report.open('#/trace/old-while-cached+patched-amd?step=1');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await page.evaluate('location.hash')).toMatch(/step=1$/);
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate('location.hash')).toMatch(/step=2$/);
  });

  describe('the matrix', () => {
    const focused = () =>
      page.evaluate<number[]>(`(() => {
        const cell = document.activeElement.closest('td');
        return cell === null ? [] : [cell.parentElement.rowIndex, cell.cellIndex];
      })()`);

    it('is one stop of the Tab key, with arrows inside', async () => {
      await report.open('#/verdicts?scope=small&kernel=v4.20-x86');
      expect(await page.locator('.matrix [tabindex="0"]').count()).toBe(1);
      await page.focus('.matrix [tabindex="0"]');
      const [row, column] = await focused();
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toEqual([row + 1, column]);
      await page.keyboard.press('ArrowUp');
      expect(await focused()).toEqual([row, column]);
      await page.keyboard.press('ArrowRight');
      expect((await focused())[1]).toBeGreaterThan(column);
      await page.keyboard.press('Tab');
      expect(await focused()).toEqual([]);
      await page.keyboard.press('Shift+Tab');
      expect((await focused())[0]).toBe(row);
    });

    it.each([360, 1280])('keeps its head in view at a width of %i', async (width) => {
      await page.setViewportSize({ width, height: 800 });
      await report.open('#/verdicts?scope=small');
      const last = page.locator('.matrix tbody:last-child a').last();
      await last.scrollIntoViewIfNeeded();
      const box = (await page.locator('.matrix .scroll').boundingBox())!;
      const head = (await page.locator('.matrix thead th').first().boundingBox())!;
      expect(head.y).toBeCloseTo(box.y, 0);
      expect(head.x).toBeCloseTo(box.x, 0);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      await page.setViewportSize({ width: 1280, height: 900 });
    });

    it('has its abbreviations spelled out above', async () => {
      await report.open();
      const lede = await page.textContent('.lede');
      for (const short of ['PTE', 'IOTLB', 'ATC']) expect(lede).toContain(`(${short})`);
    });
  });

  it('offers a system that differs, to compare with', async () => {
    for (const name of ['young-again-after-flush+amd', 'old-while-cached+patched-amd']) {
      await report.open(`#/trace/${name}`);
      await page.click('text=Compare with another system');
      await soon(() => page.textContent('main > [role=status]')).toContain('They part');
    }
  });
});
