/**
 * Which words of a system are not in play: they need something that the system lacks, and change
 * nothing. What each word needs stands with its declaration.
 */
import { isUnheard } from './compile.ts';
import { effectsOf, readsPte, stepEvents, takes, takesInSteps } from './effects.ts';
import { PROGRAM_OPERATIONS } from './events.ts';
import type { Callback, Field } from './field.ts';
import type { Need } from './needs.ts';
import {
  EVENT_ACTS_ON,
  FIELD_NEEDS,
  lacking,
  meets,
  needsOf,
  optional,
  stepsAreSeen,
} from './needs.ts';
import { forkAwaitsDma, forkAwaitsWrites, hasDmaInFlight, hasQueue } from './play.ts';
import type { Line, Program } from './program.ts';
import { lineText } from './program.ts';
import type { StepKind, StepVerb } from './steps.ts';
import { CALLS, MARKS, STEPS, stepsOf } from './steps.ts';
import type { CallbackName, OptionalEvent, PartName, Parts, ProgramName } from './system.ts';
import { FIELDS, PROGRAMS, fieldsOf } from './system.ts';
import { valueText } from './text.ts';

/** A word that has no effect in a system, and what it needs. */
export interface NotInPlay {
  readonly part: PartName;
  readonly field: string;
  /** The field itself, a member of a set, or a member of a list: `flush-tlb?young in age`. */
  readonly word: string;
  readonly needs: readonly string[];
  /** It changes nothing but is an event, which makes a run longer. */
  readonly isEvent?: boolean;
}
type Idle = Pick<NotInPlay, 'word' | 'needs' | 'isEvent'>;

/** What a system must have for an operation to be run. A look can be part of an unmap, too. */
const needsToRun = ({ needs, runsIf = needs }: (typeof PROGRAM_OPERATIONS)[number]) => runsIf;
const kindsOf = (program: ProgramName) =>
  PROGRAM_OPERATIONS.filter((kind) => kind.program === program);
const inScope = (parts: Parts, program: ProgramName) =>
  kindsOf(program).filter((kind) => meets(parts, needsToRun(kind)));

type List = Program | Callback;
/** A list of a system, and what the system does with another one in its place. */
interface Listed {
  readonly parts: Parts;
  readonly name: string;
  readonly isSameWith: (list: List) => boolean;
  /** Whether it then has fewer events. */
  readonly isShorterWith: (list: List) => boolean;
  /** Whether it then has the same events. */
  readonly isAsLongWith: (list: List) => boolean;
}

function listed(parts: Parts, part: PartName, name: string): Listed {
  const effects = effectsOf(parts);
  const events = stepEvents(parts);
  const others = (list: List): Parts => ({ ...parts, [part]: { ...parts[part], [name]: list } });
  const isSameWith = (list: List) => effectsOf(others(list)) === effects;
  const isShorterWith = (list: List) => stepEvents(others(list)).length < events.length;
  const isAsLongWith = (list: List) => stepEvents(others(list)).join() === events.join();
  return { parts, name, isSameWith, isShorterWith, isAsLongWith };
}

/** What one step or action lacks. A word that stands for several lacks what all of them lack. */
function lackingStep(parts: Parts, { name }: Line): string[] {
  const verbs = stepsOf(name, hasQueue(parts));
  // Without a queue nobody waits for the IOMMU, and the word stands for no step.
  if (verbs.length === 0) return lacking(parts, STEPS[name as StepVerb].needs);
  const lacks = verbs.map((verb) => {
    const { needs, actsOn = [] }: StepKind = STEPS[verb];
    return lacking(parts, [...needs, ...actsOn]);
  });
  return lacks.some((lack) => lack.length === 0) ? [] : [...new Set(lacks.flat())];
}

/** What a step of a program lacks, if the system does the same without it. */
function lackingLine(parts: Parts, program: ProgramName, line: Line): string[] {
  const call = CALLS[line.name];
  if (call === undefined) return lackingStep(parts, line);
  const kinds = inScope(parts, program);
  if (kinds.every((kind) => isUnheard(parts, line, kind))) return ['secondary=shared'];
  return [`a driver whose ${call.callback} does something here`];
}

/** The actions that wait, each with the cache whose flush it waits for. */
const AWAITS: Readonly<Record<string, string>> = { 'await-atc': 'atc', 'await-iotlb': 'iotlb' };

const HARVEST = 'a young bit that is harvested before it';
/** What an action needs that covers no page here, as a range left out the last one. */
const MORE_PAGES = 'an operation of more pages';

