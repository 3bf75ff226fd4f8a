/** The run that explains a page is printed while it is made, so that no text of all is kept. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { conform } from './conform.ts';
import { explaining, explanation } from './explanation.ts';
import { whole } from '../search/progress.ts';

it('is given line by line, behind its head', async () => {
  const file = 'suites/conformance/6.1-M2-flush.log';
  const conformance = await conform([readFileSync(file)], file, {});
  const pieces: string[] = [];
  whole(explaining(conformance, '0x10000000', (text) => void pieces.push(text)));
  expect(pieces.join('')).toBe(explanation(conformance, '0x10000000'));
  const [head, first, ...rest] = pieces;
  expect(head).toMatch(/^\/\*\n \* A run that explains [^]*\n\{\n[^]*\n\}\n\n$/);
  expect(first).toMatch(/^\(1\) /);
  expect(rest.length).toBeGreaterThan(10);
  // The last line has an empty line above it.
  for (const piece of rest) expect(piece).toMatch(/^\n?\S.*\n$/);
});
