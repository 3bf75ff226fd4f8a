/** What runs covered is counted of all runs, or of their first ones, and told in two forms. */
import { beforeAll, describe, expect, it } from 'vitest';
import { eventText } from '../../model/events.ts';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { check } from '../search/check.ts';
import { whole } from '../search/progress.ts';
import { parseSystem } from '../trace/setup.ts';
import { ChunkRunner } from './chunk.ts';
import type { Exploration } from './conclude.ts';
import { conclude } from './conclude.ts';
import type { Coverage } from './counted.ts';
import { COUNTED, readCoverage } from './counted.ts';
import { coverageLines, coverageText, covering } from './coverage.ts';
import { run } from './random-search.ts';
import { settingsOf } from './settings.ts';

const mail = parseSystem({});
const settings = settingsOf({ seed: 1, runs: 300, length: 20 });

describe('coverage', () => {
  let exploration: Exploration;
  let coverage: Coverage;
  beforeAll(async () => {
    const properties = propertiesFor(mail);
    exploration = conclude(mail, properties, settings, await run(mail, properties, settings));
    coverage = whole(covering(exploration));
  });
  const countOf = (kind: keyof Coverage, name: string) =>
    coverage[kind].find((row) => row.name === name)?.count;

  it('has the events and the antecedents of all runs', () => {
    expect(coverage.event.reduce((sum, { count }) => sum + count, 0)).toBe(300 * 20);
    expect(coverage.event.map(({ name }) => name)).toEqual([
      'dev: read',
      'kswapd: folio_referenced',
    ]);
    const { witnesses } = exploration.explored.counts;
    expect(coverage.antecedent.map(({ count }) => count)).toEqual(witnesses);
  });

  it('has the rules, the lengths and the states of the first runs', () => {
    const runner = new ChunkRunner(mail, propertiesFor(mail), settings);
    const sample = Array.from({ length: 256 }, (_, number) => runner.runOf(number).events);
    const looks = sample.flat().filter((event) => eventText(event).startsWith('kswapd')).length;
    expect(countOf('rule', 'pte')).toBe(looks);
    expect(countOf('rule', 'miss atc')).toBe(256);
    expect(coverage.length).toEqual([{ name: '20', count: 256 }]);
    expect(coverage.states.at(-1)).toEqual({
      name: String(256 * 20),
      count: check(mail).search.states,
    });
  });

  it('has the steps that the programs took', async () => {
    const kvm = parseSystem({ driver: 'kvm', scope: 'races' });
    const property = PROPERTIES.find(({ name }) => name === 'no-stale-access')!;
    const explored = await run(kvm, [property], settings);
    const { step } = whole(covering(conclude(kvm, [property], settings, explored)));
    const names = step.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['age: harvest', 'unmap: flush-tlb']));
  });

  it('is told as tables, and as one object a line', () => {
    const text = coverageText(coverage);
    for (const kind of ['event', 'antecedent', 'rule', 'length', 'states'] as const) {
      expect(text).toContain(`${COUNTED[kind]}:\n`);
    }
    const reads = countOf('event', 'dev: read')!;
    const share = ((100 * reads) / 6000).toFixed(1);
    expect(text).toMatch(new RegExp(`  dev: read +${reads.toLocaleString('en')}   ${share} %\n`));
    const lines = coverageLines(coverage).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual({
      kind: 'event',
      name: 'dev: read',
      count: reads,
    });
    expect(lines).toHaveLength(Object.values(coverage).flat().length);
    expect(readCoverage(coverageLines(coverage), 'a.jsonl')).toEqual(coverage);
  });

  it.each([
    ['no JSON', 'a.jsonl:2: no line of a coverage'],
    ['{"kind":"toString","name":"a","count":1}', 'a.jsonl:2: no line'],
    ['{"kind":"event","name":"a","count":-1}', 'a.jsonl:2: no line'],
  ])('is complained about where a line is none: %s', (line, message) => {
    const first = '{"kind":"event","name":"a","count":1}';
    expect(() => readCoverage(`${first}\n${line}\n`, 'a.jsonl')).toThrow(message);
  });

  it('of no runs is empty, and has no shares', async () => {
    const none = settingsOf({ seed: 1, runs: 0 });
    const of = conclude(mail, [], none, await run(mail, [], none));
    expect(coverageText(whole(covering(of)))).toMatch(/ dev: read +0\n/);
  });
});
