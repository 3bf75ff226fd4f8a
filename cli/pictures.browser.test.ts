/**
 * Every kept picture stands alone: a renderer without a browser, and a browser in light and in
 * dark, paint it in the colours of the palette.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHROMIUM, PATIENCE, openBrowser } from './browser.ts';
import type { Colour } from '../checker/tell/svg-style.ts';
import { DARK, LIGHT } from '../checker/tell/svg-style.ts';
import { absent } from '../suites/absent.ts';
import { readPng } from '../suites/png.ts';

const folder = fileURLToPath(new URL('../counterexamples/pictures/', import.meta.url));
const NAMES = readdirSync(folder);
const svgOf = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The colours of the solid areas of a picture that stand in its attributes. */
const areasIn = (svg: string): Colour[] => {
  const found = [...svg.matchAll(/<rect class="[^"]*" fill="(#[0-9a-f]{6})"/g)].map(([, c]) => c);
  return (Object.keys(LIGHT) as Colour[]).filter((name) => found.includes(LIGHT[name]));
};

/**
 * What is wrong with the colours of a picture. Every area has to be seen in its own colour, and
 * most of the picture is areas; black is no colour of any palette.
 */
function complaints(svg: string, png: Buffer, palette: Readonly<Record<Colour, string>>): string[] {
  const { width, height, colours } = readPng(png);
  const share = (colour: string) => (colours.get(colour) ?? 0) / (width * height);
  const areas = areasIn(svg);
  const seen = areas.map((name) => share(palette[name]));
  return [
    ...areas.flatMap((name, i) => (seen[i] > 0.0001 ? [] : [`${name} is not seen`])),
    ...(seen.reduce((a, b) => a + b, 0) > 0.8 ? [] : ['most of it has other colours']),
    ...(share('#000000') < 0.001 ? [] : ['it is black']),
  ];
}

const rsvg = (svg: string): Buffer => spawnSync('rsvg-convert', [], { input: svg }).stdout;

describe.skipIf(absent('rsvg-convert'))('by librsvg', () => {
  it.each(NAMES)('%s has its colours', (name) => {
    expect(complaints(svgOf(name), rsvg(svgOf(name)), LIGHT)).toEqual([]);
  });

  it('a picture whose colours are variables is found', () => {
    const svg = svgOf(NAMES[0]);
    const style = `:root{${Object.entries(LIGHT)
      .map(([name, colour]) => `--${name}:${colour};`)
      .join('')}}`;
    const variables = Object.entries(LIGHT).reduce(
      (text, [name, colour]) => text.replaceAll(`fill="${colour}"`, `style="fill:var(--${name})"`),
      svg.replace('<style>', `<style>${style}`),
    );
    expect(complaints(svg, rsvg(variables), LIGHT)).not.toEqual([]);
  });
});

describe.skipIf(absent(CHROMIUM))('as an image in a page', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'youngcheck-pictures-'));
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    ({ browser, page } = await openBrowser());
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(scratch, { recursive: true });
  });

  const palettes = { light: LIGHT, dark: DARK } as const;
  it.each(NAMES.flatMap((name) => [[name, 'light'] as const, [name, 'dark'] as const]))(
    '%s has its colours where it is %s',
    async (name, colorScheme) => {
      await page.emulateMedia({ colorScheme });
      const file = join(scratch, 'page.html');
      writeFileSync(file, `<img src="${pathToFileURL(join(folder, name)).href}">`);
      await page.goto(pathToFileURL(file).href);
      const png = await page.locator('img').screenshot();
      expect(complaints(svgOf(name), png, palettes[colorScheme])).toEqual([]);
    },
    PATIENCE,
  );
});

it('no two pictures share an id', () => {
  const ids = NAMES.flatMap((name) => [...svgOf(name).matchAll(/ id="([^"]*)"/g)]);
  expect(ids.length).toBeGreaterThan(NAMES.length);
  expect(new Set(ids.map(([, id]) => id)).size).toBe(ids.length);
});
