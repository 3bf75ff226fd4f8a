/**
 * The neighbours of a field's value: other values that differ in one small change. `assumptions`
 * tries each of them. Whether a neighbour is a valid value is decided in text.ts.
 */
import type { Line, Program } from './program.ts';
import { CONDITIONS, ListFault, RANGES } from './program.ts';
import { CALLS, STEPS, stepsOf } from './steps.ts';
import type { Callback, Field } from './field.ts';
import type { Driver } from './system.ts';
import { MANY, RETURNS } from './field.ts';
import { parseValue, valueText } from './text.ts';

const others = <T>(value: T, all: readonly T[]): T[] => all.filter((other) => other !== value);

/** Every set that has one member less, or one more. The members are in the order of `all`. */
const toggled = (set: readonly string[], all: readonly string[]): string[][] =>
  all.map((member) => all.filter((other) => set.includes(other) !== (other === member)));

/** A step with every other condition and every other range. */
function otherwise(line: Line): Line[] {
  const conditions = others(line.when, ['always', ...CONDITIONS] as const);
  return [
    ...conditions.map((when) => ({ ...line, when })),
    ...others(line.range, RANGES).map((range) => ({ ...line, range })),
  ];
}

/** The lists in which one step is replaced; `instead` gives the replacements of a step. */
const replaced = (list: Program, instead: (line: Line) => readonly Line[]): Program[] =>
  list.flatMap((line, i) => instead(line).map((other) => list.with(i, other)));

const without = (list: Program): Program[] => list.map((_, i) => list.toSpliced(i, 1));

const plain = (name: string): Line => ({ name, range: 'page', when: 'always' });

/** The calls for which the driver has a callback that does something or returns a value. */
export const answeredBy = (driver: Driver): string[] =>
  Object.keys(CALLS).filter((call) => {
    const { actions, returns } = driver[CALLS[call].callback];
    return actions.length > 0 || returns !== 'zero';
  });

/**
 * Programs that differ from this one in one step. A step is left out, two neighbours are swapped,
 * or a condition or range differs. One call stands for another, or a call or a flush is added at
 * the end. The lock is given up behind `pte`, or a look stands before it; a rewrite reads or takes.
 */
function otherPrograms(program: Program, driver: Driver): Program[] {
  const pte = program.findIndex(({ name }) => name === 'pte');
  const marked = [program.toSpliced(pte + 1, 0, plain('unlock'))];
  if (pte >= 0) marked.push(program.toSpliced(pte, 0, plain('look')));
  const exchanged = replaced(program, ({ name }) =>
    name === 'take' ? [plain('read')] : name === 'read' ? [plain('take')] : [],
  );
  const isAbsent = (name: string) => !program.some((line) => line.name === name);
  const calls = answeredBy(driver).filter(isAbsent);
  const steps = Object.keys(STEPS).filter(
    (name) => STEPS[name as keyof typeof STEPS].in === 'program',
  );
  const swapped = program.slice(1).map((line, i) => program.with(i, line).with(i + 1, program[i]));
  return [
    ...without(program),
    ...swapped,
    ...replaced(program, otherwise),
    ...replaced(program, (line) =>
      CALLS[line.name] === undefined ? [] : calls.map((name) => ({ ...line, name })),
    ),
    ...[...steps.filter(isAbsent), ...calls].map((name) => [...program, plain(name)]),
    ...marked,
    ...exchanged,
  ];
}

/** What most drivers do in a callback that does anything. */
const USUAL: Program = [plain('flush-iotlb'), plain('flush-atc')];

/**
 * Callbacks that differ from this one. They do nothing, lack one action, or have their actions in
 * reverse order. `flush-atc` becomes `post-atc`, a condition or a range differs, or the return
 * value differs. For an empty callback there is also the usual flush.
 */
function otherCallbacks({ actions, returns }: Callback): Callback[] {
  const firstOf = ({ name, ...line }: Line): Line[] =>
    stepsOf(name, true)
      .slice(0, -1)
      .map((step) => ({ ...line, name: step }));
  const lists =
    actions.length === 0
      ? [USUAL]
      : [
          [],
          ...without(actions),
          actions.toReversed(),
          ...replaced(actions, firstOf),
          ...replaced(actions, otherwise),
        ];
  return [
    ...lists.map((list) => ({ actions: list, returns })),
    ...others(returns, RETURNS).map((other) => ({ actions, returns: other })),
  ];
}

function candidates({ values }: Field, value: unknown, driver: Driver): readonly unknown[] {
  switch (values.form) {
    case 'flag':
      return [value !== true];
    case 'choice':
      return others(value, values.values);
    case 'count':
      return value === MANY ? [1] : [Number(value) - 1, Number(value) + 1];
    case 'set':
      return toggled(value as readonly string[], values.members);
    case 'program':
      return otherPrograms(value as Program, driver);
    case 'callback':
      return otherCallbacks(value as Callback);
  }
}

/**
 * The neighbours of a field's value, each once, as far as the field can have them. Programs get
 * only calls that the driver answers, as other calls would change nothing.
 */
export function neighboursOf(
  name: string,
  field: Field,
  value: unknown,
  driver: Driver,
): readonly unknown[] {
  const known = new Set([valueText(field, value)]);
  return candidates(field, value, driver).filter((other) => {
    const text = valueText(field, other);
    if (known.has(text)) return false;
    known.add(text);
    const read = parseValue(name, field, text);
    return read !== undefined && !(read instanceof ListFault);
  });
}
