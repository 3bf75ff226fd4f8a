/** The graph of a small system has its states, its events and the violation as a walk. */
import { describe, expect, it } from 'vitest';
import { PROPERTIES, propertiesFor } from '../../properties/index.ts';
import { ghostsOf } from '../../properties/index.ts';
import { overlapsIn } from '../../suites/svg-overlap.ts';
import { Graph } from '../judge/graph.ts';
import { parseSystem } from '../trace/setup.ts';
import { eventsIn, wordsOf } from './link.ts';
import { MOST_DRAWN, stateGraph } from './state-graph.ts';
import { stateGraphSvg } from './state-svg.ts';

const MAIL = 'dev0.read.A,kswapd.folio_referenced.A,dev0.read.A,kswapd.folio_referenced.A';
const mail = parseSystem({});
const fine = parseSystem({ scope: 'granularity=fine' });

describe("the graph of the mail's system", () => {
  const graph = stateGraph(mail)!;

  it('has four states, with what differs in them', () => {
    const texts = graph.states.map(({ fields }) => fields.map(({ text }) => text).join(' '));
    expect(texts).toEqual([
      'none none none 0',
      '{young} {read} {read} 1',
      '{old} {read} {read} 0',
      '{old} {read} {read} 1',
    ]);
    expect(graph.states.map(({ run }) => run.length)).toEqual([0, 1, 2, 3]);
  });

  it("has the mail's four steps as its walk", () => {
    expect(graph.property.name).toBe('no-missed-device-reference(reclaim)');
    expect(wordsOf(graph.walk)).toBe(MAIL);
    const taken = graph.edges.filter(({ steps }) => steps.length > 0);
    expect(taken.map(({ steps, isViolating }) => [steps, isViolating])).toEqual([
      [[1], false],
      [[2], false],
      [[3], false],
      [[4], true],
    ]);
  });

  it('marks another walk, though it takes an edge twice', () => {
    const walk = eventsIn(mail, 'dev0.read.A,dev0.read.A,dev0.read.A');
    const { edges } = stateGraph(mail, undefined, walk)!;
    expect(edges.map(({ steps }) => steps).filter(({ length }) => length > 0)).toEqual([
      [1],
      [2, 3],
    ]);
  });

  it('has no walk where nothing is violated', () => {
    const { walk, isViolated } = stateGraph(parseSystem({ driver: 'amd-iommu-v2' }))!;
    const kvm = stateGraph(parseSystem({ driver: 'kvm' }))!;
    expect([kvm.walk, kvm.isViolated]).toEqual([[], false]);
    // Its other fault is an invalidation that nothing asked for.
    expect([walk.length > 0, isViolated]).toEqual([true, true]);
  });
});

it('has as many states and edges as the graph that severity is measured on', () => {
  for (const property of propertiesFor(mail)) {
    const { states, edges } = stateGraph(mail, property)!;
    const graph = Graph.of(mail, ghostsOf([property]), 100)!;
    expect([states.length, edges.length]).toEqual([graph.states, graph.to.length]);
  }
});

it('is not drawn with more states than one can look at', () => {
  expect(stateGraph(parseSystem({ scope: 'races' }))).toBeUndefined();
  expect(stateGraph(fine)!.states.length).toBeLessThanOrEqual(MOST_DRAWN);
  const repeated = PROPERTIES.find(({ name }) => name === 'no-repeated-miss(reclaim)');
  expect(stateGraph(fine, repeated)).toBeUndefined();
});

describe('the picture of a graph', () => {
  const systems = {
    mail,
    fine,
    kvm: parseSystem({ driver: 'kvm' }),
    unmap: parseSystem({ scope: 'events=unmap,evict' }),
  };

  it.each(Object.entries(systems))('of %s has no text that covers anything', (_, system) => {
    for (const property of propertiesFor(system)) {
      const graph = stateGraph(system, property);
      for (const width of graph === undefined ? [] : [340, 900]) {
        const svg = stateGraphSvg(graph!, { width });
        expect(overlapsIn(svg)).toEqual([]);
        expect(svg.match(/class="state-box"/g)).toHaveLength(graph!.states.length);
      }
    }
  });

  it('has a line for each event that leads elsewhere, and thick ones for the walk', () => {
    const svg = stateGraphSvg(stateGraph(mail)!);
    expect(svg.match(/class="yc-lost"/g)).toHaveLength(4);
    expect(svg).not.toContain('class="yc-way"');
    expect(svg.match(/, stays</g)).toHaveLength(3);
    const none = stateGraphSvg(stateGraph(systems.kvm)!);
    expect(none.match(/class="yc-way"/g)).toHaveLength(4);
  });
});
