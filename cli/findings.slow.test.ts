/** Each finding of docs/findings.md is a verdict, and its command still prints it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examplesOf, run, timeless } from '../suites/shown-examples.ts';

const findings = readFileSync(new URL('../docs/findings.md', import.meta.url), 'utf8');
const examples = examplesOf(findings);

/** A finding begins with its number, and ends where the next or a heading begins. */
const FINDING = /^\*\*(\d+)\.\*\* [^]*?(?=^\*\*\d+\.|^## )/gm;

describe('docs/findings.md', () => {
  it('has no finding without a command', () => {
    const found = [...findings.matchAll(FINDING)];
    expect(found.map(([, number]) => Number(number))).toEqual(found.map((_, at) => at + 1));
    const bare = found.filter(([text]) => examplesOf(text).length === 0);
    expect(bare.map(([, number]) => number)).toEqual([]);
    expect(examples.length).toBeGreaterThanOrEqual(found.length);
    expect(findings.match(/```console/g)).toHaveLength(examples.length);
  });

  it.each(examples)('still finds what it says: $example', ({ example, output }) => {
    expect(timeless(run(example))).toBe(timeless(output.trimEnd()));
  });
});