/** What an action of a callback lacks, if the system does the same without it. */
function lackingAction(parts: Parts, line: Line): string[] {
  const lacks = lackingStep(parts, line);
  if (lacks.length > 0) return lacks;
  const cache = AWAITS[line.name];
  if (cache === undefined) {
    return [line.when === 'harvested' ? HARVEST : MORE_PAGES];
  }
  if (!takes(parts, `post-${cache}`)) return [`an action post-${cache} or flush-${cache}`];
  const unseen = lacking(parts, [stepsAreSeen]);
  if (unseen.length > 0) return unseen;
  if (line.when === 'harvested') return [HARVEST];
  return ['a caller that is not done at once'];
}

/** What a range lacks that tells no other pages than `page` would. */
function lackingPages({ scope, driver }: Parts, { name }: Line): string {
  if (scope.pages === 1) return 'pages=2';
  const unheard = driver.secondary === 'shadow' && name === 'invalidate';
  return unheard ? 'secondary=shared' : 'a call that tells fewer pages than all';
}

/** What can be idle of a member of a list: the member, its condition or its range. */
const wordsOf = (line: Line): string[] => [lineText(line), `?${line.when}`, `@${line.range}`];

/** The members of a list that do nothing, and ranges and conditions that change nothing. */
function idleLines(
  { parts, name, isSameWith, isShorterWith, isAsLongWith }: Listed,
  lines: Program,
  listOf: (lines: Program) => List,
  lackOf: (line: Line) => string[],
): Idle[] {
  const pte = lines.findIndex(readsPte);
  const idleIn = (line: Line, i: number): Idle[] => {
    const word = lineText(line);
    if (word === 'unlock') return [{ word, needs: lacking(parts, [stepsAreSeen]) }];
    // A pageout does not look.
    if (word === 'look') return [{ word, needs: lacking(parts, [optional('unmap')]) }];
    if (Object.hasOwn(MARKS, line.name)) return [];
    const having = (other: readonly Line[]) =>
      listOf([...lines.slice(0, i), ...other, ...lines.slice(i + 1)]);
    const same = (other: readonly Line[]) => isSameWith(having(other));
    // What is taken only if the PTE was young is never taken before it was read.
    const early = line.when === 'young' && (pte < 0 || i < pte);
    if (early) return [{ word, needs: ["a step 'pte' before it"] }];
    if (same([])) {
      const coversNone = line.range !== 'page' && !same([{ ...line, range: 'page' }]);
      const needs = coversNone ? [MORE_PAGES] : lackOf(line);
      return [{ word, needs, isEvent: isShorterWith(having([])) }];
    }
    const found: Idle[] = [];
    const ever = [{ ...line, when: 'always' as const }];
    // A condition under which a step does nothing still says whether there is an event.
    if (line.when !== 'always' && same(ever) && isAsLongWith(having(ever))) {
      found.push({ word: `?${line.when}`, needs: ['a step that calls the driver'] });
    }
    if (line.range !== 'page' && same([{ ...line, range: 'page' }])) {
      found.push({ word: `@${line.range}`, needs: [lackingPages(parts, line)] });
    }
    return found;
  };
  const idle = lines.map(idleIn);
  // A word that stands more than once is told if it does nothing anywhere.
  const isIdle = (word: string) =>
    lines.every(
      (line, i) =>
        !wordsOf(line).includes(word) ||
        idle[i].some((one) => one.word === word || one.word === lineText(line)),
    );
  return idle
    .flat()
    .filter(({ word, needs }) => needs.length > 0 && isIdle(word))
    .map((one) => ({ ...one, word: `${one.word} in ${name}` }));
}

function idleInProgram(list: Listed, program: ProgramName, lines: Program): Idle[] {
  const { parts } = list;
  if (inScope(parts, program).length === 0) {
    return [{ word: program, needs: lacking(parts, needsToRun(kindsOf(program)[0])) }];
  }
  return idleLines(
    list,
    lines,
    (all) => all,
    (line) => lackingLine(parts, program, line),
  );
}

/** Whether an operation in scope calls a callback of the driver. */
const isCalled = (parts: Parts, callback: string): boolean =>
  PROGRAMS.some((program) =>
    inScope(parts, program).some((kind) =>
      parts.kernel[program].some(
        (line) => CALLS[line.name]?.callback === callback && !isUnheard(parts, line, kind),
      ),
    ),
  );

function idleInCallback(list: Listed, name: CallbackName, callback: Callback): Idle[] {
  const { parts, isSameWith } = list;
  // A fork waits for posted writes if this callback lets them land, even if it does not call it.
  const { drainsPostedWrites, drainsTranslated } = parts.hardware;
  const waits =
    (drainsPostedWrites && forkAwaitsWrites(parts)) || (drainsTranslated && forkAwaitsDma(parts));
  const drains = name === 'invalidate_secondary' && waits;
  if (!drains && !isCalled(parts, name)) {
    return [{ word: name, needs: ['a program in scope that calls it'] }];
  }
  const { actions, returns } = callback;
  const idle = idleLines(
    list,
    actions,
    (lines) => ({ ...callback, actions: lines }),
    (line) => lackingAction(parts, line),
  );
  if (returns === 'zero' || !isSameWith({ ...callback, returns: 'zero' })) return idle;
  const isHeard = isSameWith({ ...callback, returns: 'one' })
    ? 'a caller that uses what it returns'
    : HARVEST;
  return [...idle, { word: `return-${returns} in ${name}`, needs: [isHeard] }];
}

