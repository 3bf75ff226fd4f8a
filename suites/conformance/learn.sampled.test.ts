/**
 * Logs of made-up kernels: the program of the kernel is among the lists that `--learn` gives. The
 * first of them has only steps of which the log has a line.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../checker/conform/conform.ts';
import type { Learned } from '../../checker/conform/learn/learn.ts';
import type { Line, Program } from '../../model/program.ts';
import { lineText } from '../../model/program.ts';
import type { ProgramName } from '../../model/system.ts';
import { samples } from '../samples.ts';
import type { MadeUpKernel, MadeUpRun } from './made-up-log.ts';
import { eventOf, madeUpLog } from './made-up-log.ts';

const AGING = ['flush-tlb', 'invalidate', 'clear_flush_young', 'clear_young'] as const;
const FLUSHING = ['flush-tlb', 'invalidate'] as const;
const STEPS = {
  age: AGING,
  idle: AGING,
  walk: AGING,
  unmap: FLUSHING,
  'clear-refs': FLUSHING,
  cold: FLUSHING,
} as const satisfies Partial<Record<ProgramName, readonly string[]>>;
type Operation = keyof typeof STEPS;
const OPERATIONS = Object.keys(STEPS) as Operation[];

const line = (name: string): fc.Arbitrary<Line> =>
  fc.record({
    name: fc.constant(name),
    range: name === 'flush-tlb' ? fc.constant('page') : fc.constantFrom('page', 'next', 'mm'),
    when: fc.constantFrom('always', 'young'),
  });

const program = (operation: Operation): fc.Arbitrary<Program> =>
  fc
    .shuffledSubarray([...STEPS[operation]])
    .chain((names) => fc.tuple(...names.map(line)))
    .map((lines) => [{ name: 'pte', range: 'page', when: 'always' }, ...lines]);

const kernel: fc.Arbitrary<MadeUpKernel> = fc.record({
  programs: fc.record(
    Object.fromEntries(OPERATIONS.map((name) => [name, program(name)])) as Record<
      Operation,
      fc.Arbitrary<Program>
    >,
  ),
  recorded: fc.subarray(AGING.map(eventOf), { minLength: 2 }).map((names) => new Set(names)),
});

const runs: fc.Arbitrary<readonly MadeUpRun[]> = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    young: fc.boolean(),
    isOwn: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

/** The steps of a program of which the log has a line. */
function shownSteps({ programs, recorded }: MadeUpKernel, all: readonly MadeUpRun[]) {
  return (name: Operation): Line[] =>
    programs[name]!.filter((step) =>
      all.some(
        ({ operation, young, isOwn }) =>
          operation === name &&
          (step.when === 'always' || young) &&
          recorded.has(eventOf(step.name)) &&
          (isOwn || step.name !== 'flush-tlb'),
      ),
    );
}

/** A range shows in lines alone, and over many pages not even there. */
const told = (operation: Operation, shown: readonly Line[]) => {
  const isRegion = operation === 'cold' || operation === 'clear-refs';
  return (step: Line): Line => {
    const isTold = shown.includes(step) && !(isRegion && step.range === 'next');
    return isTold ? step : { ...step, range: 'page' };
  };
};

const namesIn = (text: string): string[] =>
  text
    .split(',')
    .slice(1)
    .map((word) => word.replace(/[@?].*/, ''));

async function learnedOf(
  made: MadeUpKernel,
  all: readonly MadeUpRun[],
): Promise<readonly Learned[]> {
  const { learning } = await readWhole([madeUpLog(made, all)], 'made-up.log', true);
  return learning!.kernel;
}

describe('the lists that a log of a made-up kernel shows', () => {
  it('have its programs among them, and claim no step without a line', async () => {
    await fc.assert(
      fc.asyncProperty(kernel, runs, async (made, all) => {
        const shownIn = shownSteps(made, all);
        for (const { name, texts, others, times } of await learnedOf(made, all)) {
          const operation = name as Operation;
          const shown = shownIn(operation);
          const text = made.programs[operation]!.map(told(operation, shown)).map(lineText).join();
          expect(texts).toContain(text);
          expect(others).toEqual([]);
          expect(times).toBe(all.filter((run) => run.operation === operation).length);
          for (const step of namesIn(texts[0]))
            expect(shown.map((one) => one.name)).toContain(step);
        }
      }),
      { numRuns: samples(60), seed: 20190131 },
    );
  });

  it('are one list where the log has every event, and young and old pages', async () => {
    const whole = (operation: Operation): MadeUpRun[] =>
      [true, false].map((young) => ({ operation, young, isOwn: true }));
    const all = (['age', 'walk', 'clear-refs'] as const).flatMap(whole);
    await fc.assert(
      fc.asyncProperty(kernel, async ({ programs }) => {
        const made = { programs, recorded: new Set(AGING.map(eventOf)) };
        const learned = await learnedOf(made, all);
        expect(learned.map(({ texts }) => texts.length)).toEqual(learned.map(() => 1));
      }),
      { numRuns: samples(20), seed: 20190131 },
    );
  });
});
