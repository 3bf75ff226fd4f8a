/**
 * Random systems, for tests of what must hold in every system. The values of a field follow from
 * its declaration, so a new field is drawn without a change here.
 */
import fc from 'fast-check';
import type { Line, Program } from '../../model/program.ts';
import { CONDITIONS, RANGES } from '../../model/program.ts';
import { coreOf } from '../../model/core.ts';
import { CALLS, MARKS } from '../../model/steps.ts';
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
import { misfitOf } from '../../model/misfit.ts';
import {
  DEFAULTS,
  FIELDS,
  GRANULARITIES,
  OBSERVERS,
  OPTIONAL_EVENTS,
  SCOPE_FIELDS,
} from '../../model/system.ts';
import { ACTION_WORDS, PROGRAM_WORDS } from '../../model/text.ts';

/** Draws mostly the usual value. Two unusual values in one system can hide each other's effects. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const plain = <T>(value: T): fc.Arbitrary<T> => fc.constant(value);

const NO_MARK = PROGRAM_WORDS.filter((word) => !Object.hasOwn(MARKS, word) && word !== 'copy');

/** Draws a step of a kernel's program that is no mark. */
const anyStep: fc.Arbitrary<Line> = fc
  .record({
    name: fc.constantFrom(...NO_MARK),
    range: seldom<Line['range']>('page', fc.constantFrom(...RANGES)),
    when: fc.constantFrom<Line['when']>('always', 'always', 'young'),
  })
  .map((line) => (CALLS[line.name] === undefined ? { ...line, range: 'page' } : line));

const mark = (name: string): Line => ({ name, range: 'page', when: 'always' });

/** Steps in which some marks stand at places that are drawn, in their order. */
const withMarks = (steps: readonly Line[], marks: readonly string[], cuts: readonly number[]) => {
  const places = marks.map((_, i) => (cuts[i] ?? 0) % (steps.length + 1)).toSorted((a, b) => a - b);
  const from = [0, ...places];
  return [...from.keys()].flatMap((i) => [
    ...steps.slice(from[i], from[i + 1] ?? steps.length),
    ...(i < marks.length ? [mark(marks[i])] : []),
  ]);
};

/** The marks that programs can have behind their first step, in their order. */
const FORMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  unmap: [['pte'], ['pte'], ['pte', 'unlock'], ['look pte'], ['look pte', 'unlock']],
  'write-protect': [['pte']],
  migrate: [['pte', 'copy']],
};

/** Puts marks among steps by the form of a program. */
function formed(name: string, steps: readonly Line[], form: number, cuts: readonly number[]) {
  switch (name) {
    case 'upgrade':
      return steps;
    case 'rewrite':
      return [mark(form % 2 === 0 ? 'take' : 'read'), mark('put')];
    case 'cow':
      return form % 2 === 0
        ? [mark('pte'), ...withMarks(steps, ['set'], cuts)]
        : [mark('set'), ...steps];
    default: {
      const forms = FORMS[name];
      if (forms === undefined) return [mark('pte'), ...steps];
      // Mostly `pte` stands first.
      const first = form % 3 === 0 ? cuts : [0, ...cuts];
      const lines = withMarks(steps, forms[form % forms.length], first).flatMap((each) =>
        each.name.split(' ').map((word) => ({ ...each, name: word })),
      );
      return name === 'migrate' ? [...lines, mark('remap')] : lines;
    }
  }
}

/** Draws a program of up to four steps in any order, even one that no kernel would have. */
const anyProgram = (name: string, usual: Program): fc.Arbitrary<Program> =>
  fc.oneof(
    { weight: 2, arbitrary: plain(usual) },
    {
      weight: 1,
      arbitrary: fc
        .record({
          steps: fc.array(anyStep, { maxLength: 4 }),
          form: fc.nat({ max: 29 }),
          cuts: fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }),
        })
        .map(({ steps, form, cuts }) => formed(name, steps, form, cuts)),
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
    block: seldom<Scope['block']>('1', fc.constantFrom('2', '4')),
    range: anyValue('range', SCOPE_FIELDS.range) as fc.Arbitrary<Scope['range']>,
    granularity: fc.constantFrom(...GRANULARITIES),
    events: fc.subarray([...events]),
  });

/** Draws each part of a system by itself, whether or not they fit together. */
const anyParts = (most: Most, events: readonly OptionalEvent[]): fc.Arbitrary<System> =>
  fc.record({
    kernel: anyKernel,
    driver: anyDriver,
    hardware: anyHardware,
    scope: anyScope(most, events),
    names: fc.constant({}),
  });

/**
 * Generates random systems up to a largest scope, with everything that the model has. `events` are
 * the optional events to draw from.
 */
export const anySystem = (
  most: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<System> => anyParts(most, events).map(fitted);

/** The same system without what does not fit together. */
export function fitted(system: System): System {
  const { scope, kernel } = system;
  const { block } = scope;
  const pages = Math.ceil(scope.pages / Number(block)) * Number(block);
  const sized = { ...scope, pages };
  const isFit = (range: Scope['range']) =>
    misfitOf({ ...system, kernel: DEFAULTS.kernel, scope: { ...sized, range } }) === undefined;
  const range = isFit(scope.range) ? scope.range : 'none';
  const next = { ...system, scope: { ...sized, range } };
  if (misfitOf(next) === undefined) return next;
  const unmap = kernel.unmap.filter(({ name }) => name !== 'look');
  return { ...next, kernel: { ...kernel, unmap } };
}

/** Generates random systems of the core: nothing that an extension adds is in them. */
export const anyCoreSystem = (
  most: Most,
  events: readonly OptionalEvent[] = OPTIONAL_EVENTS,
): fc.Arbitrary<System> => anyParts(most, events).map(coreOf);
