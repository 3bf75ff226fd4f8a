/** A cell leads to its own trace, and a trace to its own cell. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROPERTIES } from '../../properties/index.ts';
import { readCatalogueTrace, traceNames } from '../judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../judge/catalogue/folder.ts';
import { entries } from '../judge/catalogue/matrix.ts';
import { parseTable } from '../judge/catalogue/table.ts';
import { pageDataOf } from '../../suites/page-data.ts';
import { parseSystem } from '../trace/setup.ts';
import { foundName, rowsAbout, tracesAbout } from './cell-trace.ts';
import { isViolated } from './table-changes.ts';

const folder = catalogueFolder();
const traces = traceNames(folder).map((name) => readCatalogueTrace(folder, name));
const rows = parseTable(readFileSync(join(folder, 'VERDICTS'), 'utf8'), 'VERDICTS');
const data = pageDataOf(rows);
const MISSED = PROPERTIES.find(({ name }) => name === 'no-missed-device-reference(reclaim)')!;

describe('the trace of a cell', () => {
  it("is the mail's own for the mail's cell", () => {
    const { own, alike } = tracesAbout(traces, parseSystem({}), MISSED);
    expect([own?.name, alike]).toEqual(['old-while-cached+patched-amd', undefined]);
    const intel = tracesAbout(traces, parseSystem({ driver: 'intel-svm' }), MISSED);
    expect(intel.own?.name).toBe('old-while-cached+intel-svm');
  });

  it('is of no other kernel, driver or hardware', () => {
    const violated = new Set(
      rows.filter(({ verdict }) => isViolated(verdict)).map(({ key }) => key.join(' ')),
    );
    let found = 0;
    for (const { names, system, properties } of entries()) {
      for (const property of properties) {
        if (!violated.has([...names, property.name].join(' '))) continue;
        const { own } = tracesAbout(traces, system, property);
        if (own === undefined) continue;
        found++;
        const { kernel, driver, hardware = 'ats' } = own.system.names;
        expect([kernel, driver, hardware]).toEqual(names.slice(0, 3));
      }
    }
    expect(found).toBeGreaterThan(10);
  });

  it('is named with kernel and driver, in one word, if it is found in the page', () => {
    expect(foundName(MISSED, ['v6.6-x86', 'kvm', 'ats', 'mail'])).toBe(
      'old-while-cached+kvm-on-v6.6-x86',
    );
    expect(foundName(MISSED, ['v6.6-x86', 'kvm clear_young=none'])).not.toMatch(/\s/);
  });
});

describe('the cell of a trace', () => {
  it.each(traces.filter(({ verdict }) => verdict !== 'ends').map((trace) => [trace.name, trace]))(
    'of %s is one that leads back to it',
    (_, trace) => {
      const about = rowsAbout(data, rows, trace.system);
      const { verdict, steps } = trace;
      const row = about.find(({ key }) => verdict !== 'ends' && key[4] === verdict.name);
      // A trace in a scope of its own has no cell.
      if (row === undefined) return;
      expect(row.verdict).toBe(`Sometimes ${steps.length}`);
      const { own } = tracesAbout(traces, trace.system, verdict as typeof MISSED);
      expect(own?.name).toBe(trace.name);
    },
  );

  it("is found for the mail's trace, and not for a system that is no preset", () => {
    const mail = rowsAbout(data, rows, parseSystem({}));
    expect(mail.map(({ key }) => key.slice(0, 4).join(' '))).toContain(
      'v4.20-x86 amd-iommu-v2-patched ats mail',
    );
    const other = parseSystem({ driver: 'amd-iommu-v2-patched invalidate_secondary=flush-atc' });
    expect(rowsAbout(data, rows, other)).toEqual([]);
  });
});
