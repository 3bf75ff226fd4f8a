/** What an event of an export is: one indivisible step that says its line of a trace. */
import type { Event } from '../../model/events.ts';
import { answersOf } from '../../model/events.ts';
import type { Operation } from '../../model/operation.ts';
import { word } from './program.ts';
import type { Expr, Field, Saying, Statement } from './promela.ts';
import { NO, set, within } from './promela.ts';
import type { World } from './world.ts';
import { SCRATCH_NAME } from './world.ts';

type Body = readonly Statement[];

/** An event of the export, as one indivisible step. */
export interface ExportedEvent {
  readonly actor: Event['actor'];
  readonly verb: string;
  readonly name: string;
  readonly parameters: readonly string[];
  readonly guard: Expr;
  readonly body: Body;
  /** The arguments of each instance. The page is the last of them. */
  readonly instances: readonly (readonly Expr[])[];
  /** The operation to which an event of a kernel thread belongs. */
  readonly operation?: Operation;
}

/** The page of an event, which is a parameter of every event. */
export const P: Expr = { is: 'parameter', name: 'p' };

/** The scratch fields that statements set. */
function scratchIn(body: Body): Field[] {
  const fields = new Map<string, Field>();
  for (const statement of within(body)) {
    if (statement.does !== 'set' || statement.field.path[0] !== SCRATCH_NAME) continue;
    fields.set(String(statement.field.path[1]), statement.field);
  }
  return [...fields.values()];
}

/** The whole body of an event: it clears at the end what it has noted for itself. */
export const whole = (body: Body): Body => [
  ...body,
  ...scratchIn(body).flatMap((field) => set(field, NO)),
];

/** The name of an event as a word of C. */
export const eventName = (actor: string, verb: string): string => `${actor}_${word(verb)}`;

/** The line of a trace for an event, of which `example` is one instance. */
export function say(x: World, example: Event, args: { p: Expr; unit?: Expr }, value?: Expr): Body {
  const { actor, verb } = example;
  const answers = answersOf(example, x.parts.scope);
  const numbered = actor === 'dev' || actor === 'cpu';
  const device = verb === 'translate' ? ' dev%d' : '';
  const words = `${actor}${numbered ? '%d' : ''}: ${verb}${device} %c`;
  const given = words.includes('%d') ? [args.unit!, args.p] : [args.p];
  const answer: Saying['answer'] =
    answers === undefined || value === undefined ? undefined : { value, words: answers };
  return [{ does: 'say', event: { words, args: given, answer } }];
}
