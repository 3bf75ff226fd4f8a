/**
 * Opens the report in a real browser, steps through traces and explores, with mouse and keyboard.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { againstOf, packTable } from '../checker/page/data.ts';
import type { PageData } from '../checker/page/data.ts';
import { pageHtml } from '../checker/page/html.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, PATIENCE, openReport } from './browser.ts';
import { bundlePage } from './page-parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const MAIL = 'old-while-cached+patched-amd';
const MISSED = 'no-missed-device-reference(reclaim)';

describe.skipIf(absent(CHROMIUM))('the report in a browser', () => {
  let report: OpenReport;
  let page: Page;
  const open: OpenReport['open'] = (hash, file) => report.open(hash, file);

  beforeAll(async () => {
    report = await openReport((file) => {
      const command = ['cli/launch.js', 'report', '--out', file];
      const { stdout, stderr } = spawnSync(process.execPath, command, {
        cwd: root,
        encoding: 'utf8',
      });
      expect(stderr).toBe('');
      expect(stdout).toMatch(/report\.html: \d+ kB, \d+ traces\n$/);
    });
    ({ page } = report);
  });

  afterAll(() => report.close());

  const title = () => page.textContent('h1');
  const address = () => page.evaluate<string>('location.href');
  const because = () => page.textContent('.because');
  /** Polls the page, as it may follow a link only long after the click. */
  const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
  const move = (event: string) => page.click(`[data-event="${event}"]`);

  describe('a trace', () => {
    it("is stepped through by arrow keys: the mail's", async () => {
      await open(`#/trace/${MAIL}?step=0`);
      expect(await because()).toBe('Before the first event everything is empty.');
      for (const sign of [
        'sends an ATS query',
        'Young is cleared, but nobody invalidates the ATC',
        'accesses A through its ATC',
        `violates ${MISSED}`,
      ]) {
        await page.keyboard.press('ArrowRight');
        expect(await because()).toContain(sign);
      }
      await page.keyboard.press('ArrowRight');
      expect(await address()).toMatch(/step=4$/);
      await page.keyboard.press('ArrowLeft');
      expect(await because()).toContain('(3)');
      expect(await page.textContent('.row.now title')).toContain('(3) dev0: read A');
      await page.keyboard.press('Home');
      expect(await page.textContent('.controls output')).toBe('0 of 4');
    });

    it('is stepped through by clicking, and with the slider', async () => {
      await open(`#/trace/${MAIL}`);
      await page.click('[data-step="2"] text >> text=(2)');
      expect(await because()).toContain('(2)');
      const changed = await page.locator('.fields tr.changed').allTextContents();
      expect(changed).toEqual(['A: pte{old} was {young}']);
      await page.fill('input[type=range]', '1');
      expect(await because()).toContain('(1)');
    });

    it('can be copied in every form', async () => {
      await open(`#/trace/${MAIL}`);
      await page.evaluate(`
        globalThis.copied = [];
        Object.defineProperty(navigator, 'clipboard', {
          value: { writeText: async (text) => void copied.push(text) },
        });
      `);
      const buttons = page.locator('.copy button');
      const labels = await buttons.allTextContents();
      for (const label of labels) await buttons.filter({ hasText: label }).click();
      const copied = await page.evaluate<string[]>('copied');
      const found = Object.fromEntries(labels.map((label, i) => [label, copied[i]]));
      expect(found['.trace']).toBe(
        readFileSync(join(root, `counterexamples/${MAIL}.trace`), 'utf8'),
      );
      expect(found.SVG).toMatch(/^<svg [^]*<\/svg>\n$/);
      expect(found['mail text']).toContain('(4) kswapd');
    });
  });

  describe('the explorer', () => {
    it("finds the mail's trace anew, click by click", async () => {
      await open('#/explore');
      for (const event of [
        'dev0: read A',
        'kswapd: folio_referenced A',
        'dev0: read A',
        'kswapd: folio_referenced A',
      ]) {
        expect(await page.textContent('.standings')).not.toContain('violated');
        await move(event);
      }
      expect(await page.textContent('.standings')).toContain(`${MISSED}violated at (4)`);
      await page.click('text=Undo');
      expect(await page.textContent('.standings')).not.toContain('violated');
      await page.click('text=Redo');
      expect(await page.textContent('.standings')).toContain('violated at (4)');
    });

    it('finds the shortest violation from where the reader stands', async () => {
      await open('#/explore');
      const find = () => page.click('text=Find the shortest violation from here');
      await find();
      await page.waitForSelector('text=Shortest from there: 4 events');
      await page.click('text=Undo');
      await page.click('text=Undo');
      await find();
      await page.waitForSelector('text=Shortest from there: 2 events');
      expect(await page.textContent('.standings')).toContain(`${MISSED}violated at (4)`);
      await page.click('.chosen > summary');
      await page.selectOption('.system select >> nth=1', 'kvm');
      await page.click('text=Start over');
      await find();
      await page.waitForSelector('text=None: everything reachable from here was searched');
    });

    it('shows what the sender of a link saw', async () => {
      await open('#/explore?driver=kvm&scope=races');
      await move('dev0: request-write A');
      await move('iommu: translate dev0 A');
      const [sent, seen] = [await address(), await page.textContent('.player')];
      expect(sent).toContain(
        '#/explore?driver=kvm&scope=races&events=dev0.request-write.A,iommu.translate.dev0.A',
      );
      await open(new URL(sent).hash);
      expect(await page.textContent('.player')).toBe(seen);
    });

    it('keeps what can still happen when the system changes', async () => {
      await open('#/explore?scope=events=evict&events=dev0.read.A,dev0.evict.A,dev0.read.A');
      await page.click('.chosen > summary');
      await page.selectOption('.system select >> nth=2', 'no-ats');
      expect(await page.textContent('.player')).toContain('2 events were dropped');
      expect(await address()).toMatch(/hardware=no-ats&scope=.*events=evict&events=dev0.read.A$/);
    });
  });

  describe('the matrix', () => {
    it('opens the trace and the proof behind a cell', async () => {
      await open();
      const row = page.locator('tr', { has: page.locator('th', { hasText: /^amd-iommu-v2$/ }) });
      await row.locator('a.never').first().click();
      expect(await page.textContent('.verdict')).toContain('That is the proof');
      await page.click('text=Search again');
      await page.waitForSelector('text=Searched everything reachable: 3 states');
      await page.goBack();
      await row.locator('a.sometimes').first().click();
      await page.waitForSelector('.player');
      expect(await because()).toContain('violates no-spurious-invalidation');
    });

    it('filters, and keeps what was chosen in the address', async () => {
      await open('#/verdicts?scope=small&driver=kvm');
      const heads = await page.locator('tbody th[scope=row]').allTextContents();
      expect(new Set(heads)).toEqual(new Set(['kvm']));
      await page.selectOption('.filters select >> nth=4', MISSED);
      expect(await page.locator('thead th').count()).toBe(2);
      expect(await address()).toContain(`property=${encodeURIComponent(MISSED)}`);
    });
  });

  describe('a comparison', () => {
    const parting = () => page.textContent('main > [role=status]');

    it("shows where the two sides of the mail's patch part", async () => {
      await open('#/compare');
      expect(await parting()).toBe(
        'They part: left kswapd: folio_referenced A == 0; right kswapd: folio_referenced A == 1.',
      );
      expect(await page.textContent('.figure')).toContain('they part here');
      expect(await page.locator('.figure g.row').count()).toBe(8);
    });

    it('goes on behind a violation', async () => {
      const mail = 'dev0.read.A,kswapd.folio_referenced.A';
      await open(`#/compare?events=${mail},${mail},dev0.read.A&other-driver=intel-svm`);
      expect(await parting()).toBe('On this run the two answer alike.');
    });

    it('finds the run that tells two systems apart, and says when there is none', async () => {
      await open('#/compare?driver=kvm&other-driver=kvm-x86-6.13&scope=granularity=fine');
      await page.click('text=Find the shortest run');
      await page.waitForSelector('text=No shorter run tells them apart');
      const found = await address();
      expect(found).toMatch(/#\/compare\?driver=kvm&.*&events=dev0\.request-read\.A,/);
      const said = await page.textContent('.figure');
      await open(new URL(found).hash);
      expect(await page.textContent('.figure')).toBe(said);
      await page.selectOption('form[aria-label=Right] select >> nth=1', 'kvm');
      expect(await parting()).toBe('On this run the two answer alike.');
      await page.click('text=Find the shortest run');
      await page.waitForSelector('text=No run in this scope tells them apart');
    });
  });

  describe('a link', () => {
    it.each([
      ['#/trace/old-while-cached', 'There is no trace'],
      [`#/trace/${MAIL}?step=9`, 'a number from 0 to 4'],
      ['#/explore?driver=kvn', "Unknown driver 'kvn'"],
      ['#/explore?events=kswapd.folio_referenced.A', 'cannot happen here: A is not mapped'],
      ['#/nowhere', "This page has no view 'nowhere'"],
      ['#/verdict?property=x', "There is no property 'x'"],
      ['#/%', "This page has no view '%'"],
    ])('that leads nowhere says why: %s', async (hash, message) => {
      await open(hash);
      expect(await title()).toBe('This link leads nowhere');
      const said = await page.textContent('.complaint');
      expect(said).toContain(message);
      // A reader of the page has no command line.
      expect(said).not.toMatch(/error:|hint:|--|youngcheck/);
    });

    it('within the page goes there, and back', async () => {
      await open();
      await page.click('nav >> text=Traces');
      await page.click(`text=${MAIL}`);
      await soon(title).toBe(MAIL);
      await page.goBack();
      await soon(title).toMatch(/^\d+ traces$/);
    });
  });

  it('can be used with the keyboard alone', async () => {
    await open();
    /** Presses Tab until an element has this text or this attribute. */
    const tabTo = async (wanted: string) => {
      for (let i = 0; i < 400; i++) {
        await page.keyboard.press('Tab');
        const quoted = JSON.stringify(wanted);
        if (await page.evaluate(`document.activeElement?.matches(${quoted})`)) return;
      }
      throw new Error(`the keyboard does not reach ${wanted}`);
    };
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('main');
    await tabTo('a.sometimes');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.player');
    await page.keyboard.press('Home');
    expect(await page.textContent('.controls output')).toMatch(/^0 of /);
    await tabTo('a[href^="#/explore"]');
    await page.keyboard.press('Enter');
    await soon(title).toBe('Explore');
    await tabTo('[data-event="dev0: read A"]');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await address()).toMatch(/dev0\.read\.A,dev0\.read\.A$/);
  });

  it.each([320, 390, 768])('has nothing beside the page at a width of %i', async (wide) => {
    await page.setViewportSize({ width: wide, height: 800 });
    for (const hash of [
      '',
      '#/traces',
      `#/trace/${MAIL}`,
      '#/explore',
      '#/compare',
      '#/states',
      '#/cost',
    ]) {
      await open(hash);
      const width = (of: string) => page.evaluate(`document.documentElement.${of}Width`);
      expect(await width('scroll'), hash).toBe(await width('client'));
    }
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it('takes markup in any file for text', async () => {
    const file = join(report.folder, 'evil.html');
    writeFileSync(file, pageHtml({ ...(await bundlePage()), data: evilData() }));
    for (const hash of ['', '#/traces', `#/trace/${encodeURIComponent(EVIL_NAME)}`, '#/cost']) {
      await open(hash, file);
      expect(await title()).not.toBe('This link leads nowhere');
      expect(await page.locator('img, iframe, b.evil').count()).toBe(0);
      expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
      expect(await page.textContent('body')).toContain('onerror');
    }
    await open(`#/${EVIL}`, file);
    expect(await page.textContent('.complaint')).toContain('This page has no view');
  });

  it('has fetched nothing, and has had no error', () => {
    const { requests, errors } = report;
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((url) => !/^(file|blob|about):/.test(url))).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is small enough to be mailed', () => {
    const html = readFileSync(report.file, 'utf8');
    const json = /<script type="application\/json" id="data">(.*)<\/script>/.exec(html)![1];
    const { traces } = JSON.parse(json) as PageData;
    expect(statSync(report.file).size - JSON.stringify(traces).length).toBeLessThan(500_000);
  });
});

