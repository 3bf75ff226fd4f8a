/** The lists of steps that an event runs: the kernel's program, and the driver's callbacks. */
import type { Did, DidOf } from '../../model/did.ts';
import type { OperationName } from '../../model/events.ts';
import { programOf } from '../../model/events.ts';
import type { Operations, Step } from '../../model/operation.ts';
import { lineText } from '../../model/program.ts';
import { CALLS } from '../../model/steps.ts';
import type { CallbackName, Parts, ProgramName } from '../../model/system.ts';
import type { Moment } from './moment.ts';
import { notesOf } from './moment.ts';

export interface ListedStep {
  /** The step as it is written in the list. */
  readonly text: string;
  /** It runs in this event, or ran in an earlier event of the same operation. */
  readonly ran?: 'now' | 'before';
}

export interface ListOfSteps {
  readonly part: 'kernel' | 'driver';
  readonly name: string;
  readonly steps: readonly ListedStep[];
}

/** A member of a list: its text, and a key that no member of another list of the system has. */
interface Member {
  readonly key: string;
  readonly text: string;
}

/** A kernel's program or a driver's callback, member by member. */
export interface MemberList {
  readonly part: 'kernel' | 'driver';
  readonly name: string;
  readonly members: readonly Member[];
}

/** What is noted of a member: the change of the page table, a step, or that a callback returned. */
type Noted = DidOf<'pte'> | DidOf<'step'> | DidOf<'return'>;
export const isNoted = (one: Did): one is Noted =>
  one.what === 'step' || one.what === 'pte' || one.what === 'return';

const keyOf = (list: string, at: number): string => `${list} ${at}`;

/** The key of the line of a program that a step is of. */
const keyOfLine = ({ operation, line }: Step): string => keyOf(operation.program, line);

/** The keys of the members that ran: a line of a program and, if it is a call, an action. */
export function keysOf(one: Noted, { kernel }: Parts, { steps }: Operations): string[] {
  if (one.what === 'pte') {
    const program = programOf(one.operation as OperationName);
    const pte = kernel[program].findIndex(({ name }) => name === 'pte');
    return [keyOf(program, pte), ...(one.at === undefined ? [] : [keyOfLine(steps[one.at])])];
  }
  const step = steps[one.at];
  const { operation, line, action } = step;
  const { program } = operation;
  if (action < 0) return [keyOfLine(step)];
  return [keyOfLine(step), keyOf(CALLS[kernel[program][line].name].callback, action)];
}

/** A program, and the callbacks that it calls. */
export function memberLists(program: ProgramName, { kernel, driver }: Parts): MemberList[] {
  const listed = (part: MemberList['part'], name: string, texts: readonly string[]) => ({
    part,
    name,
    members: texts.map((text, at) => ({ key: keyOf(name, at), text })),
  });
  const lines = kernel[program];
  const called = new Set(
    lines.flatMap(({ name }): CallbackName[] => {
      const call = CALLS[name];
      return call === undefined ? [] : [call.callback];
    }),
  );
  return [
    listed('kernel', program, lines.map(lineText)),
    ...[...called].map((name) => listed('driver', name, driver[name].actions.map(lineText))),
  ];
}

/** The lists of the operation to which an event belongs. Most events of others have none. */
export function listsAt(m: Moment): ListOfSteps[] {
  const { steps } = m.operations;
  const noted = m.operation.filter(isNoted);
  const last = noted.at(-1) ?? notesOf(m.did, 'end')[0];
  const name = last !== undefined && 'at' in last ? steps[last.at].operation.name : last?.operation;
  if (name === undefined) return [];
  const ran = new Map<string, 'now' | 'before'>();
  for (const one of noted) {
    const when = m.did.includes(one) ? 'now' : 'before';
    for (const key of keysOf(one, m.parts, m.operations)) ran.set(key, when);
  }
  return memberLists(programOf(name as OperationName), m.parts).map(
    ({ part, name: list, members }) => ({
      part,
      name: list,
      steps: members.map(({ key, text }): ListedStep => {
        const when = ran.get(key);
        return when === undefined ? { text } : { text, ran: when };
      }),
    }),
  );
}
