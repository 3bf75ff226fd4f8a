/**
 * The whole table of expected verdicts is what the search says. One page is searched for all where
 * that suffices, and its states are counted as those of all.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { propertiesFor } from '../../../properties/index.ts';
import { parseSystem } from '../../trace/setup.ts';
import { search, searchesOf } from './expected.ts';
import { catalogueFolder } from './folder.ts';
import { entries } from './matrix.ts';
import { recompute } from './recompute.ts';
import { differenceText, differences, parseTable } from './table.ts';

const path = join(catalogueFolder(), 'VERDICTS');
const rows = parseTable(readFileSync(path, 'utf8'), 'VERDICTS');

it('VERDICTS is what the search says', async () => {
  const found = differences(rows, await recompute(entries()));
  expect(found.map(differenceText), 'youngcheck promote VERDICTS').toEqual([]);
});

it('VERDICTS has the same verdicts where a fill of KVM is two steps, for one vCPU and two', () => {
  const word = ({ verdict }: { readonly verdict: string }) => verdict.split(' ')[0];
  const fills = entries().filter(({ names }) => names[3].startsWith('fills'));
  expect(fills).toHaveLength(8);
  for (const { names, system, properties } of fills) {
    expect(system.driver.fill, names.join(' ')).toBe('sequence');
    const inOne = { ...system, driver: { ...system.driver, fill: 'lock' as const } };
    const found = searchesOf(properties).flatMap((group) =>
      search(inOne, group)!.map((one, i) => `${group[i].name} ${word(one)}`),
    );
    const key = names.join(' ');
    const lines = rows.filter((row) => row.key.join(' ').startsWith(`${key} `));
    const known = lines.map((line) => `${line.key[4]} ${word(line)}`);
    expect(known.toSorted(), key).toEqual(found.toSorted());
  }
});

it('counts the states of pages that are apart from those of one', () => {
  const scopes = [
    'small observers=reclaim',
    'pages=3 events=unmap,clear-refs',
    'pages=2 cpus=1 observers=reclaim,idle events=protect,write',
  ];
  for (const scope of scopes) {
    for (const driver of ['amd-iommu-v2', 'kvm', 'none']) {
      const system = parseSystem({ driver, scope });
      for (const group of searchesOf(propertiesFor(system))) {
        expect(search(system, group), `${driver}, ${scope}`).toEqual(search(system, group, 'full'));
      }
    }
  }
});

it('counts the states of agents that are exchanged from one of them', () => {
  const kernel = 'v6.6-x86-batched';
  const systems = [
    { kernel, driver: 'intel-svm', scope: 'mail pages=2 cpus=1 events=unmap,write' },
    { kernel, driver: 'kvm', scope: 'pages=3 observers=reclaim events=unmap' },
    { kernel: 'v6.12-x86-damon', driver: 'kvm', scope: 'mail pages=3 observers=idle' },
    { driver: 'amd-iommu-v2', scope: 'devices=3 observers=reclaim,idle events=unmap,write' },
    { driver: 'kvm', scope: 'cpus=2 devices=2 observers=idle events=unmap' },
  ];
  for (const texts of systems) {
    const system = parseSystem(texts);
    for (const group of searchesOf(propertiesFor(system))) {
      const said = search(system, group);
      expect(said, JSON.stringify(texts)).toEqual(search(system, group, 'full'));
    }
  }
});
