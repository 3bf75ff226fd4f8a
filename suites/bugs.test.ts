/**
 * The bugs of bugs.tsv, on whose lengths independent implementations of docs/model.md agree. Each
 * line has a system with a bug that kernels, IOMMUs or devices really had. It has the property that
 * shows it, the length of the shortest trace, and the same system with the fix.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUGS } from '../checker/judge/catalogue/bugs.ts';
import { BUGS_PAGE, bugsPage, withoutTimes } from '../checker/judge/catalogue/bugs-page.ts';
import { readCatalogueTrace } from '../checker/judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../checker/judge/catalogue/folder.ts';
import { check } from '../checker/search/check.ts';
import { packageFile } from '../checker/trace/package.ts';
import { driver, hardware, kernel, scope } from '../model/text.ts';
import type { System } from '../model/system.ts';
import { PROPERTIES } from '../properties/index.ts';

const text = readFileSync(new URL('bugs.tsv', import.meta.url), 'utf8');
const [header, ...lines] = text
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

/** A system by the texts of its parts, with `-` for a part that is all defaults. */
function systemOf(cells: readonly string[]): System {
  const [ofKernel, ofDriver, ofHardware, ofScope] = cells.map((cell) => (cell === '-' ? '' : cell));
  return {
    kernel: kernel(ofKernel),
    driver: driver(ofDriver),
    hardware: hardware(ofHardware),
    scope: scope(ofScope),
    names: {},
  };
}

/** What the search says of one property. */
function verdictOf(system: System, name: string): string {
  const property = PROPERTIES.find((one) => one.name === name)!;
  if (!property.applies(system)) return 'not asked';
  const [{ verdict, run }] = check(system, [property]).verdicts;
  return run === undefined ? verdict : `${verdict} ${run.length}`;
}

/**
 * Fixes after which the property speaks of nothing that can happen: without `unlock` no page has
 * two frames, and an mprotect() that waits finds no old translation.
 */
const NOTHING_LEFT: Readonly<Record<string, string>> = { '10': 'not asked', '33': 'vacuous' };

const folder = catalogueFolder();

describe('docs/bugs.md', () => {
  it('is what the catalogue says, but for times', () => {
    const page = readFileSync(packageFile(BUGS_PAGE), 'utf8');
    const same = withoutTimes(page) === withoutTimes(bugsPage(folder));
    expect(same, 'youngcheck promote bugs.md').toBe(true);
    expect(bugsPage(folder, page) === page, 'a time that is known stays').toBe(true);
  });

  it('has each bug of bugs.tsv, found in its length, and none that is not there', () => {
    const shown = BUGS.map(({ row, found }) => {
      const { verdict, steps } = readCatalogueTrace(folder, found);
      return [row, verdict === 'ends' ? '' : verdict.name, String(steps.length)].join(' ');
    });
    for (const [row, property, length] of lines) {
      expect(shown).toContain([row, property, length].join(' '));
    }
    const rows = lines.map(([row]) => row);
    for (const { row } of BUGS) expect(rows).toContain(row);
  });
});

describe('bugs.tsv', () => {
  it('has the columns that are read here', () => {
    const parts = ['kernel', 'driver', 'hardware', 'scope'];
    const fixed = parts.map((part) => `fixed ${part}`);
    expect(header).toEqual(['bug', 'property', 'length', ...parts, ...fixed]);
    expect(lines.length).toBe(38);
  });

  it.each(lines)(
    '%s: %s in %s events, and not after the fix',
    (bug, property, length, ...parts) => {
      expect(verdictOf(systemOf(parts.slice(0, 4)), property)).toBe(`violated ${length}`);
      expect(verdictOf(systemOf(parts.slice(4)), property)).toBe(NOTHING_LEFT[bug] ?? 'holds');
    },
  );
});
