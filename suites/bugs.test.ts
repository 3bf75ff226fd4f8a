/**
 * The bugs of bugs.tsv, on whose lengths independent implementations of docs/model.md agree. Each
 * line has a system with a bug that kernels, IOMMUs or devices really had, the property that shows
 * it with the length of its shortest trace, and the same system with the fix.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../checker/search/check.ts';
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
