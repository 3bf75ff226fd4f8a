/** A search that learns finds rare violations: six systems of bench/rare.ts, with few events. */
import { describe, expect, it } from 'vitest';
import { rareIn } from './rare-systems.ts';
import { searched } from './rare.ts';

const SYSTEMS = [19, 192, 246, 659, 680, 833];
const MOST = 5_000_000;

describe('a search that learns', () => {
  it.each(SYSTEMS)('finds the rare violation of system %i', async (candidate) => {
    const rare = rareIn(candidate)!;
    expect(rare.length).toBeGreaterThanOrEqual(12);
    expect(await searched(rare, 1, true, MOST)).toMatchObject({ found: true });
  });
});
