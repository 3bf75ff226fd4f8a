/** No text of a picture covers anything, in every trace of the catalogue and at every width. */
import { describe, expect, it } from 'vitest';
import { sideBySide } from '../checker/judge/side-by-side.ts';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sideBySideSvg } from '../checker/tell/svg-pair.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { replay } from '../checker/trace/replay.ts';
import { parseSystem } from '../checker/trace/setup.ts';
import { overlapsIn } from './svg-overlap.ts';

const folder = catalogueFolder();
const MAIL = 'old-while-cached+patched-amd';
const mail = sequenceOf(replay(readCatalogueTrace(folder, MAIL)));

describe.each(traceNames(folder))('in the picture of %s', (name) => {
  const trace = readCatalogueTrace(folder, name);
  const sequence = sequenceOf(replay(trace));

  it.each([900, 390])('%i pixels wide, no text covers anything', (width) => {
    expect(overlapsIn(sequenceSvg(sequence, { width }))).toEqual([]);
  });

  it('no text covers anything, beside another system', () => {
    const none = parseSystem({ driver: 'none' });
    const other = { ...trace.system, driver: { ...none.driver, secondary: 'shared' as const } };
    expect(overlapsIn(sideBySideSvg(sideBySide(trace, other)))).toEqual([]);
  });
});

describe('an overlap that is planted', () => {
  const svg = sequenceSvg(mail);
  const moved = (pattern: RegExp, by: (x: number, y: number) => readonly [number, number]) => {
    const planted = svg.replace(pattern, (all: string, x: string, y: string) => {
      const [left, top] = by(Number(x), Number(y));
      return all.replace(`x="${x}" y="${y}"`, `x="${left}" y="${top}"`);
    });
    expect(planted).not.toBe(svg);
    return overlapsIn(planted);
  };
  const LABEL = /<text x="([\d.]+)" y="([\d.]+)" class="yc-label"[^>]*>page request/;

  it('of a label on a bar is found', () => {
    expect(moved(LABEL, (x, y) => [x - 60, y])).toContainEqual('page request and bar young-bar');
  });

  it('of a label on an arrow and its tip is found', () => {
    const found = moved(LABEL, (x, y) => [x - 20, y + 6]);
    expect(found).toContainEqual('page request and arrow arrow');
    expect(found).toContainEqual('page request and tip tip');
  });

  it('of a label on another is found', () => {
    expect(moved(LABEL, (x, y) => [x, y + 20])).toContainEqual('page request and text sets young');
  });

  it('of a text on the edge of the picture is found', () => {
    expect(moved(LABEL, (x, y) => [x + 2000, y])).toEqual(['page request leaves the picture']);
  });
});

it('violations in rows one below the other are two', () => {
  const rows = mail.rows.map((row) => ({ ...row, violates: ['no-stale-access'] }));
  const svg = sequenceSvg({ ...mail, rows });
  const edges = [...svg.matchAll(/<rect class="yc-edge"[^>]* y="(\d+)"[^>]* height="(\d+)"/g)];
  expect(edges).toHaveLength(rows.length);
  for (const [i, [, top]] of edges.entries()) {
    if (i > 0)
      expect(Number(top)).toBeGreaterThan(Number(edges[i - 1][1]) + Number(edges[i - 1][2]));
  }
  expect(svg.match(/class="yc-border"/g)).toHaveLength(rows.length - 1);
});
