/** Steps and plays in the report: what is clicked is seen, and whatever was done can be undone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent } from '../suites/absent.ts';
import { catalogueTraces, pageDataOf } from '../suites/page-data.ts';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { pageHtml } from '../checker/page/html.ts';
import { CHROMIUM, PATIENCE, openBrowser } from './browser.ts';
import { bundlePage } from './page-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-report-'));
const FILE = join(folder, 'report.html');

/** The widths of a phone, a tablet, a laptop and a large screen. */
const SCREENS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 720 },
  { width: 1680, height: 1000 },
];
const [READ, LOOK] = ['dev0: read A', 'kswapd: folio_referenced A'];
/** The length of a trace of the catalogue. */
const lengthOf = (name: string) => readCatalogueTrace(catalogueFolder(), name).steps.length;
const LONGEST = traceNames(catalogueFolder()).toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];

describe.skipIf(absent(CHROMIUM))('stepping in the report', () => {
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  beforeAll(async () => {
    writeFileSync(
      FILE,
      pageHtml({ ...(await bundlePage()), data: pageDataOf([], { traces: catalogueTraces() }) }),
    );
    ({ browser, page } = await openBrowser());
    page.on('pageerror', (error) => errors.push(error.message));
  });

  afterAll(async () => {
    expect(errors).toEqual([]);
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  async function open(hash: string): Promise<void> {
    await page.goto('about:blank');
    await page.goto(pathToFileURL(FILE).href + hash);
    await page.waitForSelector('h1');
  }

  const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE });
  const move = (event: string) => page.click(`[data-event="${event}"]`);
  const count = () => page.textContent('.controls output');
  const events = () => page.evaluate<string>(`/events=([^&]*)/.exec(location.hash)?.[1] ?? ''`);

  /** Whether the row of the shown step lies in the window, and nothing stands before it. */
  const rowIsSeen = () =>
    page.evaluate<boolean>(`(() => {
      const texts = [...document.querySelectorAll('.row.now text')];
      const row = texts.find((text) => /^[(]/.test(text.textContent))?.getBoundingClientRect();
      if (row === undefined || row.top < 0 || row.bottom > innerHeight) return false;
      const seen = document.elementFromPoint(row.left + 2, row.top + row.height / 2);
      return seen?.closest('.row')?.classList.contains('now') ?? false;
    })()`);

  describe.each(SCREENS)('in a window of $width by $height', (viewport) => {
    it('shows the row of every step of a long trace', async () => {
      await page.setViewportSize(viewport);
      await open(`#/trace/${LONGEST}?step=0`);
      const last = Number((await count())!.split(' ').at(-1));
      expect(last).toBeGreaterThan(9);
      for (let step = 1; step <= last; step++) {
        await page.keyboard.press('ArrowRight');
        expect(await rowIsSeen(), `step ${step}`).toBe(true);
      }
      for (let step = last - 1; step > 0; step--) {
        await page.keyboard.press('ArrowLeft');
        expect(await rowIsSeen(), `back at ${step}`).toBe(true);
      }
    });

    it('shows what each click does, under a button that stays in its place', async () => {
      await page.setViewportSize(viewport);
      await open('#/explore');
      await move(READ);
      const place = () => page.locator(`[data-event="${LOOK}"]`).boundingBox();
      const box = (await place())!;
      for (let i = 2; i < 9; i++) {
        await page.mouse.click(box.x + 20, box.y + 10);
        expect(await count()).toBe(`${i} of ${i}`);
        expect(await rowIsSeen(), `event ${i}`).toBe(true);
        expect(await place()).toEqual(box);
      }
    });
  });

  it('has picture, state and moves side by side on a laptop', async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await open('#/explore');
    await move(READ);
    const [moves, figure, state] = await Promise.all(
      ['.moves', '.player .figure', '.state'].map((name) => page.locator(name).boundingBox()),
    );
    expect(moves!.x + moves!.width).toBeLessThan(figure!.x);
    expect(figure!.x + figure!.width).toBeLessThan(state!.x);
    expect(Math.max(moves!.y, figure!.y, state!.y)).toBeLessThan(600);
  });

  describe('what was done', () => {
    it('can be undone and done again, starting over among it', async () => {
      await open('#/explore');
      await move(READ);
      await move(LOOK);
      const both = await events();
      await page.click('text=Start over');
      expect(await events()).toBe('');
      await page.click('text=Undo');
      expect(await events()).toBe(both);
      await page.keyboard.press('Control+z');
      expect(await events()).toBe('dev0.read.A');
      await page.keyboard.press('Control+Shift+Z');
      expect(await events()).toBe(both);
      await page.keyboard.press('Control+y');
      expect(await events()).toBe('');
    });

    it('is undone by the browser, which stays in the page', async () => {
      await open('#/traces');
      await page.click('nav >> text=Explore');
      await page.waitForSelector('.moves');
      await move(READ);
      await move(LOOK);
      await page.goBack();
      await soon(events).toBe('dev0.read.A');
      await soon(count).toBe('1 of 1');
      await page.goForward();
      await soon(count).toBe('2 of 2');
      await page.goBack();
      await page.goBack();
      await soon(count).toBe('0 of 0');
      expect(await page.textContent('h1')).toBe('Explore');
      await page.click('text=Redo');
      expect(await events()).toBe('dev0.read.A');
    });

    it('is undone with the system that was chosen', async () => {
      await open('#/explore');
      await page.click('.chosen > summary');
      await page.selectOption('.system select >> nth=1', 'kvm');
      expect(await page.textContent('.chosen > summary')).toContain('kvm');
      await page.click('text=Undo');
      expect(await page.textContent('.chosen > summary')).toContain('amd-iommu-v2-patched');
      expect(await page.evaluate('location.hash')).toBe('#/explore');
    });
  });

  it('keeps the list of what cannot happen open', async () => {
    await open('#/explore');
    const list = page.locator('.moves details');
    await list.locator('summary').click();
    expect(await list.locator('li').first().textContent()).toContain('A is not mapped');
    await move(READ);
    await move(LOOK);
    expect(await list.getAttribute('open')).toBe('');
    await page.click('text=Start over');
    expect(await list.locator('li').first().textContent()).toContain('A is not mapped');
  });

  describe('run until', () => {
    const until = async (text: string, button = 'On to it') => {
      await page.fill('.until input', text);
      await page.click(`text=${button}`);
    };
    const said = () => page.textContent('.until [role=status]');

    it('goes to the next step that is as the words of the state say', async () => {
      await open('#/trace/old-while-cached+patched-amd?step=0');
      await until('pte old and atc present');
      expect(await count()).toBe('2 of 4');
      await until('violation');
      expect(await count()).toBe('4 of 4');
      await until('event dev0', 'Back to it');
      expect(await count()).toBe('3 of 4');
      expect(await said()).toBe('(3) dev0: read A');
      await until('look');
      expect(await count()).toBe('4 of 4');
      await until('look');
      expect(await said()).toBe('There is no such step behind this one.');
      await until('ptf old');
      expect(await said()).toBe("The state has no field 'ptf'; did you mean 'pte'?");
    });

    it('searches for a way to what has not happened, where a reader plays', async () => {
      const events = () => page.evaluate<string>('location.hash');
      await open('#/explore?scope=events=evict');
      await page.fill('.until input', 'pte old and atc none');
      await page.click('text=Find a way to it');
      await soon(said).toBe('3 events: no way to it is shorter.');
      expect(await count()).toBe('3 of 3');
      expect(await events()).toContain('dev0.evict.A');
      await page.fill('.until input', 'pte none and atc present');
      await page.click('text=Find a way to it');
      await soon(said).toContain(
        'Nothing leads to it: everything reachable from here was searched',
      );
      await page.fill('.until input', 'ptf old');
      await page.click('text=Find a way to it');
      await soon(() => page.textContent('.until .search')).toContain("did you mean 'pte'?");
      await page.keyboard.press('Escape');
      await page.click('h1');
      await page.keyboard.press('Control+z');
      expect(await count()).toBe('2 of 2');
      expect(await page.locator('.until button').count()).toBe(4);
      await open('#/trace/old-while-cached+patched-amd');
      expect(await page.locator('.until button').count()).toBe(2);
    });

    it('is reached and used with the keyboard', async () => {
      await open('#/trace/old-while-cached+patched-amd?step=0');
      await page.keyboard.press('/');
      await page.keyboard.type('look');
      await page.keyboard.press('Enter');
      expect(await count()).toBe('2 of 4');
      expect(await page.evaluate('document.activeElement?.tagName')).toBe('INPUT');
    });
  });

  describe('the lists of steps', () => {
    const shown = () => page.locator('.lists > div').allTextContents();
    const now = () => page.locator('.lists [aria-current=step]').allTextContents();

    it('stand beside the trace, and mark what runs', async () => {
      await open('#/trace/use-after-free+overtaken-completion?step=4');
      expect(await shown()).toEqual([
        'kernel unmappteflush-tlbinvalidate',
        'driver invalidate_secondaryflush-iotlbflush-atc',
      ]);
      expect(await now()).toEqual(['invalidate', 'flush-iotlb']);
      await page.keyboard.press('ArrowRight');
      expect(await now()).toEqual(['invalidate', 'flush-atc']);
      await page.keyboard.press('Home');
      expect(await shown()).toEqual([]);
    });

    it('are edited in the explorer, and the verdicts follow', async () => {
      const run = 'dev0.read.A,kswapd.folio_referenced.A';
      await open(`#/explore?events=${run},${run}`);
      const verdict = () => page.textContent('.standings');
      expect(await verdict()).toContain('no-missed-device-reference(reclaim)violated at (4)');
      await page.click('.chosen > summary');
      await page.click('.programs > summary');
      const list = page.locator('[data-list=clear_flush_young]');
      await list.locator('[name$=" add"]').selectOption('flush-atc');
      await list.locator('[name$=" add"]').selectOption('flush-iotlb');
      expect(await list.locator('code').allTextContents()).toEqual(['flush-atc', 'flush-iotlb']);
      expect(await verdict()).not.toContain('violated');
      await list.locator('[title="Move up"] >> nth=1').focus();
      await page.keyboard.press('Enter');
      expect(await list.locator('code').allTextContents()).toEqual(['flush-iotlb', 'flush-atc']);
      expect(await page.evaluate('location.hash')).toContain(
        'driver=amd-iommu-v2-patched+clear_flush_young=flush-iotlb,flush-atc',
      );
      await list.locator('[title=Drop] >> nth=1').click();
      await page.locator('[data-list=clear_flush_young] [title=Drop]').click();
      expect(await verdict()).toContain('violated at (4)');
      await page.keyboard.press('Control+z');
      expect(await list.locator('code').allTextContents()).toEqual(['flush-iotlb']);
    });

    it('say what a list may not be', async () => {
      await open('#/explore');
      await page.click('.chosen > summary');
      await page.click('.programs > summary');
      await page.click('[data-list=age] [title=Drop] >> nth=0');
      expect(await page.textContent('[data-list=age] .error')).toContain('pte');
      expect(await page.locator('[data-list=age] code').first().textContent()).toBe('pte');
    });
  });

  describe('a note', () => {
    const note = async (text: string) => {
      await page.fill('.note input', text);
      await page.press('.note input', 'Enter');
    };
    const hash = () => page.evaluate<string>('location.hash');
    /** What the button copies. */
    const copied = async (label: string) => {
      await page.evaluate(`Object.defineProperty(navigator, 'clipboard', {
        configurable: true,
        value: { writeText: async (text) => void (globalThis.copied = text) },
      })`);
      await page.click(`.copy >> text="${label}"`);
      return page.evaluate<string>('globalThis.copied');
    };

    it.each([
      '#/trace/old-while-cached+patched-amd?step=3',
      '#/explore?events=dev0.read.A,kswapd.folio_referenced.A,dev0.read.A',
    ])('is kept in the link and in the trace: %s', async (link) => {
      await open(link);
      await note('nobody sees: 50% of it');
      const sent = await hash();
      expect(sent).toContain('notes=3:nobody+sees:+50%25+of+it');
      await open(sent);
      expect(await page.inputValue('.note input')).toBe('nobody sees: 50% of it');
      expect(await copied('.trace')).toMatch(/\(3\) dev0: read A +\/\/ nobody sees: 50% of it/);
      await page.keyboard.press('Escape');
      await page.locator('h1').click();
      await page.keyboard.press('ArrowLeft');
      expect(await page.inputValue('.note input')).toBe('');
    });

    it('goes when something else happens in its step', async () => {
      await open('#/explore?events=dev0.read.A,kswapd.folio_referenced.A');
      await note('a look');
      await page.click('text=Undo');
      await page.click('text=Redo');
      expect(await page.inputValue('.note input')).toBe('a look');
      await page.click('text=Undo');
      await move(READ);
      expect(await page.inputValue('.note input')).toBe('');
      expect(await hash()).not.toContain('notes');
    });
  });

  describe('a run of 2,000 events', () => {
    const LONG = Array.from({ length: 1000 }, () => 'dev0.read.A,kswapd.folio_referenced.A').join();

    it('is drawn where it is in view', async () => {
      await page.setViewportSize({ width: 1280, height: 720 });
      await open(`#/explore?events=${LONG}`);
      const drawn = () => page.locator('.figure .row').count();
      expect(await count()).toBe('2000 of 2000');
      expect(await drawn()).toBeLessThan(60);
      expect(await rowIsSeen()).toBe(true);
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      expect(await rowIsSeen()).toBe(true);
      await page.evaluate(`document.querySelector('.player .figure').scrollTop = 40000`);
      const first = () => page.getAttribute('.figure [data-step]', 'data-step');
      await soon(async () => Number(await first())).toBeGreaterThan(300);
      expect(await drawn()).toBeLessThan(60);
    });

    it('is drawn whole on paper', async () => {
      const drawn = () => page.locator('.figure .row').count();
      await open(`#/explore?events=${LONG.split(',').slice(0, 200).join()}`);
      await page.emulateMedia({ media: 'print' });
      await soon(drawn).toBe(200);
      expect(await page.locator('.paper li').count()).toBe(200);
      await page.emulateMedia({ media: 'screen' });
      await soon(drawn).toBeLessThan(60);
    });

    it('makes no more of the page anew for a click than a run of 200', async () => {
      /** How many nodes a click makes, and the milliseconds of the fastest of some clicks. */
      const click = async (run: string) => {
        await open(`#/explore?events=${run}`);
        return page.evaluate<{ nodes: number; least: number }>(`(async () => {
          let least = Infinity;
          let nodes = 0;
          const count = (node) => 1 + (node.querySelectorAll?.('*').length ?? 0);
          const seen = new MutationObserver((changes) => {
            const added = changes.flatMap(({ addedNodes }) => [...addedNodes]);
            for (const node of added) nodes += count(node);
          });
          seen.observe(document.body, { childList: true, subtree: true });
          for (let i = 0; i < 8; i++) {
            const start = performance.now();
            document.querySelector('[data-event="${LOOK}"]').click();
            document.querySelector('.row.now').getBoundingClientRect();
            least = Math.min(least, performance.now() - start);
          }
          await new Promise((done) => setTimeout(done));
          return { nodes: nodes / 8, least };
        })()`);
      };
      const short = await click(LONG.split(',').slice(0, 200).join());
      const long = await click(LONG);
      expect(short.nodes).toBeGreaterThan(100);
      expect(long.nodes).toBeLessThan(1.1 * short.nodes);
      // What remains is the model's work, which nobody waits for.
      expect(long.least).toBeLessThan(1000);
    });
  });
});
