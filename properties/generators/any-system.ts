/**
 * Random systems, for tests of what must hold in every system. The values of a field follow from
 * its declaration, so a new field is drawn without a change here.
 */
import fc from 'fast-check';
import type { Line, Program } from '../../model/program.ts';
import { CONDITIONS, RANGES } from '../../model/program.ts';
import { CALLS } from '../../model/steps.ts';
import type { Callback, Field } from '../../model/field.ts';
import type {
  Driver,
  Hardware,
  Kernel,
  Observer,
  OptionalEvent,
  Scope,
  System,
} from '../../model/system.ts';
import { RETURNS } from '../../model/field.ts';
import { FIELDS, GRANULARITIES, OBSERVERS, OPTIONAL_EVENTS } from '../../model/system.ts';
import { ACTION_WORDS, PROGRAM_WORDS } from '../../model/text.ts';

/** Draws mostly the usual value. Two unusual values in one system can hide each other's effects. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const plain = <T>(value: T): fc.Arbitrary<T> => fc.constant(value);

/** Draws a step of a kernel's program, after its `pte`. */
const anyStep: fc.Arbitrary<Line> = fc
  .record({
    name: fc.constantFrom(...PROGRAM_WORDS.filter((word) => word !== 'pte')),
    range: seldom<Line['range']>('page', fc.constantFrom(...RANGES)),
    when: fc.constantFrom<Line['when']>('always', 'always', 'young'),
  })
  .map((line) => (CALLS[line.name] === undefined ? { ...line, range: 'page' } : line));

const PTE: Line = { name: 'pte', range: 'page', when: 'always' };

/** Draws a program of up to four steps in any order, even one that no kernel would have. */
const anyProgram = (name: string, usual: Program): fc.Arbitrary<Program> =>
  fc.oneof(
    { weight: 2, arbitrary: plain(usual) },
    {
      weight: 1,
      arbitrary: fc
        .array(anyStep, { maxLength: 4 })
        .map((steps) => (name === 'upgrade' ? steps : [PTE, ...steps])),
    },
  );

const line = (name: string, when: Line['when'] = 'always'): Line => ({ name, range: 'page', when });
const anyAction: fc.Arbitrary<Line> = fc.record({
  name: fc.constantFrom(...ACTION_WORDS),
  range: seldom<Line['range']>('page', fc.constantFrom(...RANGES)),
  when: seldom<Line['when']>('always', plain(CONDITIONS[1])),
});

/** Draws a callback of up to four actions in any order, even one that no driver would have. */
const anyCallback: fc.Arbitrary<Callback> = fc.record({
  actions: fc.oneof(
    plain([line('flush-iotlb'), line('flush-atc')]),
    plain([line('harvest'), line('flush-atc', 'harvested')]),
    fc.array(anyAction, { maxLength: 4 }),
  ),
  returns: fc.constantFrom(...RETURNS),
});

function anyValue(name: string, { values, otherwise }: Field): fc.Arbitrary<unknown> {
  switch (values.form) {
    case 'flag':
      return seldom(otherwise, plain(!otherwise));
    case 'choice':
      return seldom(otherwise, fc.constantFrom<unknown>(...values.values));
    case 'count':
      return fc.integer({ min: values.least, max: values.most });
    case 'set':
      return fc.subarray([...values.members]);
    case 'program':
      return anyProgram(name, otherwise as Program);
    case 'callback':
      return anyCallback;
  }
}

const anyPart = <T>(fields: Readonly<Record<string, Field>>): fc.Arbitrary<T> =>
  fc.record(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, anyValue(name, field)]),
    ),
  ) as fc.Arbitrary<T>;

export const anyKernel: fc.Arbitrary<Kernel> = anyPart<Kernel>(FIELDS.kernel);
export const anyDriver: fc.Arbitrary<Driver> = anyPart<Driver>(FIELDS.driver);
export const anyHardware: fc.Arbitrary<Hardware> = anyPart<Hardware>(FIELDS.hardware);

/** The largest scope to draw. The smallest one has one page, no CPU and one device. */
export interface Most {
  readonly pages: number;
  readonly cpus: number;
  readonly devices: number;
}

const anyObservers: fc.Arbitrary<Observer[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Observer[]>([]) },
  { weight: 4, arbitrary: fc.subarray([...OBSERVERS], { minLength: 1 }) },
);
export const anyScope = (
  { pages, cpus, devices }: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<Scope> =>
  fc.record({
    pages: fc.integer({ min: 1, max: pages }),
    cpus: fc.integer({ min: 0, max: cpus }),
    devices: fc.integer({ min: 1, max: devices }),
    observers: anyObservers,
    granularity: fc.constantFrom(...GRANULARITIES),
    events: fc.subarray([...events]),
  });

/**
 * Generates random systems up to a largest scope. `events` are the optional events to draw from.
 */
export const anySystem = (
  most: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<System> =>
  fc.record({
    kernel: anyKernel,
    driver: anyDriver,
    hardware: anyHardware,
    scope: anyScope(most, events),
    names: fc.constant({}),
  });
