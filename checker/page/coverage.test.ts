/** What is exercised is counted by rule, and by member of the lists of steps. */
import { describe, expect, it } from 'vitest';
import { readCatalogueTrace, traceNames } from '../judge/catalogue/catalogue.ts';
import { catalogueFolder } from '../judge/catalogue/folder.ts';
import { parseSystem } from '../trace/setup.ts';
import { answer, textsOf } from './answer.ts';
import { allRules, coverageOfTraces, heatOf, rulesOf, runningLists } from './coverage.ts';
import { covering } from './coverage.ts';

const mail = parseSystem({});
const trace = (name: string) => readCatalogueTrace(catalogueFolder(), name);

describe('a search', () => {
  const of = (driver: string, scope: string) => {
    const system = parseSystem({ driver, scope });
    const coverage = answer({ ask: 'coverage', system: textsOf(system) }, () => {});
    return { system, ...coverage };
  };

  it('exercises what it can reach', () => {
    const { system, rules, members, count, states, complete } = of('amd-iommu-v2', 'mail');
    expect(rules).toEqual({ 'dev: read': 3, 'kswapd: folio_referenced': 2 });
    expect([count, states, complete]).toEqual([5, 3, true]);
    const lists = runningLists(system).map(({ name, members: steps }) => [
      name,
      ...steps.map(({ key, text }) => `${text} ${members[key] ?? 0}`),
    ]);
    expect(lists).toEqual([
      ['age', 'pte 2', 'clear_flush_young 2'],
      ['clear_flush_young', 'flush-iotlb 2', 'flush-atc 2'],
    ]);
  });

  it('shows what never runs: an action whose condition never holds', () => {
    const { system, members } = of('clear_flush_young=flush-atc?harvested,flush-iotlb', 'mail');
    const [, callback] = runningLists(system);
    expect(callback.members.map(({ key }) => members[key] ?? 0)).toEqual([0, 2]);
  });

  it('shows a rule of the scope that no run reaches', () => {
    const { system, rules } = of('amd-iommu-v2-patched', 'granularity=fine');
    expect(rulesOf(system).filter((rule) => rules[rule] === undefined)).toEqual([
      'dev: handle-invalidation',
    ]);
  });

  it('says that there is more than was counted', () => {
    const work = covering(parseSystem({ scope: 'races' }), 50);
    let piece = work.next();
    while (!piece.done) piece = work.next();
    expect(piece.value.complete).toBe(false);
    expect(piece.value.states).toBeGreaterThan(50);
  });
});

describe('the catalogue', () => {
  it('exercises the lists of its traces of the same kernel and driver', () => {
    const traces = ['old-while-cached+patched-amd', 'young-again-after-flush+amd'].map(trace);
    const { rules, members, count, alike } = coverageOfTraces(traces, mail);
    expect(rules).toEqual({ 'dev: read': 4, 'kswapd: folio_referenced': 4 });
    expect([count, alike]).toEqual([8, 1]);
    expect(members).toEqual({ 'age 0': 2, 'age 1': 2 });
  });

  it('exercises rules that are declared, and no others', () => {
    expect(traceNames(catalogueFolder()).length).toBeGreaterThan(2);
    const { rules } = coverageOfTraces([trace('old-while-cached+patched-amd')], mail);
    for (const rule of Object.keys(rules)) expect(allRules()).toContain(rule);
  });
});

it('is warmer where it ran more often', () => {
  expect([0, 1, 30, 100, 500, 1000].map((count) => heatOf(count, 1000))).toEqual([
    0, 1, 2, 3, 4, 4,
  ]);
  expect(heatOf(1, 1)).toBe(4);
});
