/** Uses the report with mouse and keyboard, on small screens, with large text and on paper. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { collect } from '../checker/page/collect.ts';
import { traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, PATIENCE, openReportOf } from './browser.ts';
import { whole } from '../checker/search/progress.ts';

/** A system too large for a complete search within a test. */
const LARGE =
  'kernel=v6.6-arm64&driver=amd-iommu-v2&scope=pages=2+cpus=1+devices=2' +
  '+observers=reclaim,idle+granularity=fine';
/** A run with an event on each of four pages. */
const FOUR_PAGES = ['A', 'B', 'C', 'D'].map((name) => `dev0.request-read.${name}`).join();

/** Each search has such a button, which is hidden while nothing runs. */
const CANCEL = 'text=Cancel >> visible=true';

/** Code for the page. It waits until the page has drawn some frames. */
const FRAMES = `new Promise((done) => {
  let left = 10;
  const next = () => (left-- > 0 ? requestAnimationFrame(next) : done());
  next();
})`;

describe.skipIf(absent(CHROMIUM))('the report in use', () => {
  let report: OpenReport;
  let page: Page;
  const open: OpenReport['open'] = (hash, file) => report.open(hash, file);

  beforeAll(async () => {
    const data = whole(collect(catalogueFolder(), undefined));
    report = await openReportOf(data);
    ({ page } = report);
  });

  afterAll(async () => {
    expect(report.errors).toEqual([]);
    await report.close();
  });

  const focused = () => page.evaluate<string>('document.activeElement?.textContent');

  describe.each([
    ['the explorer', `#/explore?${LARGE}`, 'Find the shortest violation from here'],
    [
      'a comparison',
      `#/compare?${LARGE}&other-kernel=v6.6-arm64&other-driver=amd-iommu-v2`,
      'Find the shortest run that tells them apart',
    ],
    [
      'a verdict',
      `#/verdict?${LARGE}&property=no-missed-device-reference(reclaim)`,
      'Search again, here in this page',
    ],
  ])('a search of %s', (_, hash, find) => {
    const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
    const status = () => page.locator('.search [role=status]').last().textContent();

    /** Begins a search that does not end within a test, and waits for its first progress. */
    async function begin(): Promise<void> {
      await open(hash);
      if (hash.includes('explore')) {
        await page.selectOption('.hunt select', 'no-missed-device-reference(reclaim)');
      }
      await page.focus(`text=${find}`);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.search p:has-text("states")');
    }

    it('is ended by a press of the mouse as slow as a hand', async () => {
      await begin();
      await page.click(CANCEL, { delay: 250 });
      await soon(status).toBe('Cancelled.');
    });

    it('is ended with the keyboard, which goes back to where it began', async () => {
      await begin();
      expect(await focused()).toBe(find);
      await page.focus(CANCEL);
      // The page has been redrawn several times before the key is pressed.
      await page.evaluate(FRAMES);
      await page.keyboard.press('Enter');
      await soon(status).toBe('Cancelled.');
      expect(await focused()).toBe(find);
    });

    it('speaks only when it begins and ends', async () => {
      await begin();
      expect(await status()).toBe('Searching\u2026');
      expect(await page.locator('[role=status] button').count()).toBe(0);
    });
  });

  it('tells why a worker failed, and does not say that it was forbidden', async () => {
    await open('#/explore');
    await page.evaluate(`globalThis.Worker = class extends EventTarget {
      postMessage() {
        this.dispatchEvent(new ErrorEvent('error', { message: 'no room' }));
      }
      terminate() {}
    }`);
    await page.click('text=Find the shortest violation from here');
    await page.waitForSelector('text=No search. The worker failed: no room.');
    expect(await page.textContent('.lacks')).toBe('');
  });

  it('opens every link of its document', async () => {
    const text = readFileSync(new URL('../docs/report.md', import.meta.url), 'utf8');
    const links = text.match(/#\/\S+/g)!;
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      await open(link);
      expect(await page.textContent('h1'), link).not.toBe('This link leads nowhere');
    }
  });

  it('says which filter of a link the table does not know', async () => {
    await open('#/verdicts?driver=zzz');
    expect(await page.textContent('.complaint')).toContain("Driver cannot be 'zzz'");
  });

  it('shows a proof with its depth, and the ways on from it', async () => {
    await open('#/verdict?driver=kvm-x86-4.20&scope=races&property=no-stale-access');
    expect(await page.textContent('h1')).toBe('kvm-x86-4.20 on v4.20-x86: no-stale-access');
    expect(await page.textContent('.verdict')).toContain('That is the proof');
    const found = 'text=/Searched everything reachable: .* states, .* transitions, depth \\d+/';
    await page.waitForSelector(found);
    await page.click('text=Explore this system');
    await page.waitForSelector('.moves');
    expect(await page.evaluate('location.hash')).toMatch(
      /^#\/explore\?driver=kvm-x86-4\.20&scope=/,
    );
    await page.goBack();
    await page.click('text=The matrix of v4.20-x86');
    await page.waitForSelector('.matrix');
    expect(await page.evaluate('location.hash')).toBe('#/verdicts?scope=races&kernel=v4.20-x86');
  });

  it.each([
    '#/verdict?property=no-missed-device-reference(reclaim)&scope=mail',
    '#/explore?events=dev0.read.A,kswapd.folio_referenced.A,dev0.read.A',
  ])('keeps the step that is shown in the address: %s', async (hash) => {
    const count = () => page.textContent('.controls output');
    await open(hash);
    await page.waitForSelector('.player');
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const sent = await page.evaluate<string>('location.hash');
    expect(sent).toMatch(/&step=1$/);
    const shown = await count();
    await open(sent);
    await page.waitForSelector('.player');
    expect(await count()).toBe(shown);
    await open(sent.replace('step=1', 'step=9'));
    await page.waitForSelector('.complaint');
    expect(await page.textContent('.complaint')).toContain("Step cannot be '9'");
  });

  it('plays on from the step that is shown', async () => {
    const play = () => page.getAttribute('text=Play on from here', 'href');
    await open('#/trace/old-while-cached+patched-amd?step=1');
    expect(await play()).toMatch(/^#\/explore\?scope=.*&events=dev0.read.A$/);
    await page.keyboard.press('ArrowRight');
    expect(await play()).toMatch(/&events=dev0.read.A,kswapd.folio_referenced.A$/);
    await open('#/verdict?property=no-missed-device-reference(reclaim)');
    await page.waitForSelector('.player');
    await page.keyboard.press('Home');
    expect(await play()).toBe('#/explore');
  });

  it('keeps the focus where the keyboard has pressed, though nothing is left to undo', async () => {
    await open('#/explore?events=dev0.read.A');
    const undo = page.locator('button', { hasText: 'Undo' });
    await undo.focus();
    for (const name of ['Undo', 'Undo']) {
      await page.keyboard.press('Enter');
      expect(await focused()).toBe(name);
    }
    expect(await undo.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Redo');
    expect(await page.evaluate('location.hash')).toBe('#/explore?events=dev0.read.A');
    const find = 'Find the shortest violation from here';
    await page.focus(`text=${find}`);
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Shortest from there: 3 events');
    expect(await focused()).toBe(find);
  });

  /** Every view, and what can be opened in it. */
  const ALL = [
    '',
    '#/verdicts?scope=small',
    '#/verdict?property=no-missed-device-reference(reclaim)',
    '#/traces',
    '#/trace/use-after-free+overtaken-completion',
    '#/explore?events=dev0.read.A,kswapd.folio_referenced.A&notes=1:so+it+is',
    '#/compare',
    '#/states',
    '#/cost',
    '#/nowhere',
  ];

  /** Opens a view whole: what it searches for, what is folded, and a complaint of "Run until". */
  async function openWhole(hash: string): Promise<void> {
    await open(hash);
    if (hash.includes('verdict?')) await page.waitForSelector('.player');
    if (hash.includes('states')) await page.waitForSelector('.rules');
    await page.evaluate(`for (const all of document.querySelectorAll('details')) all.open = true`);
    if ((await page.locator('.until').count()) === 0) return;
    await page.fill('.until input', 'ptf old');
    await page.click('text=On to it');
    await page.waitForSelector("text=did you mean 'pte'?");
  }

  it.each([390, 768, 1280])(
    'has room for text of twice the size at a width of %i',
    async (width) => {
      await page.setViewportSize({ width, height: 900 });
      const session = await page.context().newCDPSession(page);
      await session.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
      const reaching: string[] = [];
      for (const hash of ALL) {
        await openWhole(hash);
        expect(await page.evaluate('getComputedStyle(document.body).fontSize')).toBe('32px');
        const beside = await page.evaluate<number>(
          'document.documentElement.scrollWidth - innerWidth',
        );
        if (beside !== 0) reaching.push(`${hash} by ${beside}`);
      }
      expect(reaching).toEqual([]);
      await session.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
      await page.setViewportSize({ width: 1280, height: 900 });
    },
  );

  it.each(['light', 'dark'] as const)(
    'has nothing serious for axe, opened whole, in %s',
    async (s) => {
      await page.emulateMedia({ colorScheme: s });
      const flaws: string[] = [];
      for (const hash of ALL) {
        await openWhole(hash);
        flaws.push(...(await report.flaws()).map((flaw) => `${hash}: ${flaw}`));
      }
      expect(flaws).toEqual([]);
      await page.emulateMedia({ colorScheme: null });
    },
  );

  it('draws the plots of cost in their own letters', async () => {
    await open('#/cost');
    const sizes = await page.evaluate<string[]>(`(() => {
      const texts = [...document.querySelectorAll('.plot svg text')];
      return texts.map((text) => getComputedStyle(text).fontSize);
    })()`);
    expect(new Set(sizes)).toEqual(new Set(['11px']));
  });

  it('marks one entry of the menu where the colours are forced', async () => {
    await page.emulateMedia({ forcedColors: 'active' });
    await open('#/traces');
    const lines = await page.evaluate<string[]>(
      `[...document.querySelectorAll('nav a')].map((a) => getComputedStyle(a).borderBottomWidth)`,
    );
    expect(lines).toEqual(['0px', '2px', '0px', '0px', '0px', '0px']);
    await page.emulateMedia({ forcedColors: 'none' });
  });

  it('prints no heading of what only a screen can do', async () => {
    await open('#/explore?events=dev0.read.A');
    const heading = page.locator('h2', { hasText: 'What happens next' });
    expect(await heading.isVisible()).toBe(true);
    await page.emulateMedia({ media: 'print' });
    expect(await heading.isVisible()).toBe(false);
    expect(await page.locator('h2', { hasText: 'Verdicts so far' }).isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
  });

  describe.each([390, 1280])('at a width of %i', (width) => {
    /**
     * Steps through the open trace with every field shown. Returns how far anything extends beyond
     * the page.
     */
    const beside = () =>
      page.evaluate<number>(`(() => {
        const all = document.querySelector('.player input[type=checkbox]');
        if (!all.checked) all.click();
        const slider = document.querySelector('.player input[type=range]');
        let most = 0;
        for (let step = 0; step <= Number(slider.max); step++) {
          slider.value = step;
          slider.dispatchEvent(new Event('input'));
          most = Math.max(most, document.documentElement.scrollWidth - innerWidth);
        }
        return most;
      })()`);

    it('no step of any trace reaches out of the page', async () => {
      await page.setViewportSize({ width, height: 900 });
      await open('#/traces');
      const reaching: string[] = [];
      for (const name of traceNames(catalogueFolder())) {
        await page.evaluate(`location.hash = ${JSON.stringify(`#/trace/${name}`)}`);
        await page.waitForSelector(`h1:text-is(${JSON.stringify(name)})`);
        if ((await beside()) > 0) reaching.push(name);
      }
      expect(reaching).toEqual([]);
      await open(`#/explore?${LARGE.replace('pages=2', 'pages=4')}&events=${FOUR_PAGES}`);
      expect(await beside()).toBe(0);
      await page.setViewportSize({ width: 1280, height: 900 });
    });
  });
});
