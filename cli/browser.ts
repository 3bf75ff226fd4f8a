/** The browser in which tests open the report. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { PageData } from '../checker/page/data.ts';
import { pageHtml } from '../checker/page/html.ts';
import { bundlePage } from './page-parts.ts';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Milliseconds until a test gives up. Even a busy machine needs less. */
export const PATIENCE = 15 * 60_000;

/** A report in a folder of its own, and a browser in which it is opened. */
export interface OpenReport {
  /** It holds the report, and whatever else a test writes into it. */
  readonly folder: string;
  readonly file: string;
  readonly page: Page;
  /** What was thrown in the page, and what it wrote to the console as an error. */
  readonly errors: readonly string[];
  /** Every address that the browser asked for. */
  readonly requests: readonly string[];
  /** Opens an address of the report, or of another file, as a mail program would. */
  readonly open: (hash?: string, file?: string) => Promise<void>;
  /** The problems that axe finds in the open view, if they are serious or critical. */
  readonly flaws: () => Promise<string[]>;
  readonly close: () => Promise<void>;
}

/** Starts a browser for the report that `write` writes into a file. */
export async function openReport(write: (file: string) => unknown): Promise<OpenReport> {
  const folder = mkdtempSync(join(tmpdir(), 'youngcheck-report-'));
  const file = join(folder, 'report.html');
  await write(file);
  const { browser, page } = await openBrowser();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return {
    folder,
    file,
    page,
    errors,
    requests,
    open: async (hash = '', other = file) => {
      await page.goto('about:blank');
      await page.goto(pathToFileURL(other).href + hash);
      await page.waitForSelector('h1');
    },
    flaws: () => flawsOf(page),
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a browser for a report that has these data. */
export async function openReportOf(data: PageData): Promise<OpenReport> {
  const html = pageHtml({ ...(await bundlePage()), data });
  return openReport((file) => writeFileSync(file, html));
}

/** A browser alone, for what is not a report. */
export async function openBrowser(): Promise<{ browser: Browser; page: Page }> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox'],
    timeout: PATIENCE,
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PATIENCE);
  return { browser, page };
}

async function flawsOf(page: Page): Promise<string[]> {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(readFileSync(axe, 'utf8'));
  interface Violation {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
}
