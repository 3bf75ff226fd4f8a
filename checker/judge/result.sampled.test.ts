/** Whatever is found in any system can be printed, and every printed trace replays. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { System } from '../../model/system.ts';
import { propertiesFor } from '../../properties/index.ts';
import { anySystem } from '../../properties/generators/any-system.ts';
import { samples } from '../../suites/samples.ts';
import { check } from '../search/check.ts';
import { assess } from './assess.ts';
import { parseTrace } from '../trace/parse.ts';
import { replay } from '../trace/replay.ts';
import { parseSystem } from '../trace/setup.ts';
import { resultJson, resultText, traceTexts } from './result.ts';

const MAX_STATES = 4000;

/** Prints all that check can print of a system, and replays every trace in it. */
function printAll(system: System, maxStates = MAX_STATES): number {
  const result = check(system, propertiesFor(system), { maxStates });
  const assessment = result.search.complete ? assess(system, result.verdicts) : undefined;
  if (result.verdicts.length > 0) expect(resultText(result, assessment)).toContain('kernel');
  JSON.stringify(resultJson(result, assessment));
  const texts = traceTexts(result, assessment);
  for (const text of texts) replay(parseTrace(text, 'printed'));
  return texts.length;
}

it('prints and replays what it finds in random systems', () => {
  let traces = 0;
  fc.assert(
    fc.property(anySystem({ pages: 2, cpus: 1, devices: 2 }), (parts) => {
      traces += printAll({ ...parts, names: {} });
    }),
    { numRuns: samples(30), seed: 20190131 },
  );
  expect(traces).toBeGreaterThan(samples(20));
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

it.each(['amd-iommu-v2', 'amd-iommu-v2-patched', 'kvm', 'none', 'sva-flush-young'])(
  'prints and replays what it finds in races under %s',
  (driver) => {
    expect(printAll(parseSystem({ driver, scope: 'races' }), 1e6)).toBeGreaterThan(0);
  },
  60_000,
);
