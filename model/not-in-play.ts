/**
 * Which words of a system are not in play: they need something that the system lacks, and change
 * nothing. What each word needs stands with its declaration.
 */
import { isUnheard } from './compile.ts';
import { effectsOf, readsPte, stepEvents, takes } from './effects.ts';
import { PROGRAM_OPERATIONS } from './events.ts';
import type { Callback, Field } from './field.ts';
import type { Need } from './needs.ts';
import {
  FIELD_NEEDS,
  FIELD_STEPS,
  MEMBER_STEPS,
  lacking,
  meets,
  needsOf,
  stepsAreSeen,
} from './needs.ts';
import { awaitsInvalidation, awaitsIotlb, hasDmaInFlight, hasPosted, hasQueue } from './play.ts';
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

const kindsOf = (program: ProgramName) =>
  PROGRAM_OPERATIONS.filter((kind) => kind.program === program);
const inScope = (parts: Parts, program: ProgramName) =>
  kindsOf(program).filter(({ needs }) => meets(parts, needs));

type List = Program | Callback;
/** A list of a system, and what the system does with another one in its place. */
interface Listed {
  readonly parts: Parts;
  readonly name: string;
  readonly isSameWith: (list: List) => boolean;
  /** Whether it then has fewer events. */
  readonly isShorterWith: (list: List) => boolean;
}

function listed(parts: Parts, part: PartName, name: string): Listed {
  const effects = effectsOf(parts);
  const events = stepEvents(parts);
  const others = (list: List): Parts => ({ ...parts, [part]: { ...parts[part], [name]: list } });
  const isSameWith = (list: List) => effectsOf(others(list)) === effects;
  const isShorterWith = (list: List) => stepEvents(others(list)) < events;
  return { parts, name, isSameWith, isShorterWith };
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

/** What an action of a callback lacks, if the system does the same without it. */
function lackingAction(parts: Parts, line: Line): string[] {
  const lacks = lackingStep(parts, line);
  if (lacks.length > 0) return lacks;
  const cache = AWAITS[line.name];
  if (cache === undefined) return ['a young bit that is harvested before it'];
  if (!takes(parts, [`post-${cache}`])) return [`an action post-${cache} or flush-${cache}`];
  const unseen = lacking(parts, [stepsAreSeen]);
  if (unseen.length > 0) return unseen;
  if (line.when === 'harvested') return ['a young bit that is harvested before it'];
  return ['a caller that is not done at once'];
}

/** What a range lacks that tells no other pages than `page` would. */
function lackingPages({ scope, driver }: Parts, { name }: Line): string {
  if (scope.pages === 1) return 'pages=2';
  const unheard = driver.secondary === 'shadow' && name === 'invalidate';
  return unheard ? 'secondary=shared' : 'a call that tells fewer pages than all';
}

/** The members of a list that do nothing, and ranges and conditions that change nothing. */
function idleLines(
  { parts, name, isSameWith, isShorterWith }: Listed,
  lines: Program,
  listOf: (lines: Program) => List,
  lackOf: (line: Line) => string[],
): Idle[] {
  const pte = lines.findIndex(readsPte);
  return lines.flatMap((line, i): Idle[] => {
    if (line.name === 'unlock') {
      const needs = lacking(parts, [stepsAreSeen]);
      return needs.length > 0 ? [{ word: `unlock in ${name}`, needs }] : [];
    }
    if (Object.hasOwn(MARKS, line.name)) return [];
    const having = (other: readonly Line[]) =>
      listOf([...lines.slice(0, i), ...other, ...lines.slice(i + 1)]);
    const same = (other: readonly Line[]) => isSameWith(having(other));
    const early = line.when === 'young' && (pte < 0 || i < pte);
    if (early) return [{ word: `?young in ${name}`, needs: ["a step 'pte' before it"] }];
    if (same([])) {
      const isEvent = isShorterWith(having([]));
      return [{ word: `${lineText(line)} in ${name}`, needs: lackOf(line), isEvent }];
    }
    const found: Idle[] = [];
    if (line.when !== 'always' && same([{ ...line, when: 'always' }])) {
      found.push({ word: `?${line.when} in ${name}`, needs: ['a step that calls the driver'] });
    }
    if (line.range !== 'page' && same([{ ...line, range: 'page' }])) {
      found.push({ word: `@${line.range} in ${name}`, needs: [lackingPages(parts, line)] });
    }
    return found;
  });
}

function idleInProgram(list: Listed, program: ProgramName, lines: Program): Idle[] {
  const { parts } = list;
  if (inScope(parts, program).length === 0) {
    return [{ word: program, needs: lacking(parts, kindsOf(program)[0].needs) }];
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
  const waits =
    (hasPosted(parts) && awaitsInvalidation(parts)) ||
    (hasDmaInFlight(parts) && awaitsIotlb(parts));
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
    : 'a young bit that is harvested before it';
  return [...idle, { word: `return-${returns} in ${name}`, needs: [isHeard] }];
}

/** What a field lacks, by the needs of the field and by the steps that it is about. */
function lackingField(parts: Parts, part: PartName, name: string): string[] {
  const needs = (FIELD_NEEDS[part] as Readonly<Record<string, readonly Need[]>>)?.[name] ?? [];
  const steps = (FIELD_STEPS[part] as Readonly<Record<string, string>>)?.[name];
  const lacks = lacking(parts, needs);
  if (lacks.length > 0 || steps === undefined || takes(parts, [steps])) return lacks;
  return awaitsInvalidation(parts) && hasPosted(parts) ? [] : [`an operation with ${steps}`];
}

/** The members of a set that change nothing. */
function idleMembers(parts: Parts, name: string, members: readonly string[]): Idle[] {
  if (name === 'events') {
    return (members as readonly OptionalEvent[]).map((word) => ({
      word,
      needs: lacking(parts, needsOf(word)),
    }));
  }
  return members.flatMap((word) => {
    const step = MEMBER_STEPS[name]?.[word];
    const lacks = step !== undefined && !takes(parts, [step]);
    return lacks ? [{ word: `${word} in ${name}`, needs: [`an operation with ${step}`] }] : [];
  });
}

function idleIn(parts: Parts, part: PartName, name: string, { values }: Field): Idle[] {
  const value: unknown = Reflect.get(parts[part], name);
  const needs = lackingField(parts, part, name);
  if (needs.length > 0) return [{ word: name, needs }];
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
  word === member ||
  word === `${member} in ${field}` ||
  (/^[@?]/.test(word) && member.includes(word.replace(` in ${field}`, '')));
