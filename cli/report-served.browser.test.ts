/** The report where a server forbids parts of it by its Content-Security-Policy. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { pageDataOf } from '../suites/page-data.ts';
import { pageHtml } from '../checker/page/html.ts';
import { absent } from '../suites/absent.ts';
import type { OpenReport } from './browser.ts';
import { CHROMIUM, openReport } from './browser.ts';
import { bundlePage } from './page-parts.ts';

const CELL = '/#/verdict?property=no-missed-device-reference(reclaim)';

describe.skipIf(absent(CHROMIUM))('the report from a server', () => {
  let report: OpenReport;
  let server: Server;
  let policy = '';

  beforeAll(async () => {
    const rows = parseTable(readFileSync(join(catalogueFolder(), 'VERDICTS'), 'utf8'), 'VERDICTS');
    const html = pageHtml({
      ...(await bundlePage()),
      data: pageDataOf(rows),
    });
    report = await openReport((file) => writeFileSync(file, html));
    server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.setHeader('Content-Security-Policy', policy);
      response.end(html);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });

  afterAll(async () => {
    server.close();
    await report.close();
  });

  /** Opens an address of the report as a server with this policy sends it. */
  async function open(forbids: string, path: string): Promise<void> {
    policy = forbids;
    await report.page.goto('about:blank');
    await report.page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  }

  it.each([
    ["script-src 'unsafe-inline'; worker-src blob:", ['made of a text']],
    ["script-src 'unsafe-inline' 'unsafe-eval'; worker-src 'none'", ['forbids workers']],
    ["script-src 'unsafe-inline'", ['made of a text', 'forbids workers']],
    ["script-src 'unsafe-inline' 'unsafe-eval'; worker-src blob:", []],
  ])('finds the trace all the same, and says what is missing: %s', async (forbids, lacks) => {
    await open(forbids, CELL);
    await report.page.waitForSelector('.player');
    expect(await report.page.textContent('main')).toContain('Found in this page');
    const said = await report.page.textContent('.lacks');
    for (const lack of lacks) expect(said).toContain(lack);
    if (lacks.length === 0) expect(said).toBe('');
  });

  it('says why there is nothing to see where no script may run', async () => {
    await open("script-src 'none'", '/');
    const text = await report.page.innerText('body');
    expect(text).toContain('forbids a script within the page');
    await open("script-src 'unsafe-inline' 'unsafe-eval'", '/');
    await report.page.waitForSelector('h1');
    expect(await report.page.innerText('body')).not.toContain('forbids a script within the page');
  });
});
