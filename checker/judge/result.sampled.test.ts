/** Whatever is found in any system can be printed, and every printed trace replays. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { propertiesFor } from '../../properties/index.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import { printAll } from '../../suites/printed-results.ts';
import { samples } from '../../suites/samples.ts';
import { check } from '../search/check.ts';
import { parseSystem } from '../trace/setup.ts';
import { resultJson, resultText } from './result.ts';

it('prints and replays what it finds in random systems', () => {
  let traces = 0;
  fc.assert(
    fc.property(anySystem({ pages: 2, cpus: 1, devices: 2 }), (parts) => {
      traces += printAll({ ...parts, names: {} });
    }),
    { numRuns: samples(5), seed: 20190131 },
  );
  expect(traces).toBeGreaterThan(samples(3));
});

it('says which events of the scope are not in play, and why', () => {
  const told = (scope: string) => {
    const system = parseSystem({ hardware: 'qat', scope });
    const result = check(system, propertiesFor(system));
    const document = resultJson(result).system.scope as { notInPlay: string[] };
    const setup = resultText(result).split('\nsearched')[0].split('\n');
    return { said: setup.at(-1), notInPlay: document.notInPlay };
  };
  expect(told('events=posted,unmap')).toEqual({
    said: 'posted does nothing here: it needs granularity=fine and events=write',
    notInPlay: ['posted'],
  });
  expect(told('granularity=fine events=posted,unmap,write')).toEqual({
    said: expect.stringMatching(/^scope .* events=/),
    notInPlay: [],
  });
});
