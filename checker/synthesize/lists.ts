/**
 * The lists that a synthesis tries: what a callback of the driver may do, and what a program of the
 * kernel may have behind its `pte`. Shorter lists come first.
 */
import { HEEDED } from '../../model/compile.ts';
import type { Callback, Return } from '../../model/field.ts';
import type { Condition, Line, Program } from '../../model/program.ts';
import { CALLS, STEPS, STEP_PROGRAMS, WORDS, stepsOf } from '../../model/steps.ts';
import type {
  CallbackName,
  Driver,
  Hardware,
  Kernel,
  Parts,
  ProgramName,
} from '../../model/system.ts';
import { CALLBACKS, PROGRAMS } from '../../model/system.ts';

const line = (name: string, when: Line['when'] = 'always'): Line => ({
  name,
  range: 'page',
  when,
});

/** The words that stand for a message and the wait for its answer. The IOTLB comes first. */
const FLUSHES = ['flush-iotlb', ...Object.keys(WORDS)] as const;

/** The two steps of such a word, where each of them is a step of its own. */
const halves = (word: string): readonly string[] => stepsOf(word, true);

/**
 * The actions of each kind of secondary. A shadow has no IOTLB, and young bits of its own. Without
 * a queue the IOTLB drops its entry when it is told.
 */
const actionsOf = ({ secondary }: Driver, { iotlbQueue }: Hardware): readonly string[] =>
  secondary === 'shared'
    ? FLUSHES.flatMap((word) => stepsOf(word, iotlbQueue))
    : ['harvest', 'zap', ...FLUSHES.slice(1).flatMap(halves)];

/** The message for whose answer an action waits. Undefined if it waits for none. */
export const awaitedBy = (action: string): string | undefined =>
  FLUSHES.map(halves).find(([, wait]) => wait === action)?.[0];

const has = (list: Program, name: string): boolean => list.some((each) => each.name === name);

/**
 * Every list of some lines in which no name is repeated, up to a length. `follows` says whether a
 * line may stand behind a list.
 */
function listsOf(
  lines: readonly Line[],
  most: number,
  follows: (list: Program, next: Line) => boolean = () => true,
): Program[] {
  const all: Program[] = [[]];
  for (const list of all) {
    if (list.length === most) continue;
    for (const next of lines) {
      if (!has(list, next.name) && follows(list, next)) all.push([...list, next]);
    }
  }
  return all;
}

/** Writes a message and a wait that stand side by side as the word that stands for both. */
export function withWords(list: Program): Program {
  const written: Line[] = [];
  for (const next of list) {
    const last = written.at(-1);
    const word = FLUSHES.find(
      (one) => halves(one)[0] === last?.name && halves(one)[1] === next.name,
    );
    if (word !== undefined && last?.when === next.when && last.range === next.range) {
      written.splice(-1, 1, { ...next, name: word });
    } else written.push(next);
  }
  return written;
}

/** The same list with each word as the steps for which it stands. */
export const inSteps = (list: Program): Program =>
  list.flatMap((each) => halves(each.name).map((name) => ({ ...each, name })));

/** Whether an action does something only if the callback has harvested a young bit before. */
const CONDITION: Condition = 'harvested';

/** Every list of actions: none is repeated, and each wait stands behind its message. */
function actionLists(names: readonly string[]): Program[] {
  const lines = names.flatMap((name) =>
    names.includes('harvest') && name !== 'harvest'
      ? [line(name, CONDITION), line(name)]
      : [line(name)],
  );
  const follows = (list: Program, { name, when }: Line): boolean => {
    const message = awaitedBy(name);
    if (message !== undefined && !has(list, message)) return false;
    return when !== CONDITION || has(list, 'harvest');
  };
  return listsOf(lines, names.length, follows).map(withWords);
}

/** What a callback can return where the kernel heeds it. */
const returnsOf = (heeded: boolean, actions: Program): readonly Return[] => {
  if (!heeded) return ['zero'];
  return has(actions, 'harvest') ? ['zero', 'harvested', 'one'] : ['zero', 'one'];
};

/** Every value of a callback: its lists, with each value that the kernel heeds. */
export function callbacksOf(name: CallbackName, { driver, hardware }: Parts): Callback[] {
  const isHeeded = HEEDED.some((call) => CALLS[call].callback === name);
  return actionLists(actionsOf(driver, hardware)).flatMap((actions) =>
    returnsOf(isHeeded, actions).map((returns) => ({ actions, returns })),
  );
}

/** The callbacks that a kernel calls in some program. */
export const calledBy = (kernel: Kernel): CallbackName[] =>
  CALLBACKS.filter((callback) =>
    PROGRAMS.some((program) =>
      kernel[program].some(({ name }) => CALLS[name]?.callback === callback),
    ),
  );

/** The programs of the kernel that a synthesis varies, one at a time. */
export const VARIED = ['age', 'idle', 'walk'] as const satisfies readonly ProgramName[];

/** The most steps that such a program has behind its `pte`. */
const MOST = 4;

/** The steps of a program that call nobody and may stand in any program. */
const PLAIN = Object.keys(STEPS).filter(
  (name) =>
    STEPS[name as keyof typeof STEPS].in === 'program' && !Object.hasOwn(STEP_PROGRAMS, name),
);

/** Every program of these calls and of flushes: up to four steps, each with or without `?young`. */
export function programsOf(calls: readonly string[]): Program[] {
  const lines = [...PLAIN, ...calls].flatMap((name) => [line(name, 'young'), line(name)]);
  return listsOf(lines, MOST).map((list) => [line('pte'), ...list]);
}
