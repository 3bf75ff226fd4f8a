/** The tests of a mutation run. Those that notice a mutation of the model first come first. */
import { resolve } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';
import { defineConfig } from 'vitest/config';

/**
 * A mutation's run ends at the first failing test, so that the order decides how long everything
 * takes. Tests of files that are not mutated are left out. So is the random part of the suites: it
 * takes minutes, and the reference results notice the same at once.
 */
const FILES = [
  'suites/presets.test.ts',
  'suites/lists.test.ts',
  'suites/machines.test.ts',
  'suites/line-up.test.ts',
  'suites/judgement.test.ts',
  'suites/operations.test.ts',
  'suites/layout.test.ts',
  'suites/ghosts.test.ts',
  'suites/guards.test.ts',
  'suites/faults.test.ts',
  'suites/locks.test.ts',
  'suites/fine-print.test.ts',
  'properties/generators/moves.test.ts',
  'properties/generators/seeds.test.ts',
  'properties/generators/counting.test.ts',
  'suites/events.test.ts',
  'checker/search/reference.test.ts',
  'suites/scope.test.ts',
  'properties/generators/generators.test.ts',
  'checker/judge/catalogue/catalogue.test.ts',
  'suites/model.sampled.test.ts',
  'checker/judge/assumptions.sampled.test.ts',
  'checker/tell/did.sampled.test.ts',
];

const place = ({ moduleId }: TestSpecification): number =>
  FILES.findIndex((file) => moduleId === resolve(file));

class QuickestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => place(a) - place(b)));
  }
}

export default defineConfig({
  test: {
    include: FILES,
    sequence: { sequencer: QuickestFirst },
    env: { YOUNGCHECK_SAMPLES: '2' },
    testTimeout: 0,
  },
});