const EVIL = '<img/src=x/onerror=hacked=1><script>hacked=1</script>';
const EVIL_NAME = '<img/src=x/onerror=hacked=1>';

/** Page data with markup in every place where a file can have it. */
function evilData(): PageData {
  const trace = `Trace ${EVIL_NAME}

/*
 * ${EVIL} <b class=evil>bold</b>
 */

{}

(1) dev0: read A // ${EVIL}

ends
`;
  const line = `${['k', 'd', 'h', 's', 'p'].map((name) => `${EVIL_NAME}${name}`).join(' ')}`;
  const rows = parseTable(`${line} Never 1\n`, 'VERDICTS');
  const old = parseTable(`${line} Vacuous 1\n${line}2 Never 1\n`, 'VERDICTS');
  return {
    version: EVIL,
    table: packTable(rows),
    own: [],
    streaks: [{ rows: [0], text: EVIL }],
    against: againstOf(EVIL, old, rows),
    order: `## ${EVIL}\n\n${EVIL}\n\n${EVIL_NAME}\n`,
    traces: [{ name: EVIL_NAME, text: trace }],
    plots: [
      {
        kernel: EVIL,
        scope: EVIL,
        how: 'graph',
        points: [{ drivers: [EVIL_NAME], cost: 1, missed: 0.5 }],
      },
    ],
  };
}
