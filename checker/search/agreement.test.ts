/** Verdicts for numbers of agents that a verdict for any number cannot stand beside are named. */
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/events.ts';
import { Model } from '../../model/model.ts';
import { PROPERTIES } from '../../properties/index.ts';
import { parseSystem } from '../trace/setup.ts';
import { contradictions } from './agreement.ts';
import type { Verdict } from './check.ts';

const [property] = PROPERTIES;
const ANY = parseSystem({ scope: 'any' });
const [event] = new Model(parseSystem({ scope: 'mail' })).events;

type Told = Omit<Verdict, 'property'>;
const runOf = (length: number): Event[] => Array.from({ length }, () => event);
const violated = (length: number, more: Partial<Told> = {}): Told => ({
  verdict: 'violated',
  run: runOf(length),
  ...more,
});
/** A trace of every number states its own numbers. */
const traced = (length: number, numbers: string, more: Partial<Told> = {}): Told =>
  violated(length, { where: parseSystem({ scope: numbers }), ...more });
const TWO = 'pages=1 cpus=1 devices=2';

const holds: Told = { verdict: 'holds' };
const vacuous: Told = { verdict: 'vacuous' };
const upTo3: Told = { verdict: 'holds-up-to', pages: 3 };
const unfinished: Told = { verdict: 'unfinished' };

/** The contradictions of a number, which is pages, CPUs and devices. */
const against = (told: Told, [pages, cpus, devices]: readonly number[], numbered: Told): string[] =>
  contradictions(ANY, { property, ...told }, [
    { sizes: { pages, cpus, devices }, verdict: { property, ...numbered } },
  ]);

describe('a verdict for every number is contradicted', () => {
  it.each<[string, Told, readonly number[], Told, string]>([
    ['a proof by a violation', holds, [2, 1, 1], violated(5), 'violates it in 5 events'],
    ['also without a CPU', holds, [1, 0, 1], violated(5), 'violates it in 5 events'],
    ['up to its pages', upTo3, [3, 1, 1], violated(5), 'violates it in 5 events'],
    ['vacuity by a violation', vacuous, [1, 1, 1], violated(5), 'violates it in 5 events'],
    ['vacuity by a witness', vacuous, [1, 1, 1], holds, 'puts it to the test'],
    [
      'a length by a shorter one',
      traced(5, TWO),
      [1, 2, 1],
      violated(4),
      'violates it in 4 events',
    ],
    [
      'a bound by a shorter one',
      traced(5, TWO, { atLeast: 4 }),
      [3, 1, 1],
      violated(3),
      'violates it in 3 events',
    ],
    ['a trace where it happens', traced(5, TWO), [1, 1, 2], holds, 'does not violate it'],
    ['a trace where there is more', traced(5, TWO), [2, 1, 3], vacuous, 'does not violate it'],
    ['a trace by a longer one', traced(5, TWO), [1, 1, 2], violated(6), 'needs 6 events'],
  ])('%s', (_, told, numbers, numbered, what) => {
    const [pages, cpus, devices] = numbers;
    const expected = `pages=${pages} cpus=${cpus} devices=${devices} ${what}`;
    expect(against(told, numbers, numbered)).toEqual([expected]);
  });
});

describe('a verdict for every number is not contradicted', () => {
  it.each<[string, Told, readonly number[], Told]>([
    ['by the same', holds, [1, 1, 1], holds],
    ['by numbers too few to reach anything', holds, [1, 1, 1], vacuous],
    ['by more pages than it is about', upTo3, [4, 1, 1], violated(5)],
    ['by the same length', traced(5, TWO), [1, 1, 2], violated(5)],
    ['by a longer one in other numbers', traced(5, TWO), [1, 1, 3], violated(7)],
    ['by a shorter one, where no CPU needs a flush', traced(5, TWO), [1, 0, 2], violated(4)],
    ['by numbers too few for its trace', traced(5, TWO), [2, 2, 1], holds],
    ['by a length within its bounds', traced(5, TWO, { atLeast: 3 }), [3, 1, 1], violated(4)],
    ['by what is not known', traced(5, TWO), [1, 1, 2], unfinished],
    ['if it is not known itself', unfinished, [1, 1, 1], violated(1)],
  ])('%s', (_, told, numbers, numbered) => {
    expect(against(told, numbers, numbered)).toEqual([]);
  });
});
