/** Prints expressions and statements as Promela. */
import type { Expr, Inline, Macro, Saying, Statement } from './promela.ts';

const WIDTH = 80;

function pathText(path: readonly (string | Expr)[]): string {
  const [root, ...rest] = path;
  return rest.reduce<string>(
    (text, part) => (typeof part === 'string' ? `${text}.${part}` : `${text}[${exprText(part)}]`),
    root as string,
  );
}

const callText = (name: string, args: readonly Expr[]): string =>
  `${name}(${args.map(exprText).join(', ')})`;

/** Puts parentheses around what consists of several parts. */
const inner = (expr: Expr): string =>
  expr.is === 'and' || expr.is === 'or' || expr.is === 'equal'
    ? `(${exprText(expr)})`
    : exprText(expr);

export function exprText(expr: Expr): string {
  switch (expr.is) {
    case 'number':
      return expr.name ?? `${expr.value}`;
    case 'parameter':
      return expr.name;
    case 'field':
      return pathText(expr.path);
    case 'not':
      return `!${inner(expr.of)}`;
    case 'and':
    case 'or':
      return expr.all
        .map((one) => (one.is === 'equal' ? exprText(one) : inner(one)))
        .join(expr.is === 'and' ? ' && ' : ' || ');
    case 'equal':
      return `${inner(expr.of)} == ${inner(expr.to)}`;
    case 'use':
      return callText(expr.macro.name, expr.args);
  }
}

function sayingTexts({ words, args, answer }: Saying): string[] {
  const given = args.map((arg, i) => {
    const letter = [...words.matchAll(/%[cd]/g)][i][0] === '%c';
    return letter ? `'A' + ${exprText(arg)}` : exprText(arg);
  });
  const print = (end: string, more: readonly string[] = []) =>
    `printf("${[words, end].join('')}\\n"${[...given, ...more].map((arg) => `, ${arg}`).join('')})`;
  if (answer === undefined) return [print('')];
  const [zero, one] = answer.words;
  if (zero === '0') return [print(' == %d', [exprText(answer.value)])];
  return [
    'if',
    `:: ${exprText(answer.value)} -> ${print(` == ${one}`)}`,
    `:: else -> ${print(` == ${zero}`)}`,
    'fi',
  ];
}

/** One option of an `if`: on one line if it is short. */
function option(condition: string, statements: readonly Statement[]): string[] {
  const lines = linesOf(statements);
  const short = `:: ${condition} -> ${lines.join(' ')}`;
  if (lines.length === 1 && short.length <= WIDTH) return [short];
  return [`:: ${condition} ->`, ...lines.map((line) => `   ${line}`)];
}

function linesOfOne(statement: Statement): string[] {
  switch (statement.does) {
    case 'set':
      return [`${exprText(statement.field)} = ${exprText(statement.to)}`];
    case 'call':
      return [callText(statement.inline.name, statement.args)];
    case 'violate':
      return [`violates(${statement.property})`];
    case 'say':
      return sayingTexts(statement.event);
    case 'if': {
      const { when, body, otherwise } = statement;
      const rest = otherwise.length === 0 ? [':: else'] : option('else', otherwise);
      return ['if', ...option(exprText(when), body), ...rest, 'fi'];
    }
  }
}

/** The lines of statements, with semicolons between the statements. */
export const linesOf = (statements: readonly Statement[]): string[] =>
  statements.flatMap((statement, i) => {
    const lines = linesOfOne(statement);
    const last = lines.pop()!;
    return [...lines, i === statements.length - 1 ? last : `${last};`];
  });

export const indented = (lines: readonly string[], by: number): string[] =>
  lines.map((line) => ' '.repeat(by) + line);

/** A condition is cut at its && and || if it is too long for a line. */
export function macroLines({ name, parameters, value }: Macro): string[] {
  const head = `#define ${name}(${parameters.join(', ')})`;
  const text = `(${exprText(value)})`;
  if (head.length + text.length < WIDTH || (value.is !== 'and' && value.is !== 'or')) {
    return [`${head} ${text}`];
  }
  const parts = text.split(/(?<= (?:&&|\|\|)) /);
  return [`${head} \\`, ...parts.map((part, i) => `  ${part}${i < parts.length - 1 ? ' \\' : ''}`)];
}

export const inlineLines = ({ name, parameters, body }: Inline): string[] => [
  `inline ${name}(${parameters.join(', ')}) {`,
  ...indented(linesOf(body), 2),
  '}',
];
