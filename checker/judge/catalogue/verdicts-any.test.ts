/** VERDICTS-ANY: its systems, its text, and a sample that the search confirms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import { catalogueFolder } from './folder.ts';
import { entriesAny, LEFT_OUT, LIKE_ANOTHER } from './matrix-any.ts';
import { recompute } from './recompute.ts';
import { differenceText, differences, parseTable, printTable } from './table.ts';

const NAME = 'VERDICTS-ANY';
const text = readFileSync(join(catalogueFolder(), NAME), 'utf8');
const rows = parseTable(text, NAME);
const all = entriesAny();

it('has every driver, and every kernel that is not left out', () => {
  const named = new Set(all.flatMap(({ names }) => names));
  for (const { name } of DRIVERS) expect(named).toContain(name);
  const missing = KERNELS.map(({ name }) => name).filter((name) => !named.has(name));
  expect(missing.toSorted()).toEqual([...LEFT_OUT, ...LIKE_ANOTHER].toSorted());
});

it('has a line for every property that applies, and is written as it is read', () => {
  const keys = all.flatMap(({ names, properties }) =>
    properties.map(({ name }) => [...names, name].join(' ')),
  );
  expect(rows.map(({ key }) => key.join(' '))).toEqual(keys);
  expect(printTable(rows, NAME) === text, `youngcheck promote ${NAME}`).toBe(true);
});

it('is what the search says of some drivers in atomic', async () => {
  const isSample = ({ names: [kernel, driver, , scope] }: (typeof all)[number]) =>
    kernel === 'v4.20-x86' && scope === 'any+atomic' && /^(amd-iommu-v2|kvm)$/.test(driver);
  const sample = all.filter(isSample);
  const now = await recompute(sample);
  const keys = new Set(now.map(({ key }) => key.join(' ')));
  const old = rows.filter(({ key }) => keys.has(key.join(' ')));
  expect(now.length).toBeGreaterThan(10);
  expect(differences(old, now).map(differenceText), `youngcheck promote ${NAME}`).toEqual([]);
});
