/** A search of states in their normal form finds what a search of all states finds. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eventText } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import type { System } from '../../model/system.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { samples } from '../../suites/samples.ts';
import { parseSystem } from '../trace/setup.ts';
import { Search } from './search.ts';

const LARGEST = { pages: 2, cpus: 2, devices: 3 };

const runsOf = (search: Search) =>
  search.properties.flatMap((property) => [
    search.violation(property)?.map(eventText),
    search.witness(property)?.map(eventText),
  ]);

function searched(system: System, symmetric: boolean): Search {
  const search = new Search(system, propertiesFor(system), { maxStates: 20_000 }, { symmetric });
  search.run();
  return search;
}

it('finds the same first shortest runs, in no more states', () => {
  let fewer = 0;
  const property = fc.property(anySystem(LARGEST), (system) => {
    const whole = searched(system, false);
    if (!whole.complete) return;
    const part = searched(system, true);
    expect(part.complete).toBe(true);
    expect(runsOf(part)).toEqual(runsOf(whole));
    expect(part.size).toBeLessThanOrEqual(whole.size);
    if (part.size < whole.size) fewer++;
  });
  fc.assert(property, { seed: 20190131, numRuns: samples(8) });
  expect(fewer).toBeGreaterThan(samples(2));
});

it('gives back every state from its normal form', () => {
  const model = new Model(parseSystem({ scope: 'races cpus=2 devices=3 pages=2 events=unmap' }));
  const symmetry = model.symmetry(true);
  const run = fc.array(fc.nat(), { maxLength: 40 });
  const property = fc.property(run, (choices) => {
    let state = model.initial;
    for (const choice of choices) {
      const enabled = model.enabled(state);
      if (enabled.length > 0) ({ state } = model.step(state, enabled[choice % enabled.length])!);
      const words = state.slice();
      symmetry.restore(words, symmetry.normal(words, 0));
      expect(words).toEqual(state);
    }
  });
  fc.assert(property, { seed: 20190131, numRuns: samples(8) });
});

it('halves the states of two devices that do the same', () => {
  const system = parseSystem({ driver: 'kvm', scope: 'devices=2 granularity=fine' });
  const [whole, part] = [searched(system, false), searched(system, true)];
  expect(part.size).toBeLessThan(0.6 * whole.size);
});

it('tells pages apart where a step reaches the next one', () => {
  const kernel = 'idle=pte,clear_young@next';
  const system = parseSystem({ kernel, driver: 'kvm', scope: 'pages=2 observers=idle' });
  expect(searched(system, true).size).toBe(searched(system, false).size);
});
