/** No text of a picture covers anything, in random runs of random systems. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sequenceOf } from '../checker/tell/sequence.ts';
import { sequenceSvg } from '../checker/tell/svg.ts';
import { replay } from '../checker/trace/replay.ts';
import { anyTrace } from './any-trace.ts';
import { samples } from './samples.ts';
import { overlapsIn } from './svg-overlap.ts';

it('in a random picture no text covers anything', () => {
  const anyWidth = fc.constantFrom(280, 390, 639, 640, 900, 1300);
  fc.assert(
    fc.property(anyTrace({ pages: 3, cpus: 2, devices: 2 }), anyWidth, (trace, width) => {
      expect(overlapsIn(sequenceSvg(sequenceOf(replay(trace)), { width }))).toEqual([]);
    }),
    { numRuns: samples(30) },
  );
});
