/** VERDICTS-ANY: its systems, its text, and a sample that the search confirms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { effectsOf } from '../../../model/effects.ts';
import type { Field } from '../../../model/field.ts';
import { notInPlay } from '../../../model/not-in-play.ts';
import type { System } from '../../../model/system.ts';
import { fieldsOf } from '../../../model/system.ts';
import { valueText } from '../../../model/text.ts';
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import { parseSystem } from '../../trace/setup.ts';
import { catalogueFolder } from './folder.ts';
import { entriesAny, LEFT_OUT, LIKE_ANOTHER, SCOPES_ANY } from './matrix-any.ts';
import { recompute } from './recompute.ts';
import { HEADERS, differenceText, differences, parseTable, printTable } from './table.ts';

const NAME = 'VERDICTS-ANY';
const text = readFileSync(join(catalogueFolder(), NAME), 'utf8');
const rows = parseTable(text, NAME);
const all = entriesAny();

it('has every driver, and every kernel that is not left out', () => {
  const named = new Set(all.flatMap(({ names }) => names));
  for (const { name } of DRIVERS) expect(named).toContain(name);
  const missing = KERNELS.map(({ name }) => name).filter((name) => !named.has(name));
  const leftOut = [...LEFT_OUT, ...Object.keys(LIKE_ANOTHER)];
  expect(missing.toSorted()).toEqual(leftOut.toSorted());
  for (const name of leftOut) expect(HEADERS[NAME]).toContain(name);
});

const textOf = ({ kernel }: System, name: string, field: Field) =>
  valueText(field, Reflect.get(kernel, name));

it.each(Object.entries(LIKE_ANOTHER))('%s does in the scope any what %s does', (name, like) => {
  const scopes = SCOPES_ANY.map(({ text }) => text);
  const doneBy = (kernel: string) =>
    scopes.map((scope) => effectsOf(parseSystem({ kernel, driver: 'intel-svm', scope })));
  expect(doneBy(name)).toEqual(doneBy(like));
  // What differs is no more than words that are not in play there.
  const [one, other] = [name, like].map((kernel) => parseSystem({ kernel, scope: 'any' }));
  expect(notInPlay(one, other).map(({ word }) => word)).toEqual(
    Object.entries(fieldsOf('kernel'))
      .filter(([name, field]) => textOf(one, name, field) !== textOf(other, name, field))
      .map(([name]) => name),
  );
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
