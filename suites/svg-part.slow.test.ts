/** The rows that a part of a picture shows are those of the whole picture, to the letter. */
import { describe, expect, it } from 'vitest';
import { readCatalogueTrace, traceNames } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { headsSvg, placeRows, rowsSvg } from '../checker/tell/svg-part.ts';
import { drawRow } from '../checker/tell/svg-rows.ts';
import { escapeXml } from '../checker/tell/xml.ts';
import { replay } from '../checker/trace/replay.ts';

const folder = catalogueFolder();
const names = traceNames(folder);

describe.each([360, 800])('a part of a picture that is %i wide', (width) => {
  it.each(['use-after-free+overtaken-completion', ...names.slice(0, 12)])('of %s', (name) => {
    const placed = placeRows(sequenceOf(replay(readCatalogueTrace(folder, name))), width);
    const whole = placed.rows.map((row) => drawRow(placed, row, 'p'));
    for (let from = 0; from < whole.length; from++) {
      const svg = rowsSvg(placed, from, from + 2, 'p');
      for (const [i, row] of whole.entries()) {
        expect(svg.includes(row), `row ${i} from ${from}`).toBe(from <= i && i < from + 2);
      }
    }
  });

  it('has the names of the lanes above it', () => {
    const placed = placeRows(sequenceOf(replay(readCatalogueTrace(folder, names[0]))), width);
    const heads = headsSvg(placed, 'p');
    for (const { title } of placed.sequence.lanes) {
      expect(heads).toContain(escapeXml(title.split(/[ _]/)[0]));
    }
    expect(heads).not.toContain('data-step');
  });
});

it('has the words above the arrows where they do not fit beside the lanes', () => {
  const sequences = names.map((name) => sequenceOf(replay(readCatalogueTrace(folder, name))));
  // On a laptop the picture of the explorer has about so much room.
  const room = 650;
  const frames = sequences.map((sequence) => placeRows(sequence, room).frame);
  expect(frames.some(({ narrow }) => narrow)).toBe(true);
  expect(frames.some(({ narrow }) => !narrow)).toBe(true);
  const isWhole = frames.map(({ narrow, width }) => narrow || width <= room);
  expect(isWhole).not.toContain(false);
});
