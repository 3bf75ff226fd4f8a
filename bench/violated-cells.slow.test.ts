/** Each violated line of VERDICTS is in one run, or among those that one reason keeps out. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseTable } from '../checker/judge/catalogue/table.ts';
import { stepText } from '../checker/reproduce/program.ts';
import { runsOf, violatedCells } from './violated-cells.ts';

const TABLE = 'counterexamples/VERDICTS';
const cells = violatedCells();
const { runs, undriven } = runsOf(cells);
const nameOf = ({ key }: { readonly key: readonly string[] }): string => key.join(' ');

it('has each violated line once, with a trace of the length that the table has', () => {
  const violated = parseTable(readFileSync(TABLE, 'utf8'), 'VERDICTS').filter(({ verdict }) =>
    verdict.startsWith('Sometimes'),
  );
  expect(cells.map(nameOf)).toEqual(violated.map(nameOf));
  const lengths = cells.map(({ replay }) => `Sometimes ${replay.steps.length}`);
  expect(lengths).toEqual(violated.map(({ verdict }) => verdict));
  const all = [...runs, ...undriven].flatMap((each) => each.cells.map(nameOf));
  expect(all.toSorted()).toEqual(cells.map(nameOf).toSorted());
});

it('drives the events of every line of a run, and their answers', () => {
  expect(runs.length).toBeGreaterThan(100);
  for (const { plans, cells: shown } of runs) {
    const texts = plans.map((plan) =>
      plan.replay.steps.map(({ number }) => stepText(plan, number)).join('; '),
    );
    expect(new Set(texts).size).toBe(1);
    for (const { replay } of shown) {
      const plan = plans.find(({ replay: own }) => own.steps.length === replay.steps.length)!;
      expect(plan.replay.steps.map(({ answer }) => answer)).toEqual(
        replay.steps.map(({ answer }) => answer),
      );
    }
  }
});

it('keeps the first step of a reason out of its text', () => {
  expect(undriven.filter(({ why }) => /\(\d+\)/.test(why))).toEqual([]);
});
