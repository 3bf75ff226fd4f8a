/**
 * A search that learns finds rare violations with few events, in six systems like those of
 * bench/rare.ts. They are kept in rare.tsv, as drawing them anew depends on what the model has.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Rare } from './rare-systems.ts';
import { searched } from './rare.ts';

const MOST = 5_000_000;

const [, ...lines] = readFileSync(new URL('rare.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n');
const SYSTEMS = lines.map((line, candidate): Rare => {
  const [property, length, kernel, driver, hardware, scope] = line.split('\t');
  const texts = { kernel, driver, hardware, scope };
  return { candidate, property, length: Number(length), texts };
});

describe('a search that learns', () => {
  it.each(SYSTEMS)('finds the rare violation of $property in $length events', async (rare) => {
    expect(await searched(rare, 1, true, MOST)).toMatchObject({ found: true });
  });
});
