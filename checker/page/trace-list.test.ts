/** The list of traces tells what each shows, and is filtered by it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCatalogueTrace, traceNames } from '../judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../judge/catalogue/folder.ts';
import { chaptersWithAll, tracesOf } from './data.ts';
import { proseOf } from './prose.ts';
import { HARMLESS, checkFilters, isChosenTrace, listed } from './trace-list.ts';

const folder = catalogueFolder();
const names = traceNames(folder);
const traces = names.map((name) => listed(readCatalogueTrace(folder, name)));
const named = (wanted: string) => traces.find(({ name }) => name === wanted);

describe('the list of traces', () => {
  it('tells of each in one sentence', () => {
    for (const { name, sentence } of traces) {
      expect(sentence, name).toMatch(/^\S[^\n]*\.$/);
      expect(sentence, name).not.toMatch(/\. [A-Z]/);
    }
  });

  it('says the length and what is violated, or that nothing is', () => {
    expect(named('old-while-cached+patched-amd')).toMatchObject({
      length: 4,
      class: 'no-missed-device-reference(reclaim)',
      driver: 'amd-iommu-v2-patched',
      kernel: 'v4.20-x86',
      hardware: 'ats',
    });
    expect(named('young-again-after-flush+amd')).toMatchObject({ class: HARMLESS });
  });

  it('is filtered, and refuses a value that no trace has', () => {
    const chosen = { driver: 'intel-svm', class: '' };
    const found = traces.filter((trace) => isChosenTrace(trace, chosen));
    expect(found.length).toBeGreaterThan(3);
    expect(found.every(({ driver }) => driver === 'intel-svm')).toBe(true);
    expect(() => checkFilters(traces, chosen)).not.toThrow();
    expect(() => checkFilters(traces, { driver: 'intel-svn' })).toThrow(
      "driver cannot be 'intel-svn'; did you mean 'intel-svm'?",
    );
  });

  it('has traces that ORDER does not name in a chapter of their own', () => {
    const order = readFileSync(join(folder, 'ORDER'), 'utf8');
    const chapters = chaptersWithAll(order, [...names, 'mine']);
    expect(chapters.at(-1)).toEqual({ heading: 'Others', parts: [{ trace: 'mine' }] });
    expect(tracesOf(chapters).toSorted()).toEqual([...names, 'mine'].toSorted());
  });
});

describe('prose', () => {
  it.each([
    ['took `clear_flush_young` out', ['took ', '<clear_flush_young>', ' out']],
    ['`a` and `b`', ['<a>', ' and ', '<b>']],
    ["a lone ` stays, and so does ''", ["a lone ` stays, and so does ''"]],
    ['', []],
  ])('%j', (text, pieces) => {
    expect(proseOf(text).map((piece) => (piece.code ? `<${piece.text}>` : piece.text))).toEqual(
      pieces,
    );
  });
});
