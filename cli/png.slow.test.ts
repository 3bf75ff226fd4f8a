/** Pictures as PNG: both renderers draw the same colours, and no text is lost in silence. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LIGHT } from '../checker/tell/svg-style.ts';
import { absent } from '../suites/absent.ts';
import { readPng } from '../suites/png.ts';
import { youngcheck } from './in-process.ts';
import type { Renderer } from './png.ts';
import { pngOf, resvg, rsvg } from './png.ts';

const MAIL = 'counterexamples/old-while-cached+patched-amd.trace';
const folder = mkdtempSync(join(tmpdir(), 'youngcheck-png-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PACKAGE = new URL('../node_modules/@resvg/resvg-js/package.json', import.meta.url);
const svg = async (): Promise<string> => (await youngcheck('render', '--svg', MAIL)).stdout;

/** Checks that a renderer draws the picture at twice its size, and in its colours. */
async function checkColours(renderer: Renderer | undefined): Promise<void> {
  const picture = await svg();
  const { width, height, colours } = readPng(pngOf(picture, renderer));
  const size = /width="(\d+)" height="(\d+)"/.exec(picture)!.slice(1).map(Number);
  expect([width, height]).toEqual(size.map((one) => 2 * one));
  for (const name of ['ground', 'stripe', 'young', 'cached', 'wrong', 'wrong-ground'] as const) {
    expect(colours.get(LIGHT[name]), name).toBeGreaterThan(100);
  }
}

const NO_FONT = 'no font is installed';

describe.skipIf(absent('rsvg-convert'))('rsvg-convert', () => {
  it('draws the picture', () => checkColours(rsvg()));

  it('is refused if it has no font', () => {
    const file = join(folder, 'fonts.conf');
    writeFileSync(file, '<?xml version="1.0"?>\n<fontconfig></fontconfig>\n');
    const renderer = rsvg({ ...process.env, FONTCONFIG_FILE: file });
    expect(() => pngOf('<svg/>', renderer)).toThrow(NO_FONT);
  });

  it('is not there where PATH leads to none', () => {
    expect(rsvg({ PATH: folder })).toBeUndefined();
  });

  it('tells what it does not understand', () => {
    const renderer: Renderer = rsvg()!;
    expect(() => renderer('<svg')).toThrow(/^rsvg-convert: ./);
  });
});

describe.skipIf(absent(PACKAGE))('resvg-js', () => {
  it('draws the picture', () => checkColours(resvg()));

  it('is refused if it has no font', () => {
    const renderer = resvg(false);
    expect(() => pngOf('<svg/>', renderer)).toThrow(NO_FONT);
  });
});

it('without a renderer both are named', () => {
  expect(() => pngOf('<svg/>', undefined)).toThrow(
    '--png needs @resvg/resvg-js or rsvg-convert, and neither is installed',
  );
});

it.skipIf(absent('rsvg-convert'))('render writes it, also beside another system', async () => {
  for (const [i, more] of [['--png'], ['--against', 'amd-iommu-v2']].entries()) {
    const out = join(folder, `${i}.png`);
    const args = ['render', MAIL, ...more, '--width', '700', '--out', out];
    expect(await youngcheck(...args)).toMatchObject({ status: 0, stdout: `${out}: written\n` });
    expect((await youngcheck(...args)).stdout).toBe(`${out}: unchanged\n`);
    expect(readPng(readFileSync(out)).width).toBeGreaterThanOrEqual(1400);
  }
});
