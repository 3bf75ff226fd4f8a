/**
 * Each counterexample of the catalogue is printed as it is written, and is as short as possible.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Search } from '../checker/search/search.ts';
import { parseTrace } from '../checker/trace/parse.ts';
import { printTrace } from '../checker/trace/print.ts';
import { replay } from '../checker/trace/replay.ts';
import type { System } from '../model/system.ts';
import type { Property } from '../properties/index.ts';

/** The length of the shortest run that violates a property. The search stops there. */
function shortest(property: Property, system: System): number {
  const search = new Search(system, [property]);
  while (search.violation(property) === undefined && !search.run(0.02));
  return search.violation(property)!.length;
}

describe('counterexamples', () => {
  const folder = new URL('../counterexamples/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.trace'));

  it('are there', () => {
    expect(files).toContain('old-while-cached+patched-amd.trace');
  });

  it.each(files)('%s is so, canonical, named after its file, and as short as can be', (file) => {
    const text = readFileSync(new URL(encodeURIComponent(file), folder), 'utf8');
    const { trace } = replay(parseTrace(text, file));
    expect(printTrace(trace)).toBe(text);
    expect(`${trace.name}.trace`).toBe(file);
    expect(trace.result).toBe(trace.verdict === 'ends' ? 'Never' : 'Sometimes');
    if (trace.verdict === 'ends') return;
    expect(trace.steps).toHaveLength(shortest(trace.verdict, trace.system));
  });
});
