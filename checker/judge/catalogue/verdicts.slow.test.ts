/**
 * The whole table of expected verdicts is what the search says. One page is searched for all where
 * that suffices.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogueFolder } from './folder.ts';
import { entries } from './matrix.ts';
import { recompute } from './recompute.ts';
import { differenceText, differences, parseTable } from './table.ts';

it('VERDICTS is what the search says', async () => {
  const path = join(catalogueFolder(), 'VERDICTS');
  const rows = parseTable(readFileSync(path, 'utf8'), 'VERDICTS');
  const found = differences(rows, await recompute(entries()));
  expect(found.map(differenceText), 'youngcheck promote VERDICTS').toEqual([]);
});
