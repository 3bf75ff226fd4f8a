/** The report on paper: no page with only a head or a foot, and nothing that one can only press. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { absent } from '../suites/absent.ts';
import { catalogueTraces, pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReportOf } from './browser.ts';

const LOOKED = 'dev0.read.A,kswapd.folio_referenced.A';
const VIEWS = {
  first: '',
  matrix: '#/verdicts?scope=races',
  cell: '#/verdict?property=no-missed-device-reference(reclaim)',
  traces: '#/traces',
  trace: '#/trace/use-after-free+overtaken-completion?step=4',
  compare: '#/compare',
  explore: `#/explore?events=${LOOKED}`,
  states: '#/states',
};
/** Lines of text. A page with fewer has only what was left over. */
const FEW = 3;

describe.skipIf(absent(CHROMIUM))('the report on paper', () => {
  let report: OpenReport;
  let page: Page;

  beforeAll(async () => {
    const rows = parseTable(readFileSync(join(catalogueFolder(), 'VERDICTS'), 'utf8'), 'VERDICTS');
    const data = pageDataOf(rows, { traces: catalogueTraces() });
    report = await openReportOf(data);
    ({ page } = report);
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report.close();
  });

  async function open(hash: string): Promise<void> {
    await report.open(hash);
    if (hash.includes('verdict?')) await page.waitForSelector('text=can go on for ever');
    if (hash.includes('states')) await page.waitForSelector('.rules');
  }

  it.each(Object.entries(VIEWS))('shows nothing to press in %s', async (_, hash) => {
    await open(hash);
    await page.emulateMedia({ media: 'print' });
    const controls = page.locator('button, select, input, textarea, nav, footer');
    const shown = await controls.evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map(({ outerHTML }) => outerHTML),
    );
    expect(shown).toEqual([]);
    await page.emulateMedia({ media: null });
  });

  it.each(['trace', 'cell', 'explore'] as const)('has the picture whole in %s', async (name) => {
    await page.setViewportSize({ width: 700, height: 900 });
    await open(VIEWS[name]);
    await page.emulateMedia({ media: 'print' });
    const [width, room] = await page.evaluate<number[]>(`(() => {
      const widths = [...document.querySelectorAll('.player .figure svg')].map(
        (svg) => svg.getBoundingClientRect().right,
      );
      return [Math.max(...widths), document.querySelector('main').getBoundingClientRect().right];
    })()`);
    expect(width).toBeLessThanOrEqual(room);
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  describe.skipIf(absent('pdftotext'))('as PDF', () => {
    /** The lines of text on each page. */
    async function pages(hash: string): Promise<string[][]> {
      await open(hash);
      const input = await page.pdf({ format: 'A4' });
      const { stdout } = spawnSync('pdftotext', ['-layout', '-', '-'], { input });
      const texts = stdout.toString().split('\f').slice(0, -1);
      return texts.map((text) => text.split('\n').filter((line) => line.trim() !== ''));
    }

    it.each(Object.entries(VIEWS))('has no page with next to nothing: %s', async (_, hash) => {
      const all = await pages(hash);
      for (const lines of all) expect(lines.length, lines.join('\n')).toBeGreaterThanOrEqual(FEW);
    });

    it.each([VIEWS.first, VIEWS.matrix])('has no table head without rows: %j', async (hash) => {
      const all = await pages(hash);
      expect(all.length).toBeGreaterThan(2);
      for (const lines of all) {
        const last = lines.at(-1)!;
        // A head of a table, of a group of it, or a caption.
        expect(last).not.toMatch(/driver, hardware|systems in the scope|^v[\d.]+-|Verdicts/);
      }
      const captioned = all.find((lines) => lines.some((line) => line.includes('in the scope')))!;
      expect(captioned.join('\n')).toContain('amd-iommu-v2');
    });
  });
});
