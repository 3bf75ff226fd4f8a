/**
 * Which words of a system are not in play: they need something that the system lacks, and change
 * nothing. What each word needs stands with its declaration.
 */
import { isUnheard } from './compile.ts';
import { PROGRAM_OPERATIONS } from './events.ts';
import type { Callback, Field } from './field.ts';
import type { Need } from './needs.ts';
import { FIELD_NEEDS, lacking, meets, needsOf } from './needs.ts';
import { awaitsInvalidation, hasPosted } from './play.ts';
import type { Line, Program } from './program.ts';
import type { StepKind, StepVerb } from './steps.ts';
import { CALLS, STEPS, WORDS } from './steps.ts';
import type { OptionalEvent, PartName, Parts, ProgramName } from './system.ts';
import { FIELDS, PROGRAMS, fieldsOf } from './system.ts';
import { valueText } from './text.ts';

/** A word that has no effect in a system, and what it needs. */
export interface NotInPlay {
  readonly part: PartName;
  readonly field: string;
  /** The field itself, an optional event, or a member of a list: `flush-tlb in age`. */
  readonly word: string;
  readonly needs: readonly string[];
}
type Idle = Pick<NotInPlay, 'word' | 'needs'>;

const kindsOf = (program: ProgramName) =>
  PROGRAM_OPERATIONS.filter((kind) => kind.program === program);
const inScope = (parts: Parts, program: ProgramName) =>
  kindsOf(program).filter(({ needs }) => meets(parts, needs));

/** What one step or action lacks. A word that stands for several lacks what all of them lack. */
function lackingStep(parts: Parts, { name }: Line): string[] {
  const verbs = WORDS[name]?.steps ?? [name as StepVerb];
  const lacks = verbs.map((verb) => {
    const { needs, actsOn = [] }: StepKind = STEPS[verb];
    return lacking(parts, [...needs, ...actsOn]);
  });
  return lacks.some((lack) => lack.length === 0) ? [] : [...new Set(lacks.flat())];
}

function lackingLine(parts: Parts, program: ProgramName, line: Line): string[] {
  if (CALLS[line.name] === undefined) return lackingStep(parts, line);
  const kinds = inScope(parts, program);
  return kinds.every((kind) => isUnheard(parts, line, kind)) ? ['secondary=shared'] : [];
}

function idleInProgram(parts: Parts, program: ProgramName, lines: Program): Idle[] {
  const [first] = kindsOf(program);
  if (inScope(parts, program).length === 0) {
    return [{ word: program, needs: lacking(parts, first.needs) }];
  }
  // Only `upgrade` has no `pte`, so there no step can follow a young PTE.
  const early = lines.some(({ when }) => when === 'young') && lines[0].name !== 'pte';
  const condition = { word: `?young in ${program}`, needs: ["a step 'pte' before it"] };
  const steps = lines.filter(({ name }) => name !== 'pte');
  return [
    ...(early ? [condition] : []),
    ...steps.map((line) => ({
      word: `${line.name} in ${program}`,
      needs: lackingLine(parts, program, line),
    })),
  ];
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

function idleInCallback(parts: Parts, callback: string, { actions }: Callback): Idle[] {
  // A fork waits for posted writes if this callback lets them land, even if it does not call it.
  const drains =
    callback === 'invalidate_secondary' && hasPosted(parts) && awaitsInvalidation(parts);
  if (!drains && !isCalled(parts, callback)) {
    return [{ word: callback, needs: ['a program in scope that calls it'] }];
  }
  return actions.map((line) => ({
    word: `${line.name} in ${callback}`,
    needs: lackingStep(parts, line),
  }));
}

function idleIn(parts: Parts, part: PartName, name: string, { values }: Field): Idle[] {
  const value: unknown = Reflect.get(parts[part], name);
  const needs = (FIELD_NEEDS[part] as Readonly<Record<string, readonly Need[]>>)?.[name] ?? [];
  const field = { word: name, needs: lacking(parts, needs) };
  if (field.needs.length > 0) return [field];
  if (values.form === 'program') {
    return idleInProgram(parts, name as ProgramName, value as Program);
  }
  if (values.form === 'callback') return idleInCallback(parts, name, value as Callback);
  if (part !== 'scope' || name !== 'events') return [];
  return (value as readonly OptionalEvent[]).map((word) => ({
    word,
    needs: lacking(parts, needsOf(word)),
  }));
}

/**
 * The words that have no effect, in the fields in which a system differs from another: from the
 * presets that it names, or from the defaults. Those fields are what a user wrote.
 */
export function notInPlay(parts: Parts, base: Parts): NotInPlay[] {
  return (Object.keys(FIELDS) as PartName[]).flatMap((part) =>
    Object.entries(fieldsOf(part)).flatMap(([name, field]) => {
      const text = (from: Parts) => valueText(field, Reflect.get(from[part], name));
      if (text(parts) === text(base)) return [];
      const idle = idleIn(parts, part, name, field).filter(({ needs }) => needs.length > 0);
      const once = new Map(idle.map((each) => [each.word, each]));
      return [...once.values()].map((each) => ({ part, field: name, ...each }));
    }),
  );
}
