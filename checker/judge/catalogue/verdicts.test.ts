/** The table of expected verdicts: its text, its systems, and a sample that the search confirms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DRIVERS } from '../../../model/systems/drivers.ts';
import { HARDWARE } from '../../../model/systems/hardware.ts';
import { KERNELS } from '../../../model/systems/kernels.ts';
import { noSuchMachine } from '../../../model/systems/machines.ts';
import { check } from '../../search/check.ts';
import { parseSystem } from '../../trace/setup.ts';
import { propertiesFor } from '../../../properties/index.ts';
import { search, searchesOf } from './expected.ts';
import { catalogueFolder } from './folder.ts';
import { BLOCKS, entries } from './matrix.ts';
import { recompute } from './recompute.ts';
import { differenceText, differences, parseTable, printTable } from './table.ts';

const path = join(catalogueFolder(), 'VERDICTS');
const text = readFileSync(path, 'utf8');
const rows = parseTable(text, 'VERDICTS');

describe('the systems that belong together', () => {
  it.each([KERNELS, DRIVERS, HARDWARE])('name every preset', (...presets) => {
    const named = new Set(entries().flatMap(({ names }) => names));
    for (const { name } of presets as readonly { name: string }[]) expect(named).toContain(name);
  });

  it('are named once each, in mail, small and races where nothing is said against it', () => {
    const keys = entries().map(({ names }) => names.join(' '));
    expect(new Set(keys).size).toBe(keys.length);
    const scopes = new Set(entries().map(({ names }) => names[3]));
    const grown = ['mail+lru', 'mail+walk', 'mail+pageout', 'pair', 'pair+unmap'];
    const parts = ['run', 'block', 'pending', 'rewrites', 'dma', 'copies', 'rechecks'];
    const fills = ['fills', 'fills+2'];
    const usual = ['mail', 'small', 'races', 'races+posted'];
    expect(scopes).toEqual(new Set([...usual, ...grown, ...parts, ...fills]));
  });
});

const isMachine = ([kernel, driver, hardware]: readonly string[]): boolean =>
  noSuchMachine({ kernel, driver, hardware }) === undefined;

describe('what was no machine', () => {
  it('stands in a block that says so', () => {
    for (const { why, kernels, drivers, hardware } of BLOCKS) {
      const all = kernels.flatMap((kernel) =>
        drivers.flatMap((driver) => hardware.map((device) => [kernel, driver, device])),
      );
      expect(!all.every(isMachine), why).toBe(/yardstick|no machine/.test(why));
    }
  });

  it('is marked in the table, and nothing else is', () => {
    const lines = text.split('\n').filter((line) => /^[^#]/.test(line));
    expect(lines.some((line) => line.endsWith('  no machine'))).toBe(true);
    for (const [i, line] of lines.entries()) {
      expect(line.endsWith('  no machine'), line).toBe(!isMachine(rows[i].key));
    }
  });
});

describe('the table', () => {
  it('has a line for every property that applies, in the order of the matrix', () => {
    const keys = entries().flatMap(({ names, properties }) =>
      properties.map(({ name }) => [...names, name].join(' ')),
    );
    expect(rows.map(({ key }) => key.join(' '))).toEqual(keys);
  });

  it('is written as it is read', () => {
    // toBe() would print the difference of two such texts, which is too long for a message.
    expect(printTable(rows) === text, 'youngcheck promote VERDICTS').toBe(true);
  });

  it('says so of a line that is no line, or a second one', () => {
    const half = text.slice(0, text.length - 20);
    expect(() => parseTable(half, 'VERDICTS')).toThrow('no line of the table');
    const last = text.trimEnd().split('\n').at(-1)!;
    expect(() => parseTable(`${text}${last}\n`, 'VERDICTS')).toThrow('a second line');
  });

  it('has differences: otherwise, new, gone', () => {
    const [first, second, third] = rows;
    const old = [{ ...first, verdict: 'Sometimes 9' }, second];
    const found = differences(old, [first, third]);
    expect(found.map(differenceText)).toEqual([
      `${first.key.join(' ')}: Sometimes 9 (${first.states} states) -> ` +
        `${first.verdict} (${first.states} states)`,
      `${third.key.join(' ')}: no line -> ${third.verdict} (${third.states} states)`,
      `${second.key.join(' ')}: ${second.verdict} (${second.states} states) -> no line`,
    ]);
    expect(differences(rows, rows)).toEqual([]);
  });
});

describe('VERDICTS', () => {
  it('is what the search says of the scope mail and its like', async () => {
    const isMail = (scope: string) => scope.startsWith('mail');
    const small = entries().filter(({ names }) => isMail(names[3]));
    const old = rows.filter(({ key }) => isMail(key[3]));
    const found = differences(old, await recompute(small));
    expect(found.map(differenceText), 'youngcheck promote VERDICTS').toEqual([]);
  });

  it('counts what any search counts: all states, or those that so many events reach', () => {
    const system = parseSystem({ scope: 'races' });
    for (const group of searchesOf(propertiesFor(system))) {
      const { search: whole, verdicts } = check(system, group);
      for (const [i, { verdict, states }] of search(system, group)!.entries()) {
        const { run } = verdicts[i];
        expect(verdict).toBe(run === undefined ? 'Never' : `Sometimes ${run.length}`);
        if (run === undefined) expect(states).toBe(whole.states);
        else expect(states).toBeLessThan(whole.states);
      }
    }
  });
});
