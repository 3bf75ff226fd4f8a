/** The text stays short however much was missed, and the document has all. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform } from './conform.ts';
import { conformanceJson } from './conformance-json.ts';
import { conformanceText } from './conformance-text.ts';

const MANY = 600;
/** The same scenario again and again, without heads: each time another process. */
const AGAIN = readFileSync('suites/conformance/6.1-M1-noflush.log', 'utf8')
  .replace(/^#.*\n/gm, '')
  .repeat(MANY);

it('misses are counted, some are told, and the document has all', async () => {
  const conformance = await conform([AGAIN], 'log', {});
  expect(conformance.missed).toHaveLength(2 * MANY);
  const lines = conformanceText(conformance).split('\n');
  expect(lines.length).toBeLessThan(400);
  expect(lines[0]).toBe(`looks    ${2 * MANY}, ${MANY} missed a use (50.0 %)`);
  const told = lines.filter((line) => / was (?:reported unreferenced|evicted) at /.test(line));
  expect(told.length).toBeGreaterThan(0);
  const left = 2 * MANY - told.length;
  expect(lines).toContain(`${left} more misses are not told here: --json has all.`);
  expect(lines).toContain(`  ${MANY - 48} more pages refused or missed: --json has all`);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}\d+ more with \d+ misses: --json/));
  const { missed } = conformanceJson(conformance) as { missed: { story: object[] }[] };
  expect(missed).toHaveLength(2 * MANY);
  expect(missed.every(({ story }) => story.length > 0)).toBe(true);
});