/** The step that a field is about. */
interface FieldStep {
  readonly step: string;
  /** Whether an operation in scope takes the step in a way that the field changes. */
  readonly taken: (parts: Parts) => boolean;
}
const FIELD_STEPS: Readonly<Record<string, FieldStep>> = {
  dropsOvertakenCompletions: { step: 'post-atc', taken: (parts) => takes(parts, 'post-atc') },
  acknowledges: { step: 'post-atc', taken: (parts) => takes(parts, 'post-atc') },
  drainsPostedWrites: {
    step: 'post-atc',
    taken: (parts) => takesInSteps(parts, 'post-atc') || forkAwaitsWrites(parts),
  },
  iotlbQueue: {
    step: 'post-iotlb',
    taken: (parts) => takesInSteps(parts, 'post-iotlb') || hasDmaInFlight(parts),
  },
  drainsTranslated: {
    step: 'post-iotlb',
    taken: (parts) => takesInSteps(parts, 'post-iotlb') || forkAwaitsDma(parts),
  },
};

/** The same for a member of a set. */
const MEMBER_STEPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  marksAccessed: { zap: 'zap' },
};

/** What a field lacks, by the needs of the field and by the steps that it is about. */
function lackingField(parts: Parts, part: PartName, name: string): string[] {
  const needs = (FIELD_NEEDS[part] as Readonly<Record<string, readonly Need[]>>)?.[name] ?? [];
  const lacks = lacking(parts, needs);
  const about = FIELD_STEPS[name];
  if (lacks.length > 0 || about === undefined || about.taken(parts)) return lacks;
  return [`an operation with ${about.step}`];
}

/** The members of a set that change nothing. */
function idleMembers(parts: Parts, name: string, members: readonly string[]): Idle[] {
  if (name === 'events') {
    return (members as readonly OptionalEvent[]).map((word) => {
      const needs = lacking(parts, needsOf(word));
      if (needs.length > 0) return { word, needs };
      return { word, needs: lacking(parts, EVENT_ACTS_ON[word] ?? []), isEvent: true };
    });
  }
  return members.flatMap((word) => {
    const step = MEMBER_STEPS[name]?.[word];
    const lacks = step !== undefined && !takes(parts, step);
    return lacks ? [{ word: `${word} in ${name}`, needs: [`an operation with ${step}`] }] : [];
  });
}

function idleIn(parts: Parts, part: PartName, name: string, { values, otherwise }: Field): Idle[] {
  const value: unknown = Reflect.get(parts[part], name);
  const needs = lackingField(parts, part, name);
  if (needs.length > 0) {
    const usual = { ...parts, [part]: { ...parts[part], [name]: otherwise } };
    const isEvent = stepEvents(usual).length < stepEvents(parts).length;
    return [{ word: name, needs, isEvent }];
  }
  switch (values.form) {
    case 'program':
      return idleInProgram(listed(parts, part, name), name as ProgramName, value as Program);
    case 'callback':
      return idleInCallback(listed(parts, part, name), name as CallbackName, value as Callback);
    case 'set':
      return idleMembers(parts, name, value as readonly string[]);
    default:
      return [];
  }
}

/** The members of a list or a set, each as it is written. */
const membersOf = (field: Field, value: unknown): string[] => valueText(field, value).split(',');

/**
 * The words that have no effect, where a system differs from another: from the presets that it
 * names, or from the defaults. Those words are what a user wrote.
 */
export function notInPlay(parts: Parts, base: Parts): NotInPlay[] {
  return (Object.keys(FIELDS) as PartName[]).flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([name, field]) => {
      const [value, usual] = [parts, base].map((from) => Reflect.get(from[part], name) as unknown);
      if (valueText(field, value) === valueText(field, usual)) return [];
      const known = membersOf(field, usual);
      const isOwn = ({ word }: Idle) =>
        word === name || !known.some((one) => isOf(word, one, name));
      const idle = idleIn(parts, part, name, field).filter(isOwn);
      const once = new Map(idle.map((each) => [each.word, each]));
      return [...once.values()]
        .filter(({ needs }) => needs.length > 0)
        .map((each) => ({ part, field: name, ...each }));
    }),
  );
}

/** Whether a word is a member of a list, or the range or the condition of one. */
const isOf = (word: string, member: string, field: string): boolean =>
  [member, ...(member.match(/[@?][^@?]+/g) ?? [])].some(
    (each) => word === each || word === `${each} in ${field}`,
  );
