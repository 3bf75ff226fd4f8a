/**
 * The part of Promela that an export is made of, as data. What is known when a system is exported
 * is computed here. A condition that never holds takes its statements with it, so a file has only
 * what its system has.
 */

/** A value, all of which are small numbers. */
export type Expr =
  | { readonly is: 'number'; readonly value: number; readonly name?: string }
  | { readonly is: 'parameter'; readonly name: string }
  | Field
  | { readonly is: 'not'; readonly of: Expr }
  | { readonly is: 'and' | 'or'; readonly all: readonly Expr[] }
  | { readonly is: 'equal'; readonly of: Expr; readonly to: Expr }
  | { readonly is: 'use'; readonly macro: Macro; readonly args: readonly Expr[] };

/** A field of the state. Its path has the names of structs, and indices into arrays. */
export interface Field {
  readonly is: 'field';
  readonly path: readonly (string | Expr)[];
  readonly width: number;
}

/** An expression that has a name, for use in conditions. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly value: Expr;
}

/** Statements that have a name. */
export interface Inline {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: readonly Statement[];
}

export type Statement =
  | { readonly does: 'set'; readonly field: Field; readonly to: Expr }
  | {
      readonly does: 'if';
      readonly when: Expr;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly does: 'call'; readonly inline: Inline; readonly args: readonly Expr[] }
  | { readonly does: 'violate'; readonly property: string }
  | { readonly does: 'say'; readonly event: Saying };

/** A line of a trace: `words` with a number for each %d and the letter of a page for each %c. */
export interface Saying {
  readonly words: string;
  readonly args: readonly Expr[];
  /** What the event answers, and the words for 0 and for 1. */
  readonly answer?: { readonly value: Expr; readonly words: readonly [string, string] } | undefined;
}

export const number = (value: number, name?: string): Expr =>
  name === undefined ? { is: 'number', value } : { is: 'number', value, name };
export const YES = number(1);
export const NO = number(0);

/** The value of an expression that is the same in every state. */
export const constant = (expr: Expr): number | undefined =>
  expr.is === 'number' ? expr.value : undefined;
const isTrue = (expr: Expr): boolean => constant(expr) !== undefined && constant(expr) !== 0;
const isFalse = (expr: Expr): boolean => constant(expr) === 0;

export function not(of: Expr): Expr {
  const value = constant(of);
  if (value !== undefined) return value === 0 ? YES : NO;
  return of.is === 'not' ? of.of : { is: 'not', of };
}

function joined(is: 'and' | 'or', exprs: readonly Expr[]): Expr {
  const [neutral, final] = is === 'and' ? [isTrue, isFalse] : [isFalse, isTrue];
  if (exprs.some(final)) return is === 'and' ? NO : YES;
  const all = exprs.filter((expr) => !neutral(expr)).flatMap((e) => (e.is === is ? e.all : [e]));
  if (all.length === 0) return is === 'and' ? YES : NO;
  return all.length === 1 ? all[0] : { is, all };
}
export const and = (...all: readonly Expr[]): Expr => joined('and', all);
export const or = (...all: readonly Expr[]): Expr => joined('or', all);

export function equal(of: Expr, to: Expr): Expr {
  const values = [constant(of), constant(to)];
  if (values.includes(undefined)) return { is: 'equal', of, to };
  return values[0] === values[1] ? YES : NO;
}

/** Sets a field. A field that the system does not need is no field, and nothing is set. */
export const set = (field: Expr, to: Expr | number): Statement[] =>
  field.is === 'field'
    ? [{ does: 'set', field, to: typeof to === 'number' ? number(to) : to }]
    : [];

export function when(
  condition: Expr,
  then: readonly Statement[],
  otherwise: readonly Statement[] = [],
): readonly Statement[] {
  if (isTrue(condition)) return then;
  if (isFalse(condition)) return otherwise;
  if (then.length === 0) {
    return otherwise.length === 0 ? [] : when(not(condition), otherwise);
  }
  return [{ does: 'if', when: condition, body: then, otherwise }];
}

/** All statements in a list, and in what they call. */
export function* within(statements: readonly Statement[]): Generator<Statement> {
  for (const statement of statements) {
    yield statement;
    if (statement.does === 'if') {
      yield* within(statement.body);
      yield* within(statement.otherwise);
    } else if (statement.does === 'call') {
      yield* within(statement.inline.body);
    }
  }
}

function* partsOf(expr: Expr): Generator<Expr> {
  yield expr;
  switch (expr.is) {
    case 'field':
      for (const part of expr.path) if (typeof part !== 'string') yield* partsOf(part);
      break;
    case 'not':
      yield* partsOf(expr.of);
      break;
    case 'and':
    case 'or':
      for (const one of expr.all) yield* partsOf(one);
      break;
    case 'equal':
      yield* partsOf(expr.of);
      yield* partsOf(expr.to);
      break;
    case 'use':
      yield* partsOf(expr.macro.value);
      for (const arg of expr.args) yield* partsOf(arg);
      break;
  }
}

/** The expressions that a statement itself has. */
function expressionsOf(statement: Statement): readonly Expr[] {
  switch (statement.does) {
    case 'set':
      return [statement.field, statement.to];
    case 'if':
      return [statement.when];
    case 'call':
      return statement.args;
    case 'say': {
      const { args, answer } = statement.event;
      return answer === undefined ? args : [...args, answer.value];
    }
    case 'violate':
      return [];
  }
}

/** All expressions in a guard and in a body, and their parts. */
export function* expressionsIn(guard: Expr, body: readonly Statement[]): Generator<Expr> {
  yield* partsOf(guard);
  for (const statement of within(body)) {
    for (const expr of expressionsOf(statement)) yield* partsOf(expr);
  }
}
