/** The graph of states and what is exercised, in the report. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { catalogueTraces, pageDataOf } from '../suites/page-data.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, PATIENCE, openReportOf } from './browser.ts';

const MISSED = 'no-missed-device-reference(reclaim)';

describe.skipIf(absent(CHROMIUM))('the states in the report', () => {
  let report: OpenReport;
  let page: Page;

  beforeAll(async () => {
    const data = pageDataOf([], { traces: catalogueTraces() });
    report = await openReportOf(data);
    ({ page } = report);
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report.close();
  });

  const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
  const said = () => page.textContent('main > [role=status]');
  const address = () => page.evaluate<string>('decodeURIComponent(location.hash)');
  const boxes = () => page.locator('.state-box').count();
  const counted = () => page.locator('.search [role=status]').textContent();

  it("are four, with the mail's steps as a walk that violates", async () => {
    await report.open('#/states');
    expect(await boxes()).toBe(4);
    expect(await said()).toContain(`4 states, as ${MISSED} sees them`);
    expect(await said()).toContain('a walk of 4 events to a violation');
    expect(await page.locator('.state-box').last().textContent()).toContain(
      `(4) kswapd: folio_referenced A == 0violates ${MISSED}`,
    );
    await page.click('text=the end of the walk');
    await soon(() => page.textContent('h1')).toBe('Explore');
    expect(await page.textContent('.standings')).toContain(`${MISSED}violated at (4)`);
    await page.click('text=The graph of its states');
    await soon(boxes).toBe(4);
  });

  it('change with the system and the property, and are kept in the address', async () => {
    await report.open('#/states');
    await page.click('.chosen > summary');
    await page.selectOption('.system select >> nth=1', 'kvm');
    expect(await said()).toContain(`No event violates ${MISSED}`);
    expect(await address()).toBe('#/states?driver=kvm');
    await page.selectOption('.filters select >> nth=0', 'no-false-reference');
    expect(await address()).toBe('#/states?driver=kvm&property=no-false-reference');
    await report.open(await address());
    expect(await said()).toContain('as no-false-reference sees them');
    await report.open('#/states?scope=races');
    expect(await said()).toContain('There are more than 16 states');
    expect(await boxes()).toBe(0);
  });

  it('have their steps and rules counted, over a search and over the catalogue', async () => {
    await report.open('#/states?driver=amd-iommu-v2');
    await soon(counted).toContain('Everything reachable was counted: 5 transitions');
    const items = () => page.locator('.lists .heat').allTextContents();
    expect(await items()).toEqual(['pte 2', 'clear_flush_young 2', 'flush-iotlb 2', 'flush-atc 2']);
    await page.selectOption('select:has(option[value=catalogue])', 'catalogue');
    await soon(counted).toMatch(/\d+ events of \d+ traces were counted/);
    expect(await page.textContent('[aria-label="What is exercised"]')).toContain('rules never: ');
    expect(await page.locator('.rules .heat-0').count()).toBeGreaterThan(3);
    expect(await address()).toBe('#/states?driver=amd-iommu-v2&counted=catalogue');
    await report.open(await address());
    expect(await counted()).toContain('traces were counted');
    await report.open('#/traces');
    await page.click('text=Which rules and steps these traces exercise');
    await soon(counted).toContain('traces were counted');
  });

  it.each([
    ['#/states?events=kswapd.folio_referenced.A', 'cannot happen here'],
    ['#/states?counted=x', "Counted cannot be 'x'"],
    ['#/states?property=x', "There is no property 'x'"],
  ])('are not shown for a link that is wrong: %s', async (link, message) => {
    await report.open(link);
    expect(await page.textContent('.complaint')).toContain(message);
  });
});
