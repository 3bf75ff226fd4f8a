/**
 * Measures how long the report takes to open from disk in Chromium. The report has 200 traces:
 * those of the catalogue, repeated. Prints the median of some runs, and the sizes.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { collect } from '../checker/page/collect.ts';
import { pageHtml } from '../checker/page/html.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { pageParts } from '../cli/page-parts.ts';
import { whole } from '../checker/search/progress.ts';

const TRACES = 200;
const RUNS = 9;

const data = whole(collect(catalogueFolder(), undefined));
const traces = Array.from({ length: TRACES }, (_, i) => {
  const { name, text } = data.traces[i % data.traces.length];
  return { name: `${name}-${i}`, text: text.replace(name, `${name}-${i}`) };
});
const parts = await pageParts();
const html = pageHtml({ ...parts, data: { ...data, traces } });
const bare = pageHtml({ ...parts, data: { ...data, traces: [] } });
const kB = (text: string | Uint8Array): string => `${Math.round(text.length / 1000)} kB`;

const folder = mkdtempSync(join(tmpdir(), 'youngcheck-bench-'));
const file = join(folder, 'report.html');
writeFileSync(file, html);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const seconds: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector('table');
  // The time from the start of the navigation to the first picture on the screen.
  const painted = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
  await page.waitForFunction(painted);
  seconds.push((await page.evaluate<number>(painted)) / 1000);
  await page.close();
}
await browser.close();
rmSync(folder, { recursive: true });
seconds.sort((a, b) => a - b);
console.log(`without traces ${kB(bare)}, with ${TRACES} ${kB(html)}, packed ${kB(gzipSync(html))}`);
console.log(`opens in ${seconds[Math.floor(RUNS / 2)].toFixed(2)} s (median of ${RUNS})`);
